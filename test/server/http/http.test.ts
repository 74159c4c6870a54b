import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Router } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { DatabaseError } from '../../../server/platform/database.ts'
import { healthRoutes } from '../../../server/platform/health.ts'
import { createHttp } from '../../../server/platform/http.ts'
import { refuse } from '../../../server/platform/http-errors.ts'
import { readBody } from '../../../server/platform/http-input.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { routeUpgrades } from '../../../server/platform/upgrades.ts'

const clientDir = mkdtempSync(join(tmpdir(), 'muster-client-'))
let server: Server
let url: string
let trouble: string | null = null
let accepting = true
let full = false
const figures = { muster_things: 3, muster_done_total: 5 }

beforeAll(async () => {
  mkdirSync(join(clientDir, 'assets'))
  writeFileSync(join(clientDir, 'index.html'), '<title>App</title>')
  writeFileSync(join(clientDir, 'wall.html'), '<title>Wall</title>')
  writeFileSync(join(clientDir, 'assets', 'app-1a2b3c4d.js'), 'export {}')
  writeFileSync(join(clientDir, '.secret'), 'hidden')

  const router = Router()
  const schema = z.strictObject({ text: z.string() })
  router.post('/api/echo', (request, response) => {
    response.json(readBody(request, schema))
  })
  router.post('/api/incidents/:id/commands/say', (request, response) => {
    response.json({ length: readBody(request, schema).text.length })
  })
  router.get('/api/throw', async () => {
    throw new Error('a secret detail')
  })
  router.get('/api/refuse', () => refuse('taken', 'Somebody holds it.', 'role'))
  router.get('/api/database/:kind', (request) => {
    const kind = request.params.kind
    throw new DatabaseError(kind === 'full' ? 'full' : 'unavailable', 'internal words')
  })
  const app = createHttp({
    logger: createLogger('silent'),
    clientDir,
    https: false,
    trustProxy: false,
    bodyLimit: 256 * 1024,
    hostAllowed: (host) => host?.startsWith('127.0.0.1') ?? false,
    originAllowed: () => true,
    signedIn: async ({ headers }) => headers.cookie !== undefined,
    health: healthRoutes({
      database: 'embedded',
      durability: { level: 'D2', statement: 'Synced.' },
      accepting: () => accepting,
      trouble: async () => {
        if (trouble === 'throws') throw new DatabaseError('unavailable', 'password=secret')
        return trouble
      },
      full: () => full,
      metrics: () => figures,
    }),
    routers: [router],
  })
  server = createServer(app)
  routeUpgrades(server, (_request, socket) => socket.end('HTTP/1.1 418 Documents\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(clientDir, { recursive: true })
})

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
const signed = { cookie: 'muster=one' }
const errorOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { error: unknown }).error,
]

describe('headers', () => {
  const paths = [
    '/',
    '/wall',
    '/assets/app-1a2b3c4d.js',
    '/api/refuse',
    '/api/throw',
    '/nowhere.js',
    '/healthz',
  ]

  it.each(paths)('%s carries them all, and nothing that breaks plain http', async (path) => {
    const { headers } = await fetch(url + path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toMatch(/style-src 'self'(;|$)/)
    expect(policy).not.toMatch(/unsafe-eval|upgrade-insecure-requests|\*|wss?:/)
    expect(policy).toMatch(/connect-src 'self'(;|$)/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    for (const name of ['strict-transport-security', 'x-powered-by', 'server', 'access-control-allow-origin'])
      expect(headers.get(name)).toBeNull()
  })

  it.each([
    ['localhost:3000', 'same-origin'],
    ['127.0.0.1', 'same-origin'],
    ['[::1]:3000', 'same-origin'],
    ['192.168.1.20:3000', undefined],
    ['muster.lan', undefined],
    ['localhost.evil.example', undefined],
  ])('asks to be apart from other windows at %s over plain http: %s', async (host, expected) => {
    const { port } = new URL(url)
    const got = await new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/healthz', headers: { host } }, (answer) => {
        answer.resume()
        resolve(answer.headers['cross-origin-opener-policy'])
      }).on('error', reject)
    })
    expect(got).toBe(expected)
  })
})

