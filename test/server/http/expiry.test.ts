import { io } from 'socket.io-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type RunningServer, rootToken, startServer } from '../../helpers/server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ env: { MUSTER_TEST_CLOCK: '1' } })
})
afterAll(() => server.stop())

async function post(path: string, body: object): Promise<{ id: string; token: string }> {
  const headers = {
    authorization: `Bearer ${rootToken}`,
    'content-type': 'application/json',
    'idempotency-key': 'one-of-these-keys',
  }
  const answer = await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body), headers })
  expect(answer.ok).toBe(true)
  return (await answer.json()) as { id: string; token: string }
}

/** Both sockets of a token; `ended` tells how each was ended, in the order of the two. */
async function bothSockets(token: string, incidentId: string) {
  const socket = io(server.url, {
    auth: { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  const document = new WebSocket(`${server.url.replace('http', 'ws')}/documents/${incidentId}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await new Promise((resolve) => document.once('open', resolve))
  const ended = Promise.all([
    new Promise((resolve) => socket.once('disconnect', resolve)),
    new Promise((resolve) => document.once('close', resolve)),
  ])
  return { socket, document, ended }
}

it('both sockets end when their session expires; the root token stays', async () => {
  const { id: incidentId } = await post('/api/incidents', { title: 'A long one' })
  const { id } = await post('/api/people', { name: 'Bea', role: 'responder' })
  const { token } = await post(`/api/people/${id}/sessions`, {})
  const bea = await bothSockets(token, incidentId)
  const root = await bothSockets(rootToken, incidentId)

  await post('/api/test/clock', { advance: 'P365D' })
  expect(await bea.ended).toEqual(['io server disconnect', 4401])
  expect([root.socket.connected, root.document.readyState]).toEqual([true, WebSocket.OPEN])
  root.socket.close()
  root.document.close()
})
