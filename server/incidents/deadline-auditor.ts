import { nextDueAt } from '../../shared/incident/next-due.ts'
import type { Logger } from '../platform/logger.ts'
import type { CommandHandler } from './command-handler.ts'
import type { IncidentStore, OpenIncident } from './incident-store.ts'

const pageRows = 500
/** Opened by one statement, so that a commit of the embedded database never waits long. */
const openedAtOnce = 50

export interface AuditReport {
  /** Open incidents whose row was compared. */
  checked: number
  /** Ids of incidents whose stored due time was not what the log says. They were put right. */
  wrong: string[]
}

export interface AuditorParts {
  store: Pick<IncidentStore, 'openBefore' | 'glance'>
  handler: Pick<CommandHandler, 'asSystem'>
  logger: Logger
}

/** What was found right: it stays right as long as the row says the same. */
interface Found {
  hash: string
  nextDueAt: number | null
  joined: boolean
}

/**
 * Compares the stored due time of every open incident with what its log says (rule 5). A due time follows from the
 * state and the playbook alone, so only incidents with another event or another due time than last time are computed
 * again; the first audit of a process computes all. What was wrong is reported and mended by a look at the clock.
 */
export function createDeadlineAuditor({ store, handler, logger }: AuditorParts) {
  const found = new Map<string, Found>()

  async function audit(): Promise<AuditReport> {
    const report: AuditReport = { checked: 0, wrong: [] }
    const open = new Set<string>()
    for (let before: OpenIncident | null = null; ; ) {
      const page: OpenIncident[] = await store.openBefore(before, pageRows)
      const changed = page.filter((row) => {
        const known = found.get(row.id)
        return known?.hash !== row.hash || known.nextDueAt !== row.nextDueAt
      })
      report.checked += page.length - changed.length
      for (let at = 0; at < changed.length; at += openedAtOnce)
        await compute(
          changed.slice(at, at + openedAtOnce).map((row) => row.id),
          report,
        )
      for (const row of page) open.add(row.id)
      before = page.at(-1) ?? null
      if (before === null) break
    }
    for (const id of found.keys()) if (!open.has(id)) found.delete(id)
    return report
  }

  async function compute(ids: readonly string[], report: AuditReport): Promise<void> {
    for (const id of ids) found.delete(id)
    const incidents = await store.glance(ids, (incident, error) =>
      logger.warn({ incident, err: error }, 'an incident could not be audited'),
    )
    for (const { id, hash, state, playbook, nextDueAt: stored } of incidents) {
      report.checked++
      if (stored === nextDueAt(state, playbook)) {
        found.set(id, { hash, nextDueAt: stored, joined: state.joined.length > 0 })
        continue
      }
      report.wrong.push(id)
      logger.error({ incident: id }, 'a stored due time was wrong')
      await handler.asSystem(id, 'clock.look', {})
    }
  }

  return {
    audit,
    /** Open incidents that had people in their room at the last audit, by the log. */
    joined: (): string[] => [...found].flatMap(([id, { joined }]) => (joined ? [id] : [])),
  }
}
