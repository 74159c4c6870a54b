/** Severities as plans name them: `P0`, `SEV-1`, `Sev 2`, `Severity 3`, or plain words such as "Critical". */

import { withoutSignsBefore } from './words.ts'

export interface SeverityLabel {
  /** As the plan writes it, without spaces. */
  key: string
  name: string | null
  alias: string | null
  /** What the label counts, and the number it gives; null for words. */
  family: Family | null
  number: number | null
}

type Family = 'p' | 's' | 'level'

/** What mentions are compared with. */
export interface KnownSeverity {
  key: string
  family: Family | null
  number: number | null
  name: string | null
}

const keyed =
  /(?<![a-z\u00c0-\u024f\d#_/.-])(?:(P|S|SEV)[-_ ]?(\d)|(sev|severity|pri|priority|(?:incident |severity )?level)[-_ #]?(\d))(?![a-z\u00c0-\u024f\d_])/i
const wordsOnly =
  /^(?:(?:very )?(catastrophic|emergency|critical|severe|major|urgent|high|significant|medium|moderate|normal|minor|low|trivial|negligible|informational))(?:\s+(?:severity|priority|impact|incidents?|level|risk))*$/i

/** Reads the label of one severity: `P0 (Critical)`, `Critical (P0)`, `SEV-1: Critical (System Down)`, `High`. */
export function severityLabel(text: string): SeverityLabel | null {
  const clean = withoutSignsBefore(text, '(').trim()
  const found = keyed.exec(clean)
  if (found !== null && found.index <= 40) {
    // A small letter with a figure is a version or a size, not a severity.
    if (found[1] !== undefined && found[1] !== found[1].toUpperCase() && found[1].toLowerCase() !== 'sev')
      return null
    const family = familyOf((found[1] ?? found[3] ?? '').toLowerCase())
    const number = Number(found[2] ?? found[4])
    const key = found[0].trim().replace(/[\s_#]+/g, '-')
    const before = trimmed(clean.slice(0, found.index))
    const after = trimmed(clean.slice(found.index + found[0].length))
    const spoken = before !== '' ? before : after
    const inner = /^(.*?)\s*\(([^)]*)\)\s*$/.exec(spoken)
    const name = trimmed(inner?.[1] ?? spoken)
    const alias = inner?.[2] === undefined ? null : trimmed(inner[2])
    if (name.length > 60) return { key, name: null, alias: null, family, number }
    return { key, name: name === '' ? null : name, alias: alias === '' ? null : alias, family, number }
  }
  const word = wordsOnly.exec(clean)?.[1]
  return word === undefined ? null : { key: word, name: word, alias: null, family: null, number: null }
}

/** Whether a heading begins with a severity: what stands below is for that one. */
export function beginsWithSeverity(text: string): boolean {
  const bare = withoutSignsBefore(text)
  const found = keyed.exec(bare)
  return found !== null && found.index === 0 && severityLabel(bare)?.number != null
}

/** Whether a heading of a severity announces what to do, not what it is. */
export function announcesSteps(text: string): boolean {
  return /\b(?:response|actions?|steps|procedures?|checklist|workflow|playbook|what to do|how to respond)\b(?!\s*times?\b)/i.test(
    text,
  )
}

function familyOf(text: string): Family {
  if (/^p/.test(text)) return 'p'
  return /^s(?!.*level)/.test(text) ? 's' : 'level'
}

function trimmed(text: string): string {
  return text
    .replace(/^[\s:()–—,.|/-]+|[\s:(–—,|/-]+$/g, '')
    .replace(/^\((.*)\)$/, '$1')
    .replace(/^([^(]*)\)$/, '$1')
    .trim()
}

const mention =
  /(?<![a-z\u00c0-\u024f\d#_])(P|S|SEV|Severity|Priority|Level)[-_ ]?(\d)(?:\s*(?:(-|–|—|to|through)|\/|,|&|and|or)\s*(?:P|S|SEV|Severity|Priority|Level)?[-_ ]?(\d)(?![a-z\u00c0-\u024f\d%]|:\d))*(\s*(?:\+|and (?:above|higher|up)|or (?:above|higher|worse)))?(?![a-z\u00c0-\u024f\d])/gi

export interface Mention {
  /** Keys of the plan's own severities, worst first. */
  keys: string[]
  /** Labels of the same family that the plan does not define. */
  unknown: string[]
}

/** Which severities a text names: "P0/P1", "SEV-1/2", "P0–P3", "Sev 1 and Sev 2", "SEV-2 or higher". */
export function severitiesIn(text: string, known: readonly KnownSeverity[]): Mention {
  const keys = new Set<string>()
  const unknown = new Set<string>()
  for (const found of text.matchAll(mention)) {
    const prefix = found[1] ?? ''
    if (prefix.length === 1 && prefix !== prefix.toUpperCase()) continue
    const family = familyOf(prefix.toLowerCase())
    const own = known.filter((one) => one.family === family)
    if (own.length === 0) continue
    const body = found[0].slice(0, found[0].length - (found[5]?.length ?? 0))
    for (const number of numbersOf(body, found[5] !== undefined, own)) {
      const one = own.find((severity) => severity.number === number)
      if (one === undefined) unknown.add(`${prefix}${number}`)
      else keys.add(one.key)
    }
  }
  for (const one of known)
    if (one.family === null && one.name !== null && namedBy(one.name).test(text)) keys.add(one.key)
  return { keys: known.filter((one) => keys.has(one.key)).map((one) => one.key), unknown: [...unknown] }
}

const byName = new Map<string, RegExp>()

/** "High severity incidents", "a critical event". Names are plain words; each is built once. */
function namedBy(name: string): RegExp {
  const known = byName.get(name)
  if (known !== undefined) return known
  const rule = new RegExp(
    `\\b${name}(?:[- ](?:severity|priority))?[- ](?:incident|severity|priority|event)`,
    'i',
  )
  byName.set(name, rule)
  return rule
}

function numbersOf(text: string, andAbove: boolean, own: readonly KnownSeverity[]): number[] {
  const listed: number[] = []
  let before: number | null = null
  for (const found of text.matchAll(
    /(-|–|—|to|through)?\s*(?:P|S|SEV|Severity|Priority|Level)?[-_ ]?(\d)/giu,
  )) {
    const number = Number(found[2])
    // A dash right before the first figure joins it to its own letters, as in SEV-1.
    if (found[1] !== undefined && before !== null) for (let n = before + 1; n < number; n++) listed.push(n)
    listed.push(number)
    before = number
  }
  if (!andAbove) return listed
  const least = Math.max(...listed)
  return own.flatMap(({ number }) => (number !== null && number <= least ? [number] : []))
}
