/** What the scribe bar reads out of its text: the words, and when they happened. Times are ms, UTC. */
export interface ScribeReading {
  text: string
  /** When it happened as the prefix says; null without one: then the first key counts. */
  occurredAt: number | null
  /** Why the time cannot be meant, for people. */
  problem: string | null
}

const dayMs = 24 * 60 * 60_000
const relative = /^-((?:\d{1,4}(?:h|m|min|s))+)(?=\s|$)\s*/
const part = /(\d{1,4})(h|min|m|s)/g
const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?=\s|$)\s*/
const trailing = /\s*\|\s*([01]?\d|2[0-3]):([0-5]\d)\s*$/

/**
 * Reads `-5m`, `-1h30m`, `14:05`, `14:05:30` at the beginning, or `| 14:05` at the end. A clock time is UTC and the
 * last such moment before `firstKeyAt`, so that 23:55 typed after midnight is yesterday's.
 */
export function readScribe(raw: string, firstKeyAt: number): ScribeReading {
  const back = relative.exec(raw)
  if (back !== null) {
    const ms = durationOf(back[1] ?? '')
    return { text: raw.slice(back[0].length), ...past(firstKeyAt - ms, firstKeyAt - ms < 0) }
  }
  const front = clock.exec(raw)
  if (front !== null)
    return {
      text: raw.slice(front[0].length),
      ...past(lastMoment(Number(front[1]), Number(front[2]), Number(front[3] ?? 0), firstKeyAt), false),
    }
  const end = trailing.exec(raw)
  if (end !== null)
    return {
      text: raw.slice(0, end.index),
      ...past(lastMoment(Number(end[1]), Number(end[2]), 0, firstKeyAt), false),
    }
  return { text: raw, occurredAt: null, problem: null }
}

function past(at: number, wrong: boolean): Pick<ScribeReading, 'occurredAt' | 'problem'> {
  return wrong
    ? { occurredAt: null, problem: 'That is before time began.' }
    : { occurredAt: Math.floor(at), problem: null }
}

function durationOf(text: string): number {
  let ms = 0
  for (const [, amount, unit] of text.matchAll(part)) {
    const each = unit === 'h' ? 3_600_000 : unit === 's' ? 1_000 : 60_000
    ms += Number(amount) * each
  }
  return ms
}

function lastMoment(hours: number, minutes: number, seconds: number, before: number): number {
  const midnight = Math.floor(before / dayMs) * dayMs
  const today = midnight + ((hours * 60 + minutes) * 60 + seconds) * 1_000
  return today <= before ? today : today - dayMs
}

/** Ids of the people whose name stands behind an `@` in the text, each once, longest names first. */
export function mentionsIn(text: string, people: readonly { id: string; name: string }[]): string[] {
  if (!text.includes('@')) return []
  let rest = text.toLowerCase()
  const found: string[] = []
  for (const person of [...people].sort((a, b) => b.name.length - a.name.length)) {
    const handle = `@${person.name.toLowerCase()}`
    if (person.name === '' || !names(rest, handle)) continue
    found.push(person.id)
    rest = rest.split(handle).join(' ')
  }
  return found
}

function names(text: string, handle: string): boolean {
  for (let at = text.indexOf(handle); at >= 0; at = text.indexOf(handle, at + 1)) {
    const after = text[at + handle.length]
    if (after === undefined || !/[\p{L}\p{N}_]/u.test(after)) return true
  }
  return false
}

/** The `@` word the caret stands in, with its place; null when there is none. */
export function openMention(text: string, caret: number): { from: number; query: string } | null {
  const from = text.lastIndexOf('@', caret - 1)
  if (from < 0 || (from > 0 && !/\s/.test(text[from - 1] ?? ''))) return null
  const query = text.slice(from + 1, caret)
  return query.length <= 40 && !/[\n@]/.test(query) && query.split(' ').length <= 2 ? { from, query } : null
}
