import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { root } from '../../../scripts/lib/freshness.mjs'
import { makeTestFolder } from '../../helpers/databases.ts'
import { type RunningServer, rootToken, startServer } from '../../helpers/server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ env: { MUSTER_TEST_CLOCK: '1', LOG_LEVEL: 'debug' } })
})
afterAll(async () => {
  await server.stop()
})

const asRoot = { authorization: `Bearer ${rootToken}`, 'content-type': 'application/json' }
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', body: JSON.stringify(body), headers: { ...asRoot, ...headers } })

async function declare(title: string): Promise<string> {
  const key = `declare-${title.replaceAll(' ', '-')}`
  const answer = await post('/api/incidents', { title }, { 'idempotency-key': key })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

const connected = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.on('connect', () => resolve('connected'))
    socket.on('connect_error', (error) => resolve(error.message))
  })

describe('the server as it is started', () => {
  it('carries requests, events and documents on one port', async () => {
    const id = await declare('One port')
    const socket = io(server.url, { auth: { token: rootToken }, transports: ['websocket'], forceNew: true })
    expect(await connected(socket)).toBe('connected')
    const joined = await socket.emitWithAck('incident:join', { incidentId: id })
    expect(joined).toMatchObject({ ok: true, epoch: 1 })
    socket.close()

    const opened = await upgradeTo(`/documents/${id}`, { authorization: `Bearer ${rootToken}` })
    expect(opened).toBe('open')
    expect(await upgradeTo(`/documents/${id}`, {})).toBe('401')
    expect(await upgradeTo('/documents/nothing-here', { authorization: `Bearer ${rootToken}` })).toBe('404')
    expect(await upgradeTo('/elsewhere', {})).toBe('404')
  })

  it('checks a playbook, in the thread that is built beside it', async () => {
    const file = await fetch(`${server.url}/api/playbooks/agent-lab/source`, { headers: asRoot })
    const answer = await post('/api/playbooks/check', { source: await file.text() })
    expect(await answer.json()).toMatchObject({ ok: true, id: 'agent-lab', changes: [] })
  })

  it('lets a guest read the playbook of its incident and no other', async () => {
    const key = { 'idempotency-key': 'an-incident-with-a-guest' }
    const made = await post('/api/incidents', { title: 'Shared', playbook: 'agent-lab' }, key)
    const { id } = (await made.json()) as { id: string }
    const link = (await (await post(`/api/incidents/${id}/links`, { role: 'responder' })).json()) as {
      token: string
    }
    const redeemed = await fetch(`${server.url}/api/links/redeem`, {
      method: 'POST',
      body: JSON.stringify({ token: link.token, name: 'Gus' }),
      headers: { 'content-type': 'application/json' },
    })
    const cookie = redeemed.headers.get('set-cookie')?.split(';')[0] ?? ''
    const read = async (path: string) => {
      const answer = await fetch(server.url + path, { headers: { cookie } })
      return { status: answer.status, body: (await answer.json()) as { id: string; hash: string }[] }
    }
    const all = (await (await fetch(`${server.url}/api/playbooks`, { headers: asRoot })).json()) as {
      id: string
      hash: string
    }[]
    expect(all.length).toBeGreaterThan(1)
    expect((await read('/api/playbooks')).body.map((one) => one.id)).toEqual(['agent-lab'])
    for (const { id: playbook, hash } of all) {
      const expected = playbook === 'agent-lab' ? 200 : 404
      for (const path of [playbook, hash, `${playbook}/versions`])
        expect([path, (await read(`/api/playbooks/${path}`)).status]).toEqual([path, expected])
    }
  })

  it('lets nobody onto a socket from another site, or with a token that is not good', async () => {
    const foreign = io(server.url, {
      auth: { token: rootToken },
      transports: ['websocket'],
      extraHeaders: { origin: 'http://evil.test' },
      reconnection: false,
      forceNew: true,
    })
    expect(await connected(foreign)).toMatch(/websocket error/)
    const stranger = io(server.url, { auth: { token: 'wrong' }, transports: ['websocket'], forceNew: true })
    expect(await connected(stranger)).toBe('signed-out')
    stranger.close()
    const id = await declare('Foreign documents')
    const headers = { authorization: `Bearer ${rootToken}`, origin: 'http://evil.test' }
    expect(await upgradeTo(`/documents/${id}`, headers)).toBe('403')
  })

  it('finds a socket without the other side within 15 seconds, and speaks WebSocket alone', async () => {
    const polling = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: asRoot })
    expect(polling.status).toBe(400)
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
    const opened = await new Promise<string>((resolve) => socket.once('message', (m) => resolve(String(m))))
    socket.close()
    const { pingInterval, pingTimeout } = JSON.parse(opened.slice(1)) as {
      pingInterval: number
      pingTimeout: number
    }
    expect(pingInterval + pingTimeout).toBeLessThan(15_000)
  })

  it('cuts the sockets of a session that ends', async () => {
    const made = await post('/api/people', { name: 'Bea', role: 'responder' })
    const { id: personId } = (await made.json()) as { id: string }
    const { token } = (await (await post(`/api/people/${personId}/sessions`, {})).json()) as { token: string }
    const id = await declare('Cut off')
    const socket = io(server.url, { auth: { token }, transports: ['websocket'], forceNew: true })
    expect(await connected(socket)).toBe('connected')
    const document = new WebSocket(`${server.url.replace('http', 'ws')}/documents/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await new Promise((resolve) => document.once('open', resolve))

    const cut = Promise.all([
      new Promise((resolve) => socket.once('disconnect', resolve)),
      new Promise((resolve) => document.once('close', resolve)),
    ])
    const before = performance.now()
    expect((await post(`/api/people/${personId}/disable`, {})).status).toBe(200)
    expect(await cut).toEqual(['io server disconnect', 4401])
    expect(performance.now() - before).toBeLessThan(1_000)
    socket.close()
  })

  it('moves its time for administrators only, by a duration that has a length', async () => {
    const before = (await (await post('/api/test/clock', { advance: 'PT0S' })).json()) as { now: number }
    const after = (await (await post('/api/test/clock', { advance: 'P1DT2H' })).json()) as { now: number }
    expect(after.now - before.now).toBeGreaterThanOrEqual(26 * 3_600_000)
    for (const advance of ['P1M', 'P1Y', 'PT', 'P', '-PT5M', '5m', 'P9999D', ''])
      expect([advance, (await post('/api/test/clock', { advance })).status]).toEqual([advance, 400])
    const anonymous = await post('/api/test/clock', { advance: 'PT1S' }, { authorization: 'Bearer no' })
    expect(anonymous.status).toBe(401)
  })

  it('keeps its folder to itself', async () => {
    expect((await stat(server.dataDir)).mode & 0o077).toBe(0)
    const second = startOnce({ DATA_DIR: server.dataDir, PORT: '0' })
    expect(second.status).toBe(1)
    expect(second.stderr).toMatch(/in use by another Muster/)
  })

  it('never wrote the root token', () => {
    expect(server.stdout() + server.stderr()).not.toContain(rootToken)
    expect(server.stdout()).not.toContain('/setup#')
    expect(server.stdout()).toMatch(/Muster listens on .* \(embedded database in .*\)/)
  })
})

describe('starting', () => {
  it('refuses a wrong environment, naming all of it', () => {
    const answer = startOnce({
      PORT: 'x',
      MUSTER_ROOT_TOKEN: 'short',
      MUSTER_TEST_CLOCK: '1',
      NODE_ENV: 'production',
    })
    expect(answer.status).toBe(1)
    for (const name of ['PORT', 'MUSTER_ROOT_TOKEN', 'MUSTER_TEST_CLOCK'])
      expect(answer.stderr).toContain(name)
  })

  it('prints a set-up link on the terminal only, another one each time, and the link works', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'muster-setup-'))
    await makeTestFolder(dataDir)
    const env = { MUSTER_ROOT_TOKEN: '', PUBLIC_URL: '', LOG_LEVEL: 'debug' }
    const fresh = await startServer({ dataDir, env })
    await fresh.restart()
    const printed = () => [...fresh.stdout().matchAll(/\/setup#([\w-]{43})/g)].map((match) => match[1] ?? '')
    await vi.waitFor(() => expect(new Set(printed()).size).toBe(2))
    const tokens = printed()
    for (const token of tokens) expect(fresh.stderr()).not.toContain(token)
    expect(fresh.stdout()).toContain('HOST=0.0.0.0')

    const setUp = (token: string | undefined) =>
      fetch(`${fresh.url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: fresh.url },
        body: JSON.stringify({ token, name: 'Ana', password: 'long enough' }),
      })
    expect((await setUp(tokens[0])).status).toBe(404)
    expect((await setUp(tokens[1])).status).toBe(201)
    expect(await fresh.stop()).toBe(0)

    const again = await startServer({ dataDir, env })
    expect(again.stdout()).not.toContain('/setup#')
    await again.stop()
    await rm(dataDir, { recursive: true })
  })
})

