import { createHash } from 'node:crypto'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { createCircuit } from '../platform/circuit.ts'
import { refuse } from '../platform/http-errors.ts'
import type { Logger } from '../platform/logger.ts'
import { openRedis } from '../platform/redis.ts'

export type Attempt = 'sign-in' | 'redeem' | 'set-up'

/** Counts failures, never successes: a crowd behind one address may come in together. */
export interface RateLimits {
  /** Throws a Refusal `too-fast` when `key` failed too often. */
  check(attempt: Attempt, key: string): Promise<void>
  /** Counts one try before its outcome is known, so that tries at once cannot slip through; throws like `check`. */
  take(attempt: Attempt, key: string): Promise<void>
  /** The try was good after all. */
  giveBack(attempt: Attempt, key: string): Promise<void>
  /**
   * Checks `key` and counts a try as under way until the answer is called: a crowd may come in together, a flood
   * may not. Throws like `check`, also when too many tries of this key are under way on this node.
   */
  begin(attempt: Attempt, key: string): Promise<() => void>
  /** Counts a failure of a try that was only checked. */
  fail(attempt: Attempt, key: string): Promise<void>
  close(): void
}

export interface RateLimitsOptions {
  /** Shares the counts between nodes; while Redis does not answer each node counts for itself. */
  redisUrl?: string
  logger: Logger
  /** Failures within the window that are forgiven. 20 by default (S20). */
  tries?: number
}

const windowSeconds = 15 * 60
/** For each forgiven failure, tries of one key at once: an office signs in together when an incident begins. */
const crowd = 5

export function createRateLimits(options: RateLimitsOptions): RateLimits {
  const points = options.tries ?? 20
  const common = { points, duration: windowSeconds, keyPrefix: 'muster:tries' }
  const local = new RateLimiterMemory(common)
  // Connected or not: nobody waits for Redis to sign in.
  const redis =
    options.redisUrl === undefined
      ? undefined
      : openRedis({
          url: options.redisUrl,
          logger: options.logger,
          meanwhile: 'failed tries are counted by each node for itself',
          waitingAtMost: 1_000,
        })
  const circuit = createCircuit({ answerWithinMs: 500, restMs: 5_000 })
  const limiter =
    redis === undefined
      ? local
      : new RateLimiterRedis({
          ...common,
          storeClient: redis,
          useRedisPackage: true,
          rejectIfRedisNotReady: true,
        })
  /** Asks Redis; counts here when it fails or is frozen. */
  const counted = <T>(ask: (by: RateLimiterAbstract) => Promise<T>): Promise<T> =>
    limiter === local ? ask(local) : circuit.ask(() => ask(limiter)).catch(() => ask(local))
  const underWay = new Map<string, number>()

  async function check(attempt: Attempt, key: string): Promise<void> {
    const tried = await counted((by) => by.get(keyOf(attempt, key)))
    if (tried !== null && tried.consumedPoints >= points) tooFast()
  }

  function addUnderWay(key: string, tries: number): void {
    const now = (underWay.get(key) ?? 0) + tries
    if (now > 0) underWay.set(key, now)
    else underWay.delete(key)
  }

  return {
    check,
    async begin(attempt, key) {
      const hashed = keyOf(attempt, key)
      // Counted before anything is awaited, so that no flood slips past.
      if ((underWay.get(hashed) ?? 0) >= points * crowd) tooFast()
      addUnderWay(hashed, 1)
      const end = () => addUnderWay(hashed, -1)
      try {
        await check(attempt, key)
      } catch (error) {
        end()
        throw error
      }
      return end
    },
    async take(attempt, key) {
      const tried = await counted((by) => by.penalty(keyOf(attempt, key)))
      if (tried.consumedPoints > points) tooFast()
    },
    async giveBack(attempt, key) {
      await counted((by) => by.reward(keyOf(attempt, key)))
    },
    async fail(attempt, key) {
      await counted((by) => by.penalty(keyOf(attempt, key)))
    },
    close() {
      redis?.destroy()
    },
  }
}

/** Neither names nor addresses are kept in clear. */
function keyOf(attempt: Attempt, key: string): string {
  return `${attempt}:${createHash('sha256').update(key).digest('base64url')}`
}

function tooFast(): never {
  refuse('too-fast', 'Too many tries. Wait a quarter of an hour, then try again.')
}
