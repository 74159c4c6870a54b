import * as Y from 'yjs'
import type { Crowd } from './crowd.ts'
import { step1Frame, step2Frame } from './frames.ts'
import type { Loaded } from './ledger.ts'
import type { Member } from './member.ts'
import type { RoomContext } from './room-context.ts'

/** What one connection waits for: to be greeted, to be answered (with the newest vector it sent), or both. */
interface Wanted {
  greet: boolean
  vector: Uint8Array | undefined
}

/** How long joiners may hold up this thread before typing goes on. */
const budgetMs = 8
/** Finding out what a vector lacks walks the whole document: it costs at least this part of sending it. */
const searchPart = 8

/**
 * Who waits to be greeted or answered. Served only while the document equals what is committed. A connection that
 * asks again before it was answered gets one answer, and one that asks for more than its allowance waits.
 */
export class JoinQueue {
  readonly #waiting = new Map<Member, Wanted>()
  /** The newest vector of those who asked for too much: not due yet. */
  readonly #later = new Map<Member, Uint8Array>()
  readonly #allowance = new WeakMap<Member, { bytes: number; at: number }>()

  constructor(
    private readonly crowd: Crowd,
    private readonly context: Pick<RoomContext, 'pace' | 'defer' | 'clock' | 'limits'>,
    private readonly wake: () => void,
  ) {}

  /** Nobody waits who could be served now. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  /** Asks the client for what it has and we have not, and shows it who is there. */
  greet(member: Member): void {
    this.#wantedBy(member).greet = true
  }

  /** Answers a client's SyncStep1; from then on it gets what is committed. */
  answer(member: Member, vector: Uint8Array): void {
    if (this.#later.has(member)) this.#later.set(member, vector)
    else this.#wantedBy(member).vector = vector
  }

  clear(): void {
    this.#waiting.clear()
    this.#later.clear()
  }

  /** Serves those who wait; a herd in slices, the rest at the next step. */
  async serve(loaded: Loaded): Promise<void> {
    const { pace, defer } = this.context
    const started = pace.mark()
    for (const [member, wanted] of this.#waiting) {
      this.#waiting.delete(member)
      if (!member.gone) this.#serve(member, wanted, loaded)
      if (this.#waiting.size > 0 && pace.mark() - started > budgetMs) {
        await new Promise<void>((resolve) => defer(resolve))
        return
      }
    }
  }

  #wantedBy(member: Member): Wanted {
    const wanted = this.#waiting.get(member) ?? { greet: false, vector: undefined }
    this.#waiting.set(member, wanted)
    return wanted
  }

  #serve(member: Member, wanted: Wanted, { replica, frames }: Loaded): void {
    if (wanted.greet) {
      member.peer.send(step1Frame(Y.encodeStateVector(replica.doc)))
      this.crowd.sendAwareness(member)
    }
    const { vector } = wanted
    if (vector === undefined) return
    const waitMs = this.#waitOf(member)
    if (waitMs > 0) {
      this.#serveLater(member, vector, waitMs)
      return
    }
    const hasNothing = vector.byteLength <= 1
    let bytes = frames.bytes / searchPart
    try {
      if (hasNothing && frames.wantsRebase) frames.rebase(frames.position, Y.encodeStateAsUpdate(replica.doc))
      const answer = hasNothing ? frames.whole() : [step2Frame(Y.encodeStateAsUpdate(replica.doc, vector))]
      for (const frame of answer) member.peer.send(frame)
      bytes = Math.max(
        bytes,
        answer.reduce((sum, frame) => sum + frame.byteLength, 0),
      )
    } catch {
      this.crowd.refuse(member, 'badUpdate', 0)
      return
    }
    this.#charge(member, bytes)
    member.live = true
    member.staleFrom = undefined
  }

  #serveLater(member: Member, vector: Uint8Array, waitMs: number): void {
    const { clock } = this.context
    this.#later.set(member, vector)
    clock.wakeAt(clock.now() + waitMs, () => {
      const newest = this.#later.get(member)
      if (newest === undefined) return
      this.#later.delete(member)
      if (member.gone) return
      this.#wantedBy(member).vector = newest
      this.wake()
    })
  }

  /** Ms until this connection may be answered: once its allowance is not in debt any more. */
  #waitOf(member: Member): number {
    const { bytes } = this.#refill(member)
    return bytes >= 0 ? 0 : Math.ceil((-bytes / this.context.limits.answerBytesPerSecond) * 1000)
  }

  #charge(member: Member, bytes: number): void {
    this.#refill(member).bytes -= bytes
  }

  #refill(member: Member): { bytes: number; at: number } {
    const { clock, limits } = this.context
    const now = clock.now()
    const allowance = this.#allowance.get(member) ?? { bytes: limits.answerBurstBytes, at: now }
    const earned = ((now - allowance.at) / 1000) * limits.answerBytesPerSecond
    allowance.bytes = Math.min(limits.answerBurstBytes, allowance.bytes + Math.max(0, earned))
    allowance.at = now
    this.#allowance.set(member, allowance)
    return allowance
  }
}
