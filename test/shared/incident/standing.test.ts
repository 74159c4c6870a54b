import { describe, expect, it } from 'vitest'
import type { Deadline } from '../../../shared/incident/deadlines.ts'
import {
  byUrgency,
  clockDigits,
  nextChangeAt,
  riskAt,
  standingAt,
} from '../../../shared/incident/standing.ts'
import { hour, minute, second } from '../../helpers/playbook.ts'

const running: Deadline = {
  id: 'c',
  kind: 'clock',
  label: 'c',
  from: { moment: 'declared', at: 0 },
  until: 'acknowledged',
  target: { kind: 'figure', figure: { kind: 'stated', ms: 10 * minute } },
  bound: 'inclusive',
  soft: false,
  basis: 'stated',
  why: null,
  dueAt: 10 * minute,
  lateFrom: 10 * minute + 1,
  targetMs: 10 * minute,
  phase: 'running',
  met: null,
  passed: [],
}

describe('a clock at one moment', () => {
  it('is on track, at risk from four fifths on, and overdue from the first late ms', () => {
    expect(riskAt(10 * minute, 10 * minute)).toBe(8 * minute)
    expect(standingAt(running, 8 * minute - 1)).toEqual({ kind: 'on-track', remainingMs: 2 * minute + 1 })
    expect(standingAt(running, 8 * minute)).toEqual({ kind: 'at-risk', remainingMs: 2 * minute })
    expect(standingAt(running, 10 * minute)).toEqual({ kind: 'at-risk', remainingMs: 0 })
    expect(standingAt(running, 10 * minute + 1)).toEqual({ kind: 'overdue', overMs: 1 })
    const exclusive: Deadline = { ...running, bound: 'exclusive', lateFrom: 10 * minute }
    expect(standingAt(exclusive, 10 * minute)).toEqual({ kind: 'overdue', overMs: 0 })
  })

  it('says when it will say something else', () => {
    expect(nextChangeAt(running, 0)).toBe(8 * minute)
    expect(nextChangeAt(running, 8 * minute)).toBe(10 * minute + 1)
    expect(nextChangeAt(running, 10 * minute + 1)).toBeNull()
    expect(nextChangeAt({ ...running, kind: 'watch' }, 0)).toBe(10 * minute + 1)
    expect(nextChangeAt({ ...running, phase: 'off' }, 0)).toBeNull()
    for (let now = 0; now < 12 * minute; now += 7 * second) {
      const next = nextChangeAt(running, now)
      if (next === null) continue
      expect(standingAt(running, next).kind).not.toBe(standingAt(running, now).kind)
      expect(standingAt(running, next - 1).kind).toBe(standingAt(running, now).kind)
    }
  })

  it('is never at risk or overdue as a watch or a window', () => {
    for (const kind of ['watch', 'phase'] as const)
      expect(standingAt({ ...running, kind }, hour)).toEqual({ kind: 'elapsed' })
    expect(standingAt({ ...running, kind: 'watch' }, 9 * minute)).toMatchObject({ kind: 'on-track' })
  })

  it('stands overdue first, then what is due next, the calm, the unset, and what is over', () => {
    const unset: Deadline = {
      ...running,
      id: 'unset',
      target: { kind: 'figure', figure: { kind: 'unset' } },
      dueAt: null,
      lateFrom: null,
      targetMs: null,
    }
    const at = (id: string, dueAt: number): Deadline => ({ ...running, id, dueAt, lateFrom: dueAt + 1 })
    const met: Deadline = { ...running, id: 'met', met: { at: 1, dueAt: 2, late: false, overMs: 0 } }
    const lowered: Deadline = {
      ...at('lowered', 9 * hour),
      passed: [{ dueAt: 5 * minute, at: 5 * minute, targetMs: 5 * minute }],
    }
    const waiting: Deadline = { ...running, id: 'waiting', phase: 'waiting', dueAt: null, lateFrom: null }
    const all = [
      met,
      unset,
      waiting,
      at('soon', 2 * hour),
      at('over', 50 * minute),
      lowered,
      at('later', 9 * hour),
    ]
    expect(all.sort(byUrgency(hour)).map((d) => d.id)).toEqual([
      'lowered',
      'over',
      'soon',
      'later',
      'waiting',
      'unset',
      'met',
    ])
  })
})

describe('digits', () => {
  it.each([
    [0, 'down', '00:00'],
    [1, 'down', '00:01'],
    [299_999, 'down', '05:00'],
    [999, 'up', '00:00'],
    [3_723_000, 'up', '1:02:03'],
    [24 * hour, 'up', '1 d 0 h'],
    [52 * hour, 'down', '2 d 4 h'],
  ] as const)('%d ms counting %s are %s', (ms, counting, text) => {
    expect(clockDigits(ms, counting)).toBe(text)
  })
})
