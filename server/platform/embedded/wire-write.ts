import type { WireParameter } from './messages.ts'

/** PostgreSQL's frontend messages (protocol 3), as few as we need. */
const encoder = new TextEncoder()

/** Text and binary, as the protocol calls them. */
export type Format = 0 | 1

class Writer {
  private buffer = new Uint8Array(1024)
  private view = new DataView(this.buffer.buffer)
  private at = 0
  private start = 0

  begin(type: string): void {
    this.reserve(5)
    this.buffer[this.at] = type.charCodeAt(0)
    this.start = this.at + 1
    this.at += 5
  }

  end(): void {
    this.view.setInt32(this.start, this.at - this.start)
  }

  int16(value: number): void {
    this.reserve(2)
    this.view.setInt16(this.at, value)
    this.at += 2
  }

  int32(value: number): void {
    this.reserve(4)
    this.view.setInt32(this.at, value)
    this.at += 4
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length)
    this.buffer.set(value, this.at)
    this.at += value.length
  }

  /** A NUL-terminated string. */
  string(value: string): void {
    this.bytes(encoder.encode(value))
    this.reserve(1)
    this.buffer[this.at++] = 0
  }

  take(): Uint8Array {
    return this.buffer.subarray(0, this.at)
  }

  private reserve(count: number): void {
    if (this.at + count <= this.buffer.length) return
    const bigger = new Uint8Array(Math.max(this.buffer.length * 2, this.at + count))
    bigger.set(this.buffer)
    this.buffer = bigger
    this.view = new DataView(bigger.buffer)
  }
}

function message(type: string, body: (w: Writer) => void, w: Writer): void {
  w.begin(type)
  body(w)
  w.end()
}

/** Several statements by the simple protocol; every cell comes back as text. */
export function scriptMessage(sql: string): Uint8Array {
  const w = new Writer()
  message('Q', (q) => q.string(sql), w)
  return w.take()
}

/** Parse under `name` and describe it: parameters and columns come back. */
export function prepareMessages(name: string, sql: string): Uint8Array {
  const w = new Writer()
  message(
    'P',
    (p) => {
      p.string(name)
      p.string(sql)
      p.int16(0) // PostgreSQL infers every parameter's type
    },
    w,
  )
  message(
    'D',
    (d) => {
      d.bytes(encoder.encode('S'))
      d.string(name)
    },
    w,
  )
  message('S', () => undefined, w)
  return w.take()
}

/** Forget the statement `name`. */
export function forgetMessages(name: string): Uint8Array {
  const w = new Writer()
  message(
    'C',
    (c) => {
      c.bytes(encoder.encode('S'))
      c.string(name)
    },
    w,
  )
  message('S', () => undefined, w)
  return w.take()
}

/** Bind, describe the result, run, finish: one round through PostgreSQL. */
export function executeMessages(
  name: string,
  params: readonly WireParameter[],
  columns: Format[],
): Uint8Array {
  const w = new Writer()
  message(
    'B',
    (b) => {
      b.string('') // the unnamed portal
      b.string(name)
      b.int16(params.length)
      for (const param of params) b.int16(param instanceof Uint8Array ? 1 : 0)
      b.int16(params.length)
      for (const param of params) {
        if (param === null) {
          b.int32(-1)
          continue
        }
        const bytes = typeof param === 'string' ? encoder.encode(param) : param
        b.int32(bytes.length)
        b.bytes(bytes)
      }
      b.int16(columns.length)
      for (const format of columns) b.int16(format)
    },
    w,
  )
  message(
    'D',
    (d) => {
      d.bytes(encoder.encode('P'))
      d.string('')
    },
    w,
  )
  message(
    'E',
    (e) => {
      e.string('')
      e.int32(0) // all rows
    },
    w,
  )
  message('S', () => undefined, w)
  return w.take()
}
