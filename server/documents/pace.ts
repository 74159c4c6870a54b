import { performance } from 'node:perf_hooks'

const longestTick = 16

/**
 * How long a busy room waits between flushes: not at all below 30 % of a core, then a multiple of what a flush
 * costs, 16 ms at most. Measures durations only; what time it is stays the Clock's business.
 */
export class Pace {
  #last = performance.eventLoopUtilization()
  #measuredAt = performance.now()
  #load = 0

  /** Event-loop utilisation of the last quarter second, 0 to 1. */
  load(): number {
    const now = performance.now()
    if (now - this.#measuredAt >= 250) {
      const current = performance.eventLoopUtilization()
      this.#load = performance.eventLoopUtilization(current, this.#last).utilization
      this.#last = current
      this.#measuredAt = now
    }
    return this.#load
  }

  /** Ms to wait after a flush that cost `ms` of this thread. */
  waitAfter(ms: number): number {
    const load = this.load()
    const factor = load < 0.3 ? 0 : load < 0.6 ? 3 : 6 + (load - 0.6) * 15
    return Math.min(longestTick, Math.floor(factor * ms))
  }

  /** For measuring a piece of work: ms from an arbitrary start. */
  mark(): number {
    return performance.now()
  }
}
