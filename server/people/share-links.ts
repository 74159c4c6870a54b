import type { Database, Queryable } from '../platform/database.ts'
import { addPerson, addSession, shutOut } from './people-store.ts'
import type { Revocations } from './revocations.ts'
import { hashToken, newId, newToken } from './secrets.ts'

/** A way into one incident for people without an account: counted, expiring, revocable. */
export interface ShareLink {
  id: string
  incidentId: string
  role: 'responder' | 'viewer'
  usesLeft: number
  createdAt: number
  expiresAt: number
  createdBy: string
}

interface LinkRow {
  id: string
  incident_id: string
  role: 'responder' | 'viewer'
  uses_left: number
  created_at: number
  expires_at: number
  created_by: string
}

const columns = 'id, incident_id, role, uses_left, created_at, expires_at, created_by'
/** A guest's session lives this long at most, ms; the incident outlives it rarely. */
const visit = 7 * 24 * 60 * 60 * 1000

/** Makes a link; the token is given once and stored as a hash. */
export async function addLink(
  database: Queryable,
  link: {
    incidentId: string
    role: 'responder' | 'viewer'
    uses: number
    expiresAt: number
    createdBy: string
  },
  now: number,
): Promise<{ id: string; token: string }> {
  const id = newId()
  const token = newToken()
  await database.query(
    `INSERT INTO share_links (id, token_hash, incident_id, role, created_by, created_at, expires_at, uses_left)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, hashToken(token), link.incidentId, link.role, link.createdBy, now, link.expiresAt, link.uses],
  )
  return { id, token }
}

/** Links of an incident that still let somebody in. */
export async function openLinks(database: Queryable, incidentId: string, now: number): Promise<ShareLink[]> {
  const rows = await database.query<LinkRow>(
    `SELECT ${columns} FROM share_links
      WHERE incident_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND uses_left > 0
      ORDER BY created_at, id`,
    [incidentId, now],
  )
  return rows.map(linkOf)
}

export async function linkById(database: Queryable, id: string): Promise<ShareLink | null> {
  const [row] = await database.query<LinkRow>(`SELECT ${columns} FROM share_links WHERE id = $1`, [id])
  return row === undefined ? null : linkOf(row)
}

/** Where a token leads, without using it up; null when it leads nowhere, for whatever reason. */
export async function linkByToken(
  database: Queryable,
  token: string,
  now: number,
): Promise<ShareLink | null> {
  const [row] = await database.query<LinkRow>(
    `SELECT ${columns} FROM share_links
      WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND uses_left > 0`,
    [hashToken(token), now],
  )
  return row === undefined ? null : linkOf(row)
}

/** Was there ever a link with this token? Somebody who comes late with a real one is not guessing. */
export async function linkWasMade(database: Queryable, token: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 AS one FROM share_links WHERE token_hash = $1', [
    hashToken(token),
  ])
  return rows.length > 0
}

/** Lets one guest in. The conditional UPDATE counts: of many at once only as many pass as uses are left. */
export async function redeemLink(
  database: Database,
  guest: { token: string; name: string },
  now: number,
): Promise<{ incidentId: string; sessionToken: string; lifetime: number } | null> {
  return database.transaction(async (tx) => {
    const [row] = await tx.query<LinkRow>(
      `UPDATE share_links SET uses_left = uses_left - 1
        WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND uses_left > 0
        RETURNING ${columns}`,
      [hashToken(guest.token), now],
    )
    if (row === undefined) return null
    const scope = { incidentId: row.incident_id, role: row.role, linkId: row.id }
    const personId = await addPerson(tx, { name: guest.name, role: 'guest', scope }, now)
    const sessionToken = await addSession(tx, { personId, lifetime: visit }, now)
    return { incidentId: row.incident_id, sessionToken, lifetime: visit }
  })
}

/** Ends a link and the visits of all who came in by it: whoever revokes does not know who else had it. */
export async function revokeLink(revocations: Revocations, id: string, now: number): Promise<number> {
  const guests = await revocations.revoking(now, async (tx) => {
    await tx.query('UPDATE share_links SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1', [id, now])
    const rows = await tx.query<{ id: string }>(
      'SELECT id FROM people WHERE link_id = $1 AND disabled_at IS NULL',
      [id],
    )
    const ids = rows.map((row) => row.id)
    return { result: ids.length, ended: await shutOut(tx, ids, now) }
  })
  return guests ?? 0
}

function linkOf(row: LinkRow): ShareLink {
  return {
    id: row.id,
    incidentId: row.incident_id,
    role: row.role,
    usesLeft: row.uses_left,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    createdBy: row.created_by,
  }
}
