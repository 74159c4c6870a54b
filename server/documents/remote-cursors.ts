import type { RemoteState } from './cursor-relay.ts'
import type { AwarenessEntry } from './frames.ts'

interface RemotePresence {
  node: string
  /** The clock of the node that speaks for it. */
  theirs: number
  /** The clock this node's clients were told: it never goes back, whoever speaks. */
  clock: number
  state: string
  expiresAt: number
  changed: boolean
  renewed: boolean
}

/** A node that says nothing about a cursor for so long has died or cannot be heard, in ms. */
export const remoteLifeMs = 30_000
/** Beyond that somebody makes cursors up. */
export const mostRemote = 500
const mostRemembered = 1_000

/** Cursors of one document that other nodes speak for. Kept apart from the local ones, which always win. */
export class RemoteCursors {
  #present = new Map<number, RemotePresence>()
  #clocks = new Map<number, number>()
  #leaving: AwarenessEntry[] = []
  #changed = false

  get size(): number {
    return this.#present.size
  }

  get hasNews(): boolean {
    return this.#changed
  }

  /** When the next one would expire; Infinity when nobody is there. */
  get nextExpiry(): number {
    let next = Infinity
    for (const { expiresAt } of this.#present.values()) next = Math.min(next, expiresAt)
    return next
  }

  /** The last clock clients of this node were told for an id, 0 when none. */
  clockOf(clientId: number): number {
    return this.#present.get(clientId)?.clock ?? this.#clocks.get(clientId) ?? 0
  }

  /** Takes one state of another node. `localClock` is what clients were told while the id was local. */
  hear(node: string, heard: RemoteState, now: number, localClock: number): void {
    const { clientId, clock: theirs, state } = heard
    const before = this.#present.get(clientId)
    if (state === 'null') {
      // A node that lost a connection to another one must not remove it there.
      if (before?.node === node && theirs >= before.theirs) this.#remove(clientId, before)
      return
    }
    if (before === undefined && this.#present.size >= mostRemote) return
    if (before !== undefined && theirs < before.theirs) return
    const expiresAt = now + remoteLifeMs
    const same = before?.state === state
    if (before !== undefined && same && theirs === before.theirs) {
      before.expiresAt = expiresAt
      before.node = node
      return
    }
    this.#present.set(clientId, {
      node,
      theirs,
      state,
      expiresAt,
      clock: Math.max(theirs, this.clockOf(clientId) + 1, localClock + 1),
      changed: !same || before.changed,
      renewed: true,
    })
    this.#clocks.delete(clientId)
    if (!same) this.#changed = true
  }

  /** The id has connected to this node: from now on the local lane speaks for it. */
  giveWay(clientId: number): void {
    this.#present.delete(clientId)
    this.#clocks.delete(clientId)
  }

  /** Removes those nobody spoke for. */
  expire(now: number): void {
    for (const [clientId, presence] of this.#present)
      if (presence.expiresAt <= now) this.#remove(clientId, presence)
  }

  /** What changed since the last time; with `renewals` also who merely is still there. */
  flush(renewals: boolean): AwarenessEntry[] {
    const entries = this.#leaving
    this.#leaving = []
    this.#changed = false
    for (const [clientId, presence] of this.#present) {
      if (!presence.changed && !(renewals && presence.renewed)) continue
      presence.changed = false
      presence.renewed = false
      entries.push({ clientId, clock: presence.clock, state: presence.state })
    }
    return entries
  }

  all(): AwarenessEntry[] {
    return [...this.#present].map(([clientId, { clock, state }]) => ({ clientId, clock, state }))
  }

  #remove(clientId: number, { clock }: RemotePresence): void {
    this.#present.delete(clientId)
    this.#clocks.set(clientId, clock + 1)
    for (const oldest of this.#clocks.keys()) {
      if (this.#clocks.size <= mostRemembered) break
      this.#clocks.delete(oldest)
    }
    this.#leaving.push({ clientId, clock: clock + 1, state: 'null' })
    this.#changed = true
  }
}
