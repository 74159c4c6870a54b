import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bus } from '../../../server/platform/bus.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import type { Queryable, SqlValue } from '../../../server/platform/database.ts'
import { openClock, type SystemClock } from '../../../server/platform/system-clock.ts'

const START = 1_795_000_000_000

/** Time that passes only when told, for the process, its timers and the database alike. */
class World implements Queryable {
  mono = 5_000
  databaseTime = START
  offset: number | undefined
  /** How long an answer takes, one after the other; then none. */
  delays: number[] = []
  down = false

  async query<Row extends object>(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    if (this.down) throw new Error('down')
    const half = (this.delays.shift() ?? 0) / 2
    this.mono += half
    this.databaseTime += half
    const rows = this.answer(sql, params)
    this.mono += half
    this.databaseTime += half
    return rows as Row[]
  }

  /** Lets `ms` pass; the database's time may run differently. */
  async pass(ms: number, databaseMs = ms): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      const step = Math.min(left, 100)
      this.mono += step
      this.databaseTime += (step * databaseMs) / ms
      await vi.advanceTimersByTimeAsync(step)
    }
  }

  private answer(sql: string, params: readonly SqlValue[]): object[] {
    if (sql.includes('clock_timestamp')) return [{ ms: Math.floor(this.databaseTime) }]
    if (sql.startsWith('INSERT')) this.offset = (this.offset ?? 0) + Number(params[0])
    return this.offset === undefined ? [] : [{ value: String(this.offset) }]
  }
}

describe('the system clock', () => {
  let world: World
  let bus: Bus
  const clocks: SystemClock[] = []

  beforeEach(() => {
    vi.useFakeTimers()
    world = new World()
    bus = createMemoryBus()
  })
  afterEach(() => {
    for (const clock of clocks.splice(0)) clock.close()
    vi.useRealTimers()
  })

  const open = async (testClock = false, onBus = bus) => {
    const clock = await openClock({ database: world, bus: onBus, testClock, monotonic: () => world.mono })
    clocks.push(clock)
    return clock
  }

  it('tells the database’s time, whatever this machine believes, and runs on', async () => {
    const clock = await open()
    expect(clock.now()).toBe(START)
    await world.pass(1_234)
    expect(clock.now()).toBe(START + 1_234)
  })

  it('trusts the quickest of several answers', async () => {
    const skewed = new World()
    skewed.delays = [400, 300, 2, 500, 600]
    // An answer whose two ways differ in length is wrong by up to half of it; only the quick one is not.
    const query = skewed.query.bind(skewed)
    skewed.query = async <Row extends object>(sql: string, params?: readonly SqlValue[]) => {
      const slow = (skewed.delays[0] ?? 0) > 10
      const rows = await query<Row>(sql, params)
      if (slow) return rows.map((row) => ({ ...row, ms: Number(Reflect.get(row, 'ms')) + 140 }))
      return rows
    }
    const clock = await openClock({ database: skewed, bus, testClock: false, monotonic: () => skewed.mono })
    clocks.push(clock)
    expect(Math.abs(clock.now() - skewed.databaseTime)).toBeLessThanOrEqual(2)
  })

  it('never steps back when the database turns out to be behind; it makes it up bit by bit', async () => {
    const clock = await open()
    await world.pass(10_000)
    world.databaseTime -= 500
    let last = clock.now()
    for (let i = 0; i < 600; i++) {
      await world.pass(100)
      const now = clock.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    expect(Math.abs(last - world.databaseTime)).toBeLessThanOrEqual(2)
  })

  it('follows a database that is a little ahead bit by bit, without leaping', async () => {
    const clock = await open()
    await world.pass(29_000)
    world.databaseTime += 400
    let last = clock.now()
    for (let i = 0; i < 300; i++) {
      await world.pass(100)
      const now = clock.now()
      expect(now - last).toBeLessThanOrEqual(106)
      last = now
    }
    expect(Math.abs(last - world.databaseTime)).toBeLessThanOrEqual(2)
  })

  it('leaps forward after a suspension, and wakes what fell due in it', async () => {
    const clock = await open()
    let woken = 0
    clock.wakeAt(START + 3_600_000, () => woken++)
    world.databaseTime += 3_600_000
    await world.pass(31_000)
    expect(clock.now()).toBe(Math.floor(world.databaseTime))
    expect(woken).toBe(1)
  })

  it('runs on while the database is away', async () => {
    const clock = await open()
    world.down = true
    await world.pass(90_000)
    expect(clock.now()).toBe(START + 90_000)
  })

  it('wakes on time, in order, once, and not what was cancelled', async () => {
    const clock = await open()
    const log: string[] = []
    const wake = (name: string, at: number) =>
      clock.wakeAt(START + at, () => log.push(`${name}@${clock.now() - START}`))
    wake('second', 2_000)
    wake('first', 1_000)
    wake('cancelled', 1_500)()
    wake('due', -5)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(0)
    await world.pass(5_000)
    expect(log).toEqual(['due@0', 'first@1000', 'second@2000'])
  })

  it('does not wake early for a time beyond 2^31 ms', async () => {
    const clock = await open(true)
    let woken = 0
    const at = START + 2 ** 31 + 5_000
    clock.wakeAt(at, () => woken++)
    await world.pass(120_000)
    expect(woken).toBe(0)
    await clock.advance(2 ** 31 - 120_000)
    expect(woken).toBe(0)
    await world.pass(5_000)
    expect(woken).toBe(1)
  })

  it('goes on waking after a wake that throws', async () => {
    const clock = await open()
    const log: string[] = []
    clock.wakeAt(START + 10, () => {
      throw new Error('wake')
    })
    clock.wakeAt(START + 10, () => log.push('next'))
    await world.pass(100)
    expect(log).toEqual(['next'])
  })

  describe('as a test clock', () => {
    it('jumps, keeps running, and wakes what fell due', async () => {
      const clock = await open(true)
      let woken = 0
      clock.wakeAt(START + 1_800_000, () => woken++)
      expect(await clock.advance(1_800_000)).toBe(START + 1_800_000)
      expect(woken).toBe(1)
      await world.pass(1_000)
      expect(clock.now()).toBe(START + 1_801_000)
      expect(world.offset).toBe(1_800_000)
    })

    it('adds up, is found again after a restart, and refuses to go back', async () => {
      const clock = await open(true)
      await clock.advance(1_000)
      await clock.advance(500)
      expect((await open(true)).now()).toBe(START + 1_500)
      await expect(clock.advance(-1)).rejects.toThrow(/never back/)
      await expect(clock.advance(0.5)).rejects.toThrow(/whole/)
      expect(world.offset).toBe(1_500)
    })

    it('is followed by other nodes at once by a hint, and within a second without', async () => {
      const first = await open(true)
      const hinted = await open(true)
      const alone = await open(true, createMemoryBus())
      await first.advance(60_000)
      await vi.advanceTimersByTimeAsync(0)
      expect(hinted.now()).toBe(START + 60_000)
      expect(alone.now()).toBe(START)
      await world.pass(1_000)
      expect(alone.now()).toBe(START + 61_000)
    })

    it('is nothing to a server that does not ask for it', async () => {
      world.offset = 99_000
      const clock = await open(false)
      expect(clock.now()).toBe(START)
      await expect(clock.advance(1)).rejects.toThrow(/off/)
      expect(world.offset).toBe(99_000)
    })
  })
})
