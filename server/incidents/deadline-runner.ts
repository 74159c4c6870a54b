import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { CommandHandler } from './command-handler.ts'
import type { IncidentStore } from './incident-store.ts'

const batch = 100
/** After nothing could be looked at or read, in ms. */
const retryMs = 1_000
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
 * start.
 */
export function createDeadlineRunner({ store, handler, clock, logger }: RunnerParts) {
  let cancel: (() => void) | null = null
  let working: Promise<void> | null = null
  let again = false
  let stopped = true
  let waitingFor = never
  /** The nearest due time noticed while a round is under way: what the round has read may be older. */
  let noticed = never

  /** Works through everything due now; gives when to look again. */
  async function round(): Promise<number> {
    for (;;) {
      const rows = await store.due(batch)
      const now = clock.now()
      const due = rows.filter((row) => row.nextDueAt <= now)
      if (due.length === 0) return rows[0]?.nextDueAt ?? never
      const answers = await Promise.all(due.map((row) => handler.asSystem(row.id, 'clock.look', {})))
      const failed = answers.filter((a) => !a.ok).length
      if (failed > 0) logger.warn({ failed }, 'some due clocks could not be looked at')
      if (failed === due.length) return now + retryMs
    }
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
