import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hashToken } from '../../../server/people/secrets.ts'
import { protocolVersion } from '../../../shared/protocol/version.ts'
import { type House, openHouse, rootToken } from './house.ts'

// Passwords are slow on purpose, and machines that test are busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const password = 'correct horse'

describe('set-up', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ rootToken: undefined })
  })
  afterAll(() => house.close())

  const setUp = (token: string, name = 'Ana', more = {}) =>
    house.call('POST', '/api/setup', { body: { token, name, password, ...more } })

  it('says that it is needed, to whoever asks', async () => {
    const me = await house.call('GET', '/api/me')
    expect(me.body).toEqual({
      person: null,
      needsSetup: true,
      protocol: protocolVersion,
      limits: { chat: 8000, documentFrame: 1_000_000 },
      testClock: false,
      playbooks: [],
    })
  })

  it('stores the token as a hash, and a new start replaces the old link', async () => {
    const old = await house.people.setUpToken()
    const fresh = await house.people.setUpToken()
    const rows = await house.database.query<{ value: string }>('SELECT value FROM settings')
    const values = rows.map((row) => row.value)
    expect(values).toContain(hashToken(fresh ?? ''))
    expect(values).not.toContain(hashToken(old ?? ''))
    expect(values.join()).not.toContain(fresh)
    expect((await setUp(old ?? '')).status).toBe(404)
  })

  it('refuses a weak password, a nameless person, an unknown playbook and unknown fields, by field', async () => {
    const token = (await house.people.setUpToken()) ?? ''
    const fieldOf = async (more: object) => (await setUp(token, 'Ana', more)).body.error
    expect(await fieldOf({ password: 'short' })).toMatchObject({ code: 'invalid', field: 'password' })
    expect(await fieldOf({ name: '  ' })).toMatchObject({ code: 'invalid', field: 'name' })
    expect(await fieldOf({ name: 'A\u202ena' })).toMatchObject({ code: 'invalid', field: 'name' })
    expect(await fieldOf({ playbook: 'unknown' })).toMatchObject({ code: 'invalid', field: 'playbook' })
    expect(await fieldOf({ role: 'administrator' })).toMatchObject({ code: 'invalid', field: 'role' })
    expect((await house.call('GET', '/api/me')).body.needsSetup).toBe(true)
  })

  it('lets one of many win, signs that one in, and is over for good', async () => {
    const token = (await house.people.setUpToken()) ?? ''
    const names = ['Ana', 'Eve', 'Mal', 'Zoe']
    const answers = await Promise.all(names.map((name) => setUp(token, name, { playbook: 'known' })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 404, 404, 404])
    const people = await house.database.query('SELECT id FROM people')
    expect(people).toHaveLength(1)

    const won = answers.find((answer) => answer.status === 201)
    const cookie = cookieOf(won?.headers['set-cookie'])
    const me = await house.call('GET', '/api/me', { cookie })
    expect(me.body).toMatchObject({ person: { role: 'administrator' }, needsSetup: false })
    expect((await house.call('GET', '/api/me')).body).not.toHaveProperty('playbooks')
    expect(await house.people.setUpToken()).toBeNull()
    expect((await setUp(token)).status).toBe(404)
  })
})

