import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  openTestPostgres,
  type TestPostgres,
  testDatabaseUrl,
  testRedisUrl,
} from '../../helpers/databases.ts'
import { type RunningServer, rootToken, startServer } from '../../helpers/server.ts'

const asRoot = { authorization: `Bearer ${rootToken}`, 'content-type': 'application/json' }
const post = async (node: RunningServer, path: string, body: object) => {
  const headers = { ...asRoot, 'idempotency-key': 'one-of-these-keys' }
  const answer = await fetch(node.url + path, { method: 'POST', body: JSON.stringify(body), headers })
  expect(answer.ok).toBe(true)
  return (await answer.json()) as { id: string; token: string }
}

/** Two nodes: rights that end on one end on the other, within `ms`. */
describe.skipIf(testDatabaseUrl === undefined || testRedisUrl === undefined).each([
  ['with Redis', testRedisUrl ?? '', 1_000],
  ['without Redis for a while', 'redis://127.0.0.1:1', 2_000],
])('two nodes %s', (_name, redisUrl, ms) => {
  let database: TestPostgres
  let here: RunningServer
  let there: RunningServer

  beforeAll(async () => {
    database = await openTestPostgres()
    here = await startServer({ databaseUrl: database.url, redisUrl })
    there = await startServer({ databaseUrl: database.url, redisUrl })
  }, 60_000)
  afterAll(async () => {
    await Promise.all([here?.stop(), there?.stop()])
    await database?.close()
  }, 20_000)

  it('cut sockets of both kinds in time', async () => {
    const { id: incidentId } = await post(here, '/api/incidents', { title: 'Two nodes' })
    const people = await Promise.all(
      [0, 1, 2].map(() => post(here, '/api/people', { name: 'Bea', role: 'responder' })),
    )
    for (const { id } of people) {
      const { token } = await post(here, `/api/people/${id}/sessions`, {})
      const socket = io(there.url, { auth: { token }, transports: ['websocket'], forceNew: true })
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
      const headers = { authorization: `Bearer ${token}` }
      const document = new WebSocket(`${there.url.replace('http', 'ws')}/documents/${incidentId}`, {
        headers,
      })
      await new Promise((resolve) => document.once('open', resolve))
      const cut = Promise.all([
        new Promise((resolve) => socket.once('disconnect', resolve)),
        new Promise((resolve) => document.once('close', resolve)),
      ])
      const before = performance.now()
      await post(here, `/api/people/${id}/disable`, {})
      expect(await cut).toEqual(['io server disconnect', 4401])
      expect(performance.now() - before).toBeLessThan(ms)
      const me = await fetch(`${there.url}/api/me`, { headers })
      expect(await me.json()).toMatchObject({ person: null })
      socket.close()
    }
  }, 30_000)

  it('say which database and what it promises', async () => {
    const ready = await fetch(`${there.url}/readyz`)
    expect(await ready.json()).toMatchObject({
      ok: true,
      database: 'postgres',
      durability: { level: expect.stringMatching(/^D[12]$/) },
    })
  })
})
