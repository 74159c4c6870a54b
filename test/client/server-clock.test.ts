import { describe, expect, it } from 'vitest'
import { ServerClock } from '../../client/net/server-clock.ts'

/** A machine whose server is `ahead` ms ahead; each question takes the next of `trips` (there, back). */
function machine(ahead: number, trips: [number, number][]) {
  const m = { monotonic: 1_000, wall: 500_000, ahead, trips }
  const clock = new ServerClock({ monotonic: () => m.monotonic, wall: () => m.wall })
  clock.askBy(async () => {
    const [there, back] = m.trips.shift() ?? [5, 5]
    m.monotonic += there
    m.wall += there
    const now = m.monotonic + m.ahead
    m.monotonic += back
    m.wall += back
    return now
  })
  return { m, clock }
}

describe('the server clock', () => {
  it('is the machine clock until measured', () => {
    const { m, clock } = machine(7_000, [])
    expect([clock.now(), clock.measured]).toEqual([m.wall, false])
  })

  it('tells whole milliseconds, whatever the machine counts in', async () => {
    const { m, clock } = machine(7_000.4, [])
    m.monotonic = 1_000.7
    await clock.measure()
    expect(Number.isInteger(clock.now())).toBe(true)
  })

  it('lets the shortest of several round trips win', async () => {
    const { m, clock } = machine(7_000, [
      [300, 10],
      [4, 4],
      [10, 200],
      [90, 10],
      [20, 60],
    ])
    await clock.measure()
    expect(clock.now() - m.monotonic).toBe(7_000)
    expect(clock.errorMs).toBe(4)
  })

  it('keeps the sharper offset when a slow measurement says nothing new', async () => {
    const { m, clock } = machine(7_000, [])
    await clock.measure()
    m.trips = Array.from({ length: 5 }, (): [number, number] => [400, 20])
    await clock.measure()
    expect(clock.now() - m.monotonic).toBe(7_000)
  })

  it('follows a jump of the server at once and tells those who draw', async () => {
    const { m, clock } = machine(7_000, [])
    await clock.measure()
    let told = 0
    clock.onChange(() => {
      told += 1
    })
    m.ahead += 1_800_000
    await clock.measure({ jumped: true })
    expect([clock.now() - m.monotonic, told]).toEqual([1_807_000, 1])
  })

  it('measures again after sleep, which the monotonic clock did not see', async () => {
    const { m, clock } = machine(7_000, [])
    await clock.measure()
    m.wall += 60_000
    m.ahead += 60_000
    const changed = new Promise<void>((resolve) => clock.onChange(resolve))
    clock.noticeSleep()
    await changed
    expect(clock.now() - m.monotonic).toBe(67_000)
  })

  it('counts the sleep by the wall clock while nobody answers: what is made offline has its time', async () => {
    const { m, clock } = machine(7_000, [])
    await clock.measure()
    clock.askBy(() => Promise.reject(new Error('cut off')))
    m.wall += 60_000
    clock.noticeSleep()
    await clock.measure()
    expect(clock.now() - m.monotonic).toBe(67_000)
  })

  it('keeps the old offset when nobody answers', async () => {
    const { m, clock } = machine(7_000, [])
    await clock.measure()
    clock.askBy(() => Promise.reject(new Error('cut off')))
    await clock.measure({ jumped: true })
    expect(clock.now() - m.monotonic).toBe(7_000)
  })
})
