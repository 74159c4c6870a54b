import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addLink } from '../../../server/people/share-links.ts'
import { addWall } from '../../../server/people/walls.ts'
import { day, type House, incidentA, incidentB, openHouse, rootToken } from './house.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const personas = [
  'anonymous',
  'outsider',
  'guest viewer',
  'guest responder',
  'viewer',
  'responder',
  'administrator',
  'root',
] as const
type Persona = (typeof personas)[number]

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

async function tokenOf(persona: Persona): Promise<string | undefined> {
  switch (persona) {
    case 'anonymous':
      return undefined
    case 'outsider':
      return house.person('guest', { incidentId: incidentB, role: 'responder' })
    case 'guest viewer':
      return house.person('guest', { incidentId: incidentA, role: 'viewer' })
    case 'guest responder':
      return house.person('guest', { incidentId: incidentA, role: 'responder' })
    case 'root':
      return rootToken
    default:
      return house.person(persona)
  }
}

/** A fresh target for each cell, so that no cell spoils the next. */
const target = {
  async link() {
    const link = { incidentId: incidentA, role: 'viewer' as const, uses: 5, createdBy: 'somebody' }
    const expiresAt = house.clock.now() + day
    return (await addLink(house.database, { ...link, expiresAt }, house.clock.now())).id
  },
  async person() {
    const token = await house.person('viewer')
    const session = await house.people.access.fromToken(token)
    return session?.actor.id ?? ''
  },
  async wall() {
    return (await addWall(house.database, { label: 'Hall', createdBy: 'somebody' }, house.clock.now())).id
  },
}

interface Row {
  route: string
  path?: () => Promise<string>
  body?: unknown
  /** Status by persona, in the order above. */
  expected: readonly number[]
}

const open = (status: number) => personas.map(() => status)
/** Guests never pass their link on. */
const sharing = (good: number) => [401, 404, 403, 403, 403, good, good, good]
const reading = [401, 404, 200, 200, 200, 200, 200, 200]
const forAccounts = [401, 403, 403, 403, 200, 200, 200, 200]
const administering = (good: number) => [401, 403, 403, 403, 403, 403, good, good]

const rows: readonly Row[] = [
  { route: 'GET /api/me', expected: open(200) },
  {
    route: 'POST /api/setup',
    body: { token: 'x', name: 'Eve', password: 'long enough' },
    expected: open(404),
  },
  { route: 'POST /api/sign-in', body: { name: 'Nobody', password: 'x' }, expected: open(401) },
  { route: 'POST /api/sign-out', body: {}, expected: open(200) },
  { route: 'POST /api/links/look', body: { token: 'x' }, expected: open(404) },
  { route: 'POST /api/links/redeem', body: { token: 'x', name: 'Eve' }, expected: open(404) },
  {
    route: 'POST /api/incidents/:id/links',
    path: async () => `/api/incidents/${incidentA}/links`,
    body: { role: 'viewer' },
    expected: sharing(201),
  },
  {
    route: 'GET /api/incidents/:id/links',
    path: async () => `/api/incidents/${incidentA}/links`,
    expected: sharing(200),
  },
  {
    route: 'GET /api/incidents/:id/people',
    path: async () => `/api/incidents/${incidentA}/people`,
    expected: reading,
  },
  {
    route: 'DELETE /api/links/:id',
    path: async () => `/api/links/${await target.link()}`,
    expected: [401, 403, 403, 403, 403, 200, 200, 200],
  },
  { route: 'GET /api/people', expected: forAccounts },
  { route: 'POST /api/people', body: { name: 'Bo', role: 'viewer' }, expected: administering(201) },
  {
    route: 'POST /api/people/:id/sessions',
    path: async () => `/api/people/${await target.person()}/sessions`,
    body: {},
    expected: administering(201),
  },
  {
    route: 'POST /api/people/:id/disable',
    path: async () => `/api/people/${await target.person()}/disable`,
    body: {},
    expected: administering(200),
  },
  { route: 'GET /api/walls', expected: administering(200) },
  { route: 'POST /api/walls', body: { label: 'Hall' }, expected: administering(201) },
  {
    route: 'DELETE /api/walls/:id',
    path: async () => `/api/walls/${await target.wall()}`,
    expected: administering(200),
  },
]

