import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hostAllowed, originAllowed } from '../../../server/people/origin.ts'
import { type House, openHouse } from './house.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const rules = { publicUrl: 'https://muster.example', hostNames: ['war-room.example'], cookieName: 'muster' }
const lan = { ...rules, publicUrl: undefined }
const cookie = 'muster=token'

describe('Origin', () => {
  it.each([
    ['https://muster.example', true],
    ['http://muster.example', false],
    ['https://muster.example:8443', false],
    ['https://muster.example:443', false], // browsers leave the default port out
    ['https://muster.example/', false],
    ['https://muster.example.evil.test', false],
    ['https://evil.test', false],
    ['https://room.muster.example', false],
    ['https://evilmuster.example', false],
    ['https://muster.example@evil.test', false],
    ['HTTPS://MUSTER.EXAMPLE', false],
    ['https://muster.example, https://muster.example', false],
    ['null', false],
    ['', false],
    ['file://', false],
    ['chrome-extension://abcdef', false],
  ])('%s, behind PUBLIC_URL: %s', (origin, good) => {
    expect(originAllowed({ host: 'muster.example', origin, cookie }, rules)).toBe(good)
  })

  it.each([
    ['192.168.1.20:3000', 'http://192.168.1.20:3000', true],
    ['192.168.1.20:3000', 'http://192.168.1.20:3001', false],
    ['192.168.1.20:3000', 'http://192.168.1.20', false],
    ['192.168.1.20:3000', 'http://192.168.1.21:3000', false],
    ['192.168.1.20:3000', 'https://192.168.1.20:3000', false],
    ['localhost:3000', 'http://localhost:3000', true],
    ['localhost:3000', 'http://127.0.0.1:3000', false],
    ['[::1]:3000', 'http://[::1]:3000', true],
    ['laptop.local', 'http://laptop.local', true],
    ['War-Room.example', 'http://war-room.example', true],
    ['evil.test', 'http://evil.test', false], // a foreign name that resolves to us
    ['localhost.evil.test:3000', 'http://localhost.evil.test:3000', false],
  ])('Host %s with Origin %s on a LAN: %s', (host, origin, good) => {
    expect(originAllowed({ host, origin, cookie }, lan)).toBe(good)
  })

  it('without an Origin a cookie is not enough, a bearer token is, and nothing at all may try', () => {
    const host = 'localhost:3000'
    expect(originAllowed({ host, cookie }, lan)).toBe(false)
    expect(originAllowed({ host, cookie: `a=b; ${cookie}` }, lan)).toBe(false)
    expect(originAllowed({ host, authorization: 'Bearer abc' }, lan)).toBe(true)
    expect(originAllowed({ host, cookie, authorization: 'Basic abc' }, lan)).toBe(false)
    expect(originAllowed({ host, cookie: 'other=1' }, lan)).toBe(true)
    expect(originAllowed({ host, origin: 'http://evil.test', authorization: 'Bearer abc' }, lan)).toBe(false)
  })

  it.each([
    [undefined, false],
    ['', false],
    ['a b', false],
    ['localhost/evil', false],
    ['user@localhost', false],
    ['0.0.0.0:3000', true],
    ['muster', true],
    ['muster.example:3000', false],
  ])('Host %s: %s', (host, good) => {
    expect(hostAllowed(host, lan)).toBe(good)
  })
})

describe('a request that changes something', () => {
  let house: House
  let session: string
  beforeAll(async () => {
    house = await openHouse()
    session = await house.person('administrator')
  })
  afterAll(() => house.close())

  const addWall = (headers: Record<string, string | string[]>, body: unknown = { label: 'Hall' }) =>
    house.call('POST', '/api/walls', { body, headers: { cookie: `muster=${session}`, ...headers } })
  const walls = async () => (await house.call('GET', '/api/walls', { as: session })).body.length

  it('passes from our own page', async () => {
    expect((await addWall({ origin: house.url })).status).toBe(201)
    expect((await addWall({ origin: house.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })

  it.each<[string, Record<string, string | string[]>]>([
    ['no Origin', {}],
    ['another site', { origin: 'http://evil.test' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['null', { origin: 'null' }],
    ['Origin twice', { origin: ['http://127.0.0.1', 'http://127.0.0.1'] }],
    ['Sec-Fetch-Site says cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site says same-site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign Host', { host: 'evil.test', origin: 'http://evil.test' }],
  ])('is refused with %s', async (_name, headers) => {
    const before = await walls()
    const own = 'sec-fetch-site' in headers ? { origin: house.url } : {}
    expect((await addWall({ ...own, ...headers })).status).toBe(403)
    expect(await walls()).toBe(before)
  })

  it.each([
    ['application/x-www-form-urlencoded', 'label=Hall'],
    ['text/plain', '{"label":"Hall"}'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json-patch+json', '{"label":"Hall"}'],
  ])('is refused as %s', async (type, body) => {
    const before = await walls()
    const answer = await addWall({ origin: house.url, 'content-type': type }, body)
    expect(answer.body.error).toMatchObject({ code: 'invalid', field: 'Content-Type' })
    expect(await walls()).toBe(before)
  })

  it('a method in a header or query changes nothing', async () => {
    const before = await walls()
    const headers = { cookie: `muster=${session}`, 'x-http-method-override': 'POST' }
    await house.call('GET', '/api/walls?_method=POST', { headers, body: { label: 'Hall' } })
    expect(await walls()).toBe(before)
  })

  it('never happens by GET or HEAD', async () => {
    const tables = ['people', 'sessions', 'share_links', 'wall_tokens', 'settings', 'revocations']
    const count = async () => {
      const counts = []
      for (const table of tables) counts.push((await house.database.query(`SELECT * FROM ${table}`)).length)
      return counts
    }
    const before = await count()
    const paths = [
      '/api/me',
      '/api/setup',
      '/api/sign-in',
      '/api/sign-out',
      '/api/people',
      '/api/people/x/disable',
      '/api/walls',
      '/api/links/redeem',
    ]
    for (const method of ['GET', 'HEAD']) {
      for (const path of paths) await house.call(method, path, { cookie: session })
    }
    expect(await count()).toEqual(before)
    expect((await house.call('GET', '/api/me', { cookie: session })).body.person.role).toBe('administrator')
  })
})
