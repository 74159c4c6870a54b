import * as z from 'zod/mini'
import type { RawEvent } from '../../shared/incident/events.ts'
import type { Playbook, Severity } from '../../shared/playbook/model.ts'
import { request } from './http.ts'

/** Every request of the pages, typed, decoded where it enters. All throw `RequestFailed`. */

const personRole = z.enum(['administrator', 'responder', 'viewer', 'guest'])

const person = z.object({
  id: z.string(),
  name: z.string(),
  role: personRole,
  scope: z.optional(z.nullable(z.object({ incidentId: z.string(), role: z.enum(['responder', 'viewer']) }))),
})
export type Person = z.infer<typeof person>

const me = z.object({
  person: z.nullable(person),
  needsSetup: z.boolean(),
  protocol: z.number(),
  testClock: z._default(z.boolean(), false),
  /** What set-up can choose from; only told while nobody has set it up. */
  playbooks: z.optional(z.array(z.object({ id: z.string(), product: z.string() }))),
})
export type Me = z.infer<typeof me>

export const getMe = () => request('GET', '/api/me', me)

export const setUp = (body: { token: string; name: string; password: string; playbook?: string }) =>
  request('POST', '/api/setup', z.unknown(), { body })

export const signIn = (body: { name: string; password: string }) =>
  request('POST', '/api/sign-in', z.unknown(), { body })

export const signOut = () => request('POST', '/api/sign-out', z.unknown(), { body: {} })

export const redeemLink = (body: { token: string; name: string }) =>
  request('POST', '/api/links/redeem', z.object({ incidentId: z.string() }), { body })

/** `key` makes a repeated declaration the same incident. */
export const declareIncident = (body: { title: string; playbook?: string; severity?: string }, key: string) =>
  request('POST', '/api/incidents', z.object({ id: z.string(), seq: z.number() }), {
    body,
    headers: { 'Idempotency-Key': key },
  })

const linkRole = z.enum(['responder', 'viewer'])
const link = z.object({
  id: z.string(),
  url: z.string(),
  role: linkRole,
  uses: z.number(),
  expiresAt: z.number(),
})
/** A link just made. Its address holds the secret and is told only now. */
export type NewLink = z.infer<typeof link>

const openLink = z.object({ id: z.string(), role: linkRole, usesLeft: z.number(), expiresAt: z.number() })
export type OpenLink = z.infer<typeof openLink>

export const makeLink = (
  incidentId: string,
  body: { role: 'responder' | 'viewer'; uses?: number; days?: number },
) => request('POST', `/api/incidents/${encodeURIComponent(incidentId)}/links`, link, { body })

export const listLinks = (incidentId: string) =>
  request('GET', `/api/incidents/${encodeURIComponent(incidentId)}/links`, listOf(openLink, 'links'))

export const endLink = (linkId: string) =>
  request('DELETE', `/api/links/${encodeURIComponent(linkId)}`, z.unknown())

const named = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  disabled: z.optional(z.boolean()),
})
export type NamedPerson = z.infer<typeof named>

/** Accepts the bare list or the list under its name. */
const listOf = <T>(item: z.ZodMiniType<T>, name: string) =>
  z.pipe(
    z.union([z.array(item), z.record(z.string(), z.unknown())]),
    z.transform((answer): T[] => {
      if (Array.isArray(answer)) return answer
      return z.array(item).parse(answer[name])
    }),
  )

export const incidentPeople = (incidentId: string) =>
  request('GET', `/api/incidents/${encodeURIComponent(incidentId)}/people`, listOf(named, 'people'))

/** Older entries, newest last. */
export const entriesBefore = (incidentId: string, before: number) =>
  // Every event is checked by `lift` before it is used.
  request(
    'GET',
    `/api/incidents/${encodeURIComponent(incidentId)}/entries?before=${before}`,
    listOf(
      z.custom<RawEvent>((e) => typeof e === 'object' && e !== null && 'seq' in e),
      'entries',
    ),
  )

export const listPeople = () => request('GET', '/api/people', listOf(named, 'people'))

export const addPerson = (body: { name: string; role: string; password?: string }) =>
  request('POST', '/api/people', z.object({ id: z.string() }), { body })

export const shutOut = (personId: string) =>
  request('POST', `/api/people/${encodeURIComponent(personId)}/disable`, z.unknown(), { body: {} })

const wall = z.object({ id: z.string(), label: z.string(), createdAt: z.number() })
export type Wall = z.infer<typeof wall>

export const listWalls = () => request('GET', '/api/walls', listOf(wall, 'walls'))

/** The address holds the wall's secret and is told only now. */
export const makeWall = (body: { label: string }) =>
  request('POST', '/api/walls', z.object({ id: z.string(), url: z.string() }), { body })

export const endWall = (id: string) => request('DELETE', `/api/walls/${encodeURIComponent(id)}`, z.unknown())

// Playbooks are validated before they are published and named by their content; their inside is not checked twice.
const listing = z.object({
  id: z.string(),
  title: z.string(),
  product: z.string(),
  version: z.number(),
  hash: z.string(),
  isDefault: z.boolean(),
  severities: z.array(z.custom<Severity>((s) => typeof s === 'object' && s !== null && 'rank' in s)),
})
export type PlaybookListing = z.infer<typeof listing>

export const listPlaybooks = () => request('GET', '/api/playbooks', listOf(listing, 'playbooks'))

const playbook = z.custom<Playbook>((p) => typeof p === 'object' && p !== null && 'severities' in p)
const kept = new Map<string, Promise<Playbook>>()

/** One version of a playbook by its hash. It never changes, so each is asked for once. */
export function getPlaybook(hash: string): Promise<Playbook> {
  const known = kept.get(hash)
  if (known !== undefined) return known
  const asked = request('GET', `/api/playbooks/${encodeURIComponent(hash)}`, playbook)
  kept.set(hash, asked)
  asked.catch(() => kept.delete(hash))
  return asked
}
