import * as decoding from 'lib0/decoding'
import { documentMessages, type RefusalDetail } from '../../shared/protocol/document-codes.ts'

const sync = 0
const step2 = 1
const update = 2

/** A sync frame that carries changes: an `answer` to the server's state vector, or a single `update`. */
export interface ChangeFrame {
  frame: 'answer' | 'update'
  change: Uint8Array
}

/** Reads an outgoing message; null for everything that carries no change. */
export function readChange(data: unknown): ChangeFrame | null {
  if (!(data instanceof Uint8Array)) return null
  const decoder = decoding.createDecoder(data)
  if (decoding.readVarUint(decoder) !== sync) return null
  const type = decoding.readVarUint(decoder)
  if (type !== step2 && type !== update) return null
  return { frame: type === step2 ? 'answer' : 'update', change: decoding.readVarUint8Array(decoder) }
}

/** Whether a change holds new words, and not only what everybody deleted: it begins with how many clients wrote. */
export function bringsWords(change: Uint8Array): boolean {
  return change.length > 0 && change[0] !== 0
}

export type OwnMessage = { kind: 'committed'; frames: number } | { kind: 'refused'; detail: RefusalDetail }

/** Reads what follows the number of one of our own message types; null when it is not readable. */
export function readOwnMessage(type: number, decoder: decoding.Decoder): OwnMessage | null {
  if (type === documentMessages.committed) return { kind: 'committed', frames: decoding.readVarUint(decoder) }
  if (type !== documentMessages.refused) return null
  const detail = refusal(decoding.readVarString(decoder))
  return detail === null ? null : { kind: 'refused', detail }
}

function refusal(json: string): RefusalDetail | null {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return null
    if (!('code' in value) || !('reason' in value) || typeof value.reason !== 'string') return null
    const frame = 'frame' in value && typeof value.frame === 'number' ? value.frame : 0
    // A code from a newer server is carried along; nothing here switches over it without a default.
    return { code: value.code as RefusalDetail['code'], reason: value.reason, frame }
  } catch {
    return null
  }
}

export interface SocketWatcher {
  /** Whether changes may leave; where not, they are kept back and nothing is refused. */
  mayWrite: () => boolean
  sent: (frame: ChangeFrame) => void
}

/** A WebSocket that tells which change frames left, and lets none leave from those who only read. */
export function watchedSocket(watcher: SocketWatcher): typeof WebSocket {
  return class extends WebSocket {
    override send(data: string | BufferSource | Blob): void {
      const change = readChange(data)
      if (change !== null) {
        if (!watcher.mayWrite()) return
        watcher.sent(change)
      }
      super.send(data)
    }
  }
}
