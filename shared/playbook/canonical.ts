import type { Playbook } from './model.ts'

/**
 * Canonical JSON: keys sorted by code unit, no spaces, keys with `undefined` left out, arrays in order. The same
 * value gives the same text in every browser and on every server, so that its hash names it.
 * Throws a TypeError for what JSON cannot carry (NaN, functions, bigint, undefined in an array).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form.`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  if (typeof value === 'object') {
    const parts = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
    return `{${parts.join(',')}}`
  }
  throw new TypeError(`A ${typeof value} has no JSON form.`)
}

/**
 * The text whose SHA-256 names a playbook. Its version number is left out: the same content is the same
 * playbook whichever number it was published under.
 */
export function playbookContent(playbook: Playbook): string {
  const { version: _given, ...content } = playbook
  return canonicalJson(content)
}
