/** What the scribe bar reads out of its text: the words, and when they happened. Times are ms, UTC. */
export interface ScribeReading {
  text: string
  /** When it happened as the prefix says; null without one: then the first key counts. */
  occurredAt: number | null
  /** A time of day that has not come yet: nobody but the writer knows which day was meant. */
  ahead: { today: number; yesterday: number } | null
  /** Why the time cannot be meant, for people. */
  problem: string | null
}

const dayMs = 24 * 60 * 60_000
const relative = /^-((?:\d{1,4}(?:h|m|min|s))+)(?=\s|$)\s*/
const part = /(\d{1,4})(h|min|m|s)/g
const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?=\s|$)\s*/
const trailing = /\|\s*([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/
const longestTail = 24

/**
 * Reads `-5m`, `-1h30m`, `14:05`, `14:05:30` at the beginning, or `| 14:05` at the end. A clock time is UTC and of
 * the day of `firstKeyAt`; where it has not come yet, both days are told and none is chosen.
 */
export function readScribe(raw: string, firstKeyAt: number): ScribeReading {
  const back = relative.exec(raw)
  if (back !== null) {
    const at = firstKeyAt - durationOf(back[1] ?? '')
    const text = raw.slice(back[0].length)
    if (at < 0) return { text, occurredAt: null, ahead: null, problem: 'That is before time began.' }
    return { text, occurredAt: Math.floor(at), ahead: null, problem: null }
  }
  const front = clock.exec(raw)
  if (front !== null) return { text: raw.slice(front[0].length), ...momentOf(front, firstKeyAt) }
  // The end alone: a pattern that begins with blanks tries each of them, with every key.
  const tail = raw.trimEnd().slice(-longestTail)
  const end = trailing.exec(tail)
  if (end !== null) {
    const text = raw.trimEnd().slice(0, -tail.slice(end.index).length).trimEnd()
    return { text, ...momentOf(end, firstKeyAt) }
  }
  return { text: raw, occurredAt: null, ahead: null, problem: null }
}

function durationOf(text: string): number {
  let ms = 0
  for (const [, amount, unit] of text.matchAll(part)) {
    const each = unit === 'h' ? 3_600_000 : unit === 's' ? 1_000 : 60_000
    ms += Number(amount) * each
  }
  return ms
}

function momentOf(
  [, hours, minutes, seconds]: RegExpExecArray,
  now: number,
): Pick<ScribeReading, 'occurredAt' | 'ahead' | 'problem'> {
  const midnight = Math.floor(now / dayMs) * dayMs
  const today = midnight + ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0)) * 1_000
  if (today <= now) return { occurredAt: today, ahead: null, problem: null }
  return { occurredAt: null, ahead: { today, yesterday: today - dayMs }, problem: null }
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
