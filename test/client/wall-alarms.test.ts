import { describe, expect, it } from 'vitest'
import {
  type Alarm,
  AlarmMemory,
  type AlarmStore,
  alarmsIn,
  gravest,
  isQuiet,
  staleMs,
} from '../../client/views/wall/alarms.ts'
import type { WallClock, WallTile } from '../../shared/protocol/wall.ts'

const now = Date.UTC(2026, 0, 5, 14, 0)
const minute = 60_000

function clock(id: string, dueInMs: number, more: Partial<WallClock> = {}): WallClock {
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
    dueAt: now + dueInMs,
    lateFrom: now + dueInMs + 1,
    targetMs: 5 * minute,
    phase: 'running',
    met: null,
    passed: [],
    ...more,
  }
}

function tile(key: string, rank: number | null, clocks: WallClock[] = []): WallTile {
  return {
    key,
    seq: 1,
    title: key,
    severity: rank === null ? null : { key: 'A', rank, name: 'A' },
    status: { value: 'investigating', label: 'Investigating' },
    declaredAt: now - 5 * minute,
    acknowledged: false,
    commander: null,
    lastUpdate: null,
    tasks: { done: 0, total: 0 },
    clocks,
    unset: 0,
  }
}

function storage(): AlarmStore & { text: string | null } {
  return {
    text: null,
    read() {
      return this.text
    },
    write(text) {
      this.text = text
    },
  }
}

const cues = (alarms: readonly Alarm[]) => alarms.map((alarm) => alarm.cue)

describe('what a wall can be heard for', () => {
  it('is rank 1, a clock that broke and an update that is due; nothing else', () => {
    const tiles = [
      tile('ONE', 1),
      tile('TWO', 2, [clock('respond', -minute), clock('later', minute)]),
      tile('SIX', null, [
        clock('customers', -minute, { kind: 'update' }),
        clock('phase', -minute, { kind: 'phase' }),
        clock('watch', -minute, { kind: 'watch' }),
        clock('met', -minute, { met: { at: now, dueAt: now - minute, late: true, overMs: minute } }),
      ]),
    ]
    expect(cues(alarmsIn(tiles, now))).toEqual(['rank-1', 'breach', 'update'])
  })

  it('has one id for one event, whenever it is looked at, and another for the next one', () => {
    const at = (ms: number, due: number) =>
      alarmsIn([tile('ONE', 2, [clock('u', due, { kind: 'update' })])], ms)
    expect(at(now, -minute)[0]?.id).toBe(at(now + 7 * minute, -minute)[0]?.id)
    expect(at(now, -minute)[0]?.id).not.toBe(at(now, -2 * minute)[0]?.id)
  })
})

describe('an alarm', () => {
  it('is heard once, across reloads and reconnections', () => {
    const store = storage()
    expect(new AlarmMemory(store).fresh([], now)).toEqual([])
    const alarms = alarmsIn([tile('ONE', 1, [clock('ack', -1000)])], now)
    expect(cues(new AlarmMemory(store).fresh(alarms, now))).toEqual(['rank-1', 'breach'])
    expect(new AlarmMemory(store).fresh(alarms, now + minute)).toEqual([])
    // Away for one picture, as when a wall is cut off: still the same event.
    expect(new AlarmMemory(store).fresh([], now + minute)).toEqual([])
    expect(new AlarmMemory(store).fresh(alarms, now + 2 * minute)).toEqual([])
  })

  it('that was there before the wall was first opened is not news', () => {
    const store = storage()
    expect(new AlarmMemory(store).fresh(alarmsIn([tile('ONE', 1)], now), now)).toEqual([])
    expect(cues(new AlarmMemory(store).fresh(alarmsIn([tile('ONE', 1), tile('TWO', 1)], now), now))).toEqual([
      'rank-1',
    ])
  })

  it('that the wall learns of too late is seen, not heard', () => {
    const store = storage()
    const memory = new AlarmMemory(store)
    memory.fresh([], now)
    expect(memory.fresh(alarmsIn([tile('ONE', 2, [clock('ack', -staleMs - 1)])], now), now)).toEqual([])
    expect(memory.fresh(alarmsIn([tile('TWO', 2, [clock('ack', -staleMs + 1)])], now), now)).toHaveLength(1)
  })

  it('is never forgotten while it can be seen, and the memory does not grow for ever', () => {
    const store = storage()
    const memory = new AlarmMemory(store)
    memory.fresh([], now)
    const stays = { id: 'stays', cue: 'rank-1', at: null } as const
    for (let i = 0; i < 2000; i++) memory.fresh([stays, { id: `gone ${i}`, cue: 'rank-1', at: null }], now)
    expect(memory.fresh([stays], now)).toEqual([])
    expect(store.text?.length).toBeLessThan(10_000)
  })

  it('survives a memory that cannot be read', () => {
    const store = storage()
    store.text = '{"not": a list'
    expect(new AlarmMemory(store).fresh(alarmsIn([tile('ONE', 1)], now), now)).toEqual([])
  })

  it('of several is the gravest', () => {
    expect(gravest([])).toBeNull()
    expect(gravest([{ id: 'a', cue: 'update', at: now }])).toBe('update')
    expect(
      gravest([
        { id: 'a', cue: 'update', at: now },
        { id: 'b', cue: 'rank-1', at: null },
        { id: 'c', cue: 'breach', at: now },
      ]),
    ).toBe('rank-1')
  })
})

describe('quiet hours', () => {
  it.each([
    ['22:00', '06:00', 22 * 60, true],
    ['22:00', '06:00', 5 * 60 + 59, true],
    ['22:00', '06:00', 6 * 60, false],
    ['22:00', '06:00', 21 * 60 + 59, false],
    ['12:00', '13:00', 12 * 60 + 30, true],
    ['12:00', '13:00', 13 * 60, false],
    ['00:00', '00:00', 9 * 60, true],
    ['', '06:00', 3 * 60, false],
    ['25:00', '06:00', 3 * 60, false],
  ])('from %s to %s at minute %i: %s', (from, to, minutes, quiet) => {
    expect(isQuiet({ from, to }, minutes)).toBe(quiet)
  })

  it('are none when none are set', () => {
    expect(isQuiet(null, 0)).toBe(false)
  })
})
