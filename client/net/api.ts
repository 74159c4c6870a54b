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

const link = z.object({
  id: z.string(),
  token: z.string(),
  url: z.string(),
  expiresAt: z.nullable(z.number()),
})
export type ShareLink = z.infer<typeof link>

export const makeLink = (
  incidentId: string,
  body: { role: 'responder' | 'viewer'; uses?: number; days?: number },
) => request('POST', `/api/incidents/${encodeURIComponent(incidentId)}/links`, link, { body })

const named = z.object({ id: z.string(), name: z.string(), role: z.string() })
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

const wall = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.optional(z.number()),
  lastSeenAt: z.optional(z.nullable(z.number())),
})
export type WallLink = z.infer<typeof wall>

export const listWalls = () => request('GET', '/api/walls', listOf(wall, 'walls'))

export const makeWall = (body: { name: string }) =>
  request(
    'POST',
    '/api/walls',
    z.object({ id: z.string(), token: z.string(), url: z.optional(z.string()) }),
    {
      body,
    },
  )

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
