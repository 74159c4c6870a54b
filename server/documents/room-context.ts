import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Committer } from './committer.ts'
import type { CursorRelay } from './cursor-relay.ts'
import type { Journal } from './journal.ts'
import type { DocumentLimits } from './limits.ts'
import type { Pace } from './pace.ts'

/** What every room of a node works with. */
export interface RoomContext {
  journal: Journal
  committer: Committer
  bus: Bus
  /** Cursors of people on other nodes; without it everybody is on this one. */
  cursors?: CursorRelay
  clock: Clock
  logger: Logger
  pace: Pick<Pace, 'mark' | 'waitAfter'>
  limits: DocumentLimits
  /** Runs `work` after what this turn of the event loop brings in. */
  defer(work: () => void): void
  /** Builds one state from a base and the changes since, proven to load again. */
  compact(base: Uint8Array, tail: readonly Uint8Array[], vector: Uint8Array): Promise<Uint8Array>
  /** Told when a peer is too slow for what it is sent: from then on rooms have to be relieved until none is. */
  fellBehind?(): void
  faults?: RoomFaults
}

/** Planted mistakes, so that the simulation can show it would find them. Never set in the product. */
export interface RoomFaults {
  fanOutBeforeCommit?: boolean
  keepGaps?: boolean
  skipReload?: boolean
  countOnArrival?: boolean
  ignoreMissedSeq?: boolean
}
