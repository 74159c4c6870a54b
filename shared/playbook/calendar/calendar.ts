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

/** Whether it is a working hour at `at` (ms). */
export function isOpenAt(at: number, hours: BusinessHours): boolean {
  const day = dayAt(at, hours.zone)
  return spansOf(day, hours).some(
    (span) => at >= instantOf(day, span.from, hours.zone) && at < instantOf(day, span.to, hours.zone),
  )
}

/** `at` itself when it is a working hour, else the next opening, in ms; null when there is none within a year. */
export function openFrom(at: number, hours: BusinessHours): number | null {
  let day = dayAt(at, hours.zone)
  for (let i = 0; i <= furthestDays; i += 1) {
    for (const span of spansOf(day, hours)) {
      if (at < instantOf(day, span.to, hours.zone)) return Math.max(at, instantOf(day, span.from, hours.zone))
    }
    day = nextDay(day)
  }
  return null
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

/** The moment at which `ms` of working time have gone by since `from`; null when a year of it does not suffice. */
export function afterWorking(from: number, ms: number, hours: BusinessHours): number | null {
  let rest = ms
  let at = openFrom(from, hours)
  for (let i = 0; at !== null && i <= 4 * furthestDays; i += 1) {
    const end = closingAfter(at, hours)
    if (at + rest <= end) return at + rest
    rest -= end - at
    at = openFrom(end, hours)
  }
  return null
}

/** End of the span that `at`, a working hour, lies in. */
function closingAfter(at: number, hours: BusinessHours): number {
  const day = dayAt(at, hours.zone)
  for (const span of spansOf(day, hours)) {
    const end = instantOf(day, span.to, hours.zone)
    if (at < end) return end
  }
  throw new Error(`${at} is no working hour.`)
}
