import type { Week } from '../parts/week.ts'
import { givenValue, type Stated } from '../stated.ts'
import type { BusinessHours } from './calendar.ts'

/** Hours to compute with, or null while the zone or the week was not entered. */
export function hoursOf(calendar: {
  zone: Stated<string>
  week: Stated<Week>
  holidays: readonly string[]
}): BusinessHours | null {
  const zone = givenValue(calendar.zone)
  const week = givenValue(calendar.week)
  return zone === null || week === null ? null : { zone, week, holidays: calendar.holidays }
}
