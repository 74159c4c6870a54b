import { describe, expect, it, vi } from 'vitest'
import { createRedisRoster } from '../../../server/incidents/index.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { testRedisUrl } from '../../helpers/databases.ts'
import { wireTo } from '../../helpers/redis-wire.ts'

const url = testRedisUrl ?? ''
const patience = { timeout: 8_000 }

describe.skipIf(testRedisUrl === undefined)('the roster of several nodes', () => {
  it('knows who is on another node, and since when somebody is gone', async () => {
    const incident = `roster-${crypto.randomUUID()}`
    const now = () => 1_000_000
    const [a, b] = await Promise.all(
      ['a', 'b'].map((node) => createRedisRoster(url, node, now, createLogger('silent'))),
    )
    if (a === undefined || b === undefined) throw new Error('two nodes are needed')
    await vi.waitFor(async () => {
      a.enter(incident, 'maya', 's1')
      expect(await b.present(incident)).toEqual(['maya'])
      a.leave(incident, 'maya', 's1')
    }, patience)
    await vi.waitFor(async () => expect(await b.present(incident)).toEqual([]), patience)
    expect(await b.lastSeen(incident, ['maya', 'tomas'])).toEqual(new Map([['maya', now()]]))
    await Promise.all([a.close(), b.close()])
  })

  it('waits for a frozen Redis once, and then for a while not at all', async () => {
    const line = await wireTo(url)
    const incident = `roster-${crypto.randomUUID()}`
    const roster = await createRedisRoster(line.url, 'n', () => 5_000, createLogger('silent'))
    const reached = vi.fn()
    line.answering((request) => {
      if (/ZMSCORE|ZRANGE/i.test(request)) reached()
      return undefined
    })
    await vi.waitFor(async () => {
      await roster.lastSeen(incident, ['maya'])
      expect(reached).toHaveBeenCalled()
    }, patience)
    line.hold()
    let from = performance.now()
    // Not knowing unlocks nothing: who may be elsewhere counts as seen now.
    expect(await roster.lastSeen(incident, ['maya'])).toEqual(new Map([['maya', 5_000]]))
    expect(performance.now() - from).toBeLessThan(900)
    from = performance.now()
    expect(await roster.present(incident)).toEqual([])
    expect(await roster.lastSeen(incident, ['maya'])).toEqual(new Map([['maya', 5_000]]))
    expect(performance.now() - from).toBeLessThan(250)
    await roster.close()
    line.close()
  })
})
