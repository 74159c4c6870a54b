import * as Y from 'yjs'
import type { Rights } from './attempt.ts'
import type { JoinFrames } from './join-frames.ts'
import type { DocumentRow } from './journal.ts'
import type { Loaded } from './ledger.ts'
import type { Entry } from './member.ts'
import type { RoomContext } from './room-context.ts'

const hourMs = 3_600_000
/** Knowing the exact size costs an encoding of the document: so many at most in ten seconds. */
const exactSizes = 10
const exactSizesMs = 10_000

/** What may be written in one document at this moment, under the limits of this server. */
export class Allowance {
  /** Client ids announced within the last hour, by person: as of the last time somebody announced one. */
  #newClients: ReadonlyMap<string, number> = new Map()
  #exactAt: number[] = []

  constructor(private readonly context: Pick<RoomContext, 'journal' | 'clock' | 'limits'>) {}

  /** Asks who announced how many client ids, when one of these frames announces another. Throws DatabaseError. */
  async countClients(
    name: string,
    owners: ReadonlyMap<number, string>,
    entries: readonly Entry[],
  ): Promise<void> {
    const announces = entries.some(({ inspected }) =>
      inspected.ranges.some(({ client }) => !owners.has(client)),
    )
    if (!announces) return
    const { journal, clock } = this.context
    this.#newClients = await journal.newClients(name, clock.now() - hourMs)
  }

  rights(row: DocumentRow, frames: JoinFrames): Rights {
    const { limits } = this.context
    const newClients = [...this.#newClients.values()].reduce((sum, n) => sum + n, 0)
    return {
      writable: row.writable,
      room: limits.documentBytes - frames.bytes,
      history: limits.historyBytes - row.bytes,
      newClients: limits.newClientsPerHour - newClients,
      newClientsOf: (person) => limits.newClientsPerPersonPerHour - (this.#newClients.get(person) ?? 0),
    }
  }

  /** Near the size limit an estimate is not good enough: makes `frames.bytes` exact. */
  makeRoom({ replica, frames }: Loaded, entries: readonly Entry[]): void {
    const wanted = entries.reduce((sum, { update }) => sum + update.byteLength, frames.bytes)
    if (wanted <= this.context.limits.documentBytes || frames.tailLength === 0) return
    const now = this.context.clock.now()
    this.#exactAt = this.#exactAt.filter((at) => at > now - exactSizesMs)
    if (this.#exactAt.length >= exactSizes) return
    this.#exactAt.push(now)
    frames.rebase(frames.position, Y.encodeStateAsUpdate(replica.doc))
  }
}
