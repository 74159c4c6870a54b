import type { Span } from '../calendar/calendar.ts'
import { isGroup, stated } from '../leaves.ts'

const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** Open spans by weekday, 0 Sunday to 6 Saturday. */
export type Week = Span[][]

/** `{mon-fri: '09:00-17:00', sat: '10:00-12:00 13:00-15:00'}` or `{unset: true}` */
export const weekForm = stated<Week>(readWeek, {
  type: 'object',
  additionalProperties: { type: 'string', examples: ['09:00-17:00'] },
})

function readWeek(value: unknown): { ok: true; value: Week } | { ok: false; expected: string } {
  const expected = "hours such as {mon-fri: '09:00-17:00', sat: '10:00-14:00'}, or {unset: true}"
  if (!isGroup(value)) return { ok: false, expected }
  const week: Week = names.map(() => [])
  for (const [days, hours] of Object.entries(value)) {
    const spans = typeof hours === 'string' ? spansOf(hours) : null
    const indices = daysOf(days)
    if (spans === null || indices === null) return { ok: false, expected }
    for (const day of indices) {
      if ((week[day]?.length ?? 0) > 0)
        return { ok: false, expected: `each day once; ${names[day]} is there twice` }
      week[day] = spans
    }
  }
  return week.some((spans) => spans.length > 0) ? { ok: true, value: week } : { ok: false, expected }
}

/** `mon-fri` or `sat`, as weekday numbers. */
function daysOf(text: string): number[] | null {
  const [from = '', to = from, ...more] = text.split('-')
  const first = names.indexOf(from)
  const last = names.indexOf(to)
  if (first < 0 || last < 0 || more.length > 0) return null
  const days = [first]
  for (let day = first; day !== last; ) {
    day = (day + 1) % 7
    days.push(day)
  }
  return days
}

function spansOf(text: string): Span[] | null {
  const spans: Span[] = []
  for (const part of text.trim().split(/\s+/)) {
    const found = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(part)
    if (found === null) return null
    const [, h1, m1, h2, m2] = found.map(Number)
    if (h1 === undefined || m1 === undefined || h2 === undefined || m2 === undefined) return null
    const span = { from: h1 * 60 + m1, to: h2 * 60 + m2 }
    const before = spans.at(-1)
    if (m1 > 59 || m2 > 59 || span.to > 1440 || span.to <= span.from) return null
    if (before !== undefined && span.from <= before.to) return null
    spans.push(span)
  }
  return spans
}
