import { describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import {
  assumed,
  barePlaybook,
  clock,
  day,
  hour,
  minute,
  severity,
  stated,
  under,
  within,
} from '../../helpers/playbook.ts'
import { aRoom, given, lee, Room, t0 } from './given-when-then.ts'

const due = (events: readonly IncidentEvent[]) =>
  events.flatMap((e) =>
    e.type === 'clock.breached' || e.type === 'clock.elapsed'
      ? [{ clock: e.data.clock, due: e.data.dueAt - t0, at: e.at - t0 }]
      : [],
  )
const verdicts = (events: readonly IncidentEvent[]) =>
  events.flatMap((e) =>
    e.type === 'clock.met' ? [{ clock: e.data.clock, late: e.data.late, over: e.data.overMs }] : [],
  )
/** Nothing but an acknowledge clock in both readings of five minutes. */
const acks = () =>
  new Room(
    barePlaybook({
      clocks: [
        clock('within', 'alert_fired', 'acknowledged', stated(5 * minute)),
        { ...clock('under', 'alert_fired', 'acknowledged', stated(5 * minute)), bound: 'exclusive' },
      ],
    }),
  )

describe('the boundary of five minutes', () => {
  it.each([
    [5 * minute - 1, { late: false, over: 0 }, { late: false, over: 0 }],
    [5 * minute, { late: false, over: 0 }, { late: true, over: 0 }],
    [5 * minute + 1, { late: true, over: 1 }, { late: true, over: 1 }],
    [7 * minute, { late: true, over: 2 * minute }, { late: true, over: 2 * minute }],
  ])('acknowledged at %d ms', (at, inclusive, exclusive) => {
    expect(verdicts(acks().must('incident.acknowledge', {}, { at }))).toEqual([
      { clock: 'within', ...inclusive },
      { clock: 'under', ...exclusive },
    ])
  })

  it('breaches at 5:00.000 exclusive and 5:00.001 inclusive, each once, with its due time', () => {
    const room = acks()
    expect(room.nextDue).toBe(5 * minute)
    expect(room.look(5 * minute - 1)).toEqual([])
    expect(due(room.look(5 * minute))).toEqual([{ clock: 'under', due: 5 * minute, at: 5 * minute }])
    expect(room.nextDue).toBe(5 * minute + 1)
    expect(due(room.look(5 * minute + 1))).toEqual([{ clock: 'within', due: 5 * minute, at: 5 * minute + 1 }])
    expect(room.nextDue).toBeNull()
    expect(room.look(hour)).toEqual([])
  })

  it('is stamped late by a look that came late, with the true due time', () => {
    const room = acks()
    expect(due(room.look(9 * minute))).toEqual([
      { clock: 'under', due: 5 * minute, at: 9 * minute },
      { clock: 'within', due: 5 * minute, at: 9 * minute },
    ])
  })

  it('records a late acknowledgement as late by how much, and keeps the breach', () => {
    const room = acks()
    room.look(6 * minute)
    expect(verdicts(room.must('incident.acknowledge', {}, { at: 7 * minute }))).toEqual([
      { clock: 'within', late: true, over: 2 * minute },
      { clock: 'under', late: true, over: 2 * minute },
    ])
    expect(room.clock('within').passed).toEqual([
      { dueAt: t0 + 5 * minute, at: t0 + 6 * minute, targetMs: 5 * minute },
    ])
    expect(room.standing('within', hour)).toEqual({ kind: 'met-late', overMs: 2 * minute })
    expect(room.nextDue).toBeNull()
  })

  it('begins at the alert, else at detection, else at declaration', () => {
    const at = (times: object) => {
      const playbook = barePlaybook({ clocks: [clock('c', 'alert_fired', 'acknowledged', stated(hour))] })
      return new Room(playbook, times).clock('c').from
    }
    expect(at({ alertFiredAt: t0 - 3, detectedAt: t0 - 2 })).toEqual({ moment: 'alert_fired', at: t0 - 3 })
    expect(at({ detectedAt: t0 - 2 })).toEqual({ moment: 'detected', at: t0 - 2 })
    expect(at({})).toEqual({ moment: 'declared', at: t0 })
  })
})

describe('severity and the response clock', () => {
  const levels = () =>
    new Room(
      barePlaybook({
        severities: [
          severity('P0', 1, within(15 * minute)),
          severity('P2', 2, within(2 * hour)),
          severity('P3', 3, under(day)),
          severity('P4', 4, { kind: 'scheduled' }),
          severity('P5', 5, { kind: 'next-business-day', by: 'end', basis: 'stated' }),
          severity('P6', 6, { kind: 'unset' }),
          severity('P7', 7, { kind: 'within', target: assumed(30 * minute), bound: 'exclusive' }),
        ],
      }),
      { severity: 'P2' },
    )
  const raise = (room: Room, to: string, at: number) => room.must('severity.set', { to, reason: 'x' }, { at })

  it('raised at +20 min shows the 15 min target missed at once, from the original base', () => {
    const room = levels()
    expect(due(raise(room, 'P0', 20 * minute))).toEqual([
      { clock: 'response', due: 15 * minute, at: 20 * minute },
    ])
    expect(room.clock('response').from).toEqual({ moment: 'declared', at: t0 })
    expect(room.standing('response', 20 * minute)).toEqual({ kind: 'overdue', overMs: 5 * minute })
  })

  it('lowered afterwards undoes nothing: overdue until somebody responds, then late', () => {
    const room = levels()
    raise(room, 'P0', 20 * minute)
    raise(room, 'P2', 21 * minute)
    expect(room.clock('response').dueAt).toBe(t0 + 2 * hour)
    expect(room.clock('response').passed).toHaveLength(1)
    expect(room.standing('response', 25 * minute)).toEqual({ kind: 'overdue', overMs: 10 * minute })
    expect(verdicts(room.must('incident.respond', {}, { at: 40 * minute }))).toEqual([
      { clock: 'response', late: true, over: 25 * minute },
    ])
    expect(room.standing('response', hour)).toEqual({ kind: 'met-late', overMs: 25 * minute })
  })

  it('lowered before anything was missed gives the longer time', () => {
    const room = levels()
    raise(room, 'P0', minute)
    raise(room, 'P2', 2 * minute)
    expect(room.look(hour)).toEqual([])
    expect(room.standing('response', hour)).toMatchObject({ kind: 'on-track' })
    expect(verdicts(room.must('incident.respond', {}, { at: hour }))).toMatchObject([{ late: false }])
  })

  it('raised after the response leaves its verdict alone', () => {
    const room = levels()
    room.must('incident.respond', {}, { at: 17 * minute })
    expect(due(raise(room, 'P0', 20 * minute))).toEqual([])
    expect(room.standing('response', hour)).toMatchObject({ kind: 'met' })
  })

  it('passes each target it missed once, also when switched to and fro', () => {
    const room = levels()
    raise(room, 'P0', 20 * minute)
    for (let i = 0; i < 5; i++) {
      raise(room, 'P2', (21 + 2 * i) * minute)
      raise(room, 'P0', (22 + 2 * i) * minute)
    }
    raise(room, 'P7', 40 * minute)
    expect(due(room.events).map((d) => d.due)).toEqual([15 * minute, 30 * minute])
  })

  it('chosen only after responding judges the moment of the response', () => {
    const room = new Room(levels().playbook, { severity: null })
    expect(verdicts(room.must('incident.respond', {}, { at: 10 * minute }))).toEqual([])
    expect(room.standing('response', 10 * minute)).toEqual({ kind: 'no-severity' })
    const events = room.must('severity.set', { to: 'P0' }, { at: hour })
    expect(due(events)).toEqual([])
    expect(verdicts(events)).toEqual([{ clock: 'response', late: false, over: 0 }])
    const late = new Room(levels().playbook, { severity: null })
    late.must('incident.respond', {}, { at: 20 * minute })
    expect(verdicts(late.must('severity.set', { to: 'P0' }, { at: hour }))).toEqual([
      { clock: 'response', late: true, over: 5 * minute },
    ])
  })

  it.each(['P4', 'P5', 'P6'])('without a figure (%s) never fires, and is met whenever', (key) => {
    const room = new Room(levels().playbook, { severity: key })
    expect(room.nextDue).toBeNull()
    expect(room.look(900 * day)).toEqual([])
    const target = { P4: 'scheduled', P5: 'next-business-day', P6: 'unset' }[key]
    expect(room.standing('response', 900 * day)).toEqual({ kind: target })
    expect(verdicts(room.must('incident.respond', {}, { at: 901 * day }))).toEqual([
      { clock: 'response', late: false, over: 0 },
    ])
  })

  it('shows what is assumed as assumed', () => {
    expect(new Room(levels().playbook, { severity: 'P7' }).clock('response')).toMatchObject({
      basis: 'assumed',
      why: 'nothing better is known',
      dueAt: t0 + 30 * minute,
      lateFrom: t0 + 30 * minute,
    })
  })

  it('is stopped by the moment the playbook names', () => {
    const playbook = barePlaybook({
      severities: [severity('P0', 1, within(15 * minute))],
      response: { from: 'declared', until: 'commander_set', basis: 'stated' },
    })
    const room = new Room(playbook, { severity: 'P0' })
    expect(verdicts(room.must('incident.respond', {}, { at: minute }))).toEqual([])
    expect(verdicts(room.must('role.take', { role: 'ic' }, { at: 2 * minute }))).toHaveLength(1)
  })
})

describe('corrected times', () => {
  const set = (time: string, at: number) => ({ time, at: t0 + at, reason: 'Read from the pager' })

  it('never clear a breach', () => {
    const room = acks()
    room.look(6 * minute)
    room.must('time.set', set('alert_fired', 4 * minute), { at: 6 * minute })
    expect(room.clock('within').dueAt).toBe(t0 + 9 * minute)
    expect(room.standing('within', 6 * minute)).toEqual({ kind: 'overdue', overMs: minute })
    const [first] = verdicts(room.must('incident.acknowledge', {}, { at: 7 * minute }))
    expect(first).toEqual({ clock: 'within', late: true, over: 2 * minute })
  })

  it('make late at once what they show to be late', () => {
    const room = acks()
    const events = room.must('time.set', set('alert_fired', -6 * minute), { at: minute })
    expect(due(events).map((d) => d.due)).toEqual([-minute, -minute])
  })

  it('stop a clock by the server’s time: dated back before the mark that passed is late all the same', () => {
    const room = new Room(
      barePlaybook({ clocks: [clock('c', 'declared', 'mitigated', stated(10 * minute))] }),
    )
    expect(verdicts(room.must('time.set', set('mitigated', 5 * minute), { at: 12 * minute }))).toEqual([
      { clock: 'c', late: true, over: 2 * minute },
    ])
  })

  it('do not fire one due time twice, however often they go to and fro', () => {
    const room = acks()
    for (let round = 0; round < 4; round++)
      for (let i = 1; i <= 12; i++)
        room.must('time.set', set('alert_fired', -i * 10 * minute), { at: hour + (round * 12 + i) * minute })
    const seen = due(room.events).map((d) => `${d.clock} ${d.due}`)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(8)
    expect(room.clock('within').passed.length).toBeLessThanOrEqual(8)
    expect(room.clock('within').passed[0]?.dueAt).toBe(t0 + 5 * minute)
  })
})

describe('clocks that have not begun, do not apply or end with the incident', () => {
  it('wait for what starts them and are not met before', () => {
    const playbook = barePlaybook({ clocks: [clock('after-fix', 'fix_deployed', 'resolved', stated(hour))] })
    const room = new Room(playbook)
    expect(room.standing('after-fix', 0)).toEqual({ kind: 'waiting' })
    expect(room.must('status.set', { to: 'resolved', reason: 'x' }).map((e) => e.type)).toEqual([
      'status.changed',
    ])
  })

  it('count only while their condition is known to hold', () => {
    const room = aRoom({ impactBeganAt: t0 - 5 * hour })
    expect(room.has('restore')).toBe(false)
    expect(due(room.must('flag.set', { flag: 'down', value: 'yes' }))).toEqual([
      { clock: 'restore', due: -hour, at: 0 },
    ])
    room.must('flag.set', { flag: 'down', value: 'no' })
    expect(room.has('restore')).toBe(false)
    expect(room.state.clocks.restore?.passed).toHaveLength(1)
  })

  it('rest while resolved, and go on from their original start when reopened', () => {
    const room = acks()
    room.must('status.set', { to: 'resolved', reason: 'x' }, { at: minute })
    expect(room.nextDue).toBeNull()
    expect(room.look(hour)).toEqual([])
    expect(room.standing('within', hour)).toEqual({ kind: 'off' })
    const events = room.must('incident.reopen', { reason: 'Back' }, { at: 2 * hour })
    expect(due(events)).toEqual([
      { clock: 'under', due: 5 * minute, at: 2 * hour },
      { clock: 'within', due: 5 * minute, at: 2 * hour },
    ])
  })

  it('that resolving had stopped run again when reopened, and are judged again', () => {
    const playbook = barePlaybook({ clocks: [clock('restore', 'declared', 'resolved', stated(hour))] })
    const room = new Room(playbook)
    const resolve = (at: number) => verdicts(room.must('status.set', { to: 'resolved', reason: 'x' }, { at }))
    expect(resolve(30 * minute)).toEqual([{ clock: 'restore', late: false, over: 0 }])
    room.must('incident.reopen', { reason: 'Back' }, { at: 40 * minute })
    expect(room.clock('restore')).toMatchObject({ phase: 'running', met: null })
    expect(room.nextDue).toBe(hour + 1)
    expect(due(room.look(2 * hour))).toEqual([{ clock: 'restore', due: hour, at: 2 * hour }])
    expect(resolve(3 * hour)).toEqual([{ clock: 'restore', late: true, over: 2 * hour }])
  })
})

describe('due times fall in order', () => {
  it('of due time, before the command that came too late, in one decision', () => {
    given(aRoom())
      .when('incident.acknowledge', {}, { at: 70 * minute, by: lee })
      .gives(
        ['clock.breached', { clock: 'ack-under', dueAt: t0 + 5 * minute }],
        ['clock.breached', { clock: 'ack', dueAt: t0 + 5 * minute }],
        ['clock.elapsed', { clock: 'phase/detect', dueAt: t0 + 15 * minute }],
        ['clock.breached', { clock: 'response', dueAt: t0 + 15 * minute }],
        ['clock.elapsed', { clock: 'phase/contain', dueAt: t0 + 60 * minute }],
        ['clock.breached', { clock: 'update/customers', dueAt: t0 + 60 * minute }],
        ['incident.acknowledged'],
        ['clock.met', { clock: 'ack', late: true }],
        ['clock.met', { clock: 'ack-under', late: true }],
      )
  })
})
