import { dayAt, dayText, instantOf, type LocalDay, nextDay, weekdayOf } from './zone.ts'

/** Open hours of one day, in minutes after local midnight; `to` is the first minute that is closed again. */
export interface Span {
  from: number
  to: number
}

/** Working hours that somebody entered: nothing is assumed about a week nobody described (S12). */
export interface BusinessHours {
  zone: string
  /** By weekday, 0 Sunday to 6 Saturday; a day without spans is closed. Spans of a day are in order, apart. */
  week: readonly (readonly Span[])[]
  /** Closed days, `2026-12-25`. */
  holidays: readonly string[]
}

/** A year and a day: a calendar that opens never is a mistake the reader refuses, and no loop here may run on. */
const furthestDays = 366

/** Open spans of one local day; none on a holiday. */
function spansOf(day: LocalDay, hours: BusinessHours): readonly Span[] {
  if (hours.holidays.includes(dayText(day))) return []
  return hours.week[weekdayOf(day)] ?? []
}

/**
 * Start or end of the next working day after the local day of `from`, in ms (R18): what is asked for on Friday
 * evening before a Monday that is a holiday is due on Tuesday. Null when no day within a year is worked.
 */
export function nextBusinessDay(from: number, by: 'start' | 'end', hours: BusinessHours): number | null {
  let day = dayAt(from, hours.zone)
  for (let i = 0; i < furthestDays; i += 1) {
    day = nextDay(day)
    const spans = spansOf(day, hours)
    const span = by === 'start' ? spans[0] : spans.at(-1)
    if (span !== undefined) return instantOf(day, by === 'start' ? span.from : span.to, hours.zone)
  }
  return null
}
