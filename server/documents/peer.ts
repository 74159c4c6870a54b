import type { WebSocket } from 'ws'
import {
  type DocumentCode,
  type DocumentCodeName,
  documentCodes,
  documentReasons,
  type PassingCode,
  passingCodes,
} from '../../shared/protocol/document-codes.ts'
import type { Clock } from '../platform/clock.ts'
import type { Entrance } from './access.ts'
import { awarenessFrame, type Frame, readAwareness, readFrame, refusedFrame } from './frames.ts'
import type { Seat } from './hub.ts'
import type { DocumentLimits } from './limits.ts'
import type { RoomPeer } from './member.ts'
import type { DocumentName } from './names.ts'

/** What a message costs beside its bytes. */
const messageCost = 64
/** How long the other side has to answer a close. */
const goodbyeMs = 5_000
const mostAwarenessEntries = 10_000

export interface PeerContext {
  clock: Clock
  limits: DocumentLimits
  /** Called once, when the connection has ended for whatever reason. */
  ended(peer: SocketPeer): void
}

/** One WebSocket: reads, bounds and passes on what comes in; sends what the room gives it. */
export class SocketPeer implements RoomPeer {
  readonly person: { id: string; name: string }
  readonly canWrite: boolean
  readonly wantsCounts: boolean
  readonly sessionId: string | undefined
  readonly expiresAt: number | null
  bytesIn = 0
  bytesOut = 0
  #seat: Seat | undefined
  /** Frames that came before the room was open. */
  #early: Uint8Array[] | undefined = []
  #budget: number
  #budgetAt: number
  #alive = true
  #quiet = true
  #closed = false

  constructor(
    private readonly socket: WebSocket,
    entrance: Extract<Entrance, { ok: true }>,
    readonly document: DocumentName,
    private readonly context: PeerContext,
  ) {
    this.person = { id: entrance.actor.id, name: entrance.personName }
    this.canWrite = entrance.canWrite
    this.sessionId = entrance.sessionId
    this.expiresAt = entrance.expiresAt
    this.wantsCounts = socket.protocol !== ''
    this.#budget = context.limits.inboundBurstBytes
    this.#budgetAt = context.clock.now()
    // The library has answered with a closing code by now; without a listener the process would end.
    socket.on('error', () => this.#end())
    socket.on('pong', () => {
      this.#alive = true
    })
    socket.on('close', () => this.#end())
    socket.on('message', (data: ArrayBuffer, isBinary) => {
      if (!isBinary) return this.refuse('badUpdate', 0)
      this.#hear(new Uint8Array(data))
    })
  }

  /** Takes the place in the room and plays what came meanwhile. */
  sit(seat: Seat): void {
    if (this.#closed) {
      seat.leave()
      return
    }
    this.#seat = seat
    const early = this.#early ?? []
    this.#early = undefined
    for (const bytes of early) this.#pass(bytes)
  }

  send(frame: Uint8Array): void {
    if (this.#closed) return
    this.#quiet = false
    this.bytesOut += frame.byteLength
    this.socket.send(frame)
    if (this.socket.bufferedAmount > this.context.limits.hardBufferBytes)
      this.close(passingCodes.tryLater, 'Too slow; come back and load afresh.')
  }

  congested(): boolean {
    return this.socket.bufferedAmount > this.context.limits.softBufferBytes
  }

  refuse(name: DocumentCodeName, frame: number): void {
    const code = documentCodes[name]
    const reason = documentReasons[name]
    if (this.wantsCounts) this.send(refusedFrame({ code, reason, frame }))
    this.close(code, reason)
  }

  close(code: PassingCode | DocumentCode, reason: string): void {
    if (this.#closed) return
    this.#end()
    this.socket.close(code, reason)
    // A paused socket would never hear the other side's goodbye; one that does not say it is cut off.
    this.socket.resume()
    if (code === passingCodes.tryLater && this.congested()) this.socket.terminate()
    else this.context.clock.wakeAt(this.context.clock.now() + goodbyeMs, () => this.socket.terminate())
  }

  /** Its right has ended: what it sent and is not committed is dropped. */
  expel(code: DocumentCode | PassingCode, reason: string): void {
    if (this.#seat === undefined) this.close(code, reason)
    else this.#seat.room.crowd.dismiss(this.#seat.member, code, reason)
  }

  /** Called every `pingMs`: drops who did not answer the last ping, keeps the others' connection alive. */
  ping(): void {
    if (this.#closed) {
      this.socket.terminate()
      return
    }
    if (!this.#alive) {
      this.socket.terminate()
      return
    }
    this.#alive = false
    this.socket.ping()
    // A stock client gives up after 30 s without a message; pings are invisible to it.
    if (this.#quiet) this.send(awarenessFrame([]))
    this.#quiet = true
  }

  /** Stops reading: what the client still sends stays in its own buffers. */
  stopReading(): void {
    this.socket.pause()
  }

  #hear(bytes: Uint8Array): void {
    this.#alive = true
    if (this.#closed) return
    this.bytesIn += bytes.byteLength
    this.#charge(bytes.byteLength + messageCost)
    if (this.#early === undefined) {
      this.#pass(bytes)
      return
    }
    this.#early.push(bytes.slice())
    if (this.#early.length === 1) return
    const waiting = this.#early.reduce((sum, { byteLength }) => sum + byteLength, 0)
    if (waiting > this.context.limits.hardBufferBytes) this.close(passingCodes.tryLater, 'Not ready yet.')
  }

  #pass(bytes: Uint8Array): void {
    const seat = this.#seat
    if (seat === undefined || this.#closed) return
    const { limits } = this.context
    try {
      const frame = readFrame(bytes)
      if (tooLong(frame, limits)) {
        const counted = frame.kind === 'step2' || frame.kind === 'update'
        this.refuse('tooLarge', counted ? seat.member.received + 1 : 0)
        return
      }
      if (frame.kind === 'awareness') {
        const entries = readAwareness(frame.update, mostAwarenessEntries)
        seat.room.crowd.hear(seat.member, entries, (id) => seat.room.ownerOf(id))
        return
      }
      seat.receive(frame)
    } catch {
      this.refuse('badUpdate', 0)
    }
  }

  /** A flood is slowed down by not reading, never by dropping. */
  #charge(cost: number): void {
    const { clock, limits } = this.context
    const now = clock.now()
    const earned = ((now - this.#budgetAt) / 1000) * limits.inboundBytesPerSecond
    this.#budget = Math.min(limits.inboundBurstBytes, this.#budget + earned) - cost
    this.#budgetAt = now
    if (this.#budget >= 0 || this.socket.isPaused) return
    this.socket.pause()
    const wait = Math.ceil((-this.#budget / limits.inboundBytesPerSecond) * 1000) + 50
    clock.wakeAt(now + wait, () => {
      this.#alive = true
      if (!this.#closed) this.socket.resume()
    })
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#early = undefined
    this.#seat?.leave()
    this.context.ended(this)
  }
}

function tooLong(frame: Frame, limits: DocumentLimits): boolean {
  switch (frame.kind) {
    case 'step1':
      return frame.vector.byteLength > limits.vectorBytes
    case 'step2':
    case 'update':
      return frame.update.byteLength > limits.frameBytes
    case 'awareness':
      return frame.update.byteLength > limits.awarenessFrameBytes
    case 'query-awareness':
    case 'ignored':
      return false
  }
}
