/**
 * The only reader of time (rule 4). `now` is anchored to the database's clock so that all nodes agree,
 * and carries the test clock's offset. Everything else receives `now` as data.
 */
export interface Clock {
  /** Integer ms since 1970 UTC. Never decreases within one process. */
  now(): number
  /**
   * Calls `wake` once when `now()` reaches `at`, also after a jump of the test clock, however far off
   * `at` is (longer than 2^31 ms included). Returns the way to cancel.
   */
  wakeAt(at: number, wake: () => void): () => void
}

/** Ms from an arbitrary start, never stepping back: for how fast somebody sends, never for what time it is. */
export const monotonicMs = (): number => performance.now()
