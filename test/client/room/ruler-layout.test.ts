import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutRuler, rulerTicks, rulerWindowMs } from '../../../client/components/room/ruler-layout.ts'

const minute = 60_000
const mark = (id: string, minutes: number, width = 100) => ({ id, at: minutes * minute, width })

describe('the next 30 minutes', () => {
  it('puts marks by time from now at the left', () => {
    const { placed, dots } = layoutRuler([mark('b', 15), mark('a', 3)], 0, 900)
    expect(placed.map((p) => [p.mark.id, p.x, p.lane])).toEqual([
      ['a', 90, 0],
      ['b', 450, 0],
    ])
    expect(dots).toHaveLength(2)
  })

  it('uses the lower lane for a neighbour and counts what has no room', () => {
    const { placed } = layoutRuler([mark('a', 3), mark('b', 4), mark('c', 4.5)], 0, 900)
    expect(placed.map((p) => [p.mark.id, p.lane, p.more.map((m) => m.id)])).toEqual([
      ['a', 0, []],
      ['b', 1, ['c']],
    ])
  })

  it('turns a label to the left where the ruler ends', () => {
    const { placed } = layoutRuler([mark('a', 29)], 0, 900)
    expect(placed).toMatchObject([{ x: 870, lane: 0, flipped: true }])
  })

  it('lists what lies beyond, and forgets what has passed', () => {
    const layout = layoutRuler([mark('past', 1), mark('far', 45), mark('farther', 50)], 2 * minute, 900)
    expect(layout.placed).toEqual([])
    expect(layout.beyond.map((m) => m.id)).toEqual(['far', 'farther'])
  })

  it('never lets labels touch or a stem cross a label, and loses no mark', () => {
    const anyMark = fc.record({
      at: fc.integer({ min: 0, max: 2 * rulerWindowMs }),
      width: fc.integer({ min: 20, max: 260 }),
    })
    fc.assert(
      fc.property(fc.array(anyMark, { maxLength: 20 }), (some) => {
        const marks = some.map((m, i) => ({ ...m, id: String(i) }))
        const { placed, beyond } = layoutRuler(marks, 0, 900)
        const from = (p: (typeof placed)[number]) => (p.flipped ? p.x - p.mark.width : p.x)
        const to = (p: (typeof placed)[number]) => (p.flipped ? p.x : p.x + p.mark.width)
        for (const a of placed) {
          for (const b of placed) {
            if (a === b) continue
            if (a.lane === b.lane && from(a) <= from(b)) expect(from(b)).toBeGreaterThanOrEqual(to(a))
            if (a.lane === 1 && b.lane === 0) expect(b.x <= from(a) || b.x >= to(a)).toBe(true)
          }
        }
        const all = [...placed.flatMap((p) => [p.mark, ...p.more]), ...beyond]
        expect(all.map((m) => m.id).sort()).toEqual(marks.map((m) => m.id).sort())
      }),
    )
  })

  it('ticks on whole five minutes', () => {
    expect(rulerTicks(2 * minute).map((t) => t / minute)).toEqual([5, 10, 15, 20, 25, 30])
  })
})
