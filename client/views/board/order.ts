import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { callCondition } from '../../../shared/incident/escalation/coming.ts'
import { byUrgency, standingAt } from '../../../shared/incident/standing.ts'
import type { BoardRow } from '../../../shared/protocol/socket.ts'

/** What somebody owes; the window of a phase is not. */
const owed = (row: BoardRow) => row.deadlines.filter((d) => d.kind !== 'phase')

/** The one clock that stands for an incident: overdue longest first, then what is due next. Null: none counts. */
export function worstClock(row: BoardRow, now: number): Deadline | null {
  const [first] = owed(row).sort(byUrgency(now))
  if (first === undefined) return null
  const { kind } = standingAt(first, now)
  return kind === 'waiting' || kind === 'met' || kind === 'met-late' || kind === 'elapsed' || kind === 'off'
    ? null
    : first
}

/** Next deadline first; rows without one stand behind, newest first. */
export function byNextDeadline(now: number): (a: BoardRow, b: BoardRow) => number {
  const due = new Map<BoardRow, number>()
  const dueOf = (row: BoardRow) => {
    let at = due.get(row)
    if (at === undefined) {
      at = worstClock(row, now)?.dueAt ?? Number.POSITIVE_INFINITY
      due.set(row, at)
    }
    return at
  }
  return (a, b) => {
    const [dueA, dueB] = [dueOf(a), dueOf(b)]
    return dueA === dueB ? b.declaredAt - a.declaredAt : dueA - dueB
  }
}

/** What was in `kept` keeps its place; what is new comes behind, in its own order. */
export function keepOrder(rows: readonly BoardRow[], kept: readonly string[]): BoardRow[] {
  const place = new Map(kept.map((id, index) => [id, index]))
  return [...rows].sort((a, b) => (place.get(a.id) ?? kept.length) - (place.get(b.id) ?? kept.length))
}

export interface Upcoming {
  row: BoardRow
  id: string
  label: string
  at: number
  /** Null for a call. */
  deadline: Deadline | null
  /** On what a call depends, in words. */
  condition: string | null
}

/** Everything that falls due and everybody who is called within `windowMs`, soonest first. */
export function upcoming(rows: readonly BoardRow[], now: number, windowMs: number): Upcoming[] {
  return rows
    .flatMap((row) => [...dueOf(row, now), ...callsOf(row)])
    .filter(({ at }) => at >= now && at - now <= windowMs)
    .sort((a, b) => a.at - b.at)
}

function dueOf(row: BoardRow, now: number): Upcoming[] {
  return owed(row).flatMap((deadline) => {
    const { kind } = standingAt(deadline, now)
    if ((kind !== 'on-track' && kind !== 'at-risk') || deadline.dueAt === null) return []
    return [{ row, id: deadline.id, label: deadline.label, at: deadline.dueAt, deadline, condition: null }]
  })
}

function callsOf(row: BoardRow): Upcoming[] {
  return row.open
    ? (row.calls ?? []).map((call) => ({ row, ...call, deadline: null, condition: callCondition(call) }))
    : []
}

/** The running update that is owed next, if any audience has one with a figure. */
export function nextUpdate(row: BoardRow): Deadline | null {
  const updates = row.deadlines.filter(
    (d) => d.kind === 'update' && d.phase === 'running' && d.dueAt !== null,
  )
  updates.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
  return updates[0] ?? null
}
