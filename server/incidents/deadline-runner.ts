import { nextDueAt } from '../../shared/incident/next-due.ts'
import type { Clock } from '../platform/clock.ts'
import { DatabaseError } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { CommandHandler } from './command-handler.ts'
import type { IncidentStore } from './incident-store.ts'

const batch = 100
/** Another node may have moved a due time nearer: looked up at least this often, in ms. */
const pollMs = 1_000

export interface RunnerParts {
  store: IncidentStore
  handler: CommandHandler
  clock: Clock
  logger: Logger
}

/**
 * Wakes at the nearest `next_due_at` and gives the command "look at the clock" (rule 5). Two nodes may do so at
 * once: under the row lock the second finds nothing due. What fell due while no node ran is found at the start.
 */
export function createDeadlineRunner({ store, handler, clock, logger }: RunnerParts) {
  let cancel: (() => void) | null = null
  let working: Promise<void> | null = null
  let again = false
  let stopped = true
  let waitingFor = Number.POSITIVE_INFINITY

  /** Works through everything due now; gives the next due time, or null. */
  async function round(): Promise<number | null> {
    for (;;) {
      const rows = await store.due(batch)
      const now = clock.now()
      const due = rows.filter((row) => row.nextDueAt <= now)
      if (due.length === 0) return rows[0]?.nextDueAt ?? null
      const answers = await Promise.all(due.map((row) => handler.asSystem(row.id, 'clock.look', {})))
      const failed = answers.filter((a) => !a.ok).length
      if (failed > 0) logger.warn({ failed }, 'some due clocks could not be looked at')
      if (failed === due.length) return now + pollMs
    }
  }

  function schedule(at: number): void {
    cancel?.()
    waitingFor = at
    cancel = stopped ? null : clock.wakeAt(at, run)
  }

  function run(): void {
    if (stopped) return
    if (working !== null) {
      again = true
      return
    }
    working = round()
      .then(
        (next) => schedule(Math.min(next ?? Number.POSITIVE_INFINITY, clock.now() + pollMs)),
        (error: unknown) => {
          logger.warn({ err: error }, 'the deadline runner could not read')
          schedule(clock.now() + pollMs)
        },
      )
      .finally(() => {
        working = null
        if (again) {
          again = false
          run()
        }
      })
  }

  return {
    start(): void {
      stopped = false
      run()
    },
    /** Something was committed that may fall due sooner than what is being waited for. */
    notice(nextDueAt: number | null): void {
      if (stopped || nextDueAt === null || nextDueAt >= waitingFor) return
      schedule(nextDueAt)
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

export interface AuditReport {
  checked: number
  /** Ids of incidents whose stored due time was not what the log says. They were put right. */
  wrong: string[]
}

/**
 * Recomputes the due time of every open incident from its state and compares it with the row (rule 5). What was
 * wrong is reported and mended by a look at the clock.
 */
export async function auditDeadlines({ store, handler, logger }: RunnerParts): Promise<AuditReport> {
  const report: AuditReport = { checked: 0, wrong: [] }
  for (let after = ''; ; ) {
    const page = await store.openAfter(after, 100)
    if (page.length === 0) return report
    for (const id of page) {
      const incident = await store.load(id).catch((error: unknown) => {
        if (error instanceof DatabaseError) throw error
        logger.warn({ incident: id, err: error }, 'an incident could not be audited')
        return null
      })
      if (incident === null) continue
      report.checked++
      if (incident.nextDueAt === nextDueAt(incident.state, incident.playbook)) continue
      report.wrong.push(id)
      logger.error({ incident: id }, 'a stored due time was wrong')
      await handler.asSystem(id, 'clock.look', {})
    }
    after = page[page.length - 1] ?? ''
  }
}
