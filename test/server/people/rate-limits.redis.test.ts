import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createRateLimits, type RateLimits } from '../../../server/people/rate-limits.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { testRedisUrl } from '../../helpers/databases.ts'
import { wireTo } from '../../helpers/redis-wire.ts'

const logger = createLogger('silent')
const tooFast = { error: { code: 'too-fast' } }

describe.skipIf(testRedisUrl === undefined)('failed tries counted in Redis', () => {
  const redis = createClient({ url: testRedisUrl ?? '' })
  const nodes: RateLimits[] = []
  const key = `account:${process.pid}-${Math.random()}`

  beforeAll(async () => {
    await redis.connect()
    for (let n = 0; n < 2; n++)
      nodes.push(createRateLimits({ redisUrl: testRedisUrl ?? '', logger, tries: 4 }))
  })
  afterAll(async () => {
    for (const node of nodes) node.close()
    redis.destroy()
  })

  it('are shared by the nodes, given back after a success, and hold neither names nor addresses', async () => {
    const [one, other] = nodes
    if (one === undefined || other === undefined) throw new Error('no nodes')
    // Until a node is connected it counts for itself.
    let round = 0
    await vi.waitFor(async () => {
      const probe = `probe:${round++}:${key}`
      await one.fail('redeem', probe)
      for (let n = 0; n < 4; n++) await other.fail('redeem', probe)
      await expect(one.check('redeem', probe)).rejects.toMatchObject(tooFast)
    })

    for (let n = 0; n < 3; n++) await one.take('sign-in', key)
    await other.take('sign-in', key)
    await expect(one.take('sign-in', key)).rejects.toMatchObject(tooFast)
    await expect(other.check('sign-in', key)).rejects.toMatchObject(tooFast)
    await one.giveBack('sign-in', key)
    await one.giveBack('sign-in', key)
    await expect(other.check('sign-in', key)).resolves.toBeUndefined()
    await expect(other.check('redeem', key)).resolves.toBeUndefined()
    const keys = await redis.keys('muster:tries*')
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.join()).not.toContain(key)
  })

  it('go on here when Redis is frozen, after one short wait', async () => {
    const line = await wireTo(testRedisUrl ?? '')
    const node = createRateLimits({ redisUrl: line.url, logger, tries: 2 })
    const reached = vi.fn()
    line.answering((request) => {
      if (request.includes('muster:tries')) reached()
      return undefined
    })
    await vi.waitFor(async () => {
      await node.check('redeem', key)
      expect(reached).toHaveBeenCalled()
    })
    line.hold()
    const from = performance.now()
    for (let n = 0; n < 2; n++) await node.take('redeem', `frozen:${key}`)
    await expect(node.take('redeem', `frozen:${key}`)).rejects.toMatchObject(tooFast)
    expect(performance.now() - from).toBeLessThan(1_500)
    node.close()
    line.close()
  })

  it('go on here when Redis is away', async () => {
    const alone = createRateLimits({ redisUrl: 'redis://127.0.0.1:1', logger, tries: 2 })
    await alone.take('sign-in', key)
    await alone.take('sign-in', key)
    await expect(alone.take('sign-in', key)).rejects.toMatchObject(tooFast)
    alone.close()
  })
})
