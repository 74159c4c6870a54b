import {
  type DocumentCode,
  type DocumentCodeName,
  type PassingCode,
  passingCodes,
} from '../../shared/protocol/document-codes.ts'
import type { Clock } from '../platform/clock.ts'
import { AwarenessLane } from './awareness-lane.ts'
import type { RemoteState } from './cursor-relay.ts'
import { type AwarenessEntry, awarenessFrames, updateFrame } from './frames.ts'
import type { JoinFrames } from './join-frames.ts'
import { Member, type RoomPeer } from './member.ts'
import { RemoteCursors } from './remote-cursors.ts'

/** A peer that stays congested longer is told to come back later. */
const mostStaleMs = 30_000
/** Unchanged cursors are renewed together this often; stock clients forget a cursor after 30 s. */
const renewalMs = 5_000
/** Other nodes are told everything this often, in case they missed something. */
const tellAllMs = 10_000

/** The connections of one room: who gets what, and how fast. Sees only what is committed. */
export class Crowd {
  readonly members = new Set<Member>()
  readonly lane: AwarenessLane
  readonly #remote = new RemoteCursors()
  #laneAt = Infinity
  #stopLane: () => void = () => {}
  #renewedAt: number
  #toldAllAt: number
  #asked = false

  constructor(
    private readonly clock: Clock,
    stateBytes: number,
    /** Tells other nodes about cursors here. Never throws. */
    private readonly tellNodes: (states: readonly AwarenessEntry[]) => void = () => {},
    /** Told when somebody has to be caught up later, by {@link relieve}. */
    private readonly fellBehind: () => void = () => {},
  ) {
    this.lane = new AwarenessLane(stateBytes, (clientId) => this.#remote.clockOf(clientId))
    this.#renewedAt = clock.now()
    this.#toldAllAt = this.#renewedAt
  }

  add(peer: RoomPeer): Member {
    const member = new Member(peer)
    this.members.add(member)
    return member
  }

  remove(member: Member): void {
    member.gone = true
    member.held = []
    if (!this.members.delete(member)) return
    this.lane.leave(member)
    this.#armLane()
  }

  refuse(member: Member, code: DocumentCodeName, frame: number): void {
    member.dismissed = true
    this.remove(member)
    member.peer.refuse(code, frame)
  }

  /** Closes a connection and drops what it sent and is not committed. */
  dismiss(member: Member, code: PassingCode | DocumentCode, reason: string): void {
    member.dismissed = true
    this.remove(member)
    member.peer.close(code, reason)
  }

  dismissAll(code: PassingCode | DocumentCode, reason: string): void {
    for (const member of [...this.members]) this.dismiss(member, code, reason)
  }

  /** One frame per recipient, encoded once. `author` wrote all of it and needs no echo. */
  fanOut(frames: JoinFrames, change: Uint8Array, author: Member | undefined): void {
    const position = frames.position
    frames.push(change)
    const frame = updateFrame(change)
    for (const member of this.members) {
      if (!member.live || member === author || member.staleFrom !== undefined) continue
      if (member.peer.congested()) {
        member.staleFrom = position
        member.staleSince = this.clock.now()
        this.fellBehind()
      } else {
        member.peer.send(frame)
      }
    }
  }

  /** True while somebody has to be caught up. */
  get hasStale(): boolean {
    for (const member of this.members) if (member.staleFrom !== undefined) return true
    return false
  }

  /** Lets drained peers catch up and gives up on those that stay behind. True while any is stale. */
  relieve(frames: JoinFrames): boolean {
    let stale = false
    for (const member of this.members) {
      if (member.staleFrom === undefined) continue
      if (!member.peer.congested()) {
        const missed = frames.since(member.staleFrom)
        member.staleFrom = undefined
        for (const frame of missed) member.peer.send(frame)
      } else if (this.clock.now() - member.staleSince > mostStaleMs) {
        this.dismiss(member, passingCodes.tryLater, 'Too slow; come back and load afresh.')
      } else {
        stale = true
      }
    }
    return stale
  }

  /** Everybody starts from the whole document again: what they were sent may not be what is stored. */
  resync(frames: JoinFrames): void {
    const whole = frames.whole()
    for (const member of this.members) {
      // Before the first position: whoever is congested gets the whole when it has drained.
      if (member.staleFrom !== undefined) member.staleFrom = -1
      else if (member.live) for (const frame of whole) member.peer.send(frame)
    }
  }

  hear(
    member: Member,
    entries: readonly AwarenessEntry[],
    boundTo: (id: number) => string | undefined,
  ): void {
    const own = this.lane.accept(member, member.peer.person, entries, boundTo)
    if (own !== undefined) this.#remote.giveWay(own)
    this.#armLane()
  }

  /** What another node says about its cursors. Ids announced here, or bound to others, are not its to tell. */
  hearNode(node: string, states: readonly RemoteState[], boundTo: (id: number) => string | undefined): void {
    const now = this.clock.now()
    for (const state of states) {
      const { clientId, userId } = state
      if (this.lane.has(clientId)) {
        // The others may just have removed it: its owner came here from there.
        this.#asked ||= state.state === 'null'
        continue
      }
      if (userId !== undefined && (boundTo(clientId) ?? userId) !== userId) continue
      this.#remote.hear(node, state, now, this.lane.clockOf(clientId))
    }
    this.#armLane()
  }

  /** Another node has opened the document, or can be reached again; answers are folded. */
  askedByNode(): void {
    if (this.lane.size === 0) return
    this.#asked = true
    this.#armLane()
  }

  /** Other nodes need not wait for the cursors of this one to expire. */
  sayGoodbye(): void {
    this.#stopLane()
    const gone = this.lane.all().map(({ clientId, clock }) => ({ clientId, clock: clock + 1, state: 'null' }))
    const states = [...this.lane.flush(false).filter(({ state }) => state === 'null'), ...gone]
    if (states.length > 0) this.tellNodes(states)
  }

  sendAwareness(member: Member): void {
    for (const frame of awarenessFrames([...this.lane.all(), ...this.#remote.all()])) member.peer.send(frame)
  }

  /** Cursors go out every 30 to 100 ms, slower the more there are; renewals every few seconds. */
  #armLane(): void {
    const now = this.clock.now()
    const news = this.lane.hasNews || this.#remote.hasNews || this.#asked
    const wait = news ? Math.min(100, 30 + this.members.size * 0.7) : renewalMs
    const at = Math.ceil(Math.min(now + wait, Math.max(now, this.#remote.nextExpiry)))
    if (at >= this.#laneAt) return
    this.#stopLane()
    this.#laneAt = at
    this.#stopLane = this.clock.wakeAt(at, () => this.#flushLane())
  }

  #flushLane(): void {
    this.#laneAt = Infinity
    const now = this.clock.now()
    const renewals = now - this.#renewedAt >= renewalMs
    if (renewals) this.#renewedAt = now
    this.#remote.expire(now)
    const own = this.lane.flush(renewals)
    this.#tellNodes(own, now)
    for (const frame of awarenessFrames([...own, ...this.#remote.flush(renewals)])) {
      // The first to go under pressure: who is congested gets the cursors when it has drained.
      for (const member of this.members) if (!member.peer.congested()) member.peer.send(frame)
    }
    if (this.lane.size > 0 || this.#remote.size > 0) this.#armLane()
  }

  #tellNodes(own: readonly AwarenessEntry[], now: number): void {
    const all = this.#asked || now - this.#toldAllAt >= tellAllMs
    this.#asked = false
    if (all) this.#toldAllAt = now
    const gone = own.filter(({ state }) => state === 'null')
    const states = all ? [...gone, ...this.lane.all()] : own
    if (states.length > 0) this.tellNodes(states)
  }
}
