import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../server/platform/logger.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { createLoop } from '../../../server/platform/run-loop.ts'

const logger = createLogger('silent')

/** Rounds that end when told. */
function rounds() {
  const open: { end: () => void; fail: () => void }[] = []
  let begun = 0
  return {
    run: () =>
      new Promise<void>((resolve, reject) => {
        begun++
        open.push({ end: resolve, fail: () => reject(new Error('round')) })
      }),
    begun: () => begun,
    finish: async (how: 'end' | 'fail' = 'end') => {
      open.shift()?.[how]()
      // What follows a round is decided a few microtasks later.
      for (let i = 0; i < 5; i++) await Promise.resolve()
    },
  }
}

function bench(random = 1) {
  const clock = createManualClock(0)
  const work = rounds()
  const loop = createLoop({
    name: 'test',
    logger,
    clock,
    everyMs: 1_000,
    run: work.run,
    random: () => random,
  })
  return { clock, work, loop }
}

describe('the run-loop', () => {
  it('runs at once, then a time after each end', async () => {
    const { clock, work, loop } = bench()
    expect(work.begun()).toBe(0)
    loop.start()
    loop.start()
    expect(work.begun()).toBe(1)
    clock.advance(5_000)
    expect(work.begun()).toBe(1)
    await work.finish()
    clock.advance(999)
    expect(work.begun()).toBe(1)
    clock.advance(1)
    expect(work.begun()).toBe(2)
  })

  it('runs at once when poked, and once more when poked while running', async () => {
    const { clock, work, loop } = bench()
    loop.start()
    await work.finish()
    loop.poke()
    expect(work.begun()).toBe(2)
    loop.poke()
    loop.poke()
    expect(work.begun()).toBe(2)
    await work.finish()
    expect(work.begun()).toBe(3)
    await work.finish()
    expect(work.begun()).toBe(3)
    clock.advance(1_000)
    expect(work.begun()).toBe(4)
  })

  it('waits longer after each failure, whatever pokes it, and as usual after a success', async () => {
    const { clock, work, loop } = bench()
    loop.start()
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      await work.finish('fail')
      const before = work.begun()
      const from = clock.now()
      loop.poke()
      while (work.begun() === before) clock.advance(1)
      waits.push(clock.now() - from)
    }
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000])
    await work.finish()
    const before = work.begun()
    clock.advance(999)
    expect(work.begun()).toBe(before)
    clock.advance(1)
    expect(work.begun()).toBe(before + 1)
  })

  it('spreads the waits by chance', async () => {
    const { clock, work, loop } = bench(0)
    loop.start()
    await work.finish('fail')
    clock.advance(49)
    expect(work.begun()).toBe(1)
    clock.advance(1)
    expect(work.begun()).toBe(2)
  })

  it('takes a throw before the first await for a failure', async () => {
    const clock = createManualClock(0)
    let begun = 0
    const run = () => {
      begun++
      throw new Error('at once')
    }
    const loop = createLoop({ name: 'test', logger, clock, everyMs: 10, run })
    loop.start()
    await Promise.resolve()
    clock.advance(100)
    expect(begun).toBe(2)
    await loop.stop()
  })

  it('stops after the round that is running, and stays stopped', async () => {
    const { clock, work, loop } = bench()
    loop.start()
    let stopped = false
    const stopping = loop.stop().then(() => {
      stopped = true
    })
    await Promise.resolve()
    expect(stopped).toBe(false)
    await work.finish()
    await stopping
    loop.poke()
    loop.start()
    clock.advance(10_000)
    expect(work.begun()).toBe(1)
  })

  it('runs by real time without a clock', async () => {
    let begun = 0
    await new Promise<void>((resolve) => {
      const loop = createLoop({
        name: 'test',
        logger,
        everyMs: 1,
        run: async () => {
          if (++begun === 3) resolve(loop.stop())
        },
      })
      loop.start()
    }).catch(() => undefined)
    expect(begun).toBe(3)
  })
})
