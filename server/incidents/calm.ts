import type { Playbook } from '../../shared/playbook/model.ts'
import type { WallDay, WallSnapshot } from '../../shared/protocol/wall.ts'
import type { Database } from '../platform/database.ts'

const dayMs = 86_400_000
const shownDays = 30

export type CalmPicture = Pick<WallSnapshot, 'days' | 'last'>

/**
 * What the calm wall tells: which incidents were declared on each of the last thirty UTC days and how bad the worst
 * was, and which one was closed last. `now` in ms.
 */
export async function calmPicture(
  database: Database,
  playbookOf: (hash: string) => Promise<Playbook | undefined>,
  now: number,
): Promise<CalmPicture> {
  const first = Math.floor(now / dayMs) * dayMs - (shownDays - 1) * dayMs
  const [declared, [closed]] = [
    await database.query<{ day: number; playbook: string; severity: string | null; n: number }>(
      `SELECT (declared_at / 86400000) * 86400000 AS day, playbook_hash AS playbook, severity, count(*) AS n
       FROM incidents WHERE declared_at >= $1 GROUP BY 1, 2, 3`,
      [first],
    ),
    await database.query<{ key: string; closed_at: number }>(
      'SELECT key, closed_at FROM incidents WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT 1',
    ),
  ]
  const days = Array.from(
    { length: shownDays },
    (_, i): WallDay => ({ day: first + i * dayMs, incidents: 0, worst: null }),
  )
  for (const row of declared) {
    const day = days[(row.day - first) / dayMs]
    if (day === undefined) continue
    const playbook = row.severity === null ? undefined : await playbookOf(row.playbook)
    const rank = playbook?.severities.find((s) => s.key === row.severity)?.rank ?? null
    day.incidents += row.n
    if (rank !== null) day.worst = day.worst === null ? rank : Math.min(day.worst, rank)
  }
  return { days, last: closed === undefined ? null : { key: closed.key, closedAt: closed.closed_at } }
}
