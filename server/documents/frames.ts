import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { documentMessages, type RefusalDetail } from '../../shared/protocol/document-codes.ts'

/** The y-websocket wire form. Every outgoing byte of the endpoint is made in this file. */
export const messageTypes = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const
export const syncTypes = { step1: 0, step2: 1, update: 2 } as const

export type Frame =
  | { kind: 'step1'; vector: Uint8Array }
  | { kind: 'step2'; update: Uint8Array }
  | { kind: 'update'; update: Uint8Array }
  | { kind: 'awareness'; update: Uint8Array }
  | { kind: 'query-awareness' }
  | { kind: 'ignored' }

/** Reads one message. Throws an Error when it is not one; messages of unknown types are ignored. */
export function readFrame(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes)
  switch (decoding.readVarUint(decoder)) {
    case messageTypes.sync:
      return readSync(decoder)
    case messageTypes.awareness:
      return { kind: 'awareness', update: decoding.readVarUint8Array(decoder) }
    case messageTypes.queryAwareness:
      return { kind: 'query-awareness' }
    default:
      return { kind: 'ignored' }
  }
}

function readSync(decoder: decoding.Decoder): Frame {
  const type = decoding.readVarUint(decoder)
  switch (type) {
    case syncTypes.step1:
      return { kind: 'step1', vector: decoding.readVarUint8Array(decoder) }
    case syncTypes.step2:
      return { kind: 'step2', update: decoding.readVarUint8Array(decoder) }
    case syncTypes.update:
      return { kind: 'update', update: decoding.readVarUint8Array(decoder) }
    default:
      throw new Error('unknown sync message')
  }
}

function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageTypes.sync)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}

export function step1Frame(vector: Uint8Array): Uint8Array {
  return syncFrame(syncTypes.step1, vector)
}

export function step2Frame(update: Uint8Array): Uint8Array {
  return syncFrame(syncTypes.step2, update)
}

export function updateFrame(update: Uint8Array): Uint8Array {
  return syncFrame(syncTypes.update, update)
}

export interface AwarenessEntry {
  clientId: number
  clock: number
  /** JSON text; `null` says that the client has gone. */
  state: string
}

export function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  const inner = encoding.createEncoder()
  encoding.writeVarUint(inner, entries.length)
  for (const entry of entries) {
    encoding.writeVarUint(inner, entry.clientId)
    encoding.writeVarUint(inner, entry.clock)
    encoding.writeVarString(inner, entry.state)
  }
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageTypes.awareness)
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner))
  return encoding.toUint8Array(encoder)
}

/** Stock clients relay each message they hear as one of theirs, so none may come near their frame limit. */
const awarenessCharacters = 64 * 1024

/** As many messages as the entries need; none when there are none. */
export function awarenessFrames(entries: readonly AwarenessEntry[]): Uint8Array[] {
  const frames: Uint8Array[] = []
  let part: AwarenessEntry[] = []
  let size = 0
  for (const entry of entries) {
    if (part.length > 0 && size + entry.state.length > awarenessCharacters) {
      frames.push(awarenessFrame(part))
      part = []
      size = 0
    }
    part.push(entry)
    size += entry.state.length
  }
  if (part.length > 0) frames.push(awarenessFrame(part))
  return frames
}

/** Throws an Error when the bytes are no awareness update, or hold more than `most` entries. */
export function readAwareness(update: Uint8Array, most: number): AwarenessEntry[] {
  const decoder = decoding.createDecoder(update)
  const count = decoding.readVarUint(decoder)
  if (count > most) throw new Error('too many awareness entries')
  const entries: AwarenessEntry[] = []
  for (let i = 0; i < count; i++) {
    const clientId = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    entries.push({ clientId, clock, state: decoding.readVarString(decoder) })
  }
  return entries
}

export function committedFrame(count: number): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, documentMessages.committed)
  encoding.writeVarUint(encoder, count)
  return encoding.toUint8Array(encoder)
}

export function refusedFrame(detail: RefusalDetail): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, documentMessages.refused)
  encoding.writeVarString(encoder, JSON.stringify(detail))
  return encoding.toUint8Array(encoder)
}
