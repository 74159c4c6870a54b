import { isTurn, type TimelineRow } from '../../../shared/incident/timeline.ts'
import type { Course, Span } from './spans.ts'

/** What stands on a line of its own, from top to bottom below the bands. */
export const lanes = ['clocks', 'decisions', 'entries'] as const
export type Lane = (typeof lanes)[number]

/** Marks that would cover each other are one; places are shares of the width, 0 to 1. */
export interface Mark {
  x: number
  rows: TimelineRow[]
}

export interface Band {
  x: number
  width: number
  span: Span
}

export interface Axis {
  from: number
  to: number
  ticks: { x: number; at: number }[]
  marks: Record<Lane, Mark[]>
  gaps: { x: number; width: number; minutes: number }[]
}

const minute = 60_000
const gapMs = 20 * minute
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 43_200].map(
  (n) => n * minute,
)
/** Ticks need so much room, px; marks closer than this are one. */
const tickRoom = 90
const markRoom = 20

/** Which line a row belongs on; null for what is no act and no word of the record. */
export function laneOf(row: TimelineRow): Lane | null {
  if (row.kind === 'entry') return row.entry === 'decision' ? 'decisions' : 'entries'
  if (row.kind === 'chat') return null
  return isTurn(row.event.type) && !/^(?:severity|status|incident)\./.test(row.event.type) ? 'clocks' : null
}

/**
 * The record of an incident on one axis of `width` px, from its first moment to `now` or to its end. Silence is that
 * of rows people would read; a moment dated back before the declaration widens the axis.
 */
export function axisOf(
  rows: readonly TimelineRow[],
  course: Course,
  { now, ended, width }: { now: number; ended: boolean; width: number },
): Axis {
  const stands = rows.filter((row) => laneOf(row) !== null)
  const begun = course.statuses[0]?.from ?? stands[0]?.at ?? now
  const lastAt = Math.max(
    begun,
    ...stands.map((row) => row.at),
    ...course.statuses.map((s) => s.to ?? s.from),
  )
  const from = Math.min(begun, ...stands.map((row) => row.at))
  const to = Math.max(from + minute, ended ? lastAt : now)
  const x = (at: number) => (at - from) / (to - from)
  const near = markRoom / Math.max(1, width)
  const marks: Record<Lane, Mark[]> = { clocks: [], decisions: [], entries: [] }
  for (const row of stands) {
    const lane = laneOf(row)
    if (lane === null) continue
    const last = marks[lane].at(-1)
    if (last !== undefined && x(row.at) - last.x < near) last.rows.push(row)
    else marks[lane].push({ x: x(row.at), rows: [row] })
  }
  return { from, to, ticks: ticks(from, to, width), marks, gaps: gaps(rows, x, to, ended) }
}

/** A stretch on the axis, cut where it ends; null for one that lies beside it. */
export function bandOf(span: Span, { from, to }: Pick<Axis, 'from' | 'to'>): Band | null {
  const begin = Math.max(from, span.from)
  const end = Math.min(to, span.to ?? to)
  if (end <= begin) return null
  return { x: (begin - from) / (to - from), width: (end - begin) / (to - from), span }
}

function ticks(from: number, to: number, width: number): Axis['ticks'] {
  const most = Math.max(2, Math.floor(width / tickRoom))
  const step = steps.find((ms) => (to - from) / ms <= most) ?? Math.ceil((to - from) / most)
  const found: Axis['ticks'] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step)
    found.push({ at, x: (at - from) / (to - from) })
  return found
}

function gaps(
  rows: readonly TimelineRow[],
  x: (at: number) => number,
  to: number,
  ended: boolean,
): Axis['gaps'] {
  const times = rows.map((row) => row.at)
  const ends = ended ? times : [...times, to]
  return ends.flatMap((at, i) => {
    const before = ends[i - 1]
    if (before === undefined || at - before < gapMs) return []
    return [{ x: x(before), width: x(at) - x(before), minutes: Math.floor((at - before) / minute) }]
  })
}
