import { createClient } from 'redis'
import { describe, expect, it, vi } from 'vitest'
import type { Hint } from '../../../server/platform/bus.ts'
import { openRedisBus } from '../../../server/platform/bus-redis.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { busContract } from '../../contract/bus-contract.ts'
import { testRedisUrl } from '../../helpers/databases.ts'
import { wireTo } from '../../helpers/redis-wire.ts'

const logger = createLogger('silent')
const url = testRedisUrl ?? ''
const patience = { timeout: 8_000 }

describe.skipIf(testRedisUrl === undefined)('Redis', () => {
  busContract('the Redis bus', () => openRedisBus({ url, logger }))

  async function pair(address = url) {
    const buses = [await openRedisBus({ url, logger }), await openRedisBus({ url: address, logger })] as const
    await vi.waitFor(() => expect(buses.map((bus) => bus.connected())).toEqual([true, true]), patience)
    const heard: Hint[] = []
    buses[1].subscribe('incident', (hint) => heard.push(hint))
    return { a: buses[0], b: buses[1], heard, close: () => Promise.all(buses.map((bus) => bus.close())) }
  }

  it('carries hints to other nodes, each once', async () => {
    const { a, b, heard, close } = await pair()
    const own: Hint[] = []
    a.subscribe('incident', (hint) => own.push(hint))
    for (let seq = 1; seq <= 100; seq++) a.publish({ topic: 'incident', id: 'x', seq })
    b.publish({ topic: 'incident', id: 'y', seq: 1 })
    await vi.waitFor(() => expect([heard.length, own.length]).toEqual([101, 101]), patience)
    expect(heard.filter((hint) => hint.id === 'x').map((hint) => hint.seq)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    await close()
  })

  it('ignores what is forged or broken on its channel', async () => {
    const { a, heard, close } = await pair()
    const stranger = createClient({ url })
    await stranger.connect()
    const packets = [
      'not json',
      'null',
      '[]',
      '{}',
      '{"topic":"nothing","id":"x","seq":1}',
      '{"topic":"toString","id":"x","seq":1}',
      '{"topic":"incident","id":7,"seq":1}',
      '{"topic":"incident","id":"x","seq":-1}',
      '{"topic":"incident","id":"x","seq":1.5}',
      '{"topic":"incident","id":"x","seq":"1"}',
      JSON.stringify({ topic: 'incident', id: 'x'.repeat(5_000), seq: 1 }),
    ]
    for (const packet of packets) await stranger.publish('muster', packet)
    await stranger.publish('muster', '{"topic":"incident","id":"well-formed","seq":9,"more":1}')
    await stranger.close()
    a.publish({ topic: 'incident', id: 'last', seq: 1 })
    await vi.waitFor(() => expect(heard.at(-1)?.id).toBe('last'), patience)
    expect(heard).toEqual([
      { topic: 'incident', id: 'well-formed', seq: 9 },
      { topic: 'incident', id: 'last', seq: 1 },
    ])
    await close()
  })

  it('drops hints while Redis is away, serves its own node, and comes back by itself', async () => {
    const line = await wireTo(url)
    const { a, b, heard, close } = await pair(line.url)
    line.cut()
    await vi.waitFor(() => expect(b.connected()).toBe(false), patience)
    a.publish({ topic: 'incident', id: 'lost', seq: 1 })
    b.publish({ topic: 'incident', id: 'own', seq: 1 })
    await vi.waitFor(() => expect(heard.map((hint) => hint.id)).toEqual(['own']), patience)
    line.mend()
    await vi.waitFor(() => expect(b.connected()).toBe(true), patience)
    a.publish({ topic: 'incident', id: 'back', seq: 2 })
    await vi.waitFor(() => expect(heard.map((hint) => hint.id)).toEqual(['own', 'back']), patience)
    await close()
    line.close()
  })

  it('notices a Redis that is frozen, and does not wait for it', async () => {
    const line = await wireTo(url)
    const { b, heard, close } = await pair(line.url)
    line.hold()
    const before = performance.now()
    for (let seq = 1; seq <= 3_000; seq++) b.publish({ topic: 'incident', id: 'x', seq })
    expect(performance.now() - before).toBeLessThan(1_000)
    await vi.waitFor(() => expect(heard.length).toBe(3_000), patience)
    await vi.waitFor(() => expect(b.connected()).toBe(false), patience)
    await close()
    line.close()
  })

  it.each([
    ['refused', '-LOADING Redis is loading the dataset in memory\r\n'],
    ['broken off', 'cut'],
  ])('subscribes again when its first subscription was %s', async (_how, answer) => {
    const line = await wireTo(url)
    let times = 0
    line.answering((request) => (/\bSUBSCRIBE\b/i.test(request) && times++ === 0 ? answer : undefined))
    const { a, heard, close } = await pair(line.url)
    expect(times).toBe(2)
    a.publish({ topic: 'incident', id: 'x', seq: 1 })
    await vi.waitFor(() => expect(heard).toHaveLength(1), patience)
    await close()
    line.close()
  })

  it('opens without Redis', async () => {
    const bus = await openRedisBus({ url: 'redis://127.0.0.1:1', logger })
    expect(bus.connected()).toBe(false)
    bus.publish({ topic: 'clock', id: 'x', seq: 0 })
    await bus.close()
  })
})
