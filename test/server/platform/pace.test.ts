import { describe, expect, it } from 'vitest'
import { createPace, createPaces } from '../../../server/platform/pace.ts'

describe('the pace of one sender', () => {
  it('allows a burst, then so many a second, and says how long to wait', () => {
    const pace = createPace(3, 10)
    const took = [0, 0, 0, 0].map((at) => pace.allows(at))
    expect(took).toEqual([true, true, true, false])
    expect(pace.waitMs(0)).toBe(100)
    expect(pace.waitMs(60)).toBe(40)
    expect(pace.allows(99)).toBe(false)
    expect(pace.allows(101)).toBe(true)
    expect(pace.waitMs(10_000)).toBe(0)
    expect([1, 2, 3, 4].map(() => pace.allows(10_000))).toEqual([true, true, true, false])
  })

  it('is one for each key, and the one unused longest is forgotten', () => {
    const paceOf = createPaces(() => createPace(1, 1), 2)
    expect(paceOf('a').allows(0)).toBe(true)
    expect(paceOf('b').allows(0)).toBe(true)
    expect(paceOf('a').allows(0)).toBe(false)
    expect(paceOf('c').allows(0)).toBe(true)
    expect(paceOf('a').allows(0)).toBe(false)
    expect(paceOf('b').allows(0)).toBe(true)
  })
})
