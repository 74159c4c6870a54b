import type { AwarenessEntry } from './frames.ts'

/** Who a state is shown as; taken from the session, whatever the client says. */
export interface AwarenessUser {
  id: string
  name: string
}

interface Presence {
  owner: object
  user: AwarenessUser
  clock: number
  state: string
  changed: boolean
}

export const awarenessColors = 12
export const mostClock = 2 ** 40

/**
 * Cursors of one room, in a lane of their own: never journaled, never relayed as they came. One client id per
 * connection; its user field is the server's. Renewals without news wait for `flush(true)`.
 */
export class AwarenessLane {
  #present = new Map<number, Presence>()
  #ids = new Map<object, number>()
  #gone = new Map<number, { clock: number; userId: string }>()
  #leaving: AwarenessEntry[] = []
  #renewed = new Set<number>()
  #changed = false

  /** `toldElsewhere` gives the clock clients were told for an id while another node spoke for it. */
  constructor(
    private readonly stateBytes: number,
    private readonly toldElsewhere: (clientId: number) => number = () => 0,
  ) {}

  get size(): number {
    return this.#present.size
  }

  /** True while a connection of this node announces the id. */
  has(clientId: number): boolean {
    return this.#present.has(clientId)
  }

  /** The last clock told for an id, 0 when none. */
  clockOf(clientId: number): number {
    return this.#present.get(clientId)?.clock ?? this.#gone.get(clientId)?.clock ?? 0
  }

  /** True when `flush(false)` has something to say. */
  get hasNews(): boolean {
    return this.#changed
  }

  /**
   * Takes what a connection says about itself and ignores what it relays about others (stock clients do).
   * `boundTo` tells whose a client id is in this document, if anybody's. Gives the id it now speaks for.
   */
  accept(
    owner: object,
    user: AwarenessUser,
    entries: readonly AwarenessEntry[],
    boundTo: (clientId: number) => string | undefined,
  ): number | undefined {
    const own = this.#ids.get(owner) ?? this.#announced(user, entries, boundTo)
    const entry = entries.find(({ clientId }) => clientId === own)
    if (own === undefined || entry === undefined || entry.clock > mostClock) return undefined
    if (entry.state === 'null') {
      this.leave(owner)
      return undefined
    }
    if (entry.state.length > this.stateBytes) return undefined
    const state = rewrite(entry.state, user)
    if (state === undefined) return undefined
    const before = this.#present.get(own)
    // Clients take the clock they know for 0 at first, so a state with clock 0 would reach nobody.
    const last = Math.max(this.clockOf(own), this.toldElsewhere(own))
    const same = before?.state === state
    if (same && entry.clock <= last) return own
    if (before !== undefined && before.owner !== owner) this.#ids.delete(before.owner)
    this.#ids.set(owner, own)
    this.#present.set(own, {
      owner,
      user,
      state,
      // Somebody who comes back with an old clock would stay invisible to those who saw them leave.
      clock: Math.max(entry.clock, last + 1),
      changed: (before?.changed ?? false) || !same,
    })
    this.#gone.delete(own)
    if (same) this.#renewed.add(own)
    else this.#changed = true
    return own
  }

  /** The connection has gone, or says so. */
  leave(owner: object): void {
    const id = this.#ids.get(owner)
    this.#ids.delete(owner)
    const presence = id === undefined ? undefined : this.#present.get(id)
    if (id === undefined || presence === undefined) return
    const clock = presence.clock + 1
    this.#present.delete(id)
    this.#renewed.delete(id)
    this.#gone.set(id, { clock, userId: presence.user.id })
    this.#leaving.push({ clientId: id, clock, state: 'null' })
    this.#changed = true
  }

  /** What changed since the last time; with `renewals` also who merely is still there. */
  flush(renewals: boolean): AwarenessEntry[] {
    const entries = this.#leaving
    this.#leaving = []
    this.#changed = false
    for (const [clientId, presence] of this.#present) {
      if (!presence.changed && !(renewals && this.#renewed.has(clientId))) continue
      presence.changed = false
      this.#renewed.delete(clientId)
      entries.push({ clientId, clock: presence.clock, state: presence.state })
    }
    return entries
  }

  /** Everybody, for one who has just come. */
  all(): AwarenessEntry[] {
    return [...this.#present].map(([clientId, { clock, state }]) => ({ clientId, clock, state }))
  }

  /** The id a connection announces: alone in its message, and nobody else's. */
  #announced(
    user: AwarenessUser,
    entries: readonly AwarenessEntry[],
    boundTo: (clientId: number) => string | undefined,
  ): number | undefined {
    const [entry, ...others] = entries
    if (entry === undefined || others.length > 0 || entry.state === 'null') return undefined
    const whose =
      this.#present.get(entry.clientId)?.user.id ??
      this.#gone.get(entry.clientId)?.userId ??
      boundTo(entry.clientId) ??
      user.id
    return whose === user.id ? entry.clientId : undefined
  }
}

/** The state with the server's user field, or undefined when it is no JSON object. */
function rewrite(text: string, user: AwarenessUser): string | undefined {
  let state: unknown
  try {
    state = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return undefined
  return JSON.stringify({ ...state, user: { id: user.id, name: user.name, color: colorOf(user.id) } })
}

/** A stable index into the client's palette. */
function colorOf(personId: string): number {
  let sum = 0
  for (const letter of personId) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return sum % awarenessColors
}
