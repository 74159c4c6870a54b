import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Revocation } from '../../../server/people/index.ts'
import type { Bus } from '../../../server/platform/bus.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import type { Database } from '../../../server/platform/database.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { type House, incidentA, openHouse, rootToken } from './house.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A bus whose hints never arrive. */
const deadBus = (): Bus => ({
  publish: () => undefined,
  subscribe: () => () => undefined,
  connected: () => false,
  close: async () => undefined,
})

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

/** Two nodes on one database, and a third that hears no hints. */
async function nodes() {
  const bus = createMemoryBus()
  const clock = createManualClock(1_800_000_000_000)
  const far = 3_600_000
  const here = await openHouse({ database, clock, bus, pollMs: far })
  const there = await openHouse({ database, clock, bus, pollMs: far })
  const deaf = await openHouse({ database, clock, bus: deadBus(), pollMs: 20 })
  const all = [here, there, deaf]
  const heard = all.map((house) => {
    const revocations: Revocation[] = []
    house.people.access.onRevoked((revocation) => revocations.push(revocation))
    return revocations
  })
  return { here, there, deaf, all, heard, close: () => Promise.all(all.map((house) => house.close())) }
}

const isIn = async (house: House, token: string) => (await house.people.access.fromToken(token)) !== null

describe('ended rights', () => {
  it.each([
    [
      'signing out',
      async (house: House, token: string) => {
        await house.call('POST', '/api/sign-out', { cookie: token, body: {} })
      },
      { sessionKey: expect.any(String) },
    ],
    [
      'shutting somebody out',
      async (house: House, token: string) => {
        const session = await house.people.access.fromToken(token)
        const path = `/api/people/${session?.actor.id}/disable`
        await house.call('POST', path, { as: rootToken, body: {} })
      },
      { personId: expect.any(String) },
    ],
  ])('%s reaches every node, with hints and without', async (_name, end, revocation) => {
    const { here, there, deaf, all, heard, close } = await nodes()
    const token = await here.person('responder')
    for (const house of all) expect(await isIn(house, token)).toBe(true)

    await end(here, token)
    // On the node that did it, before the answer; the others remember for a second unless told.
    expect(heard[0]).toEqual([revocation])
    expect(await isIn(here, token)).toBe(false)
    await vi.waitFor(() => expect(heard[1]).toEqual([revocation]))
    expect(await isIn(there, token)).toBe(false)
    await vi.waitFor(() => expect(heard[2]).toEqual([revocation]))
    expect(await isIn(deaf, token)).toBe(false)
    await close()
  })

  it('a wall ends with its id, and its token opens nothing', async () => {
    const { here, there, heard, close } = await nodes()
    const wall = (await here.call('POST', '/api/walls', { as: rootToken, body: { label: 'Hall' } })).body
    expect(await there.people.access.fromWallToken(wall.token)).toEqual({ id: wall.id })
    expect((await here.call('DELETE', `/api/walls/${wall.id}`, { as: rootToken })).status).toBe(200)
    expect((await here.call('DELETE', `/api/walls/${wall.id}`, { as: rootToken })).status).toBe(404)
    await vi.waitFor(() => expect(heard[1]).toEqual([{ wallId: wall.id }]))
    expect(await there.people.access.fromWallToken(wall.token)).toBeNull()
    await close()
  })

  it('many at once are heard once each, in the order of their commits, on every node', async () => {
    const { here, there, deaf, all, heard, close } = await nodes()
    const tokens = await Promise.all(Array.from({ length: 30 }, () => here.person('viewer')))
    await Promise.all(
      tokens.map((cookie, n) =>
        [here, there, deaf][n % 3]?.call('POST', '/api/sign-out', { cookie, body: {} }),
      ),
    )
    // Only the bus tells `there`, and what the deaf node ends goes unannounced: one more announces all before it.
    await here.call('POST', '/api/sign-out', { cookie: await here.person('viewer'), body: {} })
    for (let n = 0; n < all.length; n++) await vi.waitFor(() => expect(heard[n]).toHaveLength(31))
    expect(heard[1]).toEqual(heard[0])
    expect(heard[2]).toEqual(heard[0])
    for (const house of all) for (const token of tokens) expect(await isIn(house, token)).toBe(false)
    await close()
  })

  it('a node that starts later does not repeat what ended before', async () => {
    const { close, deaf } = await nodes()
    await deaf.call('POST', '/api/sign-out', { cookie: await deaf.person('viewer'), body: {} })
    const late = await openHouse({ database, clock: deaf.clock, bus: deadBus(), pollMs: 20 })
    const heard: Revocation[] = []
    late.people.access.onRevoked((revocation) => heard.push(revocation))
    const next = await deaf.person('viewer')
    await deaf.call('POST', '/api/sign-out', { cookie: next, body: {} })
    await vi.waitFor(() => expect(heard).toHaveLength(1))
    await late.close()
    await close()
  })

  it('what was found is trusted for a second at most', async () => {
    const { here, close } = await nodes()
    const token = await here.person('viewer')
    expect(await isIn(here, token)).toBe(true)
    // Behind everybody's back, as no route does it.
    await database.query('UPDATE sessions SET revoked_at = 1 WHERE revoked_at IS NULL')
    expect(await isIn(here, token)).toBe(true)
    here.clock.advance(1_000)
    expect(await isIn(here, token)).toBe(false)
    await close()
  })

  it('a listener that fails keeps the others from nothing', async () => {
    const { here, close } = await nodes()
    const heard: Revocation[] = []
    here.people.access.onRevoked(() => {
      throw new Error('a socket that will not close')
    })
    here.people.access.onRevoked((revocation) => heard.push(revocation))
    const cookie = await here.person('viewer')
    expect((await here.call('POST', '/api/sign-out', { cookie, body: {} })).status).toBe(200)
    expect(heard).toHaveLength(1)
    await close()
  })
})

