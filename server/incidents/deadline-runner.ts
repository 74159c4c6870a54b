import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { CommandHandler } from './command-handler.ts'
import type { IncidentStore } from './incident-store.ts'

const batch = 100
/** After nothing could be read, or one could not be looked at, in ms; each further time twice that, up to `mostRetryMs`. */
const retryMs = 1_000
const mostRetryMs = 60_000
const never = Number.POSITIVE_INFINITY

export interface RunnerParts {
  store: Pick<IncidentStore, 'due'>
  handler: Pick<CommandHandler, 'asSystem'>
  clock: Clock
  logger: Logger
}

/**
 * Sleeps until the nearest `next_due_at` it knows of and gives the command "look at the clock" (rule 5). A commit of
 * this node that falls due sooner is told by `notice`; what other nodes committed is found by `look`. Two nodes may
 * wake at once: under the row lock the second finds nothing due. What fell due while no node ran is found at the
 * start. An incident that cannot be looked at steps back, longer each time, and takes no other one's turn.
 */
export function createDeadlineRunner({ store, handler, clock, logger }: RunnerParts) {
  let cancel: (() => void) | null = null
  let working: Promise<void> | null = null
  let again = false
  let stopped = true
  let waitingFor = never
  /** The nearest due time noticed while a round is under way: what the round has read may be older. */
  let noticed = never

  /** Incidents that could not be looked at: how often in a row, and when they have their next turn. */
  const back = new Map<string, { tries: number; until: number }>()

  /** Works through everything due now; gives when to look again. */
  async function round(): Promise<number> {
    for (;;) {
      // Those that stepped back stand first, for they are due the longest: they take no place from the others.
      const most = batch + back.size
      const rows = await store.due(most)
      const now = clock.now()
      const due = rows.filter((row) => row.nextDueAt <= now)
      // Then nothing else is due: what lies ahead, or the end, has been read.
      if (due.length < rows.length || rows.length < most) forgetAllBut(new Set(due.map(({ id }) => id)))
      const turns = due.filter(({ id }) => (back.get(id)?.until ?? 0) <= now)
      if (turns.length === 0) {
        const ahead = rows.find((row) => row.nextDueAt > now)?.nextDueAt ?? never
        return due.reduce((next, { id }) => Math.min(next, back.get(id)?.until ?? never), ahead)
      }
      const answers = await Promise.all(turns.map(({ id }) => lookAt(id)))
      const failed = answers.filter((looked) => !looked).length
      if (failed > 0) logger.warn({ failed }, 'some due clocks could not be looked at')
    }
  }

  async function lookAt(id: string): Promise<boolean> {
    const answer = await handler.asSystem(id, 'clock.look', {}).catch((error: unknown) => {
      logger.warn({ err: error }, 'a due clock could not be looked at')
      return null
    })
    if (answer?.ok === true) {
      back.delete(id)
      return true
    }
    // A store that is away or full is nothing about this incident: it is looked at as soon as that is over.
    const passing = answer?.error.code === 'unavailable' || answer?.error.code === 'full'
    const tries = passing ? 0 : (back.get(id)?.tries ?? 0) + 1
    const waitMs = Math.min(retryMs * 2 ** Math.max(0, tries - 1), mostRetryMs)
    back.set(id, { tries, until: clock.now() + waitMs })
    return false
  }

  function forgetAllBut(due: ReadonlySet<string>): void {
    for (const id of [...back.keys()]) if (!due.has(id)) back.delete(id)
  }

  function schedule(at: number): void {
    cancel?.()
    waitingFor = at
    cancel = stopped || at === never ? null : clock.wakeAt(at, look)
  }

  function look(): void {
    if (stopped) return
    if (working !== null) {
      again = true
      return
    }
    noticed = never
    working = round()
      .catch((error: unknown) => {
        logger.warn({ err: error }, 'the deadline runner could not read')
        return clock.now() + retryMs
      })
      .then((next) => {
        // In one step, so that no notice falls between the end of the round and the sleep.
        working = null
        schedule(Math.min(next, noticed))
        if (!again) return
        again = false
        look()
      })
  }

  return {
    start(): void {
      stopped = false
      look()
    },
    /** Reads again what falls due next: another node may have moved it nearer. */
    look,
    /** Something was committed here that falls due at `nextDueAt` (ms), or never for null. */
    notice(nextDueAt: number | null): void {
      if (stopped || nextDueAt === null) return
      if (working !== null) noticed = Math.min(noticed, nextDueAt)
      else if (nextDueAt < waitingFor) schedule(nextDueAt)
    },
    async stop(): Promise<void> {
      stopped = true
      cancel?.()
      await working
    },
    /** Resolves when nothing is due any more at this time. */
    async settle(): Promise<void> {
      await working
      await round()
    },
  }
}
