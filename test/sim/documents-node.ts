import * as Y from 'yjs'
import { Committer } from '../../server/documents/committer.ts'
import { compactState } from '../../server/documents/compaction.ts'
import { DocumentHub } from '../../server/documents/hub.ts'
import type { AppendResult, Journal, NewBatch } from '../../server/documents/journal.ts'
import { defaultLimits } from '../../server/documents/limits.ts'
import { createServerDoc } from '../../server/documents/replica.ts'
import type { Hint } from '../../server/platform/bus.ts'
import { DatabaseError } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logger.ts'
import type { ManualClock } from '../../server/platform/manual-clock.ts'
import { MemoryJournalStore } from '../helpers/memory-journal.ts'
import type { Random } from '../helpers/random.ts'
import type { FaultKind, Planted } from './documents-faults.ts'

type Fate = 'fine' | 'failed' | 'unknown'
interface Gate {
  operation: keyof Journal
  open(fate: Fate): void
}

/** The journal of the world, watched: `truth` is what is committed. */
export class WatchedStore extends MemoryJournalStore {
  readonly truth = createServerDoc()

  override append(batch: NewBatch): AppendResult {
    const result = super.append(batch)
    if (result.kind === 'committed') for (const { update } of batch.updates) Y.applyUpdate(this.truth, update)
    return result
  }
}

/** What a node has of the world around it. */
export interface NodeSurroundings {
  readonly clock: ManualClock
  readonly store: WatchedStore
  readonly random: Random
  readonly planted: Planted
  note(kind: FaultKind): void
  publish(hint: Hint): void
}

/** A server process: its reads and commits wait at gates until the world opens them, well or badly. */
export class Node {
  readonly gates: Gate[] = []
  readonly deferred: (() => void)[] = []
  readonly listeners = new Set<(hint: Hint) => void>()
  readonly hub: DocumentHub
  alive = true
  rooms = 0

  constructor(world: NodeSurroundings) {
    const journal = this.#gated(world)
    this.hub = new DocumentHub(
      {
        journal,
        committer: new Committer(journal),
        clock: {
          now: world.clock.now,
          wakeAt: (at, wake) => world.clock.wakeAt(at, () => this.alive && wake()),
        },
        bus: {
          publish: (hint) => this.alive && world.publish(hint),
          subscribe: (_topic, listener) => {
            this.listeners.add(listener)
            return () => this.listeners.delete(listener)
          },
          connected: () => true,
          close: async () => {},
        },
        logger: createLogger('silent'),
        limits: { ...defaultLimits, ...(world.planted.noReread === true ? { rereadMs: 1e9 } : {}) },
        pace: { mark: () => 0, waitAfter: () => 0 },
        defer: (work) => this.deferred.push(work),
        compact: compactState,
        faults: world.planted,
      },
      journal,
    )
  }

  /** A dead process answers nobody; what it was committing may have reached the database. */
  crash(world: NodeSurroundings): void {
    this.alive = false
    for (const gate of this.gates.splice(0)) {
      if (gate.operation !== 'append') continue
      world.note('crashed while committing')
      if (world.random.chance(0.5)) gate.open('fine')
    }
  }

  #gated(world: NodeSurroundings): Journal {
    const inner = world.store.journal()
    const gate = (operation: keyof Journal) =>
      new Promise<Fate>((resolve) => this.gates.push({ operation, open: resolve }))
    const read =
      <A extends unknown[], R>(operation: keyof Journal, work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if ((await gate(operation)) !== 'fine') throw new DatabaseError('unavailable', 'planned')
        const result = await work(...args)
        if (!this.alive) return new Promise<R>(() => {})
        return result
      }
    return {
      rows: read('rows', inner.rows),
      readAfter: read('readAfter', inner.readAfter),
      owners: read('owners', inner.owners),
      newClients: read('newClients', inner.newClients),
      snapshots: read('snapshots', inner.snapshots),
      readSnapshot: read('readSnapshot', inner.readSnapshot),
      saveSnapshot: read('saveSnapshot', inner.saveSnapshot),
      append: async (batches) => {
        const fate = await gate('append')
        if (fate === 'failed') throw new DatabaseError('unavailable', 'planned')
        const results = await inner.append(batches)
        if (!this.alive) return new Promise<AppendResult[]>(() => {})
        if (fate === 'unknown') throw new DatabaseError('unknown-outcome', 'planned')
        return results
      },
    }
  }
}
