import type { IncidentEvent, RawEvent } from '../../shared/incident/events.ts'
import { isEntry, lift, UnknownEventError } from '../../shared/incident/events.ts'
import type { evolve } from '../../shared/incident/evolve.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'
import type { FreshJoin } from '../../shared/protocol/socket.ts'

/** A command of this browser that the log does not show yet. */
export interface PendingCommand {
  id: string
  type: string
  data: unknown
  /** Server time when it was given, ms. */
  at: number
  /** Set once the server accepted it: its event is on its way, and stands at this sequence number. */
  acceptedAt: number | null
}

/** `gap`: events are missing, join again with `since`. `reload`: the log holds what this code does not know. */
export type Received = 'nothing' | 'applied' | 'gap' | 'reload'

/**
 * One incident's log as this browser knows it: the state by `evolve`, the entries loaded so far, and the commands
 * on their way. Plain and synchronous: whoever owns it moves the messages. Events may come twice, early, or not
 * at all; the state only ever moves by the next sequence number.
 */
export class IncidentLog {
  state: IncidentState | null = null
  hash = ''
  epoch = 0
  schema = 0
  /** Every event that people read, as far as loaded, by `seq`. */
  entries: IncidentEvent[] = []
  /** Whether entries older than the first loaded one may exist. */
  hasOlder = false
  pending: PendingCommand[] = []
  /** An event did not fit the state: only a fresh join mends that. */
  astray = false
  /** Events that came before their turn. */
  readonly #early = new Map<number, IncidentEvent>()
  #evolve: typeof evolve | null

  /** Without what moves a state by an event, events wait for `follow`. */
  constructor(evolves: typeof evolve | null = null) {
    this.#evolve = evolves
  }

  get seq(): number {
    return this.state?.seq ?? 0
  }

  /** Starts from the server's answer to a join without `since`, or to one that came too late. */
  fresh(join: FreshJoin): Received {
    const entries = liftAll(join.entries)
    if (entries === null) return 'reload'
    this.astray = false
    this.state = join.state
    this.hash = join.hash
    this.epoch = join.epoch
    this.schema = join.schema
    this.entries = entries
    this.hasOlder = (entries[0]?.seq ?? 1) > 1
    for (const e of entries) this.#settle(e)
    this.#dropAccepted()
    this.#takeEarly()
    return 'applied'
  }

  /** Starts from what this browser kept; only a fresh join replaces it. */
  restore(copy: Pick<IncidentLog, 'state' | 'hash' | 'epoch' | 'schema' | 'entries'>): void {
    const entries = liftAll(copy.entries)
    if (this.state !== null || entries === null) return
    this.astray = true
    this.state = copy.state
    this.hash = copy.hash
    this.epoch = copy.epoch
    this.schema = copy.schema
    this.entries = entries
    this.hasOlder = (entries[0]?.seq ?? 1) > 1
  }

  /** Takes every event that waited, and from now on each in its turn. */
  follow(evolves: typeof evolve): Received {
    this.#evolve = evolves
    return this.receive([])
  }

  /** Takes events in any order. What does not join up waits, and is reported as a gap. */
  receive(raw: readonly (IncidentEvent | RawEvent)[]): Received {
    const events = liftAll(raw)
    if (events === null) return 'reload'
    for (const e of events) {
      if (e.seq > this.seq) this.#early.set(e.seq, e)
    }
    const applied = this.state !== null && this.#takeEarly()
    if (this.astray || (this.#evolve !== null && this.#early.size > 0)) return 'gap'
    return applied ? 'applied' : 'nothing'
  }

  /** Adds a page of older entries. Those already here stay. */
  older(raw: readonly (IncidentEvent | RawEvent)[], full: boolean): Received {
    const events = liftAll(raw)
    if (events === null) return 'reload'
    const known = new Set(this.entries.map((e) => e.seq))
    const added = events.filter((e) => !known.has(e.seq))
    this.entries = [...added, ...this.entries].sort((a, b) => a.seq - b.seq)
    this.hasOlder = full && (this.entries[0]?.seq ?? 1) > 1
    return added.length > 0 ? 'applied' : 'nothing'
  }

  /** Lets go of all but the newest `keep` entries; they can be loaded again. */
  letGo(keep: number): void {
    if (this.entries.length <= keep) return
    this.entries = this.entries.slice(-keep)
    this.hasOlder = true
  }

  /** Remembers a command on its way, or kept here. One that is known, or stands in the log already, is none. */
  sent(command: Omit<PendingCommand, 'acceptedAt'>): void {
    if (this.pending.some((p) => p.id === command.id)) return
    if (this.entries.some((e) => e.commandId === command.id)) return
    const pending = [...this.pending, { ...command, acceptedAt: null }]
    this.pending = pending.sort((a, b) => a.at - b.at)
  }

  /**
   * The server's answer. A refused command is gone at once; an accepted one stays until its event is here, unless
   * that came first.
   */
  answered(id: string, answer: CommandAnswer): void {
    if (!answer.ok) {
      this.pending = this.pending.filter((p) => p.id !== id)
      return
    }
    this.pending = this.pending.map((p) => (p.id === id ? { ...p, acceptedAt: answer.seq } : p))
    this.#dropAccepted()
  }

  #takeEarly(): boolean {
    if (this.#evolve === null) return false
    let applied = false
    for (const seq of [...this.#early.keys()].sort((a, b) => a - b)) {
      const e = this.#early.get(seq)
      if (e === undefined || seq > this.seq + 1) break
      this.#early.delete(seq)
      if (seq !== this.seq + 1) continue
      if (!this.#apply(e, this.#evolve)) {
        this.#early.clear()
        break
      }
      applied = true
    }
    if (applied) this.#dropAccepted()
    return applied
  }

  /** False when the event cannot follow: then the state stays as it was, and the log is astray. */
  #apply(e: IncidentEvent, evolves: typeof evolve): boolean {
    try {
      this.state = evolves(this.state, e)
    } catch {
      this.astray = true
      return false
    }
    this.hash = e.hash
    if (isEntry(e.type)) this.entries = [...this.entries, e]
    this.#settle(e)
    return true
  }

  #settle(e: IncidentEvent): void {
    if (this.pending.some((p) => p.id === e.commandId))
      this.pending = this.pending.filter((p) => p.id !== e.commandId)
  }

  /** Accepted commands whose place in the log we have reached: they changed nothing, or their events are here. */
  #dropAccepted(): void {
    if (this.pending.some((p) => p.acceptedAt !== null && p.acceptedAt <= this.seq))
      this.pending = this.pending.filter((p) => p.acceptedAt === null || p.acceptedAt > this.seq)
  }
}

/** Every event in the current form, or null when one is from the future. */
function liftAll(raw: readonly (IncidentEvent | RawEvent)[]): IncidentEvent[] | null {
  try {
    return raw.map((e) => lift(e))
  } catch (error) {
    if (error instanceof UnknownEventError) return null
    throw error
  }
}
