import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { byUrgency, standingAt } from '../../../shared/incident/standing.ts'

/** Clocks of the header by what becomes of them: most urgent first. */
export interface ClockGroups {
  /** Owed by people and counting: the first stands large, two more as tiles. */
  urgent: Deadline[]
  /** Counting by themselves: watches and windows. */
  calm: Deadline[]
  met: Deadline[]
  unset: Deadline[]
}

/** Counts by itself and nobody waits for it: a timer until it rings. */
function isCalm(d: Deadline, standing: string): boolean {
  return d.kind === 'watch' || d.kind === 'phase' || (d.kind === 'timer' && standing !== 'overdue')
}

/** What people owe and what counts now, overdue first. */
export function urgentClocks(clocks: readonly Deadline[], now: number): Deadline[] {
  return [...clocks]
    .filter((d) => {
      const { kind } = standingAt(d, now)
      const counts = kind === 'overdue' || kind === 'at-risk' || kind === 'on-track'
      return counts && !isCalm(d, kind)
    })
    .sort(byUrgency(now))
}

/**
 * Which of the urgent clocks are tiles, the large one first: what breaks next; then, small, acknowledging and the next
 * update, which everybody waits for; then the rest by urgency.
 */
export function tileClocks(urgent: readonly Deadline[], count: number): Deadline[] {
  const [large, ...rest] = urgent
  if (large === undefined) return []
  const acknowledge = rest.find((d) => d.until === 'acknowledged')
  const update = large.kind === 'update' ? undefined : rest.find((d) => d.kind === 'update')
  return [...new Set([large, acknowledge, update, ...rest])].filter((d) => d !== undefined).slice(0, count)
}

export function groupClocks(clocks: readonly Deadline[], now: number): ClockGroups {
  const of = (...kinds: string[]) => clocks.filter((d) => kinds.includes(standingAt(d, now).kind))
  return {
    urgent: urgentClocks(clocks, now),
    calm: of('on-track').filter((d) => isCalm(d, 'on-track')),
    met: of('met', 'met-late'),
    unset: of('unset', 'no-severity', 'scheduled', 'next-business-day'),
  }
}
