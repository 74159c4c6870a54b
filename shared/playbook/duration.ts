/**
 * Durations as playbooks write them (`5m`, `1h30m`, `3d`) and as people read them (`5 min`, `1 h 30 min`, `3 d`).
 * In code a duration is always a whole number of ms.
 */
export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** Longer than ten years is a slip of the finger, not a policy. */
export const longestDuration = 3653 * day

const units = [
  { sign: 'd', ms: day, word: 'd' },
  { sign: 'h', ms: hour, word: 'h' },
  { sign: 'm', ms: minute, word: 'min' },
  { sign: 's', ms: second, word: 's' },
] as const

export type DurationResult = { ok: true; ms: number } | { ok: false; message: string }

/**
 * Reads `90s`, `5m`, `1h30m`, `3d`: whole numbers with d, h, m, s, each at most once, largest first.
 * Zero is refused unless `zero` allows it (the start of a phase may be 0m; a deadline may not).
 */
export function parseDuration(text: string, options: { zero?: boolean } = {}): DurationResult {
  const trimmed = text.trim()
  if (trimmed === '') return { ok: false, message: 'is empty' }
  if (trimmed.startsWith('-')) return { ok: false, message: `"${shown(trimmed)}" is negative` }
  if (/^[0-9]+$/.test(trimmed))
    return { ok: false, message: `"${shown(trimmed)}" has no unit (s, m, h or d)` }
  if (!/^([0-9]+[dhms])+$/.test(trimmed))
    return { ok: false, message: `"${shown(trimmed)}" is not a duration` }
  let total = 0
  let last = -1
  for (const [, digits = '', sign = ''] of trimmed.matchAll(/([0-9]+)([dhms])/g)) {
    const at = units.findIndex((unit) => unit.sign === sign)
    if (at === last) return { ok: false, message: `"${shown(trimmed)}" names the unit ${sign} twice` }
    if (at < last)
      return { ok: false, message: `"${shown(trimmed)}" must go from the larger unit to the smaller` }
    last = at
    total += Number(digits) * (units[at]?.ms ?? Number.NaN)
  }
  if (!(total <= longestDuration))
    return { ok: false, message: `"${shown(trimmed)}" is longer than ten years` }
  if (total === 0 && options.zero !== true) return { ok: false, message: `"${shown(trimmed)}" is zero` }
  return { ok: true, ms: total }
}

/**
 * For people: `15 min`, `1 h`, `24 h`, `3 d`. Two units at most, so a remainder below them is cut, never rounded
 * up. Hours are kept up to three days, because teams speak of 24 and 48 hours. Negative durations get a minus.
 */
export function formatDuration(ms: number): string {
  const size = Math.floor(Math.abs(ms) / second) * second
  const sign = ms < 0 && size > 0 ? '−' : ''
  if (size === 0) return '0 min'
  const parts: string[] = []
  let rest = size
  for (const unit of units) {
    if (unit.sign === 'd' && size < 3 * day) continue
    const count = Math.floor(rest / unit.ms)
    if (count === 0) {
      if (parts.length > 0) break
      continue
    }
    parts.push(`${count} ${unit.word}`)
    rest -= count * unit.ms
    if (parts.length === 2) break
  }
  return sign + parts.join(' ')
}

/** As a playbook writes it: `1h30m`. Exact for whole seconds; parses back to the same number. */
export function writeDuration(ms: number): string {
  let rest = Math.floor(ms / second) * second
  if (rest <= 0) return '0m'
  let text = ''
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms)
    if (count === 0) continue
    text += `${count}${unit.sign}`
    rest -= count * unit.ms
  }
  return text
}

/** `within 15 min` is still met at the mark, `under 15 min` is late at it. */
export function formatTarget(ms: number, bound: 'inclusive' | 'exclusive'): string {
  return `${bound === 'inclusive' ? 'within' : 'under'} ${formatDuration(ms)}`
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
