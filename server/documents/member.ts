import type { DocumentCode, DocumentCodeName, PassingCode } from '../../shared/protocol/document-codes.ts'
import { committedFrame } from './frames.ts'
import type { Inspected } from './update-check.ts'

/** A connection as a room sees it. Nothing here throws. */
export interface RoomPeer {
  readonly person: { id: string; name: string }
  readonly canWrite: boolean
  /** Asked for `muster.1`: gets counts and refusal details. */
  readonly wantsCounts: boolean
  send(frame: Uint8Array): void
  /** True while the socket has more buffered than it should. */
  congested(): boolean
  /** Tells why, then closes. `frame` counts the connection's sync frames from 1. */
  refuse(code: DocumentCodeName, frame: number): void
  close(code: PassingCode | DocumentCode, reason: string): void
}

/** One sync frame of type 1 or 2, waiting for its commit. */
export interface Entry {
  member: Member
  /** Which of the connection's sync frames, from 1. */
  frame: number
  update: Uint8Array
  inspected: Inspected
  /** The journal was read again since this frame was found to build on something unknown. */
  reread: boolean
}

/** About what an entry holds in memory beside its bytes: itself, its lists, and each thing in them. */
const entryOverhead = 512
const partOverhead = 96

/** Bytes of memory that an entry holds, about; a keystroke of 30 bytes holds twenty times that. */
export function heldBytesOf({ update, inspected }: Entry): number {
  const { ranges, holes, needs, deletes } = inspected
  const parts = ranges.length + holes.length + needs.size + deletes.length
  return update.byteLength + entryOverhead + parts * partOverhead
}

/** Bytes of memory for frames with a gap kept for one connection; beyond that it must start over. */
export const mostHeldBytes = 1024 * 1024

/** What a room knows about one connection. */
export class Member {
  /** Its SyncStep1 was answered: it gets what is committed from now on. */
  live = false
  /** Position in the join frames from which it missed changes, while its socket is congested. */
  staleFrom: number | undefined
  /** Since when (clock ms), for the time limit. */
  staleSince = 0
  /** The socket has gone; what it sent before is still decided. */
  gone = false
  /** Sent away: what it sent and is not committed is dropped. */
  dismissed = false
  received = 0
  askedAt = -Infinity
  /** Frames that build on something unknown, in order. Never journaled as they are. */
  held: Entry[] = []
  #settled = 0
  #told = 0

  constructor(readonly peer: RoomPeer) {}

  get heldBytes(): number {
    return this.held.reduce((sum, entry) => sum + heldBytesOf(entry), 0)
  }

  /** A frame and all before it are decided. Frames of one connection settle in order. */
  settle(frame: number): void {
    this.#settled = Math.max(this.#settled, frame)
  }

  /** How many of its first frames are committed for certain. */
  get committed(): number {
    const firstHeld = this.held.reduce((least, { frame }) => Math.min(least, frame), Infinity)
    return Math.min(this.#settled, firstHeld - 1)
  }

  tellCommitted(): void {
    if (!this.peer.wantsCounts || this.gone || this.committed <= this.#told) return
    this.#told = this.committed
    this.peer.send(committedFrame(this.#told))
  }
}
