import type { Actor } from '../../shared/incident/actor.ts'
import type { CommandData, RoomCommandType } from '../../shared/incident/commands/registry.ts'
import { type Deadline, deadlines } from '../../shared/incident/deadlines.ts'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import type { CommandAnswer, CommandError } from '../../shared/protocol/errors.ts'
import type { PresentPerson } from '../../shared/protocol/socket.ts'
import { entriesBefore, getPlaybook, incidentPeople, type NamedPerson } from '../net/api.ts'
import { newId } from '../net/ids.ts'
import type { Connection } from '../net/socket.ts'
import { IncidentLog, type PendingCommand, type Received } from './incident-log.ts'
import { keptOffline, refusedOffline } from './offline.ts'
import { serverNow, timeKnown } from './page-clock.ts'
import { type Prediction, predict } from './prediction.ts'

const entryPage = 200
const mostEntries = 1_000
const retryMs = 2_000

/** `denied`: no access, or it ended; the reason is `error`. */
export type JoinStatus = 'joining' | 'joined' | 'denied'

/**
 * One open incident: joined over the socket, kept in step by sequence number, predicted by what this browser sent
 * itself. `state` is what the server has; `shown` is that plus the pending commands. Make it with `new`, call
 * `open`, and `close` when the room is left.
 */
export class IncidentStore {
  readonly id: string
  readonly #connection: Connection
  readonly #actor: () => Actor | null
  readonly #log = new IncidentLog()
  #stops: (() => void)[] = []
  #joining = false
  #closed = false
  #again: ReturnType<typeof setTimeout> | undefined
  #askingNames = false
  /** Whom the server was asked for; who is still nobody then is not asked for with each event. */
  readonly #askedFor = new Set<string>()

  #state = $state.raw<IncidentState | null>(null)
  #entries = $state.raw<readonly IncidentEvent[]>([])
  #pending = $state.raw<readonly PendingCommand[]>([])
  #hasOlder = $state(false)
  #loadingOlder = $state(false)
  #status = $state<JoinStatus>('joining')
  #error = $state.raw<CommandError | null>(null)
  #playbook = $state.raw<Playbook | null>(null)
  #people = $state.raw<ReadonlyMap<string, NamedPerson>>(new Map())
  #present = $state.raw<readonly PresentPerson[]>([])
  #mustReload = $state(false)
  #epoch = $state(0)
  #schema = $state(0)

