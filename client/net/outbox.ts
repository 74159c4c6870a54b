import { type CommandAnswer, type CommandError, isPassing } from '../../shared/protocol/errors.ts'
import type { KeptCommand, TrayItem } from './storage/database.ts'

export interface Command {
  incidentId: string
  /** Made by the client; a resend with the same id gets the first answer. */
  id: string
  type: string
  data?: unknown
  /**
   * Server ms; sent along with all that is kept, at the first try too: a line may be cut for seconds before anybody
   * knows, and bring what was given to it afterwards. The server decides what it makes of it.
   */
  madeAt?: number
}

/** How a command is treated until it is answered. */
export interface Posting {
  /** When it was made, server ms. */
  at: number
  /**
   * `kept`: outlives the page and waits for the line, however long. `now`: others may change what it is about, so it
   * is given up when no answer comes for a while.
   */
  waits: 'kept' | 'now'
  /** What the tray shows of it when it is refused. */
  words: string
  /** `always`: refused words go to the tray. `late`: only when whoever gave it may have gone on meanwhile. */
  tray: 'always' | 'late'
}

export type Outcome = { ok: true; seq: number } | { ok: false; error: CommandError; inTray: boolean }

/** Where waiting commands and refused words outlive the page. */
export interface OutboxShelf {
  keep(kept: KeptCommand): unknown
  answered(id: string): unknown
  refuse(item: TrayItem, command: Command): unknown
}

export type OutboxChange =
  | { kind: 'waiting'; command: Command; at: number }
  | { kind: 'answered'; command: Command; answer: CommandAnswer }
  | { kind: 'refused'; item: TrayItem }

interface Waiting extends Posting {
  command: Command
  resolve: (outcome: Outcome) => void
  underWay: boolean
  tries: number
  /** Passing refusals among the answers; tries without an answer are none. */
  refusals: number
}

/** A passing refusal ("try again") of what cannot wait, and a failure of any, is tried so often before people are told. */
const passingTries = 4
/** What cannot wait is given up after this long without an answer, ms. */
const giveUpMs = 10_000
const givenUp: CommandError = {
  code: 'unavailable',
  message: 'No answer from the server. Once you are live, look whether it was taken, then try again.',
}

/**
 * Commands that have no answer yet, in the order people gave them. `deliver` resolves with the answer or rejects
 * when none came; then the command stays and goes out again, with the same id, with `resend`. What is `kept` is
 * written to the shelf at once, and leaves it with the answer: a page that dies in between sends it again, and the
 * id makes that harmless.
 */
export class Outbox {
  readonly #deliver: (command: Command) => Promise<CommandAnswer>
  readonly #later: (run: () => void, ms: number) => void
  readonly #changed: (change: OutboxChange) => void
  #shelf: { shelf: OutboxShelf; tab: string } | null = null
  #waiting: Waiting[] = []

  constructor(
    deliver: (command: Command) => Promise<CommandAnswer>,
    changed: (change: OutboxChange) => void = () => {},
    later: (run: () => void, ms: number) => void = (run, ms) => setTimeout(run, ms),
  ) {
    this.#deliver = deliver
    this.#changed = changed
    this.#later = later
  }

  get waiting(): readonly { command: Command; at: number }[] {
    return this.#waiting
  }

  /** From now on what is kept goes there, as this tab's. */
  keepOn(shelf: OutboxShelf, tab: string): void {
    this.#shelf = { shelf, tab }
  }

  /** Lets go of everything that waits here: it is somebody else's page now. What is on the shelf stays there. */
  forget(): void {
    this.#shelf = null
    this.#waiting = []
  }

  /** Keeps the command until it is answered. Never rejects. */
  add(command: Command, posting: Posting): Promise<Outcome> {
    return new Promise((resolve) => {
      const waiting: Waiting = { ...posting, command, resolve, underWay: false, tries: 0, refusals: 0 }
      if (posting.waits === 'kept') this.#keep(waiting)
      else this.#later(() => this.#giveUp(waiting), giveUpMs)
      this.#enter(waiting)
    })
  }

  /** Takes up what an earlier page left. Known ones stay as they are. */
  adopt(left: readonly KeptCommand[]): void {
    for (const { command, at, words } of left) {
      if (this.#waiting.some((w) => w.command.id === command.id)) continue
      const posting: Posting = { at, words, waits: 'kept', tray: 'always' }
      this.#enter({ ...posting, command, resolve: () => {}, underWay: false, tries: 1, refusals: 0 })
    }
  }

  /** Whoever gave it has gone on: should it be refused now, its words go to the tray. */
  goOn(id: string): void {
    for (const waiting of this.#waiting) if (waiting.command.id === id) waiting.tray = 'always'
  }

  /** Sends everything that is not under way, in order. */
  resend(): void {
    for (const waiting of this.#waiting) this.#send(waiting)
  }

  #enter(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#changed({ kind: 'waiting', command: waiting.command, at: waiting.at })
    this.#send(waiting)
  }

  #keep({ command, at, words }: Waiting): void {
    if (this.#shelf === null) return
    const { shelf, tab } = this.#shelf
    shelf.keep({ id: command.id, incidentId: command.incidentId, command, at, words, tab })
  }

  #send(waiting: Waiting): void {
    if (waiting.underWay || !this.#waiting.includes(waiting)) return
    waiting.underWay = true
    const { command, at } = waiting
    waiting.tries += 1
    const timed = waiting.waits === 'kept' ? { ...command, madeAt: Math.floor(at) } : command
    this.#deliver(timed).then(
      (answer) => this.#answered(waiting, answer),
      () => {
        waiting.underWay = false
        this.#later(() => this.#send(waiting), backOff(waiting.tries))
      },
    )
  }

  #answered(waiting: Waiting, answer: CommandAnswer): void {
    waiting.underWay = false
    if (!this.#waiting.includes(waiting)) return
    if (!answer.ok && isPassing(answer.error.code)) {
      waiting.refusals += 1
      // What is kept waits as long as the server cannot; one that fails at it may fail at it for ever.
      const patient = waiting.waits === 'kept' && answer.error.code !== 'internal'
      if (patient || waiting.refusals < passingTries) {
        this.#later(() => this.#send(waiting), backOff(waiting.refusals))
        return
      }
    }
    this.#settle(waiting, answer)
  }

  #giveUp(waiting: Waiting): void {
    if (this.#waiting.includes(waiting)) this.#settle(waiting, { ok: false, error: givenUp })
  }

  #settle(waiting: Waiting, answer: CommandAnswer): void {
    const { command, at, words } = waiting
    this.#waiting = this.#waiting.filter((w) => w !== waiting)
    this.#changed({ kind: 'answered', command, answer })
    if (answer.ok) {
      this.#shelf?.shelf.answered(command.id)
      waiting.resolve(answer)
      return
    }
    const late = waiting.waits === 'kept' && waiting.tries > 1
    const inTray = waiting.tray === 'always' || late
    if (inTray) {
      const { code, message: reason } = answer.error
      const item: TrayItem = { id: command.id, incidentId: command.incidentId, words, reason, code, at }
      this.#shelf?.shelf.refuse(item, command)
      this.#changed({ kind: 'refused', item })
    } else this.#shelf?.shelf.answered(command.id)
    waiting.resolve({ ...answer, inTray })
  }
}

/** 0.5 s doubling to 8 s, half of it by chance, so that a hundred browsers do not come back at once. */
function backOff(tries: number): number {
  const full = Math.min(8_000, 500 * 2 ** Math.min(tries, 5))
  return full / 2 + Math.random() * (full / 2)
}