describe('sign-in', () => {
  let house: House
  beforeAll(async () => {
    // Fewer tries than the twenty of the default, which the links count out.
    house = await openHouse({ trustProxy: 1, tries: 5 })
    await house.call('POST', '/api/people', {
      as: 'root-token-for-tests-0123456789abcdef',
      body: { name: 'Ana', role: 'responder', password },
    })
  })
  afterAll(() => house.close())

  const signIn = (name: string, tried: string, headers: Record<string, string> = {}) =>
    house.call('POST', '/api/sign-in', { body: { name, password: tried }, headers })

  it('takes the name in any case and width, and sets a cookie that scripts and other sites cannot use', async () => {
    const answer = await signIn(' ＡNA ', password)
    expect(answer.status).toBe(200)
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    const [, ...attributes] = cookie.split('; ')
    expect(cookie).toMatch(/^muster=[\w-]{43};/)
    expect(attributes).toEqual(
      expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=2592000']),
    )
    expect(cookie).not.toMatch(/Secure|Domain/)
  })

  it('says the same for a wrong password and for nobody', async () => {
    const wrong = await signIn('Ana', 'not it at all')
    const nobody = await signIn('Nobody', 'not it at all')
    expect(wrong.status).toBe(401)
    expect(wrong.text).toBe(nobody.text)
  })

  it('ends the session it came with, and a session somebody else chose is never adopted', async () => {
    const first = cookieOf((await signIn('Ana', password)).headers['set-cookie'])
    const again = await house.call('POST', '/api/sign-in', { cookie: first, body: { name: 'Ana', password } })
    const second = cookieOf(again.headers['set-cookie'])
    expect(second).not.toBe(first)
    expect((await house.call('GET', '/api/me', { cookie: first })).body.person).toBeNull()
    expect((await house.call('GET', '/api/me', { cookie: second })).body.person.name).toBe('Ana')

    const planted = 'A'.repeat(43)
    const fixed = await house.call('POST', '/api/sign-in', {
      cookie: planted,
      body: { name: 'Ana', password },
    })
    expect(cookieOf(fixed.headers['set-cookie'])).not.toBe(planted)
    expect((await house.call('GET', '/api/me', { cookie: planted })).body.person).toBeNull()
  })

  it('signing out ends the session and the cookie', async () => {
    const cookie = cookieOf((await signIn('Ana', password)).headers['set-cookie'])
    const out = await house.call('POST', '/api/sign-out', { cookie, body: {} })
    expect(out.headers['set-cookie']?.[0]).toMatch(/^muster=;.*1970/)
    expect((await house.call('GET', '/api/me', { cookie })).body.person).toBeNull()
  })

  it('ends with its time', async () => {
    const cookie = cookieOf((await signIn('Ana', password)).headers['set-cookie'])
    house.clock.advance(30 * 24 * 60 * 60 * 1000 - 1)
    expect((await house.call('GET', '/api/me', { cookie })).body.person.name).toBe('Ana')
    house.clock.advance(1)
    expect((await house.call('GET', '/api/me', { cookie })).body.person).toBeNull()
  })

  it('a bearer token that is not good does not fall back to the cookie; a proxy’s own scheme does', async () => {
    const cookie = await house.person('viewer')
    const personWith = async (authorization: string) =>
      (await house.call('GET', '/api/me', { cookie, headers: { authorization } })).body.person
    expect(await personWith('Bearer nonsense')).toBeNull()
    expect(await personWith('bearer')).toBeNull()
    expect((await personWith('Basic dXNlcjpwYXNz')).role).toBe('viewer')
  })

  it('the root token is no cookie', async () => {
    const me = await house.call('GET', '/api/me', { cookie: 'root-token-for-tests-0123456789abcdef' })
    expect(me.body.person).toBeNull()
  })

  it('judges no more guesses for an account than it may, from however many addresses, and does not lock its owner out', async () => {
    const home = { 'x-forwarded-for': '192.0.2.7' }
    expect((await signIn('Ana', password, home)).status).toBe(200)
    const guesses = Array.from({ length: 40 }, (_, n) =>
      signIn('Ana', `guess number ${n}`, { 'x-forwarded-for': `198.51.100.${n % 30}` }),
    )
    const judged = (await Promise.all(guesses)).map((answer) => answer.status)
    expect(judged.filter((status) => status === 401).length).toBeLessThanOrEqual(5)
    expect(judged.filter((status) => status === 429).length).toBeGreaterThanOrEqual(35)
    const stranger = await signIn('Ana', password, { 'x-forwarded-for': '198.51.100.200' })
    expect(stranger.body.error.code).toBe('too-fast')
    expect((await signIn('Ana', password, home)).status).toBe(200)
  })

  it('counts an address over all names, and not what it claims to be forwarded for beyond the proxy', async () => {
    const judged: number[] = []
    for (let n = 0; n < 8; n++) {
      const forged = `203.0.113.${n}, 198.51.100.77`
      judged.push((await signIn(`Nobody ${n}`, 'a guess', { 'x-forwarded-for': forged })).status)
    }
    expect(judged).toEqual([...Array(5).fill(401), ...Array(3).fill(429)])
  })

  it('judges a flood of names from one address no further than a crowd, and lets a crowd in', async () => {
    // As slow as in use: all of the flood is there before the first five are judged.
    const slow = await openHouse({ database: house.database, trustProxy: 1, tries: 5, slowPasswords: true })
    const flood = { 'x-forwarded-for': '198.51.100.88' }
    const names = Array.from({ length: 40 }, (_, n) => `Made up ${n}`)
    const guess = (name: string) =>
      slow.call('POST', '/api/sign-in', { body: { name, password: 'x' }, headers: flood })
    const judged = (await Promise.all(names.map(guess))).map(({ status }) => status)
    await slow.close()
    expect(judged.filter((status) => status === 401)).toHaveLength(25)
    expect(judged.filter((status) => status === 429)).toHaveLength(15)

    const office = { 'x-forwarded-for': '198.51.100.99' }
    const people = Array.from({ length: 8 }, (_, n) => `Of the office ${n}`)
    for (const name of people)
      await house.call('POST', '/api/people', { as: rootToken, body: { name, role: 'viewer', password } })
    const welcome = await Promise.all(people.map((name) => signIn(name, password, office)))
    expect(welcome.map(({ status }) => status)).toEqual(people.map(() => 200))
  })

  it('with a root token there is no set-up and no link', async () => {
    expect(await house.people.setUpToken()).toBeNull()
    const fresh = await openHouse({ rootToken: undefined, database: house.database })
    expect(await fresh.people.setUpToken()).toBeNull() // Ana has an account
    await fresh.close()
  })

  it('over https the cookie is bound to the host and to https', async () => {
    const secure = await openHouse({ publicUrl: 'https://muster.example', database: house.database })
    const answer = await secure.call('POST', '/api/sign-in', { body: { name: 'Ana', password } })
    const [cookie = ''] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^__Host-muster=/)
    expect(cookie.split('; ')).toEqual(
      expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']),
    )
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=31536000/)
    const me = await secure.call('GET', '/api/me', { cookie: cookieOf([cookie]) })
    expect(me.body.person.name).toBe('Ana')
    await secure.close()
  })
})

function cookieOf(header: string[] | undefined): string {
  return /^(?:__Host-)?muster=([^;]*)/.exec(header?.[0] ?? '')?.[1] ?? ''
}
