import { createContext, untrack } from 'svelte'
import { asksNothing, type RowKind, type RowQuery } from '../../../../shared/incident/row-query.ts'
import type { TimelineRow } from '../../../../shared/incident/timeline.ts'
import { type TimelineItem, timelineItems } from '../../../components/room/timeline-items.ts'
import type { PinReason } from '../../../components/room/worth-pinning.ts'
import { Marks } from '../../../state/marks.svelte.ts'
import type { RoomModel } from '../room-model.svelte.ts'
import type { LogSearch } from './log-search.svelte.ts'

/** A stretch of time that has a name: a phase of the playbook, a status that lasted. */
export interface Span {
  name: string
  from: number
  to: number | null
}

/**
 * What one reader sees of the log: which rows, from how far back, and what they opened in them. What finds rows and
 * what guesses at them comes after the log is drawn.
 */
export class LogView {
  readonly #room: RoomModel
  kind = $state<RowKind>('all')
  text = $state('')
  person = $state<string | null>(null)
  span = $state.raw<Span | null>(null)
  /** Only what may be worth pinning, of what is loaded. */
  unscribed = $state(false)
  /** What this reader opened, so that it is open still when it comes back into sight. */
  readonly openFolds = new Marks<string>()
  readonly wholeTexts = new Marks<number>()
  /** Rows with a half-written change in them: they stay, wherever the reader looks. */
  readonly editing = new Marks<number>()
  /** Messages that are being pinned: they stay until that is done. */
  readonly pinning = new Marks<number>()
  #search = $state.raw<LogSearch | null>(null)

  readonly query = $derived.by<RowQuery>(() => ({
    kind: this.kind,
    ...(this.text.trim() === '' ? {} : { text: this.text.trim().slice(0, 200) }),
    ...(this.person === null ? {} : { person: this.person }),
    ...(this.span === null ? {} : { from: this.span.from }),
    ...(this.span === null || this.span.to === null ? {} : { to: this.span.to }),
  }))
  readonly filtered = $derived(!asksNothing(this.query))
  /** Messages whose words stand in the record, each with its entry: among everything they are read there, once. */
  readonly pinned = $derived.by<ReadonlyMap<number, number>>(() => {
    const found = new Map<number, number>()
    const { rows } = this.#room
    for (const row of rows) {
      if (row.kind !== 'entry' || row.pinnedFrom === null || row.struck !== null) continue
      const { seq } = row.pinnedFrom
      if (!this.editing.has(seq) && !this.pinning.has(seq)) found.set(seq, row.seq)
    }
    return found
  })
  readonly rows = $derived.by<readonly TimelineRow[]>(() => {
    const { rows } = this.#room
    if (this.unscribed) return rows.filter(({ seq }) => this.reasons.has(seq) || this.pinning.has(seq))
    if (this.filtered && this.#search !== null) return this.#search.rows
    return this.pinned.size === 0 ? rows : rows.filter(({ seq }) => !this.pinned.has(seq))
  })
  readonly items = $derived.by<readonly TimelineItem[]>(() =>
    timelineItems(this.rows, {
      filtered: this.filtered || this.unscribed,
      unreadFrom: this.#room.arrival.unreadFrom,
    }),
  )

  constructor(room: RoomModel) {
    this.#room = room
    $effect(() => {
      const { parts } = room
      if (parts !== null) this.#search ??= untrack(() => new parts.LogSearch(room, this))
    })
    $effect(() => this.#search?.follow())
  }

  /** Messages that may belong in the record, by seq, and why. */
  get reasons(): ReadonlyMap<number, PinReason> {
    return this.#search?.reasons ?? nothing
  }

  /** Whether older rows can be had. */
  get hasOlder(): boolean {
    if (this.unscribed) return false
    return this.filtered ? this.#search?.hasOlder === true : this.#room.store.hasOlder
  }

  get loading(): boolean {
    return this.filtered ? this.#search?.searching === true : this.#room.store.loadingOlder
  }

  /** The search did not answer; what is loaded is shown. */
  get failed(): boolean {
    return this.#search?.failed === true
  }

  /** Loads one more page of older rows. */
  async older(): Promise<void> {
    if (this.unscribed) return
    if (!this.filtered) return this.#room.store.loadOlder()
    await this.#search?.older()
  }

  /** Everything again. */
  clear(): void {
    this.kind = 'all'
    this.text = ''
    this.person = null
    this.span = null
    this.unscribed = false
  }

  /** This message is not worth pinning. */
  dismiss(seq: number): void {
    this.#search?.dismiss(seq)
  }
}

const nothing: ReadonlyMap<number, PinReason> = new Map()

export const [useLogView, provideLogView] = createContext<LogView>()