describe('stopping', () => {
  it('ends within five seconds with sockets open, and tells them to come back', async () => {
    const ending = await startServer()
    const declared = await fetch(`${ending.url}/api/incidents`, {
      method: 'POST',
      headers: { ...asRoot, 'idempotency-key': 'declare-ending' },
      body: JSON.stringify({ title: 'Ending' }),
    })
    const { id } = (await declared.json()) as { id: string }
    const socket = io(ending.url, { auth: { token: rootToken }, transports: ['websocket'], forceNew: true })
    expect(await connected(socket)).toBe('connected')
    const headers = { authorization: `Bearer ${rootToken}` }
    const document = new WebSocket(`${ending.url.replace('http', 'ws')}/documents/${id}`, { headers })
    await new Promise((resolve) => document.once('open', resolve))
    const told = Promise.all([
      new Promise((resolve) => socket.once('disconnect', resolve)),
      new Promise((resolve) => document.once('close', resolve)),
    ])
    const before = performance.now()
    expect(await ending.stop()).toBe(0)
    expect(performance.now() - before).toBeLessThan(5_000)
    // A transport that closed is come back to; "io server disconnect" would not be.
    expect(await told).toEqual(['transport close', 1012])
    socket.close()
  })
})

/** Asks for an upgrade: `open`, or the status it was refused with. */
function upgradeTo(path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(String(response.statusCode))
    })
    socket.on('error', () => undefined)
  })
}

/** Starts the built server when it is expected to refuse, and waits for its end. */
function startOnce(env: Record<string, string>) {
  const { PATH = '' } = process.env
  return spawnSync(process.execPath, [join(root, 'dist/server/main.js')], {
    cwd: root,
    env: { PATH, ...env },
    encoding: 'utf8',
    timeout: 15_000,
  })
}