describe('errors', () => {
  it('are one shape, and an unexpected one tells nothing', async () => {
    expect(await errorOf(await fetch(`${url}/api/refuse`))).toEqual([
      409,
      { code: 'taken', field: 'role', message: 'Somebody holds it.' },
    ])
    const thrown = await fetch(`${url}/api/throw`)
    const text = await thrown.text()
    expect([thrown.status, JSON.parse(text).error.code]).toEqual([500, 'internal'])
    expect(text).not.toMatch(/secret|at .*\.ts|Error:/)
    expect(thrown.headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['full', 507, 'full'],
    ['unavailable', 503, 'unavailable'],
  ])('a database that is %s: %i', async (kind, status, code) => {
    expect(await errorOf(await fetch(`${url}/api/database/${kind}`))).toMatchObject([status, { code }])
  })

  it('an unknown address under /api is JSON, whatever the method', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
      expect(await errorOf(await fetch(`${url}/api/nothing`, { method }))).toMatchObject([
        404,
        { code: 'not-found' },
      ])
    }
  })

  it('a path that cannot be decoded is refused under /api, and has the page that leads on elsewhere; neither is fatal', async () => {
    expect((await fetch(`${url}/api/database/%E0%A4%A`)).status).toBe(400)
    const page = await fetch(`${url}/%E0%A4%A`)
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ])
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('a foreign Host is refused, but not for those who watch', async () => {
    const raw = (path: string) => talk(`GET ${path} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`)
    expect(await raw('/api/refuse')).toMatch(/^HTTP\/1.1 403/)
    expect(await raw('/')).toMatch(/^HTTP\/1.1 403/)
    expect(await raw('/healthz')).toMatch(/^HTTP\/1.1 200/)
  })
})

