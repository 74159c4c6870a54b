import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createPasswords } from '../../../server/people/passwords.ts'
import { hashToken, newToken, sameSecret } from '../../../server/people/secrets.ts'
import { type House, incidentA, openHouse, rootToken } from './house.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('passwords', () => {
  const passwords = createPasswords()

  it('are hashed with a salt of their own and the cost beside it', async () => {
    const [one, other] = await Promise.all([passwords.hash('the same'), passwords.hash('the same')])
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/)
    expect(one).not.toBe(other)
    expect(await passwords.verify('the same', one)).toBe(true)
    expect(await passwords.verify('The same', one)).toBe(false)
  })

  it('made under another cost still fit', async () => {
    const cheap = `scrypt$16384$8$1$${Buffer.from('0123456789abcdef').toString('base64url')}$`
    const { scryptSync } = await import('node:crypto')
    const key = scryptSync('old password', '0123456789abcdef', 32, { N: 16384, r: 8, p: 1 })
    expect(await passwords.verify('old password', cheap + key.toString('base64url'))).toBe(true)
    expect(await passwords.verify('new password', cheap + key.toString('base64url'))).toBe(false)
  })

  it('belong to nobody when there is no hash, or a broken one', async () => {
    for (const stored of [null, '', 'plain', 'scrypt$1$2$3']) {
      expect(await passwords.verify('', stored)).toBe(false)
      expect(await passwords.verify('A'.repeat(43), stored)).toBe(false)
    }
  })
})

describe('tokens', () => {
  it('are 256 random bits, stored as SHA-256', () => {
    const tokens = new Set(Array.from({ length: 1_000 }, newToken))
    expect(tokens.size).toBe(1_000)
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    expect([sameSecret('a', 'a'), sameSecret('a', 'b'), sameSecret('a', 'aa')]).toEqual([true, false, false])
  })
})

describe('secrets stay secret', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ rootToken })
  })
  afterAll(() => house.close())

  it('are in no log, no answer that did not make them, and no column', async () => {
    const canary = (name: string) => `canary-${name}-0123456789abcdef0123456789`
    const secrets = [canary('password'), canary('bearer'), canary('cookie'), canary('token'), rootToken]
    const made: string[] = []
    const use = async (method: string, path: string, body: unknown, as?: string) => {
      const answer = await house.call(method, path, { as, body })
      const token: unknown = answer.body?.token
      if (typeof token === 'string') made.push(token)
      return answer
    }
    await use('POST', `/api/incidents/${incidentA}/links`, { role: 'viewer' }, rootToken)
    await use('POST', '/api/walls', { label: 'Hall' }, rootToken)
    const person = await use(
      'POST',
      '/api/people',
      { name: 'Dee', role: 'viewer', password: canary('password') },
      rootToken,
    )
    await use('POST', `/api/people/${person.body.id}/sessions`, {}, rootToken)
    expect(made).toHaveLength(3)

    const answers = [
      await use('POST', '/api/sign-in', { name: 'Dee', password: canary('password') }),
      await use('POST', '/api/sign-in', { name: canary('token'), password: canary('password') }),
      await use('POST', '/api/links/redeem', { token: canary('token'), name: 'x' }),
      await use('POST', '/api/setup', { token: canary('token'), name: 'x', password: canary('password') }),
      await use('POST', '/api/setup', { [canary('token').slice(0, 6)]: canary('token') }),
      await use('GET', '/api/people', undefined, canary('bearer')),
      await use('GET', '/api/people', undefined, rootToken),
      await use('GET', '/api/walls', undefined, rootToken),
      await use('GET', `/api/incidents/${incidentA}/links`, undefined, rootToken),
      await house.call('GET', '/api/me', { cookie: canary('cookie') }),
      await house.call('POST', '/api/sign-in', { body: `{"name": "${canary('token')}", "password": ` }),
    ]
    // An unexpected failure logs its stack; the answer says nothing.
    await house.database.query('ALTER TABLE people RENAME TO people_away')
    const failed = await use('POST', '/api/sign-in', { name: canary('token'), password: canary('password') })
    await house.database.query('ALTER TABLE people_away RENAME TO people')
    expect(failed.status).toBe(500)
    expect(failed.body.error).toEqual({
      code: 'internal',
      message: 'Something went wrong on the server. Nothing was changed.',
    })
    expect(house.log.join()).toContain('a request failed')

    const tables = ['people', 'sessions', 'share_links', 'wall_tokens', 'settings', 'revocations']
    const stored = []
    for (const table of tables) stored.push(await house.database.query(`SELECT * FROM ${table}`))
    const seen = [house.log.join('\n'), JSON.stringify(stored), ...answers.map((a) => a.text), failed.text]
    for (const secret of [...secrets, ...made]) {
      for (const text of seen) expect(text.includes(secret)).toBe(false)
    }
  })
})