describe('administrators', () => {
  it('two who shut each other out at once leave one', async () => {
    const own = await openTestDatabase()
    const house = await openHouse({ database: own, rootToken: undefined })
    const tokens = [await house.person('administrator'), await house.person('administrator')]
    const ids = await Promise.all(
      tokens.map(async (token) => (await house.people.access.fromToken(token))?.actor.id),
    )
    const answers = await Promise.all([
      house.call('POST', `/api/people/${ids[1]}/disable`, { as: tokens[0], body: {} }),
      house.call('POST', `/api/people/${ids[0]}/disable`, { as: tokens[1], body: {} }),
    ])
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    const left = await own.query("SELECT id FROM people WHERE role = 'administrator' AND disabled_at IS NULL")
    expect(left).toHaveLength(1)
    await house.close()
    await own.close()
  })

  it('nobody signs in or gets a session after being shut out', async () => {
    const { here, close } = await nodes()
    const made = await here.call('POST', '/api/people', {
      as: rootToken,
      body: { name: 'Bea', role: 'responder', password: 'long enough' },
    })
    await here.call('POST', `/api/people/${made.body.id}/disable`, { as: rootToken, body: {} })
    const signIn = await here.call('POST', '/api/sign-in', { body: { name: 'Bea', password: 'long enough' } })
    expect(signIn.status).toBe(401)
    const session = await here.call('POST', `/api/people/${made.body.id}/sessions`, {
      as: rootToken,
      body: {},
    })
    expect(session.status).toBe(409)
    const listed = await here.call('GET', `/api/incidents/${incidentA}/people`, { as: rootToken })
    expect(listed.body.map((person: { name: string }) => person.name)).not.toContain('Bea')
    await close()
  })

  it('a name signs in for one person only', async () => {
    const { here, close } = await nodes()
    const add = (name: string) =>
      here.call('POST', '/api/people', {
        as: rootToken,
        body: { name, role: 'viewer', password: 'long enough' },
      })
    expect((await add('Cleo')).status).toBe(201)
    expect((await add('CLEO')).body.error).toMatchObject({ code: 'taken', field: 'name' })
    await close()
  })
})
