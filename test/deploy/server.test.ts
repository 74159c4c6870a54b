import { describe, expect, it } from 'vitest'
import { startServer } from '../helpers/server.ts'

describe('the built server', () => {
  it('starts on its own, keeps its data over a kill, and ends on request', async () => {
    const server = await startServer()
    const asked = (path: string, init: RequestInit = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: {
          Authorization: `Bearer ${server.rootToken}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': 'first-person-0001',
        },
      })
    const made = await asked('/api/people', {
      method: 'POST',
      body: JSON.stringify({ name: 'Ana', role: 'responder' }),
    })
    expect(made.status).toBe(201)
    const { id } = await made.json()
    await server.restart()
    const people = await (await asked('/api/people')).text()
    expect(people).toContain(id)
    expect(await server.stop()).toBe(0)
    expect(server.stderr() + server.stdout()).not.toContain(server.rootToken)
  }, 120_000)
})