  readonly #prediction = $derived.by<Prediction | null>(() => {
    const actor = this.#actor()
    if (this.#state === null) return null
    if (this.#playbook === null || actor === null) return { state: this.#state, events: [] }
    return predict(this.#state, this.#pending, {
      actor,
      playbook: this.#playbook,
      now: serverNow(),
      entries: this.#entries,
      people: this.#people,
    })
  })

  /** State with this browser's pending commands in it: what the room draws. */
  readonly shown = $derived<IncidentState | null>(this.#prediction?.state ?? null)
  /** Loaded entries, then the events that pending commands are expected to become. Feed it to `timeline()`. */
  readonly shownEntries = $derived<readonly IncidentEvent[]>([
    ...this.#entries,
    ...(this.#prediction?.events ?? []),
  ])
  /** Command ids that the log does not hold yet: rows and ticks with one of these are drawn as pending. */
  readonly pendingIds = $derived<ReadonlySet<string>>(new Set(this.#pending.map((p) => p.id)))
  /** All clocks of what is shown, in the playbook's order. */
  readonly deadlines = $derived<readonly Deadline[]>(
    this.shown === null || this.#playbook === null ? [] : deadlines(this.shown, this.#playbook),
  )

  constructor(id: string, connection: Connection, actor: () => Actor | null) {
    this.id = id
    this.#connection = connection
    this.#actor = actor
  }

  /** What the server has, or null before the first answer. */
  get state(): IncidentState | null {
    return this.#state
  }

  get playbook(): Playbook | null {
    return this.#playbook
  }

  get pending(): readonly PendingCommand[] {
    return this.#pending
  }

  /** Whether older entries can be loaded. */
  get hasOlder(): boolean {
    return this.#hasOlder
  }

  get loadingOlder(): boolean {
    return this.#loadingOlder
  }

  get status(): JoinStatus {
    return this.#status
  }

  get error(): CommandError | null {
    return this.#error
  }

  /** Who has the room open, as the server sees it. */
  get present(): readonly PresentPerson[] {
    return this.#present
  }

  /** Who belongs to this incident or is named in it. */
  get people(): ReadonlyMap<string, NamedPerson> {
    return this.#people
  }

  /** The log holds what this code does not know: reload the page. */
  get mustReload(): boolean {
    return this.#mustReload
  }

  /** Raised when access changed; the document replica belongs to one epoch. */
  get epoch(): number {
    return this.#epoch
  }

  /** Number of the document's schema: an editor older than it only shows. */
  get schema(): number {
    return this.#schema
  }

  nameOf(id: string): string {
    return this.#people.get(id)?.name ?? (id === 'system' ? 'Muster' : 'Somebody')
  }

  /** Joins, and joins again after each reconnection, until `close`. */
  open(): void {
    this.#closed = false
    this.#stops = [
      this.#connection.on('incident:events', (message) => {
        if (message.incidentId === this.id) this.#took(this.#log.receive(message.events))
      }),
      this.#connection.on('incident:presence', (message) => {
        if (message.incidentId === this.id) this.#present = message.people
      }),
      this.#connection.on('incident:denied', (message) => {
        if (message.incidentId === this.id) this.#deny(message.error)
      }),
      this.#connection.onStatus((status) => {
        if (status === 'live') void this.#join()
      }),
    ]
    if (this.#connection.status === 'live') void this.#join()
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#stops) stop()
    this.#stops = []
    clearTimeout(this.#again)
    this.#connection.leaveIncident(this.id)
  }

  /**
   * Gives a command. It shows as pending at once and is sent until answered; the answer says whether the server
   * took it, in words when not.
   */
  async send<T extends RoomCommandType>(type: T, data: CommandData<T>): Promise<CommandAnswer> {
    if (this.#connection.status === 'offline' && !keptOffline(type)) return refusedOffline(type)
    const id = newId()
    this.#log.sent({ id, type, data, at: serverNow() })
    this.#publish()
    const answer = await this.#connection.command({ incidentId: this.id, id, type, data })
    this.#log.answered(id, answer)
    this.#publish()
    return answer
  }

  /** Loads one page of older entries. */
  async loadOlder(): Promise<void> {
    const first = this.#log.entries[0]
    if (this.#loadingOlder || !this.#hasOlder || first === undefined) return
    this.#loadingOlder = true
    try {
      const page = await entriesBefore(this.id, first.seq)
      this.#took(this.#log.older(page, page.length >= entryPage))
      this.#publish()
    } catch {
      // Nothing is lost: the page is asked for again on the next scroll.
    } finally {
      this.#loadingOlder = false
    }
  }

  /**
   * Keeps a room that stays open for days small: above 1,000 entries only the newest 400 stay here. For when nobody
   * reads the older ones.
   */
  letGoOfOlder(): void {
    if (this.#log.entries.length <= mostEntries) return
    this.#log.letGo(2 * entryPage)
    this.#publish()
  }

  async #join(): Promise<void> {
    if (this.#joining || this.#closed) return
    this.#joining = true
    try {
      const known = this.#log.state !== null && !this.#log.astray
      const joining = this.#connection.joinIncident({
        incidentId: this.id,
        ...(known
          ? { since: this.#log.seq, ...(this.#log.hash === '' ? {} : { hash: this.#log.hash }) }
          : {}),
      })
      const [answer] = await Promise.all([joining, timeKnown()])
      if (this.#closed) return
      if (!answer.ok) return this.#deny(answer.error)
      this.#status = 'joined'
      this.#error = null
      const received = 'state' in answer ? this.#log.fresh(answer) : this.#log.receive(answer.events)
      this.#took(received === 'gap' ? 'applied' : received)
      void this.#askNames()
    } catch {
      // No answer. While the connection stands nothing else would ask again; a reconnection does by itself.
      if (!this.#closed && this.#connection.status === 'live')
        this.#again = setTimeout(() => void this.#join(), retryMs)
    } finally {
      this.#joining = false
    }
  }

  #took(received: Received): void {
    switch (received) {
      case 'nothing':
        return
      case 'applied':
        this.#publish()
        return
      case 'gap':
        this.#publish()
        void this.#join()
        return
      case 'reload':
        this.#mustReload = true
    }
  }

  #deny(error: CommandError): void {
    this.#status = 'denied'
    this.#error = error
  }

  #publish(): void {
    const { state, entries, pending, hasOlder, epoch, schema } = this.#log
    this.#state = state
    this.#entries = entries
    this.#pending = pending
    this.#hasOlder = hasOlder
    this.#epoch = epoch
    this.#schema = schema
    if (state === null) return
    if (this.#playbook === null) void this.#loadPlaybook(state.playbook.hash)
    const unknown = namesIn(state, entries).filter((id) => !this.#people.has(id) && !this.#askedFor.has(id))
    if (unknown.length > 0) void this.#askNames(unknown)
  }

  async #loadPlaybook(hash: string): Promise<void> {
    try {
      this.#playbook = await getPlaybook(hash)
    } catch {
      // Asked for again with the next event.
    }
  }

  async #askNames(unknown: readonly string[] = []): Promise<void> {
    if (this.#askingNames) return
    this.#askingNames = true
    try {
      const people = await incidentPeople(this.id)
      this.#people = new Map(people.map((p) => [p.id, p]))
      for (const id of unknown) this.#askedFor.add(id)
    } catch {
      // Names are asked for again when the next unknown one turns up.
    } finally {
      this.#askingNames = false
    }
  }
}

/** The newest people the log speaks of: role holders and the actors of the last entries. */
function namesIn(state: IncidentState, entries: readonly IncidentEvent[]): string[] {
  const holders = Object.values(state.roles).flatMap((role) =>
    role.holder === null ? [] : [role.holder.person],
  )
  const actors = entries.slice(-5).flatMap((e) => (e.actor.kind === 'person' ? [e.actor.id] : []))
  return [...holders, ...actors]
}
