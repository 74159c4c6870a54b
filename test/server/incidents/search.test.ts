import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchEntries } from '../../../server/incidents/search.ts'
import type { Database } from '../../../server/platform/database.ts'
import type { RowQuery } from '../../../shared/incident/row-query.ts'
import { timeline } from '../../../shared/incident/timeline.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { createHandlerBench, type HandlerBench, testStart } from '../../helpers/incidents.ts'

let database: Database
let bench: HandlerBench
let id: string

/** Who is called what, as people are found by their names too. */
const names = async (ids: readonly string[]) => new Map(ids.map((one) => [one, { name: `Name of ${one}` }]))

const search = async (query: RowQuery, before: number | null = null, limit = 100) => {
  const found = await searchEntries({ store: bench.store, log: bench.log, names }, id, query, before, limit)
  if (found === null) throw new Error('no incident')
  return found
}
const texts = async (query: RowQuery) =>
  timeline((await search(query)).entries).map((row) => (row.kind === 'system' ? row.event.type : row.text))

const act = async (who: string, type: Parameters<HandlerBench['act']>[2], data: unknown) => {
  const answer = await bench.act(id, who, type, data)
  if (!answer.ok) throw new Error(answer.error.message)
  return answer.seq
}

beforeAll(async () => {
  database = await openTestDatabase()
  bench = await createHandlerBench(database)
  id = await bench.declare('freeagentics', 'SEV-1')
  const misspelt = await act('maya', 'chat.send', { text: 'Redsi is full' })
  const secret = await act('maya', 'chat.send', { text: 'the pass phrase is swordfish' })
  const finding = await act('tomas', 'entry.add', { kind: 'finding', text: 'Locks have no expiry' })
  await act('lena', 'entry.add-thread', {
    kind: 'event',
    lines: [
      { text: 'Users see a blank page', occurredAt: testStart - 60_000, saidBy: { name: 'Sam Support' } },
    ],
  })
  for (let n = 0; n < 450; n++) await act('ravi', 'chat.send', { text: `chatter ${n}` })
  await act('maya', 'chat.edit', { ref: misspelt, text: 'Redis is full' })
  await act('maya', 'chat.delete', { ref: secret })
  await act('tomas', 'entry.amend', { ref: finding, text: 'Lock keys have no expiry' })
  await act('lena', 'entry.pin', { ref: misspelt, kind: 'finding', edit: undefined })
})
afterAll(async () => {
  await database.close()
})

describe('looking through a log', () => {
  it('finds what a message says now, and not what it said', async () => {
    expect(await texts({ kind: 'chat', text: 'redis' })).toContain('Redis is full')
    expect(await texts({ kind: 'chat', text: 'redsi' })).toEqual([])
    expect(await texts({ kind: 'all', text: 'swordfish' })).toEqual([])
  })

  it('finds an entry by every version, by its author and by whom it quotes', async () => {
    expect(await texts({ kind: 'finding', text: 'locks expiry' })).toEqual(['Lock keys have no expiry'])
    expect(await texts({ kind: 'record', text: 'name of tomas' })).toContain('Lock keys have no expiry')
    expect(await texts({ kind: 'all', text: 'sam support' })).toEqual(['Users see a blank page'])
  })

  it('finds by person, kind and time', async () => {
    expect(await texts({ kind: 'record', person: 'tomas' })).toEqual(['Lock keys have no expiry'])
    expect(await texts({ kind: 'event', to: testStart })).toEqual(['Users see a blank page'])
    expect(await texts({ kind: 'turns', from: testStart })).toEqual(['escalation.stepped'])
    expect(await texts({ kind: 'turns', from: testStart + 1 })).toEqual([])
  })

  it('gives long answers in pages without a gap', async () => {
    const first = await search({ kind: 'chat', person: 'ravi' }, null, 100)
    expect(first.entries).toHaveLength(100)
    const all = [...first.entries]
    for (let next = first.next; next !== null; ) {
      const page = await search({ kind: 'chat', person: 'ravi' }, next, 100)
      all.unshift(...page.entries)
      next = page.next
    }
    expect(all.map((e) => (e.type === 'chat.sent' ? e.data.text : e.type))).toEqual(
      Array.from({ length: 450 }, (_, n) => `chatter ${n}`),
    )
  })

  it('goes on where an answer ended, and reads nothing again that lies behind it', async () => {
    const first = await search({ kind: 'chat', person: 'ravi' }, null, 100)
    const next = first.next ?? 0
    const asked: (number | null)[] = []
    const log: HandlerBench['log'] = {
      ...bench.log,
      entriesBefore: (incident, before, limit) => {
        asked.push(before)
        return bench.log.entriesBefore(incident, before, limit)
      },
    }
    const found = await searchEntries(
      { store: bench.store, log, names },
      id,
      { kind: 'chat', text: 'redis' },
      next,
      9,
    )
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.every((before) => before !== null && before <= next)).toBe(true)
    // What was done to a message later is told, wherever the search began.
    expect(found?.entries.map((e) => e.type)).toEqual(['chat.sent', 'chat.edited', 'entry.pinned'])
  })

  it('knows no incident that is not there', async () => {
    expect(
      await searchEntries({ store: bench.store, log: bench.log, names }, 'nowhere', { kind: 'all' }, null, 9),
    ).toBeNull()
  })
})
