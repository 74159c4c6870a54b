import { getContext, setContext, untrack } from 'svelte'
import { MediaQuery } from 'svelte/reactivity'
import type { CommandData, RoomCommandType } from '../../../shared/incident/commands/registry.ts'
import type { Deadline } from '../../../shared/incident/deadlines.ts'
import type { Names } from '../../../shared/incident/sentences.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import { flatTasks, type TaskList, taskLists } from '../../../shared/incident/tasks.ts'
import { type TimelineRow, timeline } from '../../../shared/incident/timeline.ts'
import type { Playbook, Severity } from '../../../shared/playbook/model.ts'
import type { LampState } from '../../components/lamp-state.ts'
import { patienceMs, roomLamp } from '../../components/room/lamp.ts'
import { reuse, reuseLists } from '../../components/room/reuse.ts'
import { shortNames } from '../../components/room/short-names.ts'
import { sameRows } from '../../components/room/timeline-items.ts'
import { live } from '../../state/connection.svelte.ts'
import { DocumentStore } from '../../state/document.svelte.ts'
import { IncidentStore } from '../../state/incident.svelte.ts'
import { Moment } from '../../state/moment.svelte.ts'
import { serverNow, ticker } from '../../state/page-clock.ts'
import { session } from '../../state/session.svelte.ts'
import { utcTime } from '../../state/times.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import { Scribe } from './timeline/scribe.svelte.ts'

/** Words of one person that were not taken: kept until they are copied, sent otherwise, or thrown away. */
export interface TrayText {
  key: string
  text: string
  reason: string
  dismiss: () => void
}

/** Which pane a narrow screen shows, and which dialog stands over the room. */
export type Pane = 'tasks' | 'document' | 'timeline'
export type RoomDialog =
  | 'clocks'
  | 'roles'
  | 'facts'
  | 'share'
  | 'close'
  | 'reopen'
  | 'tray'
  | 'severity'
  | 'status'
  | null

/**
 * One open room as its parts see it. Every list here keeps the objects that did not change, so that an event draws
 * what it concerns. Make it while the room's component is set up; use it below once `ready`.
 */
export class RoomModel {
  readonly store: IncidentStore
  readonly document = new DocumentStore()
  readonly #narrow = new MediaQuery('(max-width: 699px)')
  pane = $state<Pane>('tasks')
  dialog = $state<RoomDialog>(null)
  /** An audience somebody wants to write to; the scribe bar takes it up. */
  writeTo = $state<string | null>(null)
  #unsent = $state.raw<readonly { id: number; text: string; reason: string }[]>([])
  #lastUnsent = 0
  #scribe: Scribe | null = null
  #lists: readonly TaskList[] = []
  #clocks: readonly Deadline[] = []
  #rows: TimelineRow[] = []
  #waitingLooks = $state(0)

  readonly playbook = $derived.by<Playbook>(() => must(this.store.playbook))
  readonly state = $derived.by<IncidentState>(() => must(this.store.shown))
  readonly ready = $derived.by(() => this.store.shown !== null && this.store.playbook !== null)
  readonly severity = $derived.by<Severity | null>(() => {
    const key = this.state.severity?.key
    return this.playbook.severities.find((s) => s.key === key) ?? null
  })
  readonly over = $derived.by(() => this.state.status.value === 'closed')
  readonly #taskStates = $derived.by(() => this.state.tasks)
  readonly lists = $derived.by<readonly TaskList[]>(() => {
    void this.#taskStates
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

  readonly tray = $derived.by<readonly TrayText[]>(() => [
    ...this.document.refused.map((r) => ({
      key: `d${r.id}`,
      text: r.text,
      reason: r.reason,
      dismiss: () => this.document.dismiss(r.id),
    })),
    ...this.#unsent.map((u) => ({
      key: `c${u.id}`,
      text: u.text,
      reason: u.reason,
      dismiss: () => {
        this.#unsent = this.#unsent.filter((other) => other.id !== u.id)
      },
    })),
  ])

  readonly lamp = $derived.by<LampState>(() => {
    void this.#waitingLooks
    const first = this.store.pending[0]
    return roomLamp(
      { status: live.status, waiting: this.store.pending.length, since: first?.at ?? null },
      this.document.lamp,
      this.tray.length,
      serverNow(),
    )
  })

  constructor(id: string) {
    this.store = new IncidentStore(id, live.connection, () => session.actor)
    this.moment = new Moment(() => (this.ready ? this.clocks : []))
    $effect(() => {
      const first = this.store.pending[0]
      if (first === undefined) return
      return ticker.alarm(first.at + patienceMs, () => {
        this.#waitingLooks += 1
      })
    })
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

  get id(): string {
    return this.store.id
  }

  /** Own person id, or null for those who are nobody here. */
  get me(): string | null {
    return session.person?.id ?? null
  }

  readonly #taskTexts = $derived.by(() => new Map(flatTasks(this.lists).map((task) => [task.id, task.text])))
  /** What sentences about events call things by. */
  readonly names: Names = {
    person: (id) => this.shortName(id),
    task: (id) => this.#taskTexts.get(id) ?? id,
    time: (ms) => `${utcTime(ms)} UTC`,
  }

  nameOf(id: string): string {
    return id === this.me ? (session.person?.name ?? 'You') : this.store.nameOf(id)
  }

  readonly #short = $derived.by(() => shortNames(this.people))

  /** The first name where it is enough. */
  shortName(id: string): string {
    return this.#short.get(id) ?? this.nameOf(id)
  }

  /** People who can be named here, by name. */
  readonly people = $derived.by(() => {
    const known = new Map<string, string>()
    if (session.person !== null) known.set(session.person.id, session.person.name)
    for (const person of this.store.people.values()) known.set(person.id, person.name)
    for (const person of this.store.present) known.set(person.id, person.name)
    return [...known].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name))
  })

  /** Why this person may not do it, in words, or null. */
  denial(type: RoomCommandType): string | null {
    const verdict = session.may(type, { id: this.id })
    if (!verdict.allow) return verdict.reason
    return null
  }

  readonly mayAct = $derived.by(() => this.denial('chat.send') === null)
  /** May act, and the incident still takes it. */
  readonly canAct = $derived.by(() => this.mayAct && !this.over)

  /** Sends a command and says so when it was refused. @returns whether the server took it */
  async act<T extends RoomCommandType>(type: T, data: CommandData<T>): Promise<boolean> {
    const answer = await this.store.send(type, data)
    if (!answer.ok) toasts.refused(answer.error.message)
    return answer.ok
  }

  /** Sends words; refused ones go to the tray, so that nobody types into nothing. */
  async say<T extends RoomCommandType>(type: T, data: CommandData<T>, text: string): Promise<boolean> {
    const answer = await this.store.send(type, data)
    if (!answer.ok) {
      this.#lastUnsent += 1
      this.#unsent = [...this.#unsent, { id: this.#lastUnsent, text, reason: answer.error.message }]
    }
    return answer.ok
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
