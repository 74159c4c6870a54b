import * as Y from 'yjs'
import type { Crowd } from './crowd.ts'
import { step1Frame, step2Frame } from './frames.ts'
import type { Loaded } from './ledger.ts'
import type { Member } from './member.ts'
import type { RoomContext } from './room-context.ts'

type Join = { kind: 'greet'; member: Member } | { kind: 'answer'; member: Member; vector: Uint8Array }

/** How long joiners may hold up this thread before typing goes on. */
const budgetMs = 8

/** Who waits to be greeted or answered. Served only while the document equals what is committed. */
export class JoinQueue {
  #waiting: Join[] = []

  constructor(
    private readonly crowd: Crowd,
    private readonly context: Pick<RoomContext, 'pace' | 'defer'>,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Asks the client for what it has and we have not, and shows it who is there. */
  greet(member: Member): void {
    this.#waiting.push({ kind: 'greet', member })
  }

  /** Answers a client's SyncStep1; from then on it gets what is committed. */
  answer(member: Member, vector: Uint8Array): void {
    this.#waiting.push({ kind: 'answer', member, vector })
  }

  clear(): void {
    this.#waiting = []
  }

  /** Serves those who wait; a herd in slices, the rest at the next step. */
  async serve(loaded: Loaded): Promise<void> {
    const { pace, defer } = this.context
    const started = pace.mark()
    for (let join = this.#waiting.shift(); join !== undefined; join = this.#waiting.shift()) {
      if (!join.member.gone) this.#serve(join, loaded)
      if (this.#waiting.length > 0 && pace.mark() - started > budgetMs) {
        await new Promise<void>((resolve) => defer(resolve))
        return
      }
    }
  }

  #serve(join: Join, { replica, frames }: Loaded): void {
    const { member } = join
    if (join.kind === 'greet') {
      member.peer.send(step1Frame(Y.encodeStateVector(replica.doc)))
      this.crowd.sendAwareness(member)
      return
    }
    const hasNothing = join.vector.byteLength <= 1
    try {
      if (hasNothing && frames.wantsRebase) frames.rebase(frames.position, Y.encodeStateAsUpdate(replica.doc))
      const answer = hasNothing
        ? frames.whole()
        : [step2Frame(Y.encodeStateAsUpdate(replica.doc, join.vector))]
      for (const frame of answer) member.peer.send(frame)
    } catch {
      this.crowd.refuse(member, 'badUpdate', 0)
      return
    }
    member.live = true
    member.staleFrom = undefined
  }
}
