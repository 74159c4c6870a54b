import type { EventType, IncidentEvent } from '../../../shared/incident/events.ts'
import type { TimelineRow } from '../../../shared/incident/timeline.ts'

export const timelineFilters = ['all', 'record', 'decisions', 'chat'] as const
export type TimelineFilter = (typeof timelineFilters)[number]

/** What the timeline draws: rows, and what stands between them. Keys stay the same while rows come and go. */
export type TimelineItem =
  | { kind: 'row'; key: string; row: TimelineRow }
  | { kind: 'fold'; key: string; rows: SystemRow[] }
  | { kind: 'day'; key: string; at: number }
  | { kind: 'gap'; key: string; minutes: number }

export type SystemRow = Extract<TimelineRow, { kind: 'system' }>

/** Silence worth saying. */
const gapMs = 20 * 60_000
/** Shorter runs of system rows are shown as they are. */
const foldFrom = 3
const dayMs = 24 * 60 * 60_000

/** What turns the incident stands alone; the rest of what Muster notes folds when it comes in runs. */
const alone: ReadonlySet<EventType> = new Set<EventType>([
  'severity.changed',
  'status.changed',
  'incident.closed',
  'incident.reopened',
  'clock.breached',
  'role.taken',
  'role.accepted',
])

export function passes(row: TimelineRow, filter: TimelineFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'chat':
      return row.kind === 'chat'
    case 'decisions':
      return row.kind === 'entry' && row.entry === 'decision'
    case 'record':
      return row.kind === 'entry' || (row.kind === 'system' && alone.has(row.event.type))
  }
}

/** Rows in order -> what is drawn: system runs folded, day breaks and long silences between. */
export function timelineItems(rows: readonly TimelineRow[], filter: TimelineFilter): TimelineItem[] {
  const items: TimelineItem[] = []
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
    if (!passes(row, filter)) continue
    if (before !== null) {
      const newDay = Math.floor(row.at / dayMs) !== Math.floor(before.at / dayMs)
      const silence = row.at - before.at
      if (newDay || silence >= gapMs) flush()
      if (silence >= gapMs)
        items.push({ kind: 'gap', key: `gap-${row.seq}`, minutes: Math.floor(silence / 60_000) })
      if (newDay) items.push({ kind: 'day', key: `day-${row.seq}`, at: row.at })
    }
    before = row
    if (row.kind === 'system' && !alone.has(row.event.type)) {
      run.push(row)
      continue
    }
    flush()
    items.push({ kind: 'row', key: `row-${row.seq}`, row })
  }
  flush()
  return items
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
      return `e ${row.commandId} ${row.recordedAt} ${row.at} ${row.versions.length} ${row.struck?.at}`
    case 'system':
      return `s ${row.event.type} ${row.recordedAt} ${row.event.commandId}`
  }
}

/** Newest sequence among rows, 0 without any. */
export function newestSeq(rows: readonly TimelineRow[]): number {
  return rows.reduce((most, row) => Math.max(most, row.seq), 0)
}

export function isAlone(e: IncidentEvent): boolean {
  return alone.has(e.type)
}
