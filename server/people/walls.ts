import type { Queryable } from '../platform/database.ts'
import type { Revocations } from './revocations.ts'
import { hashToken, newId, newToken } from './secrets.ts'

/** A screen on a wall. Its token opens tiles only, never expires and can be revoked. */
export interface Wall {
  id: string
  label: string
  createdAt: number
}

export async function addWall(
  database: Queryable,
  wall: { label: string; createdBy: string },
  now: number,
): Promise<{ id: string; token: string }> {
  const id = newId()
  const token = newToken()
  await database.query(
    'INSERT INTO wall_tokens (id, token_hash, label, created_by, created_at) VALUES ($1, $2, $3, $4, $5)',
    [id, hashToken(token), wall.label, wall.createdBy, now],
  )
  return { id, token }
}

export async function listWalls(database: Queryable): Promise<Wall[]> {
  const rows = await database.query<{ id: string; label: string; created_at: number }>(
    'SELECT id, label, created_at FROM wall_tokens WHERE revoked_at IS NULL ORDER BY created_at, id LIMIT 1000',
  )
  return rows.map((row) => ({ id: row.id, label: row.label, createdAt: row.created_at }))
}

/** False when there is no such wall, or no more. */
export async function revokeWall(revocations: Revocations, id: string, now: number): Promise<boolean> {
  const revoked = await revocations.revoking(now, async (tx) => {
    const rows = await tx.query(
      'UPDATE wall_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [id, now],
    )
    return rows.length === 0 ? null : { result: true, ended: [{ wallId: id }] }
  })
  return revoked ?? false
}
