/**
 * Local time of a named zone, by the zone data that every browser and Node carry. Pure: the same instant and zone
 * give the same answer everywhere.
 */

/** A day of a calendar, without a zone. `month` counts from 1. */
export interface LocalDay {
  year: number
  month: number
  day: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

/** Whether this is a time zone that can be computed with: `Europe/London`, `UTC`. Offsets such as `+02:00` know no summer. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** How far local clocks are ahead of UTC at an instant, in ms. Throws a RangeError for an unknown zone. */
export function offsetAt(at: number, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** The local day an instant falls on. */
export function dayAt(at: number, zone: string): LocalDay {
  return dayOf(new Date(at + offsetAt(at, zone)))
}

/** 0 Sunday to 6 Saturday. */
export function weekdayOf(day: LocalDay): number {
  return new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay()
}

export function nextDay(day: LocalDay): LocalDay {
  return dayOf(new Date(Date.UTC(day.year, day.month - 1, day.day + 1)))
}

/** `2026-11-23` */
export function dayText(day: LocalDay): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(day.year).padStart(4, '0')}-${two(day.month)}-${two(day.day)}`
}

/**
 * The instant of a local time, `minutes` after local midnight (1440: the end of that day). A time the clocks jump
 * over counts as the moment they jump; one that comes twice is the first of the two.
 */
export function instantOf(day: LocalDay, minutes: number, zone: string): number {
  const wall = Date.UTC(day.year, day.month - 1, day.day) + minutes * 60_000
  const offsets = [offsetAt(wall - 86_400_000, zone), offsetAt(wall + 86_400_000, zone)]
  const candidates = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, zone) === wall)
  if (candidates.length > 0) return Math.min(...candidates)
  return jumpBetween(wall - Math.max(...offsets), wall - Math.min(...offsets), zone)
}

/** The second at which the offset changes, between two instants with one change. */
function jumpBetween(before: number, after: number, zone: string): number {
  const first = offsetAt(before, zone)
  let low = Math.floor(before / 1000)
  let high = Math.ceil(after / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * 1000, zone) === first) low = middle
    else high = middle
  }
  return high * 1000
}

function dayOf(date: Date): LocalDay {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}
