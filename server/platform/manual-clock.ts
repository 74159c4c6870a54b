import type { Clock } from './clock.ts'
import { WakeList } from './wake-list.ts'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves to `at` (ms since 1970 UTC), never back. Wakes on the way fire in order, each at its own time. */
  set(at: number): void
  /** Moves on by `ms`. */
  advance(ms: number): void
}

export function createManualClock(start: number): ManualClock {
  const wakes = new WakeList()
  let now = start

  const set = (at: number): void => {
    if (at < now) throw new Error('a clock does not go back')
    // Wakes added on the way fire too, when their time lies on the way.
    for (let next = wakes.takeDue(at); next; next = wakes.takeDue(at)) {
      now = Math.max(now, next.at)
      next.wake()
    }
    now = at
  }

  return {
    now: () => now,
    wakeAt: (at, wake) => {
      const cancel = wakes.add(at, wake)
      // Already due: fire, but not inside the call that asked.
      if (at <= now) queueMicrotask(() => set(now))
      return cancel
    },
    set,
    advance: (ms) => set(now + ms),
  }
}
