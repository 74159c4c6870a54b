import { untrack } from 'svelte'
import type { IncidentEvent, RawEvent } from '../../../../shared/incident/events.ts'
import { lift } from '../../../../shared/incident/events.ts'
import type { RowQuery } from '../../../../shared/incident/row-query.ts'
import { type TimelineRow, timeline } from '../../../../shared/incident/timeline.ts'
import { rowMatches } from '../../../../shared/incident/timeline-search.ts'
import { sameRows } from '../../../components/room/timeline-items.ts'
import { type PinReason, worthPinning } from '../../../components/room/worth-pinning.ts'
import { searchEntries } from '../../../net/log-search.ts'
import type { RoomModel } from '../room-model.svelte.ts'
import { Dismissed } from './dismissed.svelte.ts'
import type { LogView } from './log-view.svelte.ts'

/** How long somebody pauses before what they look for is asked for, ms. */
const pauseMs = 250

/**
 * What a reader of the log looks for: rows that are loaded are filtered here; older ones are looked for on the server,
 * page by page, and stand before them.
 */
export class LogSearch {
  readonly #room: RoomModel
  readonly #view: LogView
  readonly #dismissed: Dismissed

  #found = $state.raw<readonly IncidentEvent[]>([])
  #next = $state<number | null>(null)
  #searching = $state(false)
  #failed = $state(false)
  /** Everything before this seq came from the search, everything from it on is loaded. */
  #boundary = Number.POSITIVE_INFINITY
  #ask = 0
  #rows: TimelineRow[] = []
  #asked: RowQuery | null = null

  readonly reasons = $derived.by<ReadonlyMap<number, PinReason>>(() => {
    const found = new Map<number, PinReason>()
    const commander = this.#room.playbook.roles.find((role) => role.kind === 'commander')
    const holder =
      commander === undefined ? null : (this.#room.state.roles[commander.id]?.holder?.person ?? null)
    for (const row of this.#room.rows) {
      const reason = worthPinning(row, holder)
      if (reason !== null && !this.#dismissed.has(row.seq)) found.set(row.seq, reason)
    }
    return found
  })
  /** Rows that are what is looked for. */
  readonly rows = $derived.by<readonly TimelineRow[]>(() => {
    const { rows } = this.#room
    const { query } = this.#view
    const all = this.#found.length === 0 ? rows : timeline([...this.#found, ...this.#room.store.shownEntries])
    const world = untrack(() => this.#world())
    this.#rows = sameRows(
      this.#rows,
      all.filter((row) => rowMatches(row, query, world)),
    )
    return this.#rows
  })

  constructor(room: RoomModel, view: LogView) {
    this.#room = room
    this.#view = view
    this.#dismissed = new Dismissed(room.id)
  }

  get hasOlder(): boolean {
    return this.#next !== null
  }

  get searching(): boolean {
    return this.#searching
  }

  /** The search did not answer; what is loaded is shown. */
  get failed(): boolean {
    return this.#failed
  }

  /** Asks the server once somebody has paused; to be run as an effect. @returns what gives it up */
  follow(): (() => void) | undefined {
    const { query, filtered, unscribed } = this.#view
    const first = this.#room.store.entries[0]?.seq ?? 1
    if (!filtered || unscribed) {
      untrack(() => this.#forget())
      return undefined
    }
    const inside = untrack(() => first <= this.#boundary && this.#asked === query)
    if (inside) return undefined
    untrack(() => this.#forget())
    this.#searching = this.#room.store.hasOlder
    const later = setTimeout(() => void this.#begin(query), pauseMs)
    return () => clearTimeout(later)
  }

  /** Loads one more page of older rows. */
  async older(): Promise<void> {
    if (this.#searching || this.#next === null) return
    await this.#page(this.#view.query, this.#next)
  }

  dismiss(seq: number): void {
    this.#dismissed.add(seq)
  }

  async #begin(query: RowQuery): Promise<void> {
    this.#asked = query
    this.#boundary = this.#room.store.entries[0]?.seq ?? 1
    if (this.#room.store.hasOlder) await this.#page(query, this.#boundary)
    else this.#searching = false
  }

  async #page(query: RowQuery, before: number): Promise<void> {
    this.#ask += 1
    const ask = this.#ask
    this.#searching = true
    this.#failed = false
    try {
      // An answer may hold nothing and still have older entries to ask for.
      for (let from: number | null = before; from !== null; ) {
        const found: Awaited<ReturnType<typeof searchEntries>> = await searchEntries(
          this.#room.id,
          query,
          from,
        )
        if (ask !== this.#ask) return
        this.#found = [...lifted(found.entries), ...this.#found]
        this.#next = found.next
        from = found.entries.length === 0 ? found.next : null
      }
    } catch {
      if (ask === this.#ask) this.#failed = true
    } finally {
      if (ask === this.#ask) this.#searching = false
    }
  }

  #forget(): void {
    this.#ask += 1
    this.#asked = null
    this.#found = []
    this.#next = null
    this.#searching = false
    this.#failed = false
  }

  /** Full names, as the server has them. */
  #world() {
    const { playbook, names } = this.#room
    return { playbook, names: { ...names, person: (id: string) => this.#room.nameOf(id) } }
  }
}

/** What this page does not understand is not shown; the room asks for a reload when it comes to it. */
function lifted(entries: readonly RawEvent[]): IncidentEvent[] {
  return entries.flatMap((e) => {
    try {
      return [lift(e)]
    } catch {
      return []
    }
  })
}
