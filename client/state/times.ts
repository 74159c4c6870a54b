import { formatDuration } from '../../shared/playbook/duration.ts'

const two = (n: number) => String(n).padStart(2, '0')

/** `14:05` in UTC. */
export function utcTime(ms: number): string {
  const d = new Date(ms)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

const weekdayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})

/** `14:05` in UTC, and `Mon 23 Nov 14:05` where that is another day than `now`'s. */
export function utcTimeFrom(now: number, ms: number): string {
  const sameDay = Math.floor(now / 86_400_000) === Math.floor(ms / 86_400_000)
  return sameDay ? utcTime(ms) : `${weekdayFormat.format(ms).replace(',', '')} ${utcTime(ms)}`
}

/** `14:05:20` in UTC. */
export function utcSeconds(ms: number): string {
  return `${utcTime(ms)}:${two(new Date(ms).getUTCSeconds())}`
}

/** `15:05 Berlin`, the time where this browser is, or null where that is UTC. */
export function localTime(ms: number): string | null {
  const d = new Date(ms)
  if (d.getTimezoneOffset() === 0) return null
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const place = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? 'local'
  return `${two(d.getHours())}:${two(d.getMinutes())} ${place}`
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const longDayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })

/** `20 Nov` in UTC. */
export const utcDay = (ms: number): string => dayFormat.format(ms)
/** `20 November` in UTC. */
export const utcLongDay = (ms: number): string => longDayFormat.format(ms)

/** For a tooltip: `20 Nov 14:05:20 UTC, 15:05 Berlin`. */
export function fullTime(ms: number): string {
  const local = localTime(ms)
  return `${utcDay(ms)} ${utcSeconds(ms)} UTC${local === null ? '' : `, ${local}`}`
}

/** `24 min`, in whole minutes; `under a minute` before the first. */
export function minutesFor(ms: number): string {
  return ms < 60_000 ? 'under a minute' : formatDuration(Math.floor(ms / 60_000) * 60_000)
}

/** `24 min ago`, `just now`. Show the absolute time beside it. */
export function ago(at: number, now: number): string {
  return now - at < 60_000 ? 'just now' : `${minutesFor(now - at)} ago`
}
