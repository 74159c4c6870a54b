import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startServer } from '../helpers/server.ts'

describe('the built server', () => {
  it('starts in a folder that was not there, its owner’s alone; keeps its data over a kill, and ends on request', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'muster-new-'))
    const dataDir = join(parent, 'new', 'folder')
    const server = await startServer({ dataDir })
    const modeOf = async (path: string) => (await stat(join(dataDir, path))).mode & 0o777
    expect(await modeOf('.')).toBe(0o700)
    expect(await modeOf('database')).toBe(0o700)
    expect(await modeOf('lock')).toBe(0o600)
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
    await rm(parent, { recursive: true })
    expect(server.stderr() + server.stdout()).not.toContain(server.rootToken)
  }, 120_000)

  it('is what npm start runs, in the same process, with its pages', async () => {
    const server = await startServer({ entry: 'scripts/start.mjs', env: { MUSTER_ROOT_TOKEN: '' } })
    const page = await fetch(`${server.url}/`)
    expect(page.headers.get('Content-Type')).toContain('text/html')
    const script = (await page.text()).match(/src="(\/assets\/[^"]+\.js)"/)?.[1] ?? ''
    expect((await fetch(server.url + script)).headers.get('Content-Type')).toContain('javascript')
    const wall = await (await fetch(`${server.url}/wall`)).text()
    expect(wall).toContain('<title>Muster wall</title>')
    expect(await server.kill('SIGINT')).toBe(0)
    await server.stop()
  }, 120_000)
})
