import { getContext, setContext, untrack } from 'svelte'
import { MediaQuery } from 'svelte/reactivity'
import type { Actor } from '../../../shared/incident/actor.ts'
import { keptOffline } from '../../../shared/incident/commands/offline.ts'
import type { CommandData, RoomCommandType } from '../../../shared/incident/commands/registry.ts'
import type { Deadline } from '../../../shared/incident/deadlines.ts'
import type { PlannedStep } from '../../../shared/incident/escalation/plan.ts'
import type { PlanWording } from '../../../shared/incident/escalation/words.ts'
import type { Names } from '../../../shared/incident/sentences.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import {
  flatTasks,
  type TaskList,
  taskLists,
  taskTexts,
  tickedByFacts,
} from '../../../shared/incident/tasks.ts'
import { type TimelineRow, timeline } from '../../../shared/incident/timeline.ts'
import type { Playbook, Severity } from '../../../shared/playbook/model.ts'
import type { EditorHandle } from '../../components/editor/editor-handle.ts'
import type { LampState } from '../../components/lamp-state.ts'
import { patienceMs, roomLamp } from '../../components/room/lamp.ts'
import { reuse, reuseLists } from '../../components/room/reuse.ts'
import { shortNames } from '../../components/room/short-names.ts'
import { sameRows } from '../../components/room/timeline-items.ts'
import type { Outcome } from '../../net/outbox.ts'
import type { TrayItem } from '../../net/storage/database.ts'
import type { Refused, Values } from '../../state/acts.ts'
import { live } from '../../state/connection.svelte.ts'
import { DocumentStore } from '../../state/document.svelte.ts'
import { IncidentStore } from '../../state/incident.svelte.ts'
import { kept } from '../../state/kept.svelte.ts'
import { Moment, Reached } from '../../state/moment.svelte.ts'
import { serverNow, ticker } from '../../state/page-clock.ts'
import { session } from '../../state/session.svelte.ts'
import { utcTime } from '../../state/times.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import type { RoomContext } from './acts/room-context.ts'
import type { Given } from './acts/undo-of.ts'
import { type AheadParts, ahead } from './ahead.ts'
import { Arrival } from './brief/arrival.svelte.ts'
import { Scribe } from './timeline/scribe.svelte.ts'

/** A form waits for the answer to what would be kept without a line, ms. */
const waitedForMs = 2_000

/** Which pane a narrow screen shows, and which dialog stands over the room. */
export type Pane = 'tasks' | 'document' | 'timeline'
export type RoomDialog =
  | 'clocks'
  | 'roles'
  | 'facts'
  | 'triage'
  | 'share'
  | 'close'
  | 'reopen'
  | 'tray'
  | 'severity'
  | 'status'
  | 'keys'
  | 'escalation'
  | 'runbooks'
  | 'playbook'
  | null

/**
 * One open room as its parts see it. Every list here keeps the objects that did not change, so that an event draws
 * what it concerns. Make it while the room's component is set up; use it below once `ready`.
 */
export class RoomModel {
  readonly store: IncidentStore
  readonly document = new DocumentStore()
  /** What this person had seen before, and the brief they are given. */
  readonly arrival: Arrival
  readonly #narrow = new MediaQuery('(max-width: 43.6875em)')
  pane = $state<Pane>('tasks')
  dialog = $state<RoomDialog>(null)
  /** What comes after the room is drawn, once it is there. */
  parts = $state.raw<AheadParts | null>(null)
  /** The palette, and the act it is asked for. */
  palette = $state.raw<{ act?: string; values?: Values; at: number } | null>(null)
  /** A task or an entry (by seq) that somebody wants to see; its pane shows it and takes this away. */
  sought = $state.raw<{ task: string } | { entry: number } | null>(null)
  /** An audience somebody wants to write to; the scribe bar takes it up. */
  writeTo = $state<string | null>(null)
  /** Shows what changed in the document since then (server ms); set by the document while it can. */
  showChangesSince = $state.raw<((at: number) => void) | null>(null)
  /** A newer version of the playbook than this incident runs by; the offer finds it. */
  newer = $state.raw<{ hash: string; version: number } | null>(null)
  /** The document's editor, while it is on screen and bound. */
  writing = $state.raw<EditorHandle | null>(null)
  #scribe: Scribe | null = null
  #lists: readonly TaskList[] = []
  #clocks: readonly Deadline[] = []
  #rows: TimelineRow[] = []
  #waitingLooks = $state(0)

