import { Router } from 'express'
import * as z from 'zod/mini'
import { permitted } from '../../shared/incident/permissions.ts'
import { nothingHere, refuse } from '../platform/http-errors.ts'
import { pathId, readBody } from '../platform/http-input.ts'
import { linkRole, nameField, tokenField } from './fields.ts'
import { demand, sessionOf } from './guard.ts'
import { addressOf, baseUrl, type Kit, setCookie } from './kit.ts'
import { peopleOfIncident } from './people-store.ts'
import type { Session } from './session.ts'
import {
  addLink,
  linkById,
  linkByToken,
  linkWasMade,
  openLinks,
  redeemLink,
  revokeLink,
  type ShareLink,
} from './share-links.ts'

const linkBody = z.strictObject({
  role: linkRole,
  uses: z._default(z.int().check(z.gte(1), z.lte(100)), 20),
  days: z._default(z.int().check(z.gte(1), z.lte(7)), 1),
})
const lookBody = z.strictObject({ token: tokenField })
const redeemBody = z.strictObject({ token: tokenField, name: nameField })

const aDay = 24 * 60 * 60 * 1000

/** Share links of an incident, and who can be in its room. */
export function linkRoutes(kit: Kit): Router {
  const { database, clock, guard, rateLimits } = kit
  const router = Router()

  router.post(
    '/api/incidents/:id/links',
    guard.requirePermission('links.manage', pathId),
    async (request, response) => {
      const incidentId = await existing(kit, pathId(request))
      const { role, uses, days } = readBody(request, linkBody)
      const now = clock.now()
      const expiresAt = now + days * aDay
      const createdBy = sessionOf(request).actor.id
      const { id, token } = await addLink(database, { incidentId, role, uses, expiresAt, createdBy }, now)
      const url = `${baseUrl(kit, request)}/join#${token}`
      response.status(201).json({ id, token, url, role, uses, expiresAt })
    },
  )

  router.get(
    '/api/incidents/:id/links',
    guard.requirePermission('links.manage', pathId),
    async (request, response) => {
      const incidentId = await existing(kit, pathId(request))
      response.json(await openLinks(database, incidentId, clock.now()))
    },
  )

  router.get(
    '/api/incidents/:id/people',
    guard.requirePermission('incident.read', pathId),
    async (request, response) => {
      const incidentId = await existing(kit, pathId(request))
      const people = await peopleOfIncident(database, incidentId)
      response.json(people.map(({ id, name, role }) => ({ id, name, role })))
    },
  )

  router.delete('/api/links/:id', guard.requirePermission('links.manage'), async (request, response) => {
    const link = await linkById(database, pathId(request))
    if (link === null) nothingHere()
    demand(sessionOf(request), 'links.manage', link.incidentId)
    const guests = await revokeLink(kit.revocations, link.id, clock.now())
    response.json({ ok: true, guests })
  })

  // Whoever holds a link may enter and read: what the room is called is told before they say who they are.
  router.post('/api/links/look', async (request, response) => {
    const { token } = readBody(request, lookBody)
    const address = addressOf(request)
    await rateLimits.check('redeem', address)
    const link = await linkByToken(database, token, clock.now())
    const incident = link === null ? null : await kit.incidentNamed(link.incidentId)
    if (link === null || incident === null) return refuseLink(kit, token, address)
    response.json({ key: incident.key, title: incident.title, role: link.role })
  })

  router.post('/api/links/redeem', async (request, response) => {
    const { token, name } = readBody(request, redeemBody)
    const address = addressOf(request)
    await rateLimits.check('redeem', address)
    const session = await guard.identify(request)
    const link = session === null ? null : await linkByToken(database, token, clock.now())
    if (session !== null && link !== null && alreadyIn(session, link)) {
      response.json({ incidentId: link.incidentId })
      return
    }
    const guest = await redeemLink(database, { token, name }, clock.now())
    if (guest === null) return refuseLink(kit, token, address)
    setCookie(kit, response, guest.sessionToken, guest.lifetime)
    response.status(201).json({ incidentId: guest.incidentId })
  })

  return router
}

/** Expired, used up, revoked and never made are one answer: nothing is told about links. */
async function refuseLink({ database, rateLimits }: Kit, token: string, address: string): Promise<never> {
  if (!(await linkWasMade(database, token))) await rateLimits.fail('redeem', address)
  return refuse('not-found', 'This link does not work, or not any more. Ask for a new one.')
}

/** Whoever has the link's rights already does not use it up. */
function alreadyIn({ actor }: Session, link: ShareLink): boolean {
  if (actor.kind === 'person' && actor.role === 'guest') {
    const needed = link.role === 'responder' ? 'document.write' : 'incident.read'
    return permitted(actor, needed, { id: link.incidentId }).allow
  }
  return true
}

async function existing(kit: Kit, incidentId: string): Promise<string> {
  return (await kit.incidentNamed(incidentId)) === null ? nothingHere() : incidentId
}
