/**
 * Times as chat programs print them: `14:03`, `2:14 PM`, `20/11/2026, 14:03:11`, `Today at 2:14 PM`. They say
 * neither zone nor, mostly, the day: whoever reads them chooses both.
 */

export interface ClockTime {
  hours: number
  minutes: number
  seconds: number
}

/** `2026-11-20`, or a day that is named from the day of copying. */
export type SaidDay = { kind: 'date'; day: string } | { kind: 'before'; days: number }

export interface Stamp {
  time: ClockTime
  day: SaidDay | null
}

const time = String.raw`(?<h>\d{1,2}):(?<m>[0-5]\d)(?::(?<s>[0-5]\d)(?:[.,]\d{1,6})?)?(?:\s?(?<half>[AaPp])\.?[Mm]\.?)?`
const day = String.raw`(?<day>\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d)|[Tt]oday|[Yy]esterday)`
/** A stamp as part of a pattern; its groups are read by {@link stampOf}. */
export const stampPattern = String.raw`(?:${day}(?:,? at |, |T|\s)\s?)?${time}Z?`

/** What the groups of {@link stampPattern} say; null for a time that no clock shows. */
export function stampOf(groups: Readonly<Record<string, string | undefined>> | undefined): Stamp | null {
  const hours = Number(groups?.h)
  const half = groups?.half?.toLowerCase()
  if (!Number.isInteger(hours) || hours > 23) return null
  if (half !== undefined && (hours === 0 || hours > 12)) return null
  const day = groups?.day === undefined ? null : dayOf(groups.day, half !== undefined)
  if (groups?.day !== undefined && day === null) return null
  const shifted = half === undefined ? hours : (hours % 12) + (half === 'p' ? 12 : 0)
  return { time: { hours: shifted, minutes: Number(groups?.m), seconds: Number(groups?.s ?? 0) }, day }
}

/** Day first, unless that cannot be or the time is written the American way. */
function dayOf(text: string, american: boolean): SaidDay | null {
  const word = text.toLowerCase()
  if (word === 'today') return { kind: 'before', days: 0 }
  if (word === 'yesterday') return { kind: 'before', days: 1 }
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (iso !== null) return date(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const [first = 0, second = 0, written = 0] = text.split(/[/.]/).map(Number)
  const year = written < 100 ? 2000 + written : written
  const monthFirst = second > 12 || (american && first <= 12)
  return monthFirst ? date(year, first, second) : date(year, second, first)
}

function date(year: number, month: number, dayOfMonth: number): SaidDay | null {
  const at = new Date(Date.UTC(year, month - 1, dayOfMonth))
  const real = at.getUTCMonth() === month - 1 && at.getUTCDate() === dayOfMonth
  return real ? { kind: 'date', day: at.toISOString().slice(0, 10) } : null
}

const dayMs = 86_400_000
/** A thread that goes back further than this has come to another day. */
const turnMs = 6 * 3_600_000

/** `2026-11-20` and so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** From a day and a time of day to ms, in the zone the reader chose. */
export type ToMs = (day: string, time: ClockTime) => number

/**
 * When each line was said, ms, given the day of the first. A line without a time has that of the line before it
 * (the first ones: of the line after); null when no line has any. Past midnight the day goes on.
 */
export function threadTimes(
  stamps: readonly (Stamp | null)[],
  firstDay: string,
  toMs: ToMs,
): (number | null)[] {
  const offsets = dayOffsets(stamps)
  const own = stamps.map((stamp, i) =>
    stamp === null ? null : toMs(dayAfter(firstDay, offsets[i] ?? 0), stamp.time),
  )
  const first = own.find((at) => at !== null) ?? null
  let last = first
  return own.map((at) => {
    last = at ?? last
    return last
  })
}

/** The latest day for the first line that leaves no line in the future; a day that is written counts. */
export function guessedDay(
  stamps: readonly (Stamp | null)[],
  now: number,
  today: string,
  toMs: ToMs,
): string {
  const first = stamps.find((stamp) => stamp !== null)?.day
  if (first?.kind === 'date') return first.day
  if (first?.kind === 'before') return dayAfter(today, -first.days)
  const span = dayOffsets(stamps).at(-1) ?? 0
  const day = dayAfter(today, -span)
  const times = threadTimes(stamps, day, toMs)
  return times.some((at) => at !== null && at > now) ? dayAfter(day, -1) : day
}

function dayOffsets(stamps: readonly (Stamp | null)[]): number[] {
  let offset = 0
  let before: Stamp | null = null
  return stamps.map((stamp) => {
    if (stamp === null) return offset
    if (before !== null) offset += step(before, stamp)
    before = stamp
    return offset
  })
}

function step(before: Stamp, stamp: Stamp): number {
  if (before.day?.kind === 'date' && stamp.day?.kind === 'date')
    return Math.round((Date.parse(stamp.day.day) - Date.parse(before.day.day)) / dayMs)
  if (before.day?.kind === 'before' && stamp.day?.kind === 'before') return before.day.days - stamp.day.days
  return ofDay(before.time) - ofDay(stamp.time) > turnMs ? 1 : 0
}

function ofDay({ hours, minutes, seconds }: ClockTime): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000
}
