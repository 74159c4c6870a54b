/**
 * Who has an incident open: one entry per person, however many tabs and nodes. In memory when alone, in Redis with
 * a lease of 10 s with several nodes. It holds no truth: the worst it can do is to be empty for a while.
 */
export interface Roster {
  /** A socket of this person opened the incident. */
  enter(incidentId: string, personId: string, socketId: string): void
  /** It closed, or left. */
  leave(incidentId: string, personId: string, socketId: string): void
  /** People in the room now, in order of arrival where known. */
  present(incidentId: string): Promise<string[]>
  /**
   * When each was last seen there, in ms; those in the room are seen now. Who was never seen is left out. When
   * other nodes cannot be asked, everyone counts as seen now: not knowing unlocks nothing.
   */
  lastSeen(incidentId: string, people: readonly string[]): Promise<Map<string, number>>
  close(): Promise<void>
}

/** Sockets by incident and person on this node; shared by both kinds of roster. */
export class LocalRoster {
  readonly #rooms = new Map<string, Map<string, Set<string>>>()
  readonly #seen = new Map<string, number>()

  /** True when this is the person's first socket there. */
  enter(incidentId: string, personId: string, socketId: string): boolean {
    const room = this.#rooms.get(incidentId) ?? new Map<string, Set<string>>()
    this.#rooms.set(incidentId, room)
    const sockets = room.get(personId) ?? new Set<string>()
    room.set(personId, sockets)
    sockets.add(socketId)
    return sockets.size === 1
  }

  /** True when that was the person's last socket there. */
  leave(incidentId: string, personId: string, socketId: string, now: number): boolean {
    const room = this.#rooms.get(incidentId)
    const sockets = room?.get(personId)
    if (room === undefined || sockets === undefined || !sockets.delete(socketId)) return false
    this.#seen.set(`${incidentId}\n${personId}`, now)
    if (sockets.size > 0) return false
    room.delete(personId)
    if (room.size === 0) this.#rooms.delete(incidentId)
    return true
  }

  present(incidentId: string): string[] {
    return [...(this.#rooms.get(incidentId)?.keys() ?? [])]
  }

  seenAt(incidentId: string, personId: string, now: number): number | undefined {
    if (this.#rooms.get(incidentId)?.has(personId)) return now
    return this.#seen.get(`${incidentId}\n${personId}`)
  }

  rooms(): [string, string[]][] {
    return [...this.#rooms].map(([id, people]) => [id, [...people.keys()]])
  }
}

/** For one node. `now` is server time in ms. */
export function createMemoryRoster(now: () => number): Roster {
  const local = new LocalRoster()
  return {
    enter: (incidentId, personId, socketId) => void local.enter(incidentId, personId, socketId),
    leave: (incidentId, personId, socketId) => void local.leave(incidentId, personId, socketId, now()),
    present: async (incidentId) => local.present(incidentId),
    async lastSeen(incidentId, people) {
      const seen = new Map<string, number>()
      for (const id of people) {
        const at = local.seenAt(incidentId, id, now())
        if (at !== undefined) seen.set(id, at)
      }
      return seen
    },
    close: async () => {},
  }
}
