import { standsAlone, type TimelineRow } from '../../../shared/incident/timeline.ts'

/** What the timeline draws: rows, and what stands between them. Keys stay the same while rows come and go. */
export type TimelineItem =
  | { kind: 'row'; key: string; row: TimelineRow }
  | { kind: 'fold'; key: string; rows: SystemRow[] }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'gap'; key: string; minutes: number }
  | { kind: 'unread'; key: string }

export type SystemRow = Extract<TimelineRow, { kind: 'system' }>

export interface ItemOptions {
  /** Rows were left out on purpose: then silence between the others says nothing. */
  filtered?: boolean
  /** First event, by seq, that the reader had not seen. */
  unreadFrom?: number | null
}

/** Silence worth saying. */
const gapMs = 20 * 60_000
/** Shorter runs of system rows are shown as they are. */
const foldFrom = 3
const dayMs = 24 * 60 * 60_000

/** Rows in order -> what is drawn: system runs folded, day breaks, long silences and the unread line between. */
export function timelineItems(rows: readonly TimelineRow[], options: ItemOptions = {}): TimelineItem[] {
  const items: TimelineItem[] = []
  const firstUnread = firstUnreadOf(rows, options.unreadFrom ?? null)
  let run: SystemRow[] = []
  let before: TimelineRow | null = null
  const flush = () => {
    const first = run[0]
    if (first !== undefined && run.length >= foldFrom)
      items.push({ kind: 'fold', key: `fold-${first.seq}`, rows: run })
    else for (const row of run) items.push({ kind: 'row', key: `row-${row.seq}`, row })
    run = []
  }
  for (const row of rows) {
    if (before !== null) {
      const newDay = Math.floor(row.at / dayMs) !== Math.floor(before.at / dayMs)
      const silence = options.filtered === true ? 0 : row.at - before.at
      if (newDay || silence >= gapMs) flush()
      if (silence >= gapMs)
        items.push({ kind: 'gap', key: `gap-${row.seq}`, minutes: Math.floor(silence / 60_000) })
      if (newDay) items.push({ kind: 'day', key: `day-${row.seq}`, at: row.at })
    }
    before = row
    if (row.seq === firstUnread) {
      flush()
      items.push({ kind: 'unread', key: 'unread' })
    }
    if (row.kind === 'system' && !standsAlone(row.event)) {
      run.push(row)
      continue
    }
    flush()
    items.push({ kind: 'row', key: `row-${row.seq}`, row })
  }
  flush()
  return items
}

/** The row written first among those not seen: one that is dated back does not draw the line up to its place. */
function firstUnreadOf(rows: readonly TimelineRow[], unreadFrom: number | null): number | null {
  if (unreadFrom === null) return null
  let first: number | null = null
  for (const { seq } of rows) if (seq >= unreadFrom && (first === null || seq < first)) first = seq
  return first
}

/** Keeps the row objects of before where nothing changed, so that a new message draws one row and no other. */
export function sameRows(before: readonly TimelineRow[], after: TimelineRow[]): TimelineRow[] {
  const known = new Map(before.map((row) => [row.seq, row]))
  return after.map((row) => {
    const old = known.get(row.seq)
    return old !== undefined && mark(old) === mark(row) ? old : row
  })
}

function mark(row: TimelineRow): string {
  switch (row.kind) {
    case 'chat':
      return `c ${row.commandId} ${row.recordedAt} ${row.edited} ${row.deleted} ${row.pinnedAs}`
    case 'entry':
      return `e ${row.commandId} ${row.recordedAt} ${row.at} ${row.versions.length} ${row.struck?.at} ${row.pinnedFrom?.since}`
    case 'system':
      return `s ${row.event.type} ${row.recordedAt} ${row.event.commandId}`
  }
}
