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

/** What people owe and what counts now, overdue first. */
export function urgentClocks(clocks: readonly Deadline[], now: number): Deadline[] {
  return [...clocks]
    .filter((d) => {
      const { kind } = standingAt(d, now)
      const counts = kind === 'overdue' || kind === 'at-risk' || kind === 'on-track'
      return counts && d.kind !== 'watch' && d.kind !== 'phase'
    })
    .sort(byUrgency(now))
}

export function groupClocks(clocks: readonly Deadline[], now: number): ClockGroups {
  const of = (...kinds: string[]) => clocks.filter((d) => kinds.includes(standingAt(d, now).kind))
  return {
    urgent: urgentClocks(clocks, now),
    calm: of('on-track').filter((d) => d.kind === 'watch' || d.kind === 'phase'),
    met: of('met', 'met-late'),
    unset: of('unset', 'no-severity', 'scheduled', 'next-business-day'),
  }
}
