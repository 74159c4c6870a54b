import type { PersonRole } from '../../shared/incident/actor.ts'
import { type Database, DatabaseError, type Queryable } from '../platform/database.ts'
import type { Revocations } from './revocations.ts'
import { hashToken, newId, newToken } from './secrets.ts'
import type { Revocation } from './session.ts'

export interface Person {
  id: string
  name: string
  role: PersonRole
  disabled: boolean
  /** A guest's incident and rights. */
  scope: { incidentId: string; role: 'responder' | 'viewer' } | null
}

export interface NewPerson {
  name: string
  role: PersonRole
  /** Stored form, see `Passwords`. Without one, sessions are handed out by an administrator. */
  passwordHash?: string
  scope?: { incidentId: string; role: 'responder' | 'viewer'; linkId: string }
}

export interface Account {
  id: string
  name: string
  role: PersonRole
  passwordHash: string
  disabled: boolean
}

interface PersonRow {
  id: string
  name: string
  role: PersonRole
  disabled_at: number | null
  scope_incident_id: string | null
  scope_role: 'responder' | 'viewer' | null
}

const columns = 'id, name, role, disabled_at, scope_incident_id, scope_role'

/** Names are the same at sign-in whatever their case or width. */
export function loginOf(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase()
}

/** Adds a person. Throws a DatabaseError of kind `unique` when somebody signs in under that name. */
export async function addPerson(tx: Queryable, person: NewPerson, now: number): Promise<string> {
  const id = newId()
  const login = person.passwordHash === undefined ? null : loginOf(person.name)
  await tx.query(
    `INSERT INTO people (id, name, login, role, password_hash, scope_incident_id, scope_role, link_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      person.name,
      login,
      person.role,
      person.passwordHash ?? null,
      person.scope?.incidentId ?? null,
      person.scope?.role ?? null,
      person.scope?.linkId ?? null,
      now,
    ],
  )
  return id
}

/** True for the error that says: somebody signs in under this name already. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === 'unique'
}

/** Opens a session and gives its token: the only time it exists in clear. `lifetime` in ms. */
export async function addSession(
  tx: Queryable,
  session: { personId: string; lifetime: number; addressHash?: string },
  now: number,
): Promise<string> {
  const token = newToken()
  await tx.query(
    `INSERT INTO sessions (id, token_hash, person_id, address_hash, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [newId(), hashToken(token), session.personId, session.addressHash ?? null, now, now + session.lifetime],
  )
  return token
}

export async function accountByName(database: Queryable, name: string): Promise<Account | null> {
  const [row] = await database.query<PersonRow & { password_hash: string }>(
    `SELECT ${columns}, password_hash FROM people WHERE login = $1 AND password_hash IS NOT NULL`,
    [loginOf(name)],
  )
  if (row === undefined) return null
  const { id, role, password_hash: passwordHash } = row
  return { id, name: row.name, role, passwordHash, disabled: row.disabled_at !== null }
}

export async function personById(database: Queryable, id: string): Promise<Person | null> {
  const [row] = await database.query<PersonRow>(`SELECT ${columns} FROM people WHERE id = $1`, [id])
  return row === undefined ? null : personOf(row)
}

/** Everyone but guests: whether set-up is over is asked of this. */
export async function accountExists(database: Queryable): Promise<boolean> {
  const rows = await database.query("SELECT 1 AS one FROM people WHERE role <> 'guest' LIMIT 1")
  return rows.length > 0
}

export async function listPeople(database: Queryable): Promise<Person[]> {
  const rows = await database.query<PersonRow>(
    `SELECT ${columns} FROM people ORDER BY created_at, id LIMIT 5000`,
  )
  return rows.map(personOf)
}

/** Everybody who can be in the room: accounts, and the guests of this incident. */
export async function peopleOfIncident(database: Queryable, incidentId: string): Promise<Person[]> {
  const rows = await database.query<PersonRow>(
    `SELECT ${columns} FROM people
      WHERE disabled_at IS NULL AND (role <> 'guest' OR scope_incident_id = $1)
      ORDER BY name, id LIMIT 5000`,
    [incidentId],
  )
  return rows.map(personOf)
}

/** Those of `ids` who can be in the room of this incident, with their names. */
export async function membersOf(
  database: Queryable,
  incidentId: string,
  ids: readonly string[],
): Promise<Map<string, { name: string }>> {
  if (ids.length === 0) return new Map()
  const rows = await database.query<{ id: string; name: string }>(
    `SELECT id, name FROM people
      WHERE id = ANY($2::text[]) AND disabled_at IS NULL AND (role <> 'guest' OR scope_incident_id = $1)`,
    [incidentId, ids],
  )
  return new Map(rows.map((row) => [row.id, { name: row.name }]))
}

/** Did this person sign in from this address before? */
export async function knowsAddress(
  database: Queryable,
  personId: string,
  addressHash: string,
): Promise<boolean> {
  const rows = await database.query(
    'SELECT 1 AS one FROM sessions WHERE person_id = $1 AND address_hash = $2 LIMIT 1',
    [personId, addressHash],
  )
  return rows.length > 0
}

/** Ends one session, by its id. Ending it twice changes nothing. */
export async function endSession(revocations: Revocations, sessionId: string, now: number): Promise<void> {
  await revocations.revoking(now, async (tx) => {
    const rows = await tx.query(
      'UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [sessionId, now],
    )
    return rows.length === 0 ? null : { result: undefined, ended: [{ sessionKey: sessionId }] }
  })
}

/**
 * Shuts people out: their sessions end and no new one opens.
 * `'last-administrator'` when nobody could administer afterwards and `keepOne` is set.
 */
export async function disablePerson(
  revocations: Revocations,
  personId: string,
  options: { now: number; keepOne: boolean },
): Promise<'disabled' | 'last-administrator' | 'unknown'> {
  const outcome = await revocations.revoking<'disabled' | 'last-administrator'>(options.now, async (tx) => {
    // Administrators are locked in one order, so that two who disable each other do not both succeed.
    const administrators = await tx.query<{ id: string }>(
      `SELECT id FROM people WHERE role = 'administrator' AND disabled_at IS NULL ORDER BY id FOR UPDATE`,
    )
    const isLast = administrators.length === 1 && administrators[0]?.id === personId
    if (isLast && options.keepOne) return { result: 'last-administrator', ended: [] }
    const found = await tx.query('SELECT id FROM people WHERE id = $1', [personId])
    if (found.length === 0) return null
    return { result: 'disabled', ended: await shutOut(tx, [personId], options.now) }
  })
  return outcome ?? 'unknown'
}

/** Inside a transaction of `revoking`: disables people and ends their sessions. */
export async function shutOut(tx: Queryable, ids: readonly string[], now: number): Promise<Revocation[]> {
  await tx.query('UPDATE people SET disabled_at = coalesce(disabled_at, $2) WHERE id = ANY($1::text[])', [
    ids,
    now,
  ])
  await tx.query(
    'UPDATE sessions SET revoked_at = $2 WHERE person_id = ANY($1::text[]) AND revoked_at IS NULL',
    [ids, now],
  )
  return ids.map((personId) => ({ personId }))
}

export async function namesOf(database: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await database.query<{ id: string; name: string }>(
    'SELECT id, name FROM people WHERE id = ANY($1::text[])',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row.name]))
}

function personOf(row: PersonRow): Person {
  const { id, name, role } = row
  const scope =
    row.scope_incident_id === null || row.scope_role === null
      ? null
      : { incidentId: row.scope_incident_id, role: row.scope_role }
  return { id, name, role, disabled: row.disabled_at !== null, scope }
}
