import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'

export interface LoopOptions {
  /** For the log. */
  name: string
  logger: Logger
  /** One round of work. What it throws is logged, and the next round waits longer. */
  run: () => Promise<void>
  /** Time between the end of one round and the start of the next, in ms. */
  everyMs: number
  /** With a clock, rounds follow its time (and its jumps); without, real time. */
  clock?: Clock
  /** Longest wait after failures, in ms; 2 s by default, or `everyMs` if that is longer. */
  backOffAtMostMs?: number
  /** 0 to 1; for tests. */
  random?: () => number
}

export interface Loop {
  /** Starts with a round at once. Starting twice does nothing. */
  start(): void
  /**
   * Asks for a round now: at once when none runs, right after the running one otherwise. While the
   * last round has failed it waits for its turn, so that hints cannot hammer what is down.
   */
  poke(): void
  /** No new round begins; resolves when the running one has ended. */
  stop(): Promise<void>
}

const FIRST_BACK_OFF_MS = 100
const BACK_OFF_AT_MOST_MS = 2_000

/** A piece of work that comes back: one round at a time, with back-off and jitter after failures. */
export function createLoop(options: LoopOptions): Loop {
  const random = options.random ?? Math.random
  const atMost = options.backOffAtMostMs ?? Math.max(BACK_OFF_AT_MOST_MS, options.everyMs)
  let state: 'new' | 'waiting' | 'running' | 'stopped' = 'new'
  let poked = false
  let failures = 0
  let current: Promise<void> = Promise.resolve()
  let cancel: () => void = () => undefined

  const wait = (ms: number): void => {
    state = 'waiting'
    if (options.clock) {
      cancel = options.clock.wakeAt(options.clock.now() + ms, begin)
    } else {
      const timer = setTimeout(begin, ms)
      cancel = () => clearTimeout(timer)
    }
  }

  const begin = (): void => {
    if (state !== 'waiting') return
    cancel()
    state = 'running'
    poked = false
    current = round()
  }

  const round = async (): Promise<void> => {
    try {
      await options.run()
      failures = 0
    } catch (error) {
      failures++
      const reason = error instanceof Error ? error.message : 'unknown'
      options.logger.warn({ loop: options.name, failures, reason }, 'a round failed')
    }
    if (isStopped()) return
    if (failures > 0) wait(backOff())
    else wait(poked ? 0 : options.everyMs)
  }

  /** Doubles with each failure; half of it is chance, so that nodes do not come back in step. */
  const backOff = (): number => {
    const full = Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(failures - 1, 20), atMost)
    return full / 2 + (random() * full) / 2
  }

  const isStopped = (): boolean => state === 'stopped'

  return {
    start: () => {
      if (state !== 'new') return
      state = 'waiting'
      begin()
    },
    poke: () => {
      if (state === 'running') poked = true
      else if (state === 'waiting' && failures === 0) begin()
    },
    stop: () => {
      state = 'stopped'
      cancel()
      return current
    },
  }
}