  readonly playbook = $derived.by<Playbook>(() => must(this.store.playbook))
  readonly state = $derived.by<IncidentState>(() => must(this.store.shown))
  /** Names are part of what is drawn first: a name that comes later would move the words behind it. */
  readonly ready = $derived.by(
    () => this.store.shown !== null && this.store.playbook !== null && this.store.named,
  )
  readonly severity = $derived.by<Severity | null>(() => {
    const key = this.state.severity?.key
    return this.playbook.severities.find((s) => s.key === key) ?? null
  })
  readonly over = $derived.by(() => this.state.status.value === 'closed')
  #taskSources: readonly unknown[] = []
  /** The parts of the state that tasks are made from; the same list while none of them changed. */
  readonly #taskParts = $derived.by<readonly unknown[]>(() => {
    const { tasks, facts, flags, severity, status, times, updates, clocks, runbooks, procedures } = this.state
    const parts = [tasks, facts, flags, severity, status, times, updates, clocks, runbooks, procedures]
    if (parts.some((part, i) => part !== this.#taskSources[i])) this.#taskSources = parts
    return this.#taskSources
  })
  readonly lists = $derived.by<readonly TaskList[]>(() => {
    void this.#taskParts
    const { playbook } = this
    const fresh = untrack(() => taskLists(this.state, playbook))
    this.#lists = reuseLists(this.#lists, fresh)
    return this.#lists
  })
  readonly clocks = $derived.by<readonly Deadline[]>(() => {
    this.#clocks = reuse(this.#clocks, this.store.deadlines, (d) => d.id)
    return this.#clocks
  })
  readonly rows = $derived.by<readonly TimelineRow[]>(() => {
    this.#rows = sameRows(this.#rows, timeline(this.store.shownEntries))
    return this.#rows
  })
  /** Server time that moves on only when a clock changes its standing. */
  readonly moment: Moment
  /** Words of the tasks this person ticked whose answer is not here: another one may have been first. */
  readonly ticking = new Map<string, string>()
  #plan: readonly PlannedStep[] = []
  /** The plan as it stood at the newest event; what fell due since is in the log a moment later. */
  readonly #planned = $derived.by(
    () => this.parts?.escalationPlan(this.state, this.playbook, this.state.at) ?? [],
  )
  readonly #stepCame = new Reached(() =>
    this.ready ? (this.parts?.nextStepAt(this.#planned) ?? null) : null,
  )
  /** Who is called when. */
  readonly plan = $derived.by<readonly PlannedStep[]>(() => {
    const came = this.#stepCame.yes
    const fresh =
      came && this.parts !== null
        ? this.parts.escalationPlan(this.state, this.playbook, serverNow())
        : this.#planned
    this.#plan = reuse(this.#plan, fresh, (one) => one.key)
    return this.#plan
  })
  /** Who is called next by waiting, soonest first; none until the parts of the room are there. */
  readonly calls = $derived(this.parts?.comingCalls(this.state, this.playbook, this.plan) ?? [])

  /** Words that were not accepted: here until they are copied, sent otherwise, or discarded. */
  get tray(): readonly TrayItem[] {
    return kept.tray
  }

  readonly lamp = $derived.by<LampState>(() => {
    void this.#waitingLooks
    const first = this.store.pending[0]
    return roomLamp(
      { status: live.status, waiting: this.store.pending.length, since: first?.at ?? null },
      this.document.lamp,
      this.tray.length,
      serverNow(),
      { nothing: kept.keeping.kind === 'nothing', asOf: this.store.copyOf },
    )
  })

  constructor(id: string) {
    this.store = new IncidentStore(
      id,
      live.connection,
      () => session.actor,
      () => kept.keeper,
    )
    kept.openTray(id)
    this.moment = new Moment(() => (this.ready ? this.clocks : []))
    this.arrival = new Arrival(this)
    $effect(() => {
      const first = this.store.pending[0]
      if (first === undefined) return
      return ticker.alarm(first.at + patienceMs, () => {
        this.#waitingLooks += 1
      })
    })
  }

  #left = false
  /** Nobody stands in the room any more: what is answered later is not offered elsewhere. */
  get left(): boolean {
    return this.#left
  }

  /** The room is left: what was half written is kept for those who come back, the way back stays behind. */
  leave(): void {
    this.#left = true
    this.#scribe?.keep()
    toasts.dropUndo()
    this.document.close()
    this.store.close()
  }

  /** What is being written; it outlives the bar it is written in. Ask once the room is ready. */
  get scribe(): Scribe {
    this.#scribe ??= new Scribe(this)
    return this.#scribe
  }

  /** A phone: one pane at a time, the composer below all of them. */
  get phone(): boolean {
    return this.#narrow.current
  }

  /** First event, by seq, that this person had not seen when they came or came back; null: nothing is unread. */
  get unreadFrom(): number | null {
    return this.arrival.unreadFrom
  }

  get id(): string {
    return this.store.id
  }

  /** Own person id, or null for those who are nobody here. */
  get me(): string | null {
    return session.person?.id ?? null
  }

  readonly #ticked = $derived.by(() => tickedByFacts(flatTasks(this.lists)))
  readonly #taskTexts = $derived.by(() => taskTexts(this.lists, this.playbook))
  /** What sentences about events call things by. */
  readonly names: Names = {
    person: (id) => this.shortName(id),
    task: (id) => this.#taskTexts.get(id) ?? id,
    time: (ms) => `${utcTime(ms)} UTC`,
    tickedBy: (seq) => this.#ticked.get(seq) ?? [],
  }

  /** What words about the plan need. */
  get planWording(): PlanWording {
    return { state: this.state, playbook: this.playbook, names: this.names }
  }

  nameOf(id: string): string {
    return id === this.me ? (session.person?.name ?? 'You') : (this.#known.get(id) ?? this.store.nameOf(id))
  }

  readonly #short = $derived.by(() => shortNames(this.people))

  /** The first name where it is enough. */
  shortName(id: string): string {
    return this.#short.get(id) ?? this.nameOf(id)
  }

  /** Names by id: of those the log speaks of, and of those who are here and have done nothing yet. */
  readonly #known = $derived.by<ReadonlyMap<string, string>>(() => {
    const known = new Map<string, string>()
    if (session.person !== null) known.set(session.person.id, session.person.name)
    for (const person of this.store.people.values()) known.set(person.id, person.name)
    for (const person of this.store.present) known.set(person.id, person.name)
    return known
  })
  /** People who can be named here, by name. */
  readonly people = $derived.by(() =>
    [...this.#known].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name)),
  )

  /** Why this person may not do it, in words, or null. */
  denial(type: RoomCommandType): string | null {
    const verdict = session.may(type, { id: this.id })
    if (!verdict.allow) return verdict.reason
    return null
  }

  /** Who acts here, as the rules see it. */
  get actor(): Actor | null {
    return session.actor
  }

  readonly mayAct = $derived.by(() => this.denial('chat.send') === null)
  /** May act, and the incident still takes it. */
  readonly canAct = $derived.by(() => this.mayAct && !this.over)

  /** Sends a command; where there is a way back, offers it once the server has taken it. */
  async give<T extends RoomCommandType>(type: T, data: CommandData<T>): Promise<Outcome> {
    const before = this.state
    const answer = await this.store.send(type, data, { words: this.#wordsOf(type, data) })
    // Sound: type and data were checked together by the signature.
    if (answer.ok)
      void ahead().then(
        ({ offerWayBack }) => offerWayBack(this, { type, data } as Given, before),
        () => undefined,
      )
    return answer
  }

  /**
   * Sends a command for somebody who waits beside their words: gives why it was refused, or null. What is kept while
   * the line is cut is not waited for; a refusal that comes later is told like any other.
   */
  async ask<T extends RoomCommandType>(type: T, data: CommandData<T>): Promise<Refused | null> {
    const given = this.give(type, data)
    const late = new Promise<null>((resolve) => setTimeout(resolve, waitedForMs, null))
    const answer = await (keptOffline(type) ? Promise.race([given, late]) : given)
    if (answer === null) {
      void given.then((later) => !later.ok && !later.inTray && toasts.refused(later.error.message))
      return null
    }
    if (answer.ok) return null
    const { message, field } = answer.error
    return field === undefined ? { message } : { message, field }
  }

  /** Sends a command and says so when it was refused. @returns whether the server took it */
  async act<T extends RoomCommandType>(type: T, data: CommandData<T>): Promise<boolean> {
    const answer = await this.give(type, data)
    if (!answer.ok && !answer.inTray) toasts.refused(answer.error.message)
    return answer.ok
  }

  /** Sends words; refused ones go to the tray, so that nobody types into nothing. */
  async say<T extends RoomCommandType>(type: T, data: CommandData<T>, text: string): Promise<boolean> {
    return (await this.store.send(type, data, { words: text, tray: 'always' })).ok
  }

  #wordsOf(type: RoomCommandType, data: unknown): string {
    return this.store.wordsOf(type, data, (task) => this.#taskTexts.get(task) ?? task)
  }
}

function must<T>(value: T | null): T {
  if (value === null) throw new Error('The room is not joined yet.')
  return value
}

const key = Symbol('room')

export function provideRoom(room: RoomModel): void {
  setContext(key, room)
}

/** The room this part stands in. */
export function useRoom(): RoomModel {
  return getContext<RoomModel>(key)
}

const handsKey = Symbol('hands')

export function provideHands(hands: (parts: AheadParts) => RoomContext): void {
  setContext(handsKey, hands)
}

/** What the acts of this room are done with, once their part is there. */
export function useHands(): (parts: AheadParts) => RoomContext {
  return getContext<(parts: AheadParts) => RoomContext>(handsKey)
}
