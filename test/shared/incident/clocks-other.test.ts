import { describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import type { Stated } from '../../../shared/playbook/stated.ts'
import {
  barePlaybook,
  cadence,
  clock,
  day,
  fullPlaybook,
  hour,
  minute,
  owed,
  phase,
  severity,
  stated,
  unset,
} from '../../helpers/playbook.ts'
import { Room, robot, t0 } from './given-when-then.ts'

const due = (events: readonly IncidentEvent[]) =>
  events.flatMap((e) =>
    e.type === 'clock.breached' || e.type === 'clock.elapsed' ? [[e.type, e.data.dueAt - t0]] : [],
  )
const status = (room: Room, to: string, at: number) => room.must('status.set', { to, reason: 'x' }, { at })

describe('a watch after the fix', () => {
  const fix = (room: Room, at: number) =>
    room.must('time.set', { time: 'fix_deployed', at: t0 + at, reason: 'Out' }, { at })
  const watched = () =>
    new Room(barePlaybook({ clocks: [clock('watch', 'fix_deployed', 'elapsed', stated(15 * minute))] }))

  it('waits for the fix, runs, and elapses exactly at its end', () => {
    const room = watched()
    expect(room.standing('watch', hour)).toEqual({ kind: 'waiting' })
    expect(room.nextDue).toBeNull()
    fix(room, 10 * minute)
    expect(room.standing('watch', 24 * minute)).toEqual({ kind: 'on-track', remainingMs: minute })
    expect(room.nextDue).toBe(25 * minute)
    expect(room.look(25 * minute - 1)).toEqual([])
    expect(due(room.look(25 * minute))).toEqual([['clock.elapsed', 25 * minute]])
    expect(room.standing('watch', hour)).toEqual({ kind: 'elapsed' })
    expect(room.look(hour)).toEqual([])
  })

  it('begins anew with a new fix, while running and after', () => {
    const room = watched()
    fix(room, 10 * minute)
    fix(room, 20 * minute)
    expect(room.look(30 * minute)).toEqual([])
    expect(due(room.look(40 * minute))).toEqual([['clock.elapsed', 35 * minute]])
    fix(room, 50 * minute)
    expect(room.clock('watch').phase).toBe('running')
    expect(due(room.look(70 * minute))).toEqual([['clock.elapsed', 65 * minute]])
  })
})

describe('updates that are owed', () => {
  const owing = (every = stated(30 * minute)) =>
    new Room(
      barePlaybook({
        cadences: [
          { ...cadence('team', 'internal', every), when: { kind: 'status', statuses: ['mitigating'] } },
        ],
      }),
    )
  const update = (room: Room, at: number, audience = 'internal') =>
    room.must('entry.add', { kind: 'communication', text: 'Still at it', audience }, { at })

  it('begin with their condition, not with the incident', () => {
    const room = owing()
    expect(room.has('update/team')).toBe(false)
    status(room, 'mitigating', 2 * hour)
    expect(room.look(2 * hour + 30 * minute)).toEqual([])
    expect(due(room.look(2 * hour + 30 * minute + 1))).toEqual([['clock.breached', 2 * hour + 30 * minute]])
  })

  it('begin anew with each update to that audience, and are missed once each time', () => {
    const room = owing()
    status(room, 'mitigating', 0)
    update(room, 20 * minute)
    expect(room.clock('update/team').from).toEqual({ moment: 'last update', at: t0 + 20 * minute })
    expect(room.look(50 * minute)).toEqual([])
    expect(due(room.look(51 * minute))).toEqual([['clock.breached', 50 * minute]])
    expect(room.look(3 * hour)).toEqual([])
    update(room, 4 * hour)
    expect(room.standing('update/team', 4 * hour)).toMatchObject({ kind: 'on-track' })
    expect(due(room.look(5 * hour))).toEqual([['clock.breached', 4 * hour + 30 * minute]])
    expect(room.clock('update/team').passed).toHaveLength(2)
  })

  it('are not answered by an entry without audience, nor by another audience', () => {
    const room = new Room(
      barePlaybook({
        cadences: [cadence('team', 'internal', stated(hour)), cadence('out', 'public', stated(hour))],
      }),
    )
    update(room, 30 * minute, 'public')
    room.must('entry.add', { kind: 'communication', text: 'To whom?' }, { at: 40 * minute })
    room.must('chat.send', { text: 'Hello' }, { at: 40 * minute })
    expect(room.clock('update/team').dueAt).toBe(t0 + hour)
    expect(room.clock('update/out').dueAt).toBe(t0 + 90 * minute)
  })

  it('are owed no more while the incident is resolved, and anew from its reopening', () => {
    const room = new Room(barePlaybook({ cadences: [cadence('team', 'internal', stated(30 * minute))] }))
    status(room, 'resolved', 10 * minute)
    expect(room.look(5 * hour)).toEqual([])
    room.must('incident.reopen', { reason: 'Back' }, { at: 6 * hour })
    expect(room.clock('update/team').dueAt).toBe(t0 + 6 * hour + 30 * minute)
    status(room, 'resolved', 6 * hour)
    status(room, 'investigating', 8 * hour)
    expect(room.clock('update/team').dueAt).toBe(t0 + 8 * hour + 30 * minute)
  })

  it('without a figure are shown and never missed', () => {
    const room = owing(unset)
    status(room, 'mitigating', 0)
    expect(room.standing('update/team', 900 * day)).toEqual({ kind: 'unset' })
    expect(room.look(900 * day)).toEqual([])
  })

  it('keep the first and the newest of very many misses', () => {
    const room = owing()
    status(room, 'mitigating', 0)
    for (let i = 1; i <= 40; i++) update(room, i * hour)
    const passed = room.clock('update/team').passed.map((p) => p.dueAt - t0)
    expect(passed).toHaveLength(8)
    expect(passed[0]).toBe(30 * minute)
    expect(passed.at(-1)).toBe(39 * hour + 30 * minute)
    expect(room.events.filter((e) => e.type === 'clock.breached')).toHaveLength(40)
  })
})

describe('phase windows', () => {
  const phased = (declared = {}) =>
    new Room(
      barePlaybook({
        phases: [
          phase('detect', 1, { kind: 'window', fromMs: 0, toMs: 15 * minute }),
          phase('talk', 2, { kind: 'immediate' }),
          phase('think', 3, { kind: 'none' }),
          phase('contain', 4, { kind: 'window', fromMs: 15 * minute, toMs: hour }),
          phase('learn', 5, { kind: 'window', fromMs: hour, toMs: null }),
        ],
      }),
      declared,
    )

  it('follow one another, and immediate and open-ended ones have no clock', () => {
    const room = phased()
    expect(room.clock('phase/detect')).toMatchObject({ dueAt: t0 + 15 * minute, label: 'detect window' })
    expect(due(room.look(15 * minute))).toEqual([['clock.elapsed', 15 * minute]])
    expect(room.has('phase/detect')).toBe(false)
    expect(room.standing('phase/contain', 20 * minute)).toEqual({
      kind: 'on-track',
      remainingMs: 40 * minute,
    })
    expect(due(room.look(hour))).toEqual([['clock.elapsed', hour]])
    for (const id of ['talk', 'think', 'learn', 'contain']) expect(room.has(`phase/${id}`)).toBe(false)
    expect(room.nextDue).toBeNull()
  })

  it('count from the alert: those over at declaration are over at once', () => {
    expect(due(phased({ alertFiredAt: t0 - 2 * hour }).events)).toEqual([
      ['clock.elapsed', -105 * minute],
      ['clock.elapsed', -hour],
    ])
  })

  it('stop with the incident', () => {
    const room = phased()
    status(room, 'resolved', minute)
    expect(room.has('phase/detect')).toBe(false)
    expect(room.look(2 * hour)).toEqual([])
  })
})

describe('what is owed after the incident', () => {
  const owing = (severity = 'HIGH') =>
    new Room(
      barePlaybook({
        postIncident: [
          owed('report', stated(day)),
          { ...owed('review', stated(5 * day)), when: { kind: 'severity', keys: ['HIGH'] } },
          owed('notes', unset),
        ],
      }),
      { severity },
    )

  it('begins with resolving, runs on when closed, and is missed after its time', () => {
    const room = owing()
    expect(room.has('after/report')).toBe(false)
    status(room, 'resolved', hour)
    room.must('incident.close', { reason: 'Over', override: 'The report comes' }, { at: 2 * hour, by: robot })
    expect(room.nextDue).toBe(25 * hour + 1)
    expect(room.look(25 * hour)).toEqual([])
    expect(due(room.look(25 * hour + 1))).toEqual([['clock.breached', 25 * hour]])
    expect(room.standing('after/report', 26 * hour)).toEqual({ kind: 'overdue', overMs: hour })
    room.must('deadline.meet', { deadline: 'after/report' }, { at: 27 * hour })
    expect(room.standing('after/report', 90 * day)).toEqual({ kind: 'met-late', overMs: 2 * hour })
    expect(room.nextDue).toBe(121 * hour + 1)
  })

  it('depends on its condition, and without a figure is never missed', () => {
    const room = owing('LOW')
    status(room, 'resolved', 0)
    expect(room.has('after/review')).toBe(false)
    expect(room.standing('after/notes', 900 * day)).toEqual({ kind: 'unset' })
    expect(due(room.look(900 * day))).toEqual([['clock.breached', day]])
  })

  it('is judged on the worst severity it ever had, not on its last (S16)', () => {
    const room = owing('HIGH')
    room.must('severity.set', { to: 'LOW', reason: 'Only one was hit' })
    status(room, 'resolved', 0)
    expect(room.has('after/review')).toBe(true)
  })

  it('goes when the incident is reopened, and begins anew when it is resolved again', () => {
    const room = owing()
    status(room, 'resolved', 0)
    room.look(2 * day)
    room.must('incident.reopen', { reason: 'Back' }, { at: 2 * day })
    expect(room.has('after/report')).toBe(false)
    expect(room.nextDue).toBeNull()
    status(room, 'resolved', 3 * day)
    expect(room.standing('after/report', 3 * day)).toEqual({ kind: 'on-track', remainingMs: day })
  })

  it('is nothing for what was not real, resolved before or not (R8)', () => {
    const room = owing()
    status(room, 'resolved', 0)
    room.must('incident.close', { reason: 'False alarm', as: 'false-positive' })
    expect(room.has('after/report')).toBe(false)
    expect(room.nextDue).toBeNull()
  })
})

describe('the next business day (R18)', () => {
  const office = (zone: Stated<string>): Partial<Playbook> => ({
    calendars: [
      {
        id: 'office',
        label: 'Office',
        zone,
        week: {
          kind: 'stated',
          value: [[], ...Array.from({ length: 5 }, () => [{ from: 540, to: 1020 }]), []],
        },
        holidays: ['2026-01-06'],
        src: [],
      },
    ],
    severities: [
      severity('S1', 1, { kind: 'next-business-day', by: 'end', basis: 'stated', calendar: 'office' }),
    ],
  })

  it('is due at the end of the next day that is worked, and breached after it', () => {
    const room = new Room(fullPlaybook(office({ kind: 'stated', value: 'Europe/Berlin' })))
    // Declared on Monday at noon; Tuesday is a holiday; Wednesday ends at 17:00 in Berlin, 16:00 UTC.
    const due = Date.UTC(2026, 0, 7, 16)
    expect(room.clock('response')).toMatchObject({ dueAt: due, targetMs: due - t0 })
    const broken = (events: readonly IncidentEvent[]) =>
      events.some((e) => e.type === 'clock.breached' && e.data.clock === 'response')
    expect(broken(room.look(due - t0))).toBe(false)
    expect(broken(room.look(due - t0 + 1))).toBe(true)
  })

  it('has no due time while nobody entered a zone', () => {
    const room = new Room(fullPlaybook(office({ kind: 'unset' })))
    expect(room.clock('response')).toMatchObject({ dueAt: null, targetMs: null })
    room.look(30 * day)
    expect(room.state.clocks.response).toBeUndefined()
  })
})
