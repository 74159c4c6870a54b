import { DatabaseError } from '../database.ts'
import { type SqlErrorFields, sqlError } from '../sql-errors.ts'
import { decodeText, OID } from '../sql-values.ts'

const decoder = new TextDecoder()

interface Column {
  name: string
  type: number
  binary: boolean
}

/** What one answer of PostgreSQL held; of a script, the last statement's rows. */
export interface Answer<Row> {
  rows: Row[]
  /** The command tag, such as `COMMIT` or `INSERT 0 1`. */
  command: string
}

/** Walks over backend messages: type letter, and where the body begins and ends. */
export function* messagesIn(bytes: Uint8Array): Generator<{ type: string; from: number; to: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 5 <= bytes.length; ) {
    const to = at + 1 + view.getInt32(at + 1)
    yield { type: String.fromCharCode(bytes[at] ?? 0), from: at + 5, to }
    at = to
  }
}

/** Reads PostgreSQL's answer. Throws the DatabaseError it tells of. */
export function readAnswer<Row extends object>(bytes: Uint8Array): Answer<Row> {
  let columns: Column[] = []
  let rows: Row[] = []
  let command = ''
  let error: SqlErrorFields | undefined
  for (const { type, from, to } of messagesIn(bytes)) {
    if (type === 'T') {
      columns = readColumns(bytes, from)
      rows = []
    } else if (type === 'D') {
      if (error === undefined) rows.push(readRow<Row>(bytes, from, columns))
    } else if (type === 'C') {
      command = decoder.decode(bytes.subarray(from, to - 1))
    } else if (type === 'E') {
      error ??= readError(bytes, from)
    } else if (type === 'n') {
      rows = []
    }
  }
  if (error) throw sqlError(error)
  return { rows, command }
}

/** True when the answer tells of an error. */
export function hasError(bytes: Uint8Array): boolean {
  for (const { type } of messagesIn(bytes)) if (type === 'E') return true
  return false
}

/** Columns of a described statement; none when it gives no rows. */
export function describedColumns(bytes: Uint8Array): readonly Column[] {
  for (const { type, from } of messagesIn(bytes)) if (type === 'T') return readColumns(bytes, from)
  return []
}

function readColumns(bytes: Uint8Array, from: number): Column[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const columns: Column[] = []
  let at = from + 2
  for (let left = view.getInt16(from); left > 0; left--) {
    const end = bytes.indexOf(0, at)
    const name = decoder.decode(bytes.subarray(at, end))
    // name, table (4), column (2), type (4), size (2), modifier (4), format (2)
    columns.push({ name, type: view.getInt32(end + 7), binary: view.getInt16(end + 17) === 1 })
    at = end + 19
  }
  return columns
}

function readRow<Row extends object>(bytes: Uint8Array, from: number, columns: readonly Column[]): Row {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const row: Record<string, unknown> = {}
  let at = from + 2
  for (const column of columns) {
    const length = view.getInt32(at)
    at += 4
    if (length < 0) {
      row[column.name] = null
      continue
    }
    const cell = bytes.subarray(at, at + length)
    at += length
    row[column.name] = column.binary ? cell.slice() : decodeText(column.type, decoder.decode(cell))
  }
  // The caller named the columns in its SQL; as with every driver, that is its word for the shape.
  return row as Row
}

function readError(bytes: Uint8Array, from: number): SqlErrorFields {
  const fields = new Map<string, string>()
  for (let at = from; bytes[at] !== 0 && at < bytes.length; ) {
    const end = bytes.indexOf(0, at)
    if (end < 0) throw new DatabaseError('internal', 'the database sent half an error')
    fields.set(String.fromCharCode(bytes[at] ?? 0), decoder.decode(bytes.subarray(at + 1, end)))
    at = end + 1
  }
  const constraint = fields.get('n')
  return {
    code: fields.get('C') ?? 'XX000',
    message: fields.get('M') ?? 'unknown error',
    ...(constraint === undefined ? {} : { constraint }),
  }
}

/** Result formats to ask for: bytes as they are, everything else as text. */
export function formatsFor(columns: readonly Column[]): (0 | 1)[] {
  return columns.map((column) => (column.type === OID.bytea ? 1 : 0))
}
