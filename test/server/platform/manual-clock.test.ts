import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../../server/platform/manual-clock.ts'

describe('the manual clock', () => {
  it('stands still until it is moved, and never goes back', () => {
    const clock = createManualClock(1_000)
    expect(clock.now()).toBe(1_000)
    clock.advance(5)
    expect(clock.now()).toBe(1_005)
    expect(() => clock.set(1_004)).toThrow(/does not go back/)
    expect(clock.now()).toBe(1_005)
  })

  it('wakes in order of time, then of asking, each at its own time, also those asked for on the way', () => {
    const clock = createManualClock(0)
    const log: string[] = []
    const wake = (name: string, at: number) => clock.wakeAt(at, () => log.push(`${name}@${clock.now()}`))
    wake('late', 300)
    wake('first', 100)
    wake('second', 100)
    clock.wakeAt(150, () => {
      log.push(`asks@${clock.now()}`)
      wake('on the way', 200)
      wake('too far', 400)
    })
    clock.set(350)
    expect(log).toEqual(['first@100', 'second@100', 'asks@150', 'on the way@200', 'late@300'])
    expect(clock.now()).toBe(350)
    clock.advance(50)
    expect(log.at(-1)).toBe('too far@400')
  })

  it('does not wake what was cancelled, and wakes once', () => {
    const clock = createManualClock(0)
    const log: string[] = []
    const cancel = clock.wakeAt(10, () => log.push('cancelled'))
    clock.wakeAt(10, () => log.push('woken'))
    cancel()
    cancel()
    clock.set(10)
    clock.set(20)
    expect(log).toEqual(['woken'])
  })

  it('wakes what is due already, after the call', async () => {
    const clock = createManualClock(100)
    const log: string[] = []
    clock.wakeAt(50, () => log.push('due'))
    expect(log).toEqual([])
    await Promise.resolve()
    expect(log).toEqual(['due'])
    expect(clock.now()).toBe(100)
  })

  it('reaches times beyond 2^31 ms', () => {
    const clock = createManualClock(0)
    let woken = 0
    clock.wakeAt(2 ** 33, () => woken++)
    clock.set(2 ** 33 - 1)
    expect(woken).toBe(0)
    clock.advance(1)
    expect(woken).toBe(1)
  })
})
