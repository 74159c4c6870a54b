import { describe, expect, it } from 'vitest'
import { presenceSlots } from '../../../client/components/room/presence-slots.ts'

describe('the row of those who are here', () => {
  it('keeps everybody’s place while one between them leaves, and gives the gap to the next who comes', () => {
    const all = presenceSlots([], ['a', 'b', 'c'], 5)
    expect(all).toEqual(['a', 'b', 'c'])
    const without = presenceSlots(all, ['a', 'c'], 5)
    expect(without).toEqual(['a', null, 'c'])
    expect(presenceSlots(without, ['a', 'c', 'd'], 5)).toEqual(['a', 'd', 'c'])
  })

  it('ends with somebody: a gap at its end is none', () => {
    expect(presenceSlots(['a', null, 'c'], ['a'], 5)).toEqual(['a'])
    expect(presenceSlots(['a'], [], 5)).toEqual([])
  })

  it('shows so many, and who found no place has the next gap', () => {
    const full = presenceSlots([], ['a', 'b', 'c'], 2)
    expect(full).toEqual(['a', 'b'])
    expect(presenceSlots(full, ['b', 'c'], 2)).toEqual(['c', 'b'])
  })
})
