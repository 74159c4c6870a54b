import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createIncidentStore } from '../../../server/incidents/incident-store.ts'
import type { Database } from '../../../server/platform/database.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { createHandlerBench } from '../../helpers/incidents.ts'

const minute = 60_000
let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

it('an incident that adopts a version wakes by it, on this node and on the next', async () => {
  const bench = await createHandlerBench(database)
  const { clock, playbooks } = bench
  const id = await bench.declare('freeagentics', 'SEV-3')
  const declared = clock.now()
  const before = await bench.store.load(id)
  expect(before?.nextDueAt).toBe(declared + 5 * minute)

  const source = readFileSync('shared/playbooks/freeagentics.yaml', 'utf8').replace(
    'target: 5m',
    'target: 3m',
  )
  const [published] = await playbooks.publishShipped([{ name: 'freeagentics.yaml', text: source }], declared)
  // Published is not adopted: the room runs by its own version.
  expect((await bench.store.load(id))?.playbook.version).toBe(1)
  expect(await bench.act(id, 'maya', 'playbook.adopt', { hash: '0'.repeat(64) })).toMatchObject({
    ok: false,
    error: { code: 'not-found' },
  })

  expect(await bench.act(id, 'maya', 'playbook.adopt', { hash: published?.hash })).toMatchObject({ ok: true })
  // The very next command is judged by it, in the same process and in another.
  const elsewhere = createIncidentStore(database, bench.log, (hash) => playbooks.byHash(hash))
  for (const store of [bench.store, elsewhere]) {
    const after = await store.load(id)
    expect(after?.playbook.version).toBe(2)
    expect(after?.nextDueAt).toBe(declared + 3 * minute)
  }
  expect((await bench.events(id)).at(-1)).toMatchObject({
    type: 'playbook.adopted',
    data: { count: 1, told: ['Clocks, Acknowledge, target: 5 min → 3 min'] },
  })
})

it('commands that wait for the same commit are decided by the version the one before them adopted', async () => {
  const bench = await createHandlerBench(database)
  const id = await bench.declare('agent-network', 'P1')
  const source = readFileSync('shared/playbooks/agent-network.yaml', 'utf8').replace(
    '  - {id: severe,',
    '  - {id: at_night, question: Is it night?}\n  - {id: severe,',
  )
  const [published] = await bench.playbooks.publishShipped([{ name: 'agent-network.yaml', text: source }], 1)
  const answers = await Promise.all([
    bench.act(id, 'maya', 'flag.set', { flag: 'at_night', value: 'yes' }),
    bench.act(id, 'maya', 'playbook.adopt', { hash: published?.hash }),
    bench.act(id, 'maya', 'flag.set', { flag: 'at_night', value: 'yes' }),
  ])
  expect(answers.map((answer) => answer.ok)).toEqual([false, true, true])
})
