import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../../shared/incident/actor.ts'

/** Who a connection belongs to and what it may do, as decided before the socket is accepted. */
export type Entrance =
  | {
      ok: true
      actor: Actor
      personName: string
      /** Names the session for {@link Leavers}; absent for tokens without one. */
      sessionId?: string
      /** When the connection ends with its session, integer ms since 1970 UTC; null for never. */
      expiresAt: number | null
      canRead: boolean
      canWrite: boolean
    }
  | { ok: false; status: 401 | 403 | 404 }

/** The gateway's question to the house. Unknown and forbidden incidents are both answered 404. */
export interface DocumentAccess {
  authorize(request: { headers: IncomingHttpHeaders; incidentId: string; part: string }): Promise<Entrance>
  originAllowed(headers: IncomingHttpHeaders): boolean
}

/** Whose connections end. Every field given must match. */
export interface Leavers {
  personId?: string
  incidentId?: string
  sessionId?: string
}
