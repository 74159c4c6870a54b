import { formatDuration } from '../../../shared/playbook/duration.ts'

const dayMs = 24 * 60 * 60_000
const weekday = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})

/** `Fri 20 Nov 23:59:00 UTC, yesterday, 10 h 1 min ago`: a moment and how far it lies from now, in words. */
export function whenInWords(at: number, now: number): string {
  const days = Math.floor(now / dayMs) - Math.floor(at / dayMs)
  const named = days === 0 ? 'today' : days === 1 ? 'yesterday' : days === -1 ? 'tomorrow' : null
  const time = `${weekday.format(at).replace(',', '')} ${new Date(at).toISOString().slice(11, 19)} UTC`
  return [time, named, distance(at, now)].filter((words) => words !== null).join(', ')
}

/** `in 3 h`, `24 min ago`, `now`. */
export function distance(at: number, now: number): string {
  const ms = Math.abs(at - now)
  if (ms < 1_000) return 'now'
  const rounded = ms < 60_000 ? Math.floor(ms / 1_000) * 1_000 : Math.floor(ms / 60_000) * 60_000
  return at > now ? `in ${formatDuration(rounded)}` : `${formatDuration(rounded)} ago`
}
