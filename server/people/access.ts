import type { IncomingHttpHeaders } from 'node:http'
import type { Actor, PersonRole } from '../../shared/incident/actor.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { bearerOf, cookieOf } from './cookie.ts'
import { type OriginRules, originAllowed } from './origin.ts'
import { membersOf, namesOf } from './people-store.ts'
import type { Revocations } from './revocations.ts'
import { hashToken, sameSecret } from './secrets.ts'
import type { Access, Revocation, Session } from './session.ts'

export interface AccessOptions {
  database: Database
  clock: Clock
  revocations: Revocations
  rootToken: string | undefined
  origins: OriginRules
}

type Found = Omit<Session, 'via' | 'expiresAt'> & { expiresAt: number }

interface Known {
  session: Found
  personId: string
  incidentId: string | undefined
  readAt: number
}

/** How long a session that was found good is taken as good without asking, ms. */
const trustedFor = 1_000
const mostKnown = 10_000
const mostNames = 50_000

/**
 * Who stands behind a token. What was found is kept for a second at most and forgotten at once when a
 * revocation touches it; what was not found is never kept, so that guessing fills no memory.
 */
export function createAccess(options: AccessOptions): Access {
  const { database, clock, revocations, rootToken, origins } = options
  const known = new Map<string, Known>()
  const names = new Map<string, string>()
  /** Rises with each revocation: an answer that was under way meanwhile is not kept. */
  let generation = 0

  revocations.onRevoked((revocation) => {
    generation++
    for (const [hash, entry] of known) if (touches(revocation, entry)) known.delete(hash)
  })

  async function find(token: string): Promise<Found | null> {
    const hash = hashToken(token)
    const now = clock.now()
    const kept = known.get(hash)
    if (kept !== undefined && now - kept.readAt < trustedFor) {
      return kept.session.expiresAt > now ? kept.session : null
    }
    const before = generation
    const found = await readSession(database, hash, now)
    known.delete(hash)
    if (found === null) return null
    if (generation === before) {
      known.set(hash, found)
      const oldest = known.keys().next()
      if (known.size > mostKnown && !oldest.done) known.delete(oldest.value)
    }
    return found.session.expiresAt > now ? found.session : null
  }

  async function fromToken(token: string, via: 'cookie' | 'bearer'): Promise<Session | null> {
    if (token.length > 512) return null
    // The root token is for programs: in a cookie it would travel with every click.
    if (via === 'bearer' && rootToken !== undefined && sameSecret(token, rootToken)) return rootSession
    const found = await find(token)
    return found === null ? null : { ...found, via }
  }

  return {
    async fromHeaders(headers: IncomingHttpHeaders) {
      // Who names a token means it: a bad one does not fall back to the cookie. Other schemes are a proxy's own.
      if (/^bearer\b/i.test(headers.authorization ?? '')) {
        const bearer = bearerOf(headers)
        return bearer === undefined ? null : fromToken(bearer, 'bearer')
      }
      const cookie = cookieOf(headers, origins.cookieName)
      return cookie === undefined || cookie === '' ? null : fromToken(cookie, 'cookie')
    },
    fromToken: (token) => fromToken(token, 'bearer'),
    async fromWallToken(token) {
      if (token.length > 512) return null
      const [row] = await database.query<{ id: string }>(
        'SELECT id FROM wall_tokens WHERE token_hash = $1 AND revoked_at IS NULL',
        [hashToken(token)],
      )
      return row === undefined ? null : { id: row.id }
    },
    originAllowed: (headers) => originAllowed(headers, origins),
    async names(ids) {
      const missing = [...new Set(ids)].filter((id) => !names.has(id))
      if (missing.length > 0) {
        if (names.size > mostNames) names.clear()
        for (const [id, name] of await namesOf(database, missing)) names.set(id, name)
      }
      const found = new Map<string, { name: string }>()
      for (const id of ids) {
        const name = names.get(id)
        if (name !== undefined) found.set(id, { name })
      }
      return found
    },
    members: (incidentId, ids) => membersOf(database, incidentId, [...new Set(ids)]),
    onRevoked: (listener) => revocations.onRevoked(listener),
  }
}

const rootSession: Session = {
  actor: { kind: 'automation', id: 'root', role: 'administrator' },
  name: 'Automation',
  key: 'root',
  expiresAt: null,
  via: 'root',
}

function touches(revocation: Revocation, entry: Known): boolean {
  const { sessionKey, personId, incidentId, wallId } = revocation
  return (
    wallId === undefined &&
    (sessionKey === undefined || sessionKey === entry.session.key) &&
    (personId === undefined || personId === entry.personId) &&
    (incidentId === undefined || incidentId === entry.incidentId)
  )
}

interface SessionRow {
  id: string
  person_id: string
  expires_at: number
  name: string
  role: PersonRole
  scope_incident_id: string | null
  scope_role: 'responder' | 'viewer' | null
}

async function readSession(database: Database, hash: string, now: number): Promise<Known | null> {
  const [row] = await database.query<SessionRow>(
    `SELECT s.id, s.person_id, s.expires_at, p.name, p.role, p.scope_incident_id, p.scope_role
       FROM sessions s JOIN people p ON p.id = s.person_id
      WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND p.disabled_at IS NULL`,
    [hash],
  )
  if (row === undefined) return null
  const actor: Actor = { kind: 'person', id: row.person_id, role: row.role }
  if (row.scope_incident_id !== null && row.scope_role !== null) {
    actor.scope = { incidentId: row.scope_incident_id, role: row.scope_role }
  }
  return {
    session: { actor, name: row.name, key: row.id, expiresAt: row.expires_at },
    personId: row.person_id,
    incidentId: row.scope_incident_id ?? undefined,
    readAt: now,
  }
}
