import type { Database } from '../platform/database.ts'
import { accountExists, addPerson, addSession } from './people-store.ts'
import { hashToken, newToken } from './secrets.ts'

const settingsKey = 'set_up_link'

/**
 * Makes the one-time set-up token, replacing an older one; null once an account exists.
 * Only its hash is stored. Show it on the terminal and nowhere else.
 */
export async function makeSetUpToken(database: Database): Promise<string | null> {
  if (await accountExists(database)) return null
  const token = newToken()
  await database.query(
    'INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    [settingsKey, hashToken(token)],
  )
  return token
}

/** Does the token open the set-up now? Costs nothing, so that no password is hashed for a stranger. */
export async function setUpTokenIsGood(database: Database, token: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 AS one FROM settings WHERE key = $1 AND value = $2', [
    settingsKey,
    hashToken(token),
  ])
  return rows.length > 0
}

/**
 * Makes the first administrator and a session. Deleting the token's row is the decision, so of two at once
 * one wins; null for the other, and for a wrong token.
 */
export async function setUp(
  database: Database,
  first: { token: string; name: string; passwordHash: string; lifetime: number; addressHash: string },
  now: number,
): Promise<{ personId: string; sessionToken: string } | null> {
  return database.transaction(async (tx) => {
    const rows = await tx.query('DELETE FROM settings WHERE key = $1 AND value = $2 RETURNING key', [
      settingsKey,
      hashToken(first.token),
    ])
    if (rows.length === 0 || (await accountExists(tx))) return null
    const { name, passwordHash, lifetime, addressHash } = first
    const personId = await addPerson(tx, { name, role: 'administrator', passwordHash }, now)
    const sessionToken = await addSession(tx, { personId, lifetime, addressHash }, now)
    return { personId, sessionToken }
  })
}
