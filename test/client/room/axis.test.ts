import { describe, expect, it } from 'vitest'
import { axisOf, bandOf } from '../../../client/components/room/axis-layout.ts'
import { courseOf } from '../../../client/components/room/spans.ts'
import { timeline } from '../../../shared/incident/timeline.ts'
import { fullPlaybook, minute } from '../../helpers/playbook.ts'
import { aRoom, t0 } from '../../shared/incident/given-when-then.ts'

function story() {
  const room = aRoom()
  room.must('entry.add', { kind: 'finding', text: 'It began', occurredAt: t0 - 10 * minute }, { at: minute })
  room.must('severity.set', { to: 'S2', reason: 'Fewer are hit' }, { at: 2 * minute })
  room.must('status.set', { to: 'mitigating', reason: 'Rolling back' }, { at: 3 * minute })
  room.must('entry.add', { kind: 'decision', text: 'Roll back', reason: 'Safe' }, { at: 3 * minute })
  room.must('entry.add', { kind: 'action', text: 'Rolled back' }, { at: 40 * minute })
  room.must('entry.add', { kind: 'action', text: 'And again' }, { at: 40 * minute + 1 })
  return room
}

describe('the course of an incident', () => {
  it('is told by what turned it', () => {
    const room = story()
    const course = courseOf(room.state, fullPlaybook(), room.events)
    expect(course.statuses.map((s) => [s.name, s.from - t0, s.to === null ? null : s.to - t0])).toEqual([
      ['Investigating', 0, 3 * minute],
      ['Mitigating', 3 * minute, null],
    ])
    expect(course.severities.at(-1)).toMatchObject({ rank: 2, from: t0 + 2 * minute, to: null })
    expect(course.severities[0]).toMatchObject({ from: t0, to: t0 + 2 * minute })
  })
})

describe('the axis', () => {
  const room = story()
  const course = courseOf(room.state, fullPlaybook(), room.events)
  const axis = axisOf(timeline(room.events), course, { now: t0 + 50 * minute, ended: false, width: 600 })

  it('reaches from the first moment, dated back or not, to now', () => {
    expect([axis.from - t0, axis.to - t0]).toEqual([-10 * minute, 50 * minute])
  })

  it('has decisions and entries on lines of their own, and what would cover each other as one', () => {
    expect(axis.marks.decisions.map((m) => m.rows.length)).toEqual([1])
    expect(axis.marks.entries.map((m) => [Math.round(m.x * 60), m.rows.length])).toEqual([
      [0, 1],
      [50, 2],
    ])
  })

  it('says silence', () => {
    expect(axis.gaps.map((gap) => gap.minutes)).toContain(37)
  })

  it('has round ticks, and no more than there is room for', () => {
    expect(axis.ticks.every(({ at }) => at % (10 * minute) === 0)).toBe(true)
    expect(axis.ticks.length).toBeLessThanOrEqual(7)
  })

  it('cuts stretches at its ends', () => {
    expect(bandOf({ name: 'x', from: t0 - 60 * minute, to: null }, axis)).toMatchObject({ x: 0, width: 1 })
    expect(bandOf({ name: 'x', from: t0 + 60 * minute, to: null }, axis)).toBeNull()
  })
})