describe('every route and every persona', () => {
  it('has a row for each route there is', () => {
    expect(rows.map((row) => row.route).sort()).toEqual(routesOf(Object(house.people.router)).sort())
  })

  for (const row of rows) {
    const [method = '', pattern = ''] = row.route.split(' ')
    it.each(personas.map((persona, index) => [persona, row.expected[index]] as const))(
      `${row.route} as %s: %i`,
      async (persona, expected = 0) => {
        const as = await tokenOf(persona)
        const path = row.path === undefined ? pattern : await row.path()
        const answer = await house.call(method, path, { as, body: row.body })
        expect(answer.status).toBe(expected)
        if (expected >= 400)
          expect(answer.body).toEqual({ error: expect.objectContaining({ code: expect.any(String) }) })
      },
      20_000,
    )
  }
})

describe('what is foreign and what is missing', () => {
  const missing = 'cccccccccccccccccccccccccc'

  it.each([
    ['GET', (id: string) => `/api/incidents/${id}/people`, undefined],
    ['GET', (id: string) => `/api/incidents/${id}/links`, undefined],
    ['POST', (id: string) => `/api/incidents/${id}/links`, { role: 'viewer' }],
  ])('%s: a guest cannot tell another incident from none', async (method, path, body) => {
    const as = await house.person('guest', { incidentId: incidentA, role: 'responder' })
    const ids = [incidentB, missing, '..', '%2e%2e', 'x'.repeat(9000), '%F0%9F%92%A5', `${incidentA}%00`]
    const answers = await Promise.all(ids.map((id) => house.call(method, path(id), { as, body })))
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`))).toEqual(
      new Set(['404 {"error":{"code":"not-found","message":"There is nothing here."}}']),
    )
  })

  it('links of another incident answer like no link', async () => {
    const as = await house.person('guest', { incidentId: incidentB, role: 'responder' })
    const foreign = await house.call('DELETE', `/api/links/${await target.link()}`, { as })
    const none = await house.call('DELETE', `/api/links/${missing}`, { as })
    expect([foreign.status, foreign.text]).toEqual([none.status, none.text])
    expect(none.status).toBe(403)
  })

  it('nobody names another incident in the body', async () => {
    const as = await house.person('responder')
    const body = { role: 'viewer', incidentId: incidentB }
    const answer = await house.call('POST', `/api/incidents/${incidentA}/links`, { as, body })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ code: 'invalid', field: 'incidentId' })
  })

  it('the room lists accounts and its own guests, never those of another incident', async () => {
    const as = await house.person('guest', { incidentId: incidentA, role: 'viewer' })
    const there = await house.person('guest', { incidentId: incidentB, role: 'viewer' })
    const [own, foreign] = [
      await house.people.access.fromToken(as),
      await house.people.access.fromToken(there),
    ]
    const answer = await house.call('GET', `/api/incidents/${incidentA}/people`, { as })
    const ids = answer.body.map((person: { id: string }) => person.id)
    expect(ids).toContain(own?.actor.id)
    expect(ids).not.toContain(foreign?.actor.id)
    expect(Object.keys(answer.body[0]).sort()).toEqual(['id', 'name', 'role'])
  })
})

interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
  handle?: { stack?: Layer[] }
}

/** Every `METHOD /path` of a router and of those inside it. */
function routesOf(router: { stack?: Layer[] }): string[] {
  return (router.stack ?? []).flatMap((layer) => {
    const { route } = layer
    if (route === undefined) return routesOf(layer.handle ?? {})
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
  })
}
