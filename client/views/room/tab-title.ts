import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { clockDigits, standingAt } from '../../../shared/incident/standing.ts'
import { ticker } from '../../state/page-clock.ts'

/** The tab's title is the clock that breaks next: `4:10 API down`, `+2:10 API down`. Set by the ticker alone. */
export function tabTitle(clock: () => Deadline | null, title: () => string) {
  return () => {
    const worst = clock()
    const words = title()
    return ticker.add((now) => {
      const text = worst === null ? words : `${digits(worst, now)} ${words}`.trim()
      if (document.title !== text) document.title = text
    })
  }
}

function digits(clock: Deadline, now: number): string {
  const standing = standingAt(clock, now)
  switch (standing.kind) {
    case 'on-track':
    case 'at-risk':
      return clockDigits(standing.remainingMs, 'down')
    case 'overdue':
      return `+${clockDigits(standing.overMs, 'up')}`
    default:
      return ''
  }
}
