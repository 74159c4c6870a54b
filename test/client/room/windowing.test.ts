import { describe, expect, it } from 'vitest'
import type { SystemRow, TimelineItem } from '../../../client/components/room/timeline-items.ts'
import { grown, indexOfSeq, placesOf, rowAfter } from '../../../client/views/room/timeline/windowing.ts'
import type { TimelineRow } from '../../../shared/incident/timeline.ts'

const row = (seq: number): TimelineItem => ({ kind: 'row', key: `row-${seq}`, row: { seq } as TimelineRow })
const fold = (...seqs: number[]): TimelineItem => ({
  kind: 'fold',
  key: `fold-${seqs[0]}`,
  rows: seqs.map((seq) => ({ seq }) as SystemRow),
})
const day: TimelineItem = { kind: 'day', key: 'day', at: 0 }

describe('a list of which only a part is drawn', () => {
  it('knows when it grew or shrank above what is read', () => {
    expect(grown([row(5), row(6)], [row(3), row(5), row(6)], 0)).toBe('before')
    expect(grown([row(3), row(5), row(6)], [row(5), row(6)], 1)).toBe('before')
    expect(grown([row(5), row(6)], [row(5), row(6), row(7)], 1)).toBe('behind')
    expect(grown([], [row(5)], 0)).toBe('behind')
    expect(grown([row(5), row(6)], [row(5), row(6)], 1)).toBe('behind')
  })

  it('tells what is dated back above the row that is read from what comes below it', () => {
    const before = [row(1), row(2), row(3), row(4)]
    const after = [row(1), row(9), row(2), row(3), row(4)]
    expect(grown(before, after, 2)).toBe('before')
    expect(grown(before, after, 1)).toBe('before')
    expect(grown(before, after, 0)).toBe('behind')
    // An older page and a new row at once: what is read stands between them.
    expect(grown(before, [row(0), ...before, row(5)], 3)).toBe('before')
  })

  it('counts rows and nothing between them', () => {
    expect(placesOf([row(1), day, fold(2, 3, 4), row(5)])).toEqual([1, 1, 2, 3])
  })

  it('finds a row, also inside a fold', () => {
    const items = [row(1), day, fold(2, 3, 4), row(5)]
    expect(indexOfSeq(items, 3)).toBe(2)
    expect(indexOfSeq(items, 5)).toBe(3)
    expect(indexOfSeq(items, 9)).toBe(-1)
  })

  it('steps over what is no row, and to both ends', () => {
    const items = [day, row(1), day, row(2), day]
    expect(rowAfter(items, 1, 1)).toBe(3)
    expect(rowAfter(items, 3, -1)).toBe(1)
    expect(rowAfter(items, 3, 1)).toBeNull()
    expect(rowAfter(items, 3, -2)).toBe(1)
    expect(rowAfter(items, 1, 2)).toBe(3)
    expect(rowAfter([], -1, 2)).toBeNull()
  })
})
