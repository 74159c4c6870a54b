import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Connection } from '../../../client/net/socket.ts'
import type { JoinAnswer } from '../../../shared/protocol/socket.ts'
import { aRoom } from '../../shared/incident/given-when-then.ts'

const room = aRoom()
const hash = 'c'.repeat(64)

/** A line that is live and answers one join; nothing of it leaves this process. */
class Line extends Connection {
  override get status() {
    return 'live' as const
  }
  override async joinIncident(): Promise<JoinAnswer> {
    const state = { ...room.state, playbook: { ...room.state.playbook, hash } }
    return { ok: true, seq: state.seq, hash: '', epoch: 1, schema: 1, state, entries: [], seen: null }
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  // What the compiler of the pages makes of these, without its drawing: values are held, nothing is derived.
  const held = (value: unknown) => value
  vi.stubGlobal('$state', Object.assign(held, { raw: held }))
  vi.stubGlobal('$derived', Object.assign(held, { by: () => null }))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('a room whose playbook does not load the first time asks again until it is there', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (path: string) => {
    if (!path.startsWith('/api/playbooks/')) return new Response('{"people":[]}', { status: 200 })
    asked.push(path)
    if (asked.length === 1) return new Response('<h1>Bad gateway</h1>', { status: 502 })
    if (asked.length === 2) throw new TypeError('the line is cut')
    return new Response(JSON.stringify(room.playbook), { status: 200 })
  })
  const { IncidentStore } = await import('../../../client/state/incident.svelte.ts')
  const store = new IncidentStore(
    'one',
    new Line(),
    () => null,
    () => null,
  )
  store.open()
  // It waits a second for the server's time, which nobody tells here.
  await vi.advanceTimersByTimeAsync(1_500)
  expect([asked.length, store.playbook]).toEqual([1, null])
  await vi.advanceTimersByTimeAsync(2_000)
  expect([asked.length, store.playbook]).toEqual([2, null])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toEqual(Array(3).fill(`/api/playbooks/${hash}`))
  expect(store.playbook).toEqual(room.playbook)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(3)
  store.close()
})