describe('bodies', () => {
  it('are read, and refused by field', async () => {
    expect(await (await post('/api/echo', '{"text":"a"}')).json()).toEqual({ text: 'a' })
    expect(await errorOf(await post('/api/echo', '{"text":1}'))).toMatchObject([400, { field: 'text' }])
    expect(await errorOf(await post('/api/echo', '{"text":"a","more":1}'))).toMatchObject([
      400,
      { field: 'more' },
    ])
    expect(await errorOf(await post('/api/echo', '[]'))).toMatchObject([400, { code: 'invalid' }])
    expect(await errorOf(await post('/api/echo', '{"text":'))).toMatchObject([400, { code: 'invalid' }])
    expect(await errorOf(await post('/api/echo', '"text"'))).toMatchObject([400, { code: 'invalid' }])
  })

  it('cannot reach into Object', async () => {
    const evil = '{"text":"a","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
    expect((await post('/api/echo', evil)).status).toBe(400)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it.each([
    ['/api/echo', 256 * 1024],
    ['/api/incidents/x/commands/say', 512 * 1024],
  ])('%s takes up to %i bytes and not one more', async (path, limit) => {
    const of = (bytes: number) => JSON.stringify({ text: 'a'.repeat(bytes - '{"text":""}'.length) })
    expect((await post(path, of(limit), signed)).status).toBe(200)
    expect(await errorOf(await post(path, of(limit + 1), signed))).toMatchObject([413, { code: 'too-large' }])
  })

  it('are measured unpacked', async () => {
    const { gzipSync } = await import('node:zlib')
    const bomb = gzipSync(JSON.stringify({ text: 'a'.repeat(50_000_000) }))
    const answer = await fetch(`${url}/api/echo`, {
      method: 'POST',
      body: new Uint8Array(bomb),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', ...signed },
    })
    expect(answer.status).toBe(413)
  })

  describe('from somebody who has not signed in', () => {
    const small = 16 * 1024
    const of = (bytes: number) => JSON.stringify({ text: 'a'.repeat(bytes - '{"text":""}'.length) })

    it.each(['/api/echo', '/api/incidents/x/commands/say', '/api/playbooks'])(
      '%s: refused unread above 16 KiB',
      async (path) => {
        // No parser has seen it: it is not even JSON.
        const answer = await post(path, 'x'.repeat(small + 1))
        expect(await errorOf(answer)).toEqual([401, { code: 'signed-out', message: 'Sign in first.' }])
      },
    )

    it('are read up to that', async () => {
      expect((await post('/api/echo', of(small))).status).toBe(200)
    })

    it('are read no further without a length, or packed', async () => {
      const { gzipSync } = await import('node:zlib')
      const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      const send = (bytes: number, headers: Record<string, string> = {}) =>
        fetch(`${url}/api/echo`, {
          method: 'POST',
          body: new Uint8Array(gzipSync(of(bytes))),
          headers: { ...packed, ...headers },
        })
      expect((await send(small)).status).toBe(200)
      expect((await send(small + 1)).status).toBe(413)
      expect((await send(small + 1, signed)).status).toBe(200)
      const { host } = new URL(url)
      const chunk = of(small + 1)
      const chunked = await talk(
        `POST /api/echo HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
      )
      expect(chunked).toMatch(/^HTTP\/1.1 413/)
    })
  })
})

describe('pages', () => {
  const get = async (path: string) => {
    const answer = await fetch(url + path)
    return { status: answer.status, cache: answer.headers.get('cache-control'), text: await answer.text() }
  }

  it('every view is the application, the wall its own page, neither kept', async () => {
    for (const path of ['/', '/i/K7QF', '/setup', '/join'])
      expect(await get(path)).toEqual({ status: 200, cache: 'no-cache', text: '<title>App</title>' })
    expect(await get('/wall')).toEqual({ status: 200, cache: 'no-cache', text: '<title>Wall</title>' })
  })

  it('files named by their content are kept for a year', async () => {
    expect((await get('/assets/app-1a2b3c4d.js')).cache).toBe('public, max-age=31536000, immutable')
  })

  it('a missing file is missing, and hidden or outer files are not served', async () => {
    for (const path of ['/assets/app-other.js', '/assets/none', '/favicon.ico', '/.secret']) {
      const { status, text } = await get(path)
      expect([path, status]).toEqual([path, 404])
      expect(text).not.toContain('<title>')
    }
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/assets/..%2f.secret', '/%2e%2e/%2e%2e/etc/passwd'])
      expect((await get(path)).text).not.toMatch(/root:|hidden/)
  })
})

describe('health', () => {
  it('is alive, and ready with its durability', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true })
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).toBe(200)
    expect(await ready.json()).toEqual({
      ok: true,
      database: 'embedded',
      durability: { level: 'D2', statement: 'Synced.' },
    })
  })

  it.each([
    ['throws', 'The database does not answer.'],
    ['The disk is gone.', 'The disk is gone.'],
  ])('is not ready when %s', async (cause, told) => {
    trouble = cause
    const answer = await fetch(`${url}/readyz`)
    trouble = null
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ ok: false, trouble: told })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })

  it('stays ready for reads on a full disk, and says that writes are refused', async () => {
    const refused = async () =>
      /\nmuster_writes_refused (\d)\n/.exec(await (await fetch(`${url}/metrics`)).text())
    expect((await refused())?.[1]).toBe('0')
    full = true
    const answer = await fetch(`${url}/readyz`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ ok: true, trouble: 'Writes are refused: no space left.' })
    expect((await refused())?.[1]).toBe('1')
    full = false
    expect(await (await fetch(`${url}/readyz`)).json()).not.toHaveProperty('trouble')
  })

  it('is not ready while stopping', async () => {
    accepting = false
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    accepting = true
  })

  it('counts in figures without labels of ours', async () => {
    const scrape = async () => (await fetch(`${url}/metrics`)).text()
    expect(await scrape()).toMatch(/# TYPE muster_done_total counter\nmuster_done_total 5\n/)
    figures.muster_done_total = 7
    figures.muster_things = 2
    const text = await scrape()
    expect(text).toContain('\nmuster_done_total 7\n')
    expect(text).toContain('\nmuster_things 2\n')
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    for (const name of ['mean', 'p50', 'p90', 'p99', 'max'])
      expect(text).toMatch(new RegExp(`\\nnodejs_eventloop_lag_${name}_seconds \\d`))
    expect(text).not.toMatch(/^muster_\w+\{/m)
  })
})

describe('upgrades', () => {
  const upgrade = (path: string) =>
    talk(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)

  it('go to the documents, or are answered: nothing hangs', async () => {
    expect(await upgrade('/documents/abc')).toMatch(/^HTTP\/1.1 418/)
    for (const path of ['/', '/documents', '/socket.io', '/socketXio/', '//documents/abc'])
      expect([path, await upgrade(path)]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 404/)])
  })
})

/** Sends raw bytes and gives everything that comes back until the other side ends. */
function talk(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}
