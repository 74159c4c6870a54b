import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Revocation } from '../../../server/people/index.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { openPostgres } from '../../../server/platform/postgres.ts'
import { openTestPostgres, type TestPostgres, testDatabaseUrl } from '../../helpers/databases.ts'
import { type House, incidentA, openHouse } from './house.ts'

/** What only shows where transactions really run side by side. */
describe.skipIf(testDatabaseUrl === undefined)('people on two nodes over PostgreSQL', () => {
  let database: TestPostgres
  const houses: House[] = []
  const close: (() => Promise<void>)[] = []

  beforeAll(async () => {
    database = await openTestPostgres()
    const clock = createManualClock(1_800_000_000_000)
    const second = await openPostgres({ url: database.url, logger: createLogger('silent') })
    close.push(() => second.close())
    for (const own of [database, second]) {
      // A bus of its own: these nodes hear of each other by looking only.
      const bus = createMemoryBus()
      const house = await openHouse({ database: own, clock, bus, rootToken: undefined, pollMs: 20 })
      houses.push(house)
      close.unshift(() => house.close())
    }
  })
  afterAll(async () => {
    for (const one of close) await one()
    await database.close()
  })
  const node = (n: number): House => {
    const house = houses[n % houses.length]
    if (house === undefined) throw new Error('no node')
    return house
  }

  it('one set-up wins of two with the same link', async () => {
    const token = await node(0).people.setUpToken()
    const body = { token, name: 'Ana', password: 'long enough' }
    const answers = await Promise.all([0, 1, 2, 3].map((n) => node(n).call('POST', '/api/setup', { body })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 404, 404, 404])
    expect(await database.query('SELECT id FROM people')).toHaveLength(1)
  })

  it('one guest gets in of 50 with a link for one', async () => {
    const as = await node(0).person('responder')
    const body = { role: 'viewer', uses: 1 }
    const link = (await node(0).call('POST', `/api/incidents/${incidentA}/links`, { as, body })).body
    const redeem = (n: number) =>
      node(n).call('POST', '/api/links/redeem', { body: { token: link.token, name: `Guest ${n}` } })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => redeem(n)))
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    expect(statuses.filter((status) => status === 404)).toHaveLength(49)
    expect(await database.query("SELECT id FROM people WHERE role = 'guest'")).toHaveLength(1)
  })

  it('every node hears every ended right once, in one order', async () => {
    const heard = houses.map((house) => {
      const revocations: Revocation[] = []
      house.people.access.onRevoked((revocation) => revocations.push(revocation))
      return revocations
    })
    const tokens = await Promise.all(Array.from({ length: 40 }, () => node(0).person('viewer')))
    await Promise.all(tokens.map((cookie, n) => node(n).call('POST', '/api/sign-out', { cookie, body: {} })))
    for (const revocations of heard) await vi.waitFor(() => expect(revocations).toHaveLength(40))
    expect(heard[1]).toEqual(heard[0])
    expect(new Set(heard[0]?.map((revocation) => revocation.sessionKey)).size).toBe(40)
  })

  it('two administrators who shut each other out leave one', async () => {
    await database.query("UPDATE people SET disabled_at = 1 WHERE role = 'administrator'")
    const tokens = [await node(0).person('administrator'), await node(1).person('administrator')]
    const ids = await Promise.all(
      tokens.map(async (token) => (await node(0).people.access.fromToken(token))?.actor.id),
    )
    const answers = await Promise.all(
      [0, 1].map((n) =>
        node(n).call('POST', `/api/people/${ids[1 - n]}/disable`, { as: tokens[n], body: {} }),
      ),
    )
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    const left = await database.query(
      "SELECT id FROM people WHERE role = 'administrator' AND disabled_at IS NULL",
    )
    expect(left).toHaveLength(1)
  })

  it('one of two people gets a name', async () => {
    const as = await node(0).person('administrator')
    const body = { name: 'Fay', role: 'viewer', password: 'long enough' }
    const answers = await Promise.all([0, 1].map((n) => node(n).call('POST', '/api/people', { as, body })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409])
  })
})
