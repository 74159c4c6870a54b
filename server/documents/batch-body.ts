import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** One person's share of a batch: who, and the Yjs update exactly as it came. */
export interface AuthoredUpdate {
  actorId: string
  update: Uint8Array
}

const version = 1

/** The stored form of a batch: version, count, then (actor id, update bytes) each. */
export function encodeBatch(updates: readonly AuthoredUpdate[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, version)
  encoding.writeVarUint(encoder, updates.length)
  for (const { actorId, update } of updates) {
    encoding.writeVarString(encoder, actorId)
    encoding.writeVarUint8Array(encoder, update)
  }
  return encoding.toUint8Array(encoder)
}

/** Throws an Error when the bytes are not a batch of a known version. */
export function decodeBatch(body: Uint8Array): AuthoredUpdate[] {
  const decoder = decoding.createDecoder(body)
  const found = decoding.readVarUint(decoder)
  if (found !== version) throw new Error(`batch version ${found} is not known here`)
  const count = decoding.readVarUint(decoder)
  const updates: AuthoredUpdate[] = []
  for (let i = 0; i < count; i++) {
    const actorId = decoding.readVarString(decoder)
    updates.push({ actorId, update: decoding.readVarUint8Array(decoder) })
  }
  return updates
}
