import { describe, expect, it } from 'vitest'
import { deadlines } from '../../../../shared/incident/deadlines.ts'
import { byUrgency } from '../../../../shared/incident/standing.ts'
import { hour, minute } from '../../../helpers/playbook.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { aRoom, given, muster, Room, t0 } from '../given-when-then.ts'

describe('acknowledging (R14)', () => {
  it('is an act: being in the room, reading and talking there are none', () => {
    const room = aRoom()
    room.must('presence.note', { person: 'kim', change: 'joined' }, { by: muster })
    room.must('chat.send', { text: 'I am here' }, { at: minute })
    room.must('task.tick', { task: 'first/look' }, { at: minute })
    expect(room.state.times.acknowledged).toBeUndefined()
    expect(room.clock('ack').met).toBeNull()
  })

  it('at five minutes to the millisecond is in time for “within” and late for “under”', () => {
    const met = (name: string, severity: string) => {
      const room = new Room(shipped(name), { severity, alertFiredAt: t0 })
      const before = deadlines(room.state, room.playbook).find((d) => d.until === 'acknowledged')
      room.must('incident.acknowledge', {}, { at: 5 * minute })
      return before === undefined ? null : room.clock(before.id).met?.late
    }
    expect(met('agent-lab', 'P0')).toBe(false)
    expect(met('freeagentics', 'SEV-1')).toBe(true)
  })

  it('agent-network states no time: silence breaks nothing there', () => {
    const room = new Room(shipped('agent-network'), { severity: 'P1', alertFiredAt: t0 })
    const clock = deadlines(room.state, room.playbook).find((d) => d.until === 'acknowledged')
    expect(clock).toMatchObject({ dueAt: null, targetMs: null })
  })
})

describe('responding (R15)', () => {
  it('is another clock than acknowledging', () => {
    const room = given(aRoom(), ['incident.acknowledge', {}, { at: minute }]).room
    expect(room.clock('ack').met).not.toBeNull()
    expect(room.clock('response').met).toBeNull()
    room.must('incident.respond', {}, { at: 2 * minute })
    expect(room.clock('response').met).not.toBeNull()
  })

  it('24 hours are 24 hours, on a Friday evening too: nobody said working hours', () => {
    const friday = Date.UTC(2026, 0, 2, 18)
    const room = new Room(shipped('agent-platform'), { severity: 'P3', alertFiredAt: friday })
    expect(room.clock('response').dueAt).toBe(friday + 24 * hour)
  })
})

describe('the end of the response clock (R16)', () => {
  it('is no end of the incident: resolved without anybody having acted, it was never met', () => {
    const room = aRoom()
    room.must('status.set', { to: 'resolved', reason: 'It went away' }, { at: minute })
    expect(room.clock('response').met).toBeNull()
    expect(room.state.times.first_action).toBeUndefined()
    room.must('incident.reopen', { reason: 'It is back' }, { at: 2 * minute })
    expect(room.clock('response')).toMatchObject({ phase: 'running', dueAt: t0 + 15 * minute })
  })
})

describe('what nobody stated (R17)', () => {
  it('agent-lab states no response: no figure, no breach, whatever time goes by', () => {
    const room = new Room(shipped('agent-lab'), { severity: 'P2', alertFiredAt: t0 })
    room.look(40 * 24 * hour)
    expect(room.clock('response')).toMatchObject({ dueAt: null, targetMs: null, passed: [] })
    expect(room.standing('response', 40 * 24 * hour)).toEqual({ kind: 'unset' })
  })
})

describe('many clocks of one incident (R25)', () => {
  it('stand side by side, each from its own beginning to its own end, what is due next first', () => {
    const room = aRoom({ alertFiredAt: t0 })
    room.must('flag.set', { flag: 'down', value: 'yes' })
    room.must('time.set', { time: 'impact_began', at: t0, reason: 'The graph shows it' })
    room.must('status.set', { to: 'mitigating', reason: 'Rolling back' })
    room.must('time.set', { time: 'fix_deployed', at: t0, reason: 'It is out' })
    const clocks = deadlines(room.state, room.playbook)
    expect(clocks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['ack', 'response', 'restore', 'watch', 'update/team', 'phase/detect']),
    )
    expect(new Set(clocks.map(({ dueAt }) => dueAt)).size).toBeGreaterThan(3)
    const running = clocks.filter(({ phase, dueAt }) => phase === 'running' && dueAt !== null)
    const marks = running.toSorted(byUrgency(t0)).map(({ dueAt }) => dueAt)
    expect(marks).toEqual(marks.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
    const late = running.toSorted(byUrgency(t0 + 7 * minute))[0]
    expect(late?.id).toMatch(/^ack/)
  })
})

describe('a warning before a clock breaks (R26)', () => {
  it('comes before the breach, and says nothing about a clock without a figure', () => {
    const room = aRoom({ alertFiredAt: t0 })
    expect(room.standing('ack', 4 * minute - 1).kind).toBe('on-track')
    expect(room.standing('ack', 4 * minute).kind).toBe('at-risk')
    expect(room.standing('lead', 40 * hour).kind).toBe('unset')
  })
})
