import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EmbeddedDatabase } from '../../../server/platform/embedded/open.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { commitMark, createPulse } from '../../../server/platform/pulse.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

/** A pulse over a mark that the test sets; an error is thrown instead of it. */
function pulseOver() {
  const state: { mark: string | Error } = { mark: '1' }
  const warnings: string[] = []
  const pulse = createPulse({
    mark: async () => {
      if (state.mark instanceof Error) throw state.mark
      return state.mark
    },
    logger: { ...createLogger('silent'), warn: (_fields, message) => warnings.push(message) },
  })
  return { state, pulse, warnings }
}

describe('who follows the pulse', () => {
  it('reads once at first, and then when the mark has moved', async () => {
    const { state, pulse } = pulseOver()
    let reads = 0
    pulse.follow('trouble', async () => void reads++)
    await pulse.beat()
    await pulse.beat()
    expect(reads).toBe(1)
    state.mark = '2'
    await pulse.beat()
    await pulse.beat()
    expect(reads).toBe(2)
    // Who comes later has read nothing yet.
    let late = 0
    const stop = pulse.follow('trouble', async () => void late++)
    await pulse.beat()
    expect([reads, late]).toEqual([2, 1])
    stop()
    state.mark = '3'
    await pulse.beat()
    expect([reads, late]).toEqual([3, 1])
  })

  it('is not held up by another that takes its time, which then reads what came meanwhile', async () => {
    const { state, pulse } = pulseOver()
    let quick = 0
    const slow: (() => void)[] = []
    pulse.follow('trouble', () => new Promise((resolve) => slow.push(resolve)))
    pulse.follow('trouble', async () => void quick++)
    const first = pulse.beat()
    await vi.waitFor(() => expect([slow.length, quick]).toEqual([1, 1]))
    state.mark = '2'
    const second = pulse.beat()
    await vi.waitFor(() => expect(quick).toBe(2))
    expect(slow).toHaveLength(1)
    slow[0]?.()
    await vi.waitFor(() => expect(slow).toHaveLength(2))
    slow[1]?.()
    await Promise.all([first, second])
    await pulse.beat()
    expect([slow.length, quick]).toEqual([2, 2])
  })

  it('reads again at the next beat when reading failed', async () => {
    const { pulse, warnings } = pulseOver()
    let reads = 0
    pulse.follow('this could not be read', async () => {
      if (++reads < 3) throw new Error('away')
    })
    for (let n = 0; n < 5; n++) await pulse.beat()
    expect(reads).toBe(3)
    expect(warnings).toEqual(['this could not be read', 'this could not be read'])
  })

  it('misses nothing of what was committed while the database did not answer', async () => {
    const { state, pulse, warnings } = pulseOver()
    let reads = 0
    pulse.follow('trouble', async () => void reads++)
    await pulse.beat()
    state.mark = new Error('away')
    await pulse.beat()
    expect([reads, warnings]).toEqual([1, ['the database could not be asked for news']])
    state.mark = '2'
    await pulse.beat()
    expect(reads).toBe(2)
  })
})

describe('the pulse on the embedded database', () => {
  let database: EmbeddedDatabase
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  it.each([
    ['asks it', () => commitMark(database)],
    ['counts what is written', () => async () => String(database.writes)],
  ])('that %s is silent while things are only read, and tells of every commit once', async (_name, mark) => {
    await database.query('DROP TABLE IF EXISTS news')
    await database.query('CREATE TABLE news (n bigint)')
    const pulse = createPulse({ mark: mark(), logger: createLogger('silent') })
    const counts: number[] = []
    const count = async () =>
      (await database.query<{ n: number }>('SELECT count(*) AS n FROM news'))[0]?.n ?? -1
    pulse.follow('trouble', async () => void counts.push(await count()))
    await pulse.beat()
    for (let n = 0; n < 3; n++) {
      await database.transaction((tx) => tx.query('SELECT n FROM news'))
      await pulse.beat()
    }
    expect(counts).toEqual([0])
    await database.query('INSERT INTO news VALUES (1)')
    for (let n = 0; n < 2; n++) await pulse.beat()
    await database.transaction((tx) => tx.query('INSERT INTO news VALUES (2)'))
    for (let n = 0; n < 2; n++) await pulse.beat()
    expect(counts).toEqual([0, 1, 2])
  })
})
