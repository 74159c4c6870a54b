import { describe, expect, it } from 'vitest'
import { hasOutrun, windowStanding } from '../../../client/components/room/phase-standing.ts'
import { hour, minute, phase } from '../../helpers/playbook.ts'
import { aRoom, t0 } from '../../shared/incident/given-when-then.ts'

const first = phase('first', 1, { kind: 'window', fromMs: 0, toMs: 15 * minute })
const second = phase('second', 2, { kind: 'window', fromMs: 15 * minute, toMs: hour })
const open = phase('open', 3, { kind: 'window', fromMs: hour, toMs: null })
const at = (ms: number) => t0 + ms

describe('phases by their windows (R24)', () => {
  const room = aRoom({}, { phases: [first, second, open] })

  it('at 20 minutes the first is over its window while it is open, and the second is expected', () => {
    expect(hasOutrun(first, room.state, at(20 * minute), true)).toEqual({ since: at(15 * minute) })
    expect(windowStanding(second, room.state, at(20 * minute))).toEqual({ kind: 'now', until: at(hour) })
    expect(hasOutrun(second, room.state, at(20 * minute), true)).toBeNull()
  })

  it('what is done or was ended has not outrun anything', () => {
    expect(hasOutrun(first, room.state, at(20 * minute), false)).toBeNull()
    const ended = aRoom({}, { phases: [first] })
    ended.must('phase.enter', { phase: 'first' })
    expect(hasOutrun(first, ended.state, at(20 * minute), false)).toEqual({ since: at(15 * minute) })
    ended.must('phase.leave', { phase: 'first' })
    expect(hasOutrun(first, ended.state, at(20 * minute), true)).toBeNull()
  })

  it('an open-ended window is never over, and one at once or none has no bar', () => {
    expect(windowStanding(open, room.state, at(30 * hour))).toEqual({ kind: 'now', until: null })
    for (const window of [{ kind: 'immediate' }, { kind: 'none' }] as const)
      expect(windowStanding(phase('x', 1, window), room.state, at(hour))).toEqual({ kind: 'none' })
  })
})
