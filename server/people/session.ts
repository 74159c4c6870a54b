import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../../shared/incident/actor.ts'

/** Who stands behind a request or a socket. */
export interface Session {
  actor: Actor
  name: string
  /** Names the session for revocation; never the token itself. */
  key: string
  /** Integer ms since 1970 UTC; null for what never expires. Sockets of the session end then too. */
  expiresAt: number | null
  via: 'cookie' | 'bearer' | 'root'
}

/** Rights ended: every socket it matches closes. Absent fields match everything. */
export interface Revocation {
  sessionKey?: string
  personId?: string
  incidentId?: string
  wallId?: string
}

/** What other features ask of `people`. Denials say nothing about why (S04). */
export interface Access {
  /** From the cookie `muster` or `Authorization: Bearer`; null when neither is good. */
  fromHeaders(headers: IncomingHttpHeaders): Promise<Session | null>
  /** From Socket.IO's `auth.token`. */
  fromToken(token: string): Promise<Session | null>
  /** From a wall's token; null when unknown or revoked. */
  fromWallToken(token: string): Promise<{ id: string } | null>
  /**
   * Origin = `PUBLIC_URL` or the same Host, which is checked too. Without an Origin a cookie is not enough: only
   * a bearer token, or no credential at all (a program that sends `auth.token` next), passes.
   */
  originAllowed(headers: IncomingHttpHeaders): boolean
  /** Existing people by id, with their names. Cached; unknown ids are left out. */
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** Those of these people who can be in this incident's room now: accounts, and its own guests; nobody shut out. */
  members(incidentId: string, ids: readonly string[]): Promise<Map<string, { name: string }>>
  onRevoked(listener: (revocation: Revocation) => void): () => void
}
