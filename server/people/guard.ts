import type { IncomingMessage } from 'node:http'
import type { Request, RequestHandler } from 'express'
import { type Action, permitted } from '../../shared/incident/permissions.ts'
import { nothingHere, refuse } from '../platform/http-errors.ts'
import type { Access, Session } from './session.ts'

/** The one way a route asks who is there and what they may do. */
export interface Guard {
  /**
   * Lets the request through when its session may do `action`, in the incident that `incidentId` finds in the
   * request. Otherwise 401 (nobody), 404 (an incident this session cannot see) or 403 with the reason.
   */
  requirePermission(action: Action, incidentId?: (request: Request) => string): RequestHandler
  /** The session of a request, or null; asked at most once a request. */
  identify(request: IncomingMessage): Promise<Session | null>
}

export function createGuard(access: Access): Guard {
  const asked = new WeakMap<IncomingMessage, Promise<Session | null>>()
  const identify = (request: IncomingMessage) => {
    let session = asked.get(request)
    if (session === undefined) {
      session = access.fromHeaders(request.headers)
      asked.set(request, session)
    }
    return session
  }
  return {
    identify,
    requirePermission(action, incidentId) {
      return async (request, _response, next) => {
        const session = await identify(request)
        if (session === null) refuse('signed-out', 'Sign in first.')
        demand(session, action, incidentId?.(request))
        allowed.set(request, session)
        next()
      }
    },
  }
}

/** Throws the Refusal that the policy asks for, when it does. */
export function demand(session: Session, action: Action, incidentId?: string): void {
  const incident = incidentId === undefined ? undefined : { id: incidentId }
  const verdict = permitted(session.actor, action, incident)
  if (verdict.allow) return
  const canSee = incident === undefined || permitted(session.actor, 'incident.read', incident).allow
  if (!canSee) nothingHere()
  refuse('forbidden', verdict.reason)
}

const allowed = new WeakMap<IncomingMessage, Session>()

/** Who was let through by `requirePermission`. Throws an Error on a route that forgot to ask. */
export function sessionOf(request: IncomingMessage): Session {
  const session = allowed.get(request)
  if (session === undefined) throw new Error('this route asks nobody for permission')
  return session
}
