import { chainStart, linkHash, payloadDigest } from '../../server/incidents/hash-chain.ts'
import type { Queryable } from '../../server/platform/database.ts'

interface ChainRow {
  seq: number
  type: string
  v: number
  at: number
  occurred_at: number
  actor_id: string
  command_id: string
  payload: string | null
  salt: string | null
  payload_digest: string
  hash: string
}

/**
 * Recomputes the whole chain of an incident. Gives the first seq that does not fit, or null when all do. A redacted
 * event (payload and salt emptied) is checked by its digest alone.
 */
export async function firstBroken(database: Queryable, incidentId: string): Promise<number | null> {
  const rows = await database.query<ChainRow>(
    `SELECT seq, type, v, at, occurred_at, actor_id, command_id, payload, salt, payload_digest, hash
     FROM events WHERE incident_id = $1 ORDER BY seq`,
    [incidentId],
  )
  let previous = chainStart(incidentId)
  let expected = 1
  for (const row of rows) {
    if (row.seq !== expected) return expected
    const intact =
      row.payload === null || row.salt === null || payloadDigest(row.salt, row.payload) === row.payload_digest
    const link = { ...row, occurredAt: row.occurred_at, actorId: row.actor_id, commandId: row.command_id }
    if (!intact || linkHash(previous, link, row.payload_digest) !== row.hash) return row.seq
    previous = row.hash
    expected++
  }
  return null
}
