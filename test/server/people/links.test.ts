import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { day, type House, incidentA, incidentB, openHouse, rootToken } from './house.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

const makeLink = async (
  body: object = { role: 'responder', uses: 1 },
): Promise<{ id: string; token: string; url: string; expiresAt: number }> => {
  const answer = await house.call('POST', `/api/incidents/${incidentA}/links`, { as: rootToken, body })
  expect(answer.status).toBe(201)
  return answer.body
}
const redeem = (token: string, name = 'Gus') =>
  house.call('POST', '/api/links/redeem', { body: { token, name } })
const cookieOf = (answer: { headers: { 'set-cookie'?: string[] | undefined } }) =>
  /^muster=([^;]*)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? ''

describe('share links', () => {
  it('carry 256 bits after #, and nothing of them is stored in clear', async () => {
    const link = await makeLink()
    expect(link.url).toBe(`${house.url}/join#${link.token}`)
    expect(Buffer.from(link.token, 'base64url')).toHaveLength(32)
    const rows = await house.database.query('SELECT * FROM share_links')
    expect(JSON.stringify(rows)).not.toContain(link.token)
  })

  it('live a day and 20 uses unless asked otherwise, a week and 100 at most', async () => {
    const link = await makeLink({ role: 'viewer' })
    expect(link).toMatchObject({ uses: 20, expiresAt: house.clock.now() + day })
    for (const [field, value] of [
      ['uses', 0],
      ['uses', 101],
      ['uses', 1.5],
      ['days', 0],
      ['days', 8],
      ['role', 'administrator'],
    ] as const) {
      const body = { role: 'viewer', [field]: value }
      const answer = await house.call('POST', `/api/incidents/${incidentA}/links`, { as: rootToken, body })
      expect([answer.status, answer.body.error.field]).toEqual([400, field])
    }
  })

  it('let a guest into one incident with the rights of the link', async () => {
    const link = await makeLink({ role: 'responder', uses: 1 })
    const answer = await redeem(link.token, 'Gus')
    expect([answer.status, answer.body]).toEqual([201, { incidentId: incidentA }])
    const me = await house.call('GET', '/api/me', { cookie: cookieOf(answer) })
    expect(me.body.person).toMatchObject({
      name: 'Gus',
      role: 'guest',
      scope: { incidentId: incidentA, role: 'responder' },
    })
    expect(
      (await house.call('GET', `/api/incidents/${incidentB}/people`, { cookie: cookieOf(answer) })).status,
    ).toBe(404)
  })

  it('of 50 at once, a link for one lets one in', async () => {
    const link = await makeLink({ role: 'viewer', uses: 1 })
    const before = await house.database.query("SELECT id FROM people WHERE role = 'guest'")
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => redeem(link.token, `Guest ${n}`)))
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    const after = await house.database.query("SELECT id FROM people WHERE role = 'guest'")
    expect(after.length - before.length).toBe(1)
  })

  it('a used link, an expired one, a revoked one and none at all are one answer', async () => {
    const fresh = await openHouse({ database: house.database, clock: house.clock })
    const ask = (token: string) => fresh.call('POST', '/api/links/redeem', { body: { token, name: 'Gus' } })
    const used = await makeLink({ role: 'viewer', uses: 1 })
    expect((await ask(used.token)).status).toBe(201)
    const expired = await makeLink({ role: 'viewer', uses: 1 })
    house.clock.advance(day)
    const revoked = await makeLink({ role: 'viewer', uses: 1 })
    await house.call('DELETE', `/api/links/${revoked.id}`, { as: rootToken })
    const tokens = [used.token, expired.token, revoked.token, 'never-made']
    const answers = await Promise.all(tokens.map(ask))
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(404)
    await fresh.close()
  })

  it('tell whoever holds one which incident it opens, and no more, without being used', async () => {
    const link = await makeLink({ role: 'viewer', uses: 1 })
    const look = (token: string) => house.call('POST', '/api/links/look', { body: { token } })
    for (let n = 0; n < 3; n++) {
      const answer = await look(link.token)
      expect([answer.status, answer.body]).toEqual([200, { key: 'K7QF', title: 'API down', role: 'viewer' }])
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect((await redeem(link.token)).status).toBe(201)
    // Used up and never made are one answer.
    const [used, never] = [await look(link.token), await look('never-made')]
    expect([used.status, used.text]).toEqual([404, never.text])
  })

  it('work until the last ms of their time', async () => {
    const link = await makeLink({ role: 'viewer', uses: 2, days: 1 })
    const fresh = await openHouse({ database: house.database, clock: house.clock })
    const ask = () => fresh.call('POST', '/api/links/redeem', { body: { token: link.token, name: 'Gus' } })
    house.clock.set(link.expiresAt - 1)
    expect((await ask()).status).toBe(201)
    house.clock.set(link.expiresAt)
    expect((await ask()).status).toBe(404)
    await fresh.close()
  })

  it('are not used up by people with an account, nor by a guest who is in already', async () => {
    const link = await makeLink({ role: 'responder', uses: 1 })
    const cookie = await house.person('viewer')
    const body = { token: link.token, name: 'Whoever' }
    const member = await house.call('POST', '/api/links/redeem', { cookie, body })
    expect([member.status, member.body]).toEqual([200, { incidentId: incidentA }])
    expect(member.headers['set-cookie']).toBeUndefined()
    const inside = await house.person('guest', { incidentId: incidentA, role: 'responder' })
    expect((await house.call('POST', '/api/links/redeem', { cookie: inside, body })).status).toBe(200)
    expect((await redeem(link.token)).status).toBe(201)
  })

  it('raise a guest who could only read', async () => {
    const reader = await house.person('guest', { incidentId: incidentA, role: 'viewer' })
    const link = await makeLink({ role: 'responder', uses: 1 })
    const answer = await house.call('POST', '/api/links/redeem', {
      cookie: reader,
      body: { token: link.token, name: 'Gus' },
    })
    expect(answer.status).toBe(201)
    const me = await house.call('GET', '/api/me', { cookie: cookieOf(answer) })
    expect(me.body.person.scope.role).toBe('responder')
  })

  it('no GET redeems: a preview costs nothing', async () => {
    const link = await makeLink({ role: 'viewer', uses: 1 })
    for (const path of [
      '/api/links/redeem',
      `/api/links/redeem?token=${link.token}`,
      `/api/links/${link.id}`,
      `/join`,
    ]) {
      for (const method of ['GET', 'HEAD']) await house.call(method, path)
    }
    const rows = await house.database.query<{ uses_left: number }>(
      'SELECT uses_left FROM share_links WHERE id = $1',
      [link.id],
    )
    expect(rows).toEqual([{ uses_left: 1 }])
    expect((await redeem(link.token)).status).toBe(201)
  })

  it('listing shows no token, and only links that still work', async () => {
    const link = await makeLink({ role: 'viewer', uses: 3 })
    const gone = await makeLink({ role: 'viewer', uses: 1 })
    await house.call('DELETE', `/api/links/${gone.id}`, { as: rootToken })
    const answer = await house.call('GET', `/api/incidents/${incidentA}/links`, { as: rootToken })
    const ids = answer.body.map((one: { id: string }) => one.id)
    expect(ids).toContain(link.id)
    expect(ids).not.toContain(gone.id)
    expect(answer.text).not.toContain(link.token)
  })

  it('revoking one ends the visits of those who came in by it, and nobody else', async () => {
    const link = await makeLink({ role: 'viewer', uses: 5 })
    const guests = [cookieOf(await redeem(link.token)), cookieOf(await redeem(link.token))]
    const other = await house.person('guest', { incidentId: incidentA, role: 'viewer' })
    const answer = await house.call('DELETE', `/api/links/${link.id}`, { as: rootToken })
    expect(answer.body).toEqual({ ok: true, guests: 2 })
    for (const cookie of guests)
      expect((await house.call('GET', '/api/me', { cookie })).body.person).toBeNull()
    expect((await house.call('GET', '/api/me', { cookie: other })).body.person).not.toBeNull()
  })

  it('20 wrong tokens from an address are enough; a crowd with a good one is welcome', async () => {
    const fresh = await openHouse({ database: house.database, clock: house.clock })
    const ask = (token: string) => fresh.call('POST', '/api/links/redeem', { body: { token, name: 'Gus' } })
    const link = await makeLink({ role: 'viewer', uses: 60 })
    const crowd = await Promise.all(Array.from({ length: 50 }, () => ask(link.token)))
    expect(crowd.every((answer) => answer.status === 201)).toBe(true)
    const wrong: number[] = []
    const used = await makeLink({ role: 'viewer', uses: 1 })
    const late = await Promise.all(Array.from({ length: 30 }, () => ask(used.token)))
    expect(late.filter((answer) => answer.status === 404)).toHaveLength(29)
    // Looking is guessing too: both count against one address.
    const look = (token: string) => fresh.call('POST', '/api/links/look', { body: { token } })
    for (let n = 0; n < 22; n++) wrong.push((await (n % 2 === 0 ? ask : look)(`wrong-${n}`)).status)
    expect(wrong).toEqual([...Array(20).fill(404), 429, 429])
    expect((await ask(link.token)).body.error.code).toBe('too-fast')
    await fresh.close()
  })
})
