import type { CommandError } from '../../shared/protocol/errors.ts'
import { monotonicMs } from './clock.ts'
import { Refusal } from './http-errors.ts'

/** What who sends too much at once is told, by whatever way. */
export const tooFastError: CommandError = {
  code: 'too-fast',
  message: 'Too much at once. Try again in a moment.',
}

/** A bucket of messages: `burst` at once, `perSecond` for long. Times are any monotonic ms. */
export interface Pace {
  allows(now: number): boolean
  /** Ms from `now` until the next message is allowed; 0 when it is. */
  waitMs(now: number): number
}

export function createPace(burst = 200, perSecond = 50): Pace {
  let tokens = burst
  let at = Number.NaN
  const fill = (now: number) => {
    if (!Number.isNaN(at)) tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond)
    at = now
  }
  return {
    allows(now) {
      fill(now)
      if (tokens < 1) return false
      tokens--
      return true
    },
    waitMs(now) {
      fill(now)
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000)
    },
  }
}

/** Of what reads a whole log or puts a document together again: a person looks at some, a program at no flood. */
export const createLookPace = (): Pace => createPace(30, 5)

const mostPaces = 10_000

/** One pace for each key. The one unused longest is forgotten first: by then its bucket is full again. */
export function createPaces(make: () => Pace = createPace, most = mostPaces): (key: string) => Pace {
  const paces = new Map<string, Pace>()
  return (key) => {
    const pace = paces.get(key) ?? make()
    paces.delete(key)
    paces.set(key, pace)
    if (paces.size > most) {
      const oldest = paces.keys().next()
      if (!oldest.done) paces.delete(oldest.value)
    }
    return pace
  }
}

/** Lets through who is within their pace, else answers 429 with when to come back. Throws a Refusal. */
export function keepPace(pace: Pace): void {
  const now = monotonicMs()
  if (!pace.allows(now)) throw new Refusal(tooFastError, Math.ceil(pace.waitMs(now) / 1000))
}
