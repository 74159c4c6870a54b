import { describe, expect, it } from 'vitest'
import {
  arrange,
  byNextBreach,
  coming,
  isNight,
  queueOf,
  restingWords,
  running,
} from '../../client/views/wall/arrange.ts'
import type { WallClock, WallTile } from '../../shared/protocol/wall.ts'

const now = Date.UTC(2026, 0, 5, 14, 0)
const minute = 60_000

function clock(id: string, dueInMs: number | null, more: Partial<WallClock> = {}): WallClock {
  const dueAt = dueInMs === null ? null : now + dueInMs
  return {
    id,
    kind: 'clock',
    label: id,
    from: { moment: 'declared', at: now - 5 * minute },
    until: 'acknowledged',
    target: { kind: 'figure', figure: { kind: 'stated', ms: 5 * minute } },
    bound: 'inclusive',
    soft: false,
    basis: 'stated',
    why: null,
    dueAt,
    lateFrom: dueAt === null ? null : dueAt + 1,
    targetMs: 5 * minute,
    phase: 'running',
    met: null,
    passed: [],
    ...more,
  }
}

function tile(key: string, clocks: WallClock[], more: Partial<WallTile> = {}): WallTile {
  return {
    key,
    seq: 1,
    title: key,
    severity: { key: 'A', rank: 1, name: 'Worst' },
    status: { value: 'investigating', label: 'Investigating' },
    declaredAt: now - 5 * minute,
    acknowledged: false,
    commander: null,
    lastUpdate: null,
    tasks: { done: 0, total: 0 },
    clocks,
    unset: 0,
    ...more,
  }
}

const tiles = (count: number) =>
  Array.from({ length: count }, (_, i) => tile(`K${i}`, [clock('ack', (i + 1) * minute)]))

describe('what the wall shows', () => {
  it('goes by the next breach: longest overdue first, without a clock last', () => {
    const all = [
      tile('none', []),
      tile('soon', [clock('ack', minute)]),
      tile('late', [clock('ack', -minute)]),
      tile('later', [clock('ack', -9 * minute)]),
    ]
    expect(byNextBreach(all, now).map((t) => t.key)).toEqual(['later', 'late', 'soon', 'none'])
  })

  it.each([
    [0, 'calm'],
    [1, 'one'],
    [2, 'cards'],
    [6, 'cards'],
    [7, 'many'],
  ])('draws %i open incidents as %s', (count, kind) => {
    expect(arrange(tiles(count), now).kind).toBe(kind)
  })

  it.each([7, 8, 25])('counts what does not fit: of %i nothing is lost', (count) => {
    const shown = arrange(tiles(count), now)
    if (shown.kind !== 'many') throw new Error(shown.kind)
    expect(shown.top.length + shown.rows.length + shown.more).toBe(count)
    // A counting line takes the place of a row.
    expect(shown.rows.length + (shown.more > 0 ? 1 : 0)).toBeLessThanOrEqual(4)
  })

  it('leaves out windows of phases, met clocks and clocks that have not begun', () => {
    const some = tile('K', [
      clock('phase', minute, { kind: 'phase' }),
      clock('met', minute, { met: { at: now, dueAt: now, late: false, overMs: 0 }, phase: 'stopped' }),
      clock('waiting', null, { phase: 'waiting' }),
      clock('ack', 2 * minute),
    ])
    expect(running(some, now).map((c) => c.id)).toEqual(['ack'])
  })

  it('queues what falls due within the window, soonest first, nothing that is over', () => {
    const all = [tile('A', [clock('x', 20 * minute), clock('y', -minute)]), tile('B', [clock('z', minute)])]
    expect(queueOf(all, now, 10 * minute).map((i) => i.item.id)).toEqual(['z'])
    expect(queueOf(all, now, 30 * minute).map((i) => i.item.id)).toEqual(['z', 'x'])
  })

  it('tells who is called next among what falls due, and nothing of a call whose time has come', () => {
    const called = (id: string, inMs: number) => ({ id, label: id, at: now + inMs, unless: 'over' as const })
    const some = tile('A', [clock('x', 20 * minute)], {
      calls: [called('l2', -minute), called('l3', 2 * minute), called('l4', 40 * minute)],
    })
    expect(coming(some, now).map((one) => one.id)).toEqual(['l3', 'x', 'l4'])
    expect(coming(some, now).map((one) => one.clock?.id ?? null)).toEqual([null, 'x', null])
    expect(queueOf([some, tile('B', [])], now, 30 * minute).map((i) => i.item.id)).toEqual(['l3', 'x'])
  })

  it('says in words, never in digits, when nobody stated a figure', () => {
    expect(restingWords(tile('A', [], { unset: 2 }), now)).toEqual({ text: 'no target stated', unset: true })
    expect(restingWords(tile('A', [], { severity: null }), now).unset).toBe(true)
    expect(restingWords(tile('A', []), now)).toEqual({ text: 'No clock is running', unset: false })
  })

  it('dims from 22 to 6', () => {
    expect([21, 22, 23, 0, 5, 6].map(isNight)).toEqual([false, true, true, true, true, false])
  })
})
