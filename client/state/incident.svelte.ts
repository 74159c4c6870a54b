import type { Actor } from '../../shared/incident/actor.ts'
import { keptOffline } from '../../shared/incident/commands/offline.ts'
import type { CommandData, RoomCommandType } from '../../shared/incident/commands/registry.ts'
import { type Deadline, deadlines } from '../../shared/incident/deadlines.ts'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import { type CommandError, isPassing } from '../../shared/protocol/errors.ts'
import type { PresentPerson, Seen } from '../../shared/protocol/socket.ts'
import { entriesBefore, type NamedPerson } from '../net/api.ts'
import { newId } from '../net/ids.ts'
import type { OutboxChange, Outcome, Posting } from '../net/outbox.ts'
import type { Connection } from '../net/socket.ts'
import type { Keeper } from '../net/storage/keeper.ts'
import { IncidentLog, type PendingCommand, type Received } from './incident-log.ts'
import { IncidentPeople } from './incident-people.svelte.ts'
import { IncidentPlaybook } from './incident-playbook.svelte.ts'
import { later } from './later.ts'
import { serverNow, timeKnown } from './page-clock.ts'
import type { Prediction } from './prediction.ts'
import { readCopy, writeCopy } from './room-copy.ts'

/** What events make of a state, the rules of the commands, their schemas: nothing is drawn by them until something happens. */
const rules = later(() => import('./prediction.ts'))

const entryPage = 200
const mostEntries = 1_000
const retryMs = 2_000
/** A part that fails this often beside a living connection is gone: there is a newer page. */
const mostMissed = 3
/** The room is kept in this browser so long after it changed, ms. */
const copyAfterMs = 3_000
/** What is kept offline and has no answer after this long is on its own: whoever gave it goes on, ms. */
const goOnMs = 5_000

