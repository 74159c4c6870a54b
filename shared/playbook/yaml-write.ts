/**
 * Writes plain data as one YAML document: maps and lists in blocks, texts plain where nobody can take them for anything
 * else, several lines as they read. Only what JSON can say; a value that is `undefined` is left out of its map. A
 * general library takes a fifth of a whole import to choose among forms that a playbook never has.
 */
export function writeYaml(value: unknown): string {
  return `${filled(value) ? entries(value, '') : scalar(value, '')}\n`
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>

function filled(value: unknown): value is Collection {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

/** The entries of a list or a map, each on a line of its own at `indent`; the first of them stands where its lead ends. */
function entries(value: Collection, indent: string): string {
  const inner = `${indent}  `
  const all: string[] = []
  if (Array.isArray(value))
    for (const one of value) all.push(`- ${filled(one) ? entries(one, inner) : scalar(one, inner)}`)
  else
    for (const [key, one] of Object.entries(value))
      if (one !== undefined)
        all.push(
          `${text(key)}:${filled(one) ? `\n${inner}${entries(one, inner)}` : ` ${scalar(one, inner)}`}`,
        )
  return all.join(`\n${indent}`)
}

function scalar(value: unknown, indent: string): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null)
  return block(value, indent) ?? text(value)
}

const likeAFigure = /^(?:\d+[smhd])+$/
/** Signs that every reader shows as they are. */
const shown = ' -~\\u00a0-\\u2027\\u202a-\\ufefe\\uff00-\\ufffd'
const plain = new RegExp(`^[A-Za-z/(\\u00c0-\\ud7ff][${shown}]*$`)
const severalLines = new RegExp(`^[^\\s][\\t\\n${shown}]*[^\\s]$`)
const means = /^(?:y|n|yes|no|on|off|true|false|null|inf|nan)$/i

/** In one line: plain, or in quotes where a sign of YAML, or a word or figure it reads as something else, is in it. */
function text(value: string): string {
  const safe = plain.test(value) && !/:(?:\s|$)|\s#|\s$/.test(value) && !means.test(value)
  if (safe || likeAFigure.test(value)) return value
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Several lines as they read; null where blanks at their ends or a sign would not come back as they are. */
function block(value: string, indent: string): string | null {
  if (indent === '' || !value.includes('\n') || !severalLines.test(value)) return null
  return `|-\n${value
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`))
    .join('\n')}`
}
