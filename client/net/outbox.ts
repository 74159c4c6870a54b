import { type CommandAnswer, isPassing } from '../../shared/protocol/errors.ts'

export interface Command {
  incidentId: string
  /** Made by the client; a resend with the same id gets the first answer. */
  id: string
  type: string
  data?: unknown
}

interface Waiting {
  command: Command
  resolve: (answer: CommandAnswer) => void
  underWay: boolean
  tries: number
  /** Passing refusals among the answers; tries without an answer are none. */
  refusals: number
}

/** A passing refusal ("try again") is tried this often before people are told. */
const passingTries = 4

/**
 * Commands that have no answer yet, in the order people gave them. `deliver` resolves with the answer or rejects
 * when none came; then the command stays and goes out again, unchanged, with `resend`.
 */
export class Outbox {
  readonly #deliver: (command: Command) => Promise<CommandAnswer>
  readonly #later: (run: () => void, ms: number) => void
  #waiting: Waiting[] = []

  constructor(
    deliver: (command: Command) => Promise<CommandAnswer>,
    later: (run: () => void, ms: number) => void = (run, ms) => setTimeout(run, ms),
  ) {
    this.#deliver = deliver
    this.#later = later
  }

  get waiting(): readonly Command[] {
    return this.#waiting.map((w) => w.command)
  }

  /** Keeps the command until it is answered. Never rejects. */
  add(command: Command): Promise<CommandAnswer> {
    return new Promise((resolve) => {
      const waiting: Waiting = { command, resolve, underWay: false, tries: 0, refusals: 0 }
      this.#waiting.push(waiting)
      this.#send(waiting)
    })
  }

  /** Sends everything that is not under way, in order. */
  resend(): void {
    for (const waiting of this.#waiting) this.#send(waiting)
  }

  #send(waiting: Waiting): void {
    if (waiting.underWay || !this.#waiting.includes(waiting)) return
    waiting.underWay = true
    waiting.tries += 1
    this.#deliver(waiting.command).then(
      (answer) => this.#answered(waiting, answer),
      () => {
        waiting.underWay = false
        this.#later(() => this.#send(waiting), backOff(waiting.tries))
      },
    )
  }

  #answered(waiting: Waiting, answer: CommandAnswer): void {
    waiting.underWay = false
    if (!answer.ok && isPassing(answer.error.code)) {
      waiting.refusals += 1
      if (waiting.refusals < passingTries) {
        this.#later(() => this.#send(waiting), backOff(waiting.refusals))
        return
      }
    }
    this.#waiting = this.#waiting.filter((w) => w !== waiting)
    waiting.resolve(answer)
  }
}

/** 0.5 s doubling to 8 s, half of it by chance, so that a hundred browsers do not come back at once. */
function backOff(tries: number): number {
  const full = Math.min(8_000, 500 * 2 ** Math.min(tries, 5))
  return full / 2 + Math.random() * (full / 2)
}
