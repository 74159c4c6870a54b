import { DatabaseError, type SqlValue } from './database.ts'

/** Type numbers of PostgreSQL that are not handed on as plain text. */
export const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  json: 114,
  jsonb: 3802,
} as const

const NUMBERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.oid, OID.float4, OID.float8])

/** Element type by array type, for the arrays we read. */
const ARRAYS: ReadonlyMap<number, number> = new Map([
  [1000, OID.bool],
  [1005, OID.int2],
  [1007, OID.int4],
  [1009, 25],
  [1015, 1043],
  [1016, OID.int8],
  [1021, OID.float4],
  [1022, OID.float8],
])

/**
 * One cell from PostgreSQL's text form, the same for both databases. int8 beyond 2^53 is refused
 * rather than rounded. Types not listed (numeric, timestamps, uuid, ...) stay strings.
 */
export function decodeText(type: number, text: string): unknown {
  if (NUMBERS.has(type)) return Number(text)
  const element = ARRAYS.get(type)
  if (element !== undefined) return decodeArray(text).map((x) => (x === null ? null : decodeText(element, x)))
  switch (type) {
    case OID.int8: {
      const number = Number(text)
      if (!Number.isSafeInteger(number)) throw new DatabaseError('invalid', 'an int8 is beyond 2^53')
      return number
    }
    case OID.bool:
      return text === 't'
    case OID.json:
    case OID.jsonb:
      return JSON.parse(text)
    case OID.bytea:
      return decodeHex(text)
    default:
      return text
  }
}

function decodeHex(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new DatabaseError('internal', 'bytea_output must be hex')
  const buffer = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}

/** Items of a one-dimensional array in text form, such as `{a,"b,c",NULL}`. */
function decodeArray(text: string): (string | null)[] {
  const items: (string | null)[] = []
  let at = 1
  while (at < text.length - 1) {
    let item = ''
    let quoted = false
    if (text[at] === '"') {
      quoted = true
      at++
      while (text[at] !== '"') {
        if (text[at] === '\\') at++
        item += text[at++] ?? ''
      }
      at++
    } else {
      while (at < text.length - 1 && text[at] !== ',') item += text[at++] ?? ''
    }
    items.push(!quoted && item === 'NULL' ? null : item)
    at++ // the comma
  }
  return items
}

/** A parameter as PostgreSQL's text form, or as bytes to be sent in binary form. */
export function encodeParameter(value: SqlValue): string | Uint8Array | null {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? 't' : 'f'
  const items: readonly (string | number)[] = value
  return `{${items.map((item) => (typeof item === 'number' ? String(item) : quoteItem(item))).join(',')}}`
}

function quoteItem(item: string): string {
  return `"${item.replace(/[\\"]/g, '\\$&')}"`
}

/** True when `sql` holds several statements (a migration), which only the simple protocol can carry. */
export function isScript(sql: string): boolean {
  return /;\s*\S/.test(sql)
}