/** `denied`: no access, or it ended; the reason is `error`. Before `joined` that is what has to pass first. */
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
  readonly #keeper: () => Keeper | null
  readonly #log = new IncidentLog()
  #stops: (() => void)[] = []
  #joining = false
  #closed = false
  #again: ReturnType<typeof setTimeout> | undefined
  #copying: ReturnType<typeof setTimeout> | undefined
  readonly #names: IncidentPeople
  #loadingRules = false
  /** How often they did not load although the server answers. */
  #missedRules = 0

  #state = $state.raw<IncidentState | null>(null)
  #entries = $state.raw<readonly IncidentEvent[]>([])
  #pending = $state.raw<readonly PendingCommand[]>([])
  #hasOlder = $state(false)
  #loadingOlder = $state(false)
  #status = $state<JoinStatus>('joining')
  #error = $state.raw<CommandError | null>(null)
  readonly #runsBy = new IncidentPlaybook()
  #present = $state.raw<readonly PresentPerson[]>([])
  #mustReload = $state(false)
  #copyOf = $state<number | null>(null)
  #epoch = $state(0)
  #seen = $state.raw<Seen | null | undefined>(undefined)
  #schema = $state(0)
  #rules = $state.raw<typeof import('./prediction.ts') | null>(null)

  readonly #prediction = $derived.by<Prediction | null>(() => {
    const actor = this.#actor()
    if (this.#state === null) return null
    if (this.playbook === null || actor === null || this.#rules === null)
      return { state: this.#state, events: [] }
    return this.#rules.predict(this.#state, this.#pending, {
      actor,
      playbook: this.playbook,
      now: serverNow(),
      entries: this.#entries,
      people: this.#names.all,
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
    this.shown === null || this.playbook === null ? [] : deadlines(this.shown, this.playbook),
  )

  constructor(id: string, connection: Connection, actor: () => Actor | null, keeper: () => Keeper | null) {
    this.id = id
    this.#names = new IncidentPeople(id)
    this.#connection = connection
    this.#actor = actor
    this.#keeper = keeper
  }

  /** What the server has, or null before the first answer. */
  get state(): IncidentState | null {
    return this.#state
  }

  get playbook(): Playbook | null {
    return this.#runsBy.current
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
    return this.#names.all
  }

  /** Whether names were told, as far as they will be soon. */
  get named(): boolean {
    return this.#names.told
  }

  /** The log holds what this code does not know: reload the page. */
  get mustReload(): boolean {
    return this.#mustReload
  }

  /** What is shown is what this browser kept, from that server time; null once the server has told. */
  get copyOf(): number | null {
    return this.#copyOf
  }

  /** Raised when access changed; the document replica belongs to one epoch. */
  get epoch(): number {
    return this.#epoch
  }

  /** Number of the document's schema: an editor older than it only shows. */
  get schema(): number {
    return this.#schema
  }

  /** Entries as the server has them, as far as loaded, by seq. */
  get entries(): readonly IncidentEvent[] {
    return this.#entries
  }

  /** What this person had last in view before this room was opened here; undefined until the first answer. */
  get seen(): Seen | null | undefined {
    return this.#seen
  }

  nameOf(id: string): string {
    return this.#names.nameOf(id)
  }

  /** Joins, and joins again after each reconnection, until `close`. */
  open(): void {
    this.#closed = false
    this.#stops = [
      this.#connection.on('incident:events', (message) => {
        if (message.incidentId !== this.id) return
        this.#took(this.#log.receive(message.events))
        void this.#loadRules()
      }),
      this.#connection.on('incident:presence', (message) => {
        if (message.incidentId === this.id) this.#present = message.people
      }),
      this.#connection.on('incident:denied', (message) => {
        if (message.incidentId === this.id) this.#deny(message.error)
      }),
      this.#connection.onStatus((status) => {
        if (status === 'live') void this.#join()
        else this.#copy()
      }),
      this.#connection.onOutbox((change) => this.#posted(change)),
    ]
    for (const { command, at } of this.#connection.outbox.waiting)
      this.#posted({ kind: 'waiting', command, at })
    if (this.#connection.status === 'live') void this.#join()
    void this.#openCopy()
  }

  close(): void {
    this.#closed = true
    for (const stop of this.#stops) stop()
    this.#stops = []
    clearTimeout(this.#again)
    this.#runsBy.close()
    this.#copy()
    this.#connection.leaveIncident(this.id)
  }

  /**
   * Gives a command. It shows as pending at once and is sent until answered; the answer says whether the server
   * took it, in words when not. What is kept offline is as good as taken while the line is cut: should the server
   * refuse it later, its words go to the tray. What others may change meanwhile is refused at once.
   */
  send<T extends RoomCommandType>(
    type: T,
    data: CommandData<T>,
    how: Partial<Pick<Posting, 'words' | 'tray'>> = {},
  ): Promise<Outcome> {
    const kept = keptOffline(type)
    if (this.#connection.status !== 'live' && !kept) return this.#refuseOffline(type)
    const id = newId()
    const outcome = this.#connection.command(
      { incidentId: this.id, id, type, data },
      {
        // Whatever this machine's clock says: what follows an event in view was made after it.
        at: Math.max(serverNow(), this.#state?.at ?? 0),
        waits: kept ? 'kept' : 'now',
        words: how.words ?? this.wordsOf(type, data, (task) => task),
        tray: how.tray ?? 'late',
      },
    )
    if (!kept) return outcome
    const seq = this.#log.seq
    const goneOn = new Promise<Outcome>((resolve) => {
      const goOn = () => {
        this.#connection.outbox.goOn(id)
        resolve({ ok: true, seq })
      }
      setTimeout(goOn, this.#connection.status === 'live' ? goOnMs : 0)
    })
    return Promise.race([outcome, goneOn])
  }

  /** What the tray shows of a command; its bare type until the rules are there. */
  wordsOf(type: RoomCommandType, data: unknown, taskText: (id: string) => string): string {
    return this.#rules?.wordsOf(type, data, taskText) ?? type
  }

  async #refuseOffline(type: RoomCommandType): Promise<Outcome> {
    try {
      return { ...(await rules()).refusedOffline(type), inTray: false }
    } catch {
      const message = 'Not while you are offline. Try again once you are live.'
      return { ok: false, error: { code: 'unavailable', message }, inTray: false }
    }
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

  #posted(change: OutboxChange): void {
    if (change.kind === 'refused' || change.command.incidentId !== this.id) return
    const { id, type, data } = change.command
    if (change.kind === 'waiting') this.#log.sent({ id, type, data, at: change.at })
    else this.#log.answered(id, change.answer)
    this.#publish()
  }

  /** Shows what this browser kept of the room, unless the server is faster. */
  async #openCopy(): Promise<void> {
    const copy = await readCopy(this.#keeper(), this.id).catch(() => null)
    if (copy === null || this.#closed || this.#log.state !== null || this.#status === 'denied') return
    this.#log.restore({ ...copy, entries: [...copy.entries] })
    this.#runsBy.restore(copy.playbook, copy.state.playbook.hash)
    this.#names.restore(copy.people)
    this.#copyOf = copy.savedAt
    this.#publish()
  }

  #copySoon(): void {
    if (this.#copying !== undefined || this.#closed) return
    this.#copying = setTimeout(() => this.#copy(), copyAfterMs)
  }

  /** Only what the server told in this visit is worth keeping. */
  #copy(): void {
    clearTimeout(this.#copying)
    this.#copying = undefined
    const { state, hash, epoch, schema, entries } = this.#log
    const { playbook } = this
    if (state === null || playbook === null || this.#copyOf !== null || this.#status !== 'joined') return
    const people = [...this.#names.all.values()]
    const copy = { state, hash, epoch, schema, entries, playbook, people }
    void writeCopy(this.#keeper(), this.id, copy, serverNow())
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
      if (!answer.ok) {
        if (!isPassing(answer.error.code)) return this.#deny(answer.error)
        this.#error = answer.error
        this.#joinLater()
        return
      }
      this.#status = 'joined'
      if (this.#seen === undefined) this.#seen = answer.seen
      this.#error = null
      this.#copyOf = null
      const received = 'state' in answer ? this.#log.fresh(answer) : this.#log.receive(answer.events)
      this.#took(received === 'gap' ? 'applied' : received)
      void this.#names.ask()
    } catch {
      this.#joinLater()
    } finally {
      this.#joining = false
    }
  }

  /** While the connection stands nothing else would ask again; a reconnection does by itself. */
  #joinLater(): void {
    clearTimeout(this.#again)
    if (!this.#closed && this.#connection.status === 'live')
      this.#again = setTimeout(() => void this.#join(), retryMs)
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
    // Whoever may not see it any more keeps no copy either.
    void this.#keeper()?.forgetRoom(this.id)
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
    void this.#loadRules()
    this.#copySoon()
    this.#runsBy.want(state.playbook.hash)
    this.#names.notice(state, entries)
  }

  async #loadRules(): Promise<void> {
    if (this.#rules !== null || this.#loadingRules) return
    this.#loadingRules = true
    try {
      this.#rules = await rules()
      this.#took(this.#log.follow(this.#rules.evolve))
    } catch {
      this.#rulesMissed()
    } finally {
      this.#loadingRules = false
    }
  }

  /** What came meanwhile waits for the rules, so nobody may look at an old picture for long without being told. */
  #rulesMissed(): void {
    if (this.#closed || this.#connection.status !== 'live') return
    this.#missedRules += 1
    if (this.#missedRules >= mostMissed) this.#mustReload = true
    else setTimeout(() => void this.#loadRules(), retryMs)
  }
}
