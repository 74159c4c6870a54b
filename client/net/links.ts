import { linkRole, listOf } from './api.ts'
import { request } from './http.ts'
import { anything, number, type Read, shape, text } from './shape.ts'

const link = shape({
  id: text,
  url: text,
  role: linkRole,
  uses: number,
  expiresAt: number,
})
/** A link just made. Its address holds the secret and is told only now. */
export type NewLink = Read<typeof link>

const openLink = shape({ id: text, role: linkRole, usesLeft: number, expiresAt: number })
export type OpenLink = Read<typeof openLink>

export const makeLink = (
  incidentId: string,
  body: { role: 'responder' | 'viewer'; uses?: number; days?: number },
) => request('POST', `/api/incidents/${encodeURIComponent(incidentId)}/links`, link, { body })

export const listLinks = (incidentId: string) =>
  request('GET', `/api/incidents/${encodeURIComponent(incidentId)}/links`, listOf(openLink, 'links'))

export const endLink = (linkId: string) =>
  request('DELETE', `/api/links/${encodeURIComponent(linkId)}`, anything)
