import type { Queryable } from './database.ts'
import type { Logger } from './logger.ts'

/** Every second, so that nodes know of each other's commits within two without any bus. */
const beatMs = 1_000
const MARK = 'SELECT pg_current_snapshot()::text AS mark'

/**
 * The one question that a node asks the database every second: was anything committed? Only when it was, those who
 * follow read again what concerns them. Hints make that quicker; what they lose is found here (rule 2).
 */
export interface Pulse {
  /**
   * Runs `reread` at the next beat, and at every one that finds something committed since; once at a time, and once
   * more for what came meanwhile. One that rejects is logged as `trouble` and runs again at the next beat. Returns the
   * way to stop.
   */
  follow(trouble: string, reread: () => Promise<void>): () => void
  /** Looks now. Resolves when everybody whom it woke has read; never rejects. */
  beat(): Promise<void>
  start(): void
  stop(): void
}

export interface PulseParts {
  /** What differs whenever anybody has committed something since; see {@link commitMark}. */
  mark(): Promise<string>
  logger: Logger
  /** How often to look, in ms; a second by default. */
  everyMs?: number
}

/**
 * Which transactions a reader of the database sees now. Two equal marks see the same; other databases of the same
 * PostgreSQL may make it differ too, which costs a look and hides nothing.
 */
export function commitMark(database: Queryable): () => Promise<string> {
  return async () => (await database.query<{ mark: string }>(MARK))[0]?.mark ?? ''
}

interface Follower {
  trouble: string
  reread: () => Promise<void>
  /** What it has read may be older than what is committed. */
  owed: boolean
  running: Promise<void> | null
}

export function createPulse({ mark, logger, everyMs = beatMs }: PulseParts): Pulse {
  const followers = new Set<Follower>()
  let last: string | undefined
  let asking = false
  let timer: NodeJS.Timeout | undefined

  async function beat(): Promise<void> {
    // A database that takes its time is asked one question at a time.
    if (asking) return
    asking = true
    try {
      const now = await mark()
      if (now !== last) for (const follower of followers) follower.owed = true
      last = now
    } catch (error) {
      logger.warn({ err: error }, 'the database could not be asked for news')
    } finally {
      asking = false
    }
    await Promise.all([...followers].map(serve))
  }

  /** Apart from each other: who is slow must not hold up the others. */
  function serve(follower: Follower): Promise<void> {
    if (!follower.owed) return Promise.resolve()
    follower.running ??= rereadAll(follower).finally(() => {
      follower.running = null
    })
    return follower.running
  }

  async function rereadAll(follower: Follower): Promise<void> {
    while (follower.owed) {
      follower.owed = false
      try {
        await follower.reread()
      } catch (error) {
        follower.owed = true
        logger.warn({ err: error }, follower.trouble)
        return
      }
    }
  }

  return {
    follow(trouble, reread) {
      const follower: Follower = { trouble, reread, owed: true, running: null }
      followers.add(follower)
      return () => followers.delete(follower)
    },
    beat,
    start() {
      timer = setInterval(() => void beat(), everyMs)
      timer.unref()
    },
    stop: () => clearInterval(timer),
  }
}
