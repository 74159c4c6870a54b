import { describe, expect, it } from 'vitest'
import { deadlines } from '../../../../shared/incident/deadlines.ts'
import {
  lengthOf,
  statusChoices,
  statusLabel,
  statusName,
  statusNow,
} from '../../../../shared/incident/ending-words.ts'
import { gatesBefore, unmet } from '../../../../shared/incident/gates.ts'
import { sentence } from '../../../../shared/incident/sentences.ts'
import { statusMessage } from '../../../../shared/incident/status-message.ts'
import { hour, minute } from '../../../helpers/playbook.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { aRoom, given, lee, Room, robot, t0 } from '../given-when-then.ts'

const names = {
  person: (id: string) => id.toUpperCase(),
  task: (id: string) => id,
  time: (ms: number) => `${ms}`,
}
const told = (room: Room) => room.events.map((e) => sentence(e, room.playbook, names))

function resolved(room: Room, at = hour, data: object = {}): Room {
  for (const item of unmet(gatesBefore(room.state, room.playbook, 'resolved')))
    if (item.kind === 'task') room.must('task.tick', { task: item.id }, { at, by: lee })
  room.must('status.set', { to: 'resolved', reason: 'Rolled back to 41', ...data }, { at })
  return room
}

describe('the resolution record (R127)', () => {
  it('keeps what was done, by whom, when, the cause and who verified it', () => {
    const room = resolved(new Room(shipped('agent-factory'), { severity: 'P1' }), hour, {
      cause: 'A full pool',
    })
    expect(room.state.resolution).toMatchObject({
      at: t0 + hour,
      by: 'kim',
      done: 'Rolled back to 41',
      cause: 'A full pool',
      verifiedBy: ['lee'],
      override: null,
    })
    expect(told(room).at(-1)).toBe(
      'KIM changed the status from Investigating to Resolved: Rolled back to 41. Cause: A full pool. Verified by LEE',
    )
  })

  it('leaves a cause nobody stated unstated', () => {
    expect(resolved(aRoom()).state.resolution?.cause).toBeNull()
    given(aRoom()).when('status.set', { to: 'resolved', reason: 'x', cause: ' ' }).refuses('invalid', 'cause')
  })

  it('asks what was done', () => {
    given(aRoom()).when('status.set', { to: 'resolved' }).refuses('invalid', 'reason')
  })

  it('counts from when it began, not from when it was declared', () => {
    const room = aRoom({ impactBeganAt: t0 - 20 * minute })
    expect(lengthOf(room.state)).toMatchObject({ ms: null, to: null })
    resolved(room)
    expect(lengthOf(room.state)).toMatchObject({
      from: { moment: 'impact_began', at: t0 - 20 * minute },
      ms: hour + 20 * minute,
    })
    room.must('time.set', { time: 'impact_began', at: t0 - 40 * minute, reason: 'The graph' }, { at: hour })
    expect(lengthOf(room.state)?.ms).toBe(hour + 40 * minute)
  })

  it('is the time that passed over a change to summer time, and never negative', () => {
    // 29 March 2026, 01:00 UTC: clocks in Europe leap from 2 to 3.
    const leap = Date.UTC(2026, 2, 29, 0, 30)
    const room = resolved(aRoom({ impactBeganAt: t0 - minute }))
    expect(lengthOf({ ...room.state, times: { impact_began: leap, resolved: leap + hour } })?.ms).toBe(hour)
    expect(lengthOf({ ...room.state, times: { impact_began: leap, resolved: leap - 1 } })?.ms).toBe(0)
  })
})

describe('an incident that was not real (R8)', () => {
  const real = () => new Room(shipped('freeagentics'), { severity: 'SEV-1', alertFiredAt: t0 })
  const end = { reason: 'The probe was broken', as: 'false-positive' }

  it('ends without verification, override or anything owed, and stays in the log as what it was', () => {
    const room = given(real())
      .when('incident.close', end, { at: minute })
      .gives(['incident.closed', { falsePositive: true, from: 'investigating' }])
    expect(room.state.falsePositive).toBe(true)
    expect(room.state.resolution).toBeNull()
    expect(told(room).at(-1)).toBe('KIM closed the incident as a false positive: The probe was broken')
    expect(statusNow(room.state, room.playbook)).toBe('Closed, false positive')
    expect(room.nextDue).toBeNull()
    expect(room.look(48 * hour)).toEqual([])
  })

  it('needs a reason, and is real again when it is reopened', () => {
    given(real()).when('incident.close', { as: 'false-positive' }).refuses('invalid', 'reason')
    const room = given(real(), ['incident.close', end]).room
    room.must('incident.reopen', { reason: 'It was real after all' }, { at: minute })
    expect(room.state.falsePositive).toBe(false)
    expect(room.clock('ack').phase).toBe('running')
  })
})

describe('reopening (R130)', () => {
  const watched = () => {
    const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
    room.must('time.set', { time: 'fix_deployed', at: t0, reason: 'v42' })
    room.must('entry.add', { kind: 'communication', text: 'Fixed', audience: 'customers' }, { at: minute })
    return resolved(room, 20 * minute)
  }

  it('asks again what vouched for the end, and the watch begins with the next fix', () => {
    const room = watched()
    room.must('incident.reopen', { reason: 'It is back' }, { at: hour })
    expect(unmet(gatesBefore(room.state, room.playbook, 'resolved')).map(({ id }) => id)).toEqual([
      'verification/metrics',
      'verification/synthetic',
      'verification/journeys',
      'verification/status-page',
      'post-fix-watch',
    ])
    expect(room.clock('post-fix-watch').phase).toBe('waiting')
    room.must('time.set', { time: 'fix_deployed', at: t0 + hour, reason: 'v43' }, { at: hour })
    expect(room.clock('post-fix-watch')).toMatchObject({ phase: 'running', dueAt: t0 + hour + 15 * minute })
  })

  it('asks anew for what is done again and again: the last time was before it came back', () => {
    const task = 'verification/metrics'
    const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
    const standing = () =>
      gatesBefore(room.state, room.playbook, 'resolved')
        .flatMap(({ items }) => items)
        .find(({ id }) => id === task)?.standing
    room.must('task.time', { task, ms: 5 * minute, repeats: true })
    expect(standing()).toBe('open')
    for (const at of [1, 6]) room.must('task.tick', { task }, { at: at * minute })
    expect(standing()).toBe('done')
    room.must('status.set', { to: 'resolved', reason: 'Over', override: 'x' }, { at: hour, by: robot })
    room.must('incident.reopen', { reason: 'It is back' }, { at: 2 * hour })
    expect(standing()).toBe('open')
    room.must('task.tick', { task }, { at: 2 * hour + minute })
    expect(standing()).toBe('done')
  })

  it('keeps the old resolution in the history and shows the span it was over', () => {
    const room = watched()
    const first = room.of('status.changed')[0]
    room.must('incident.reopen', { reason: 'It is back' }, { at: hour })
    expect(room.state.resolution).toBeNull()
    expect(room.of('status.changed')[0]).toBe(first)
    expect(room.state.spells).toEqual([{ over: t0 + 20 * minute, reopened: t0 + hour }])
    expect(lengthOf(room.state)).toMatchObject({ ms: null, spells: [{ over: t0 + 20 * minute }] })
  })

  it('makes what was done after the first end owed again', () => {
    const room = watched()
    room.must('deadline.meet', { deadline: 'after/initial-report' }, { at: 30 * minute })
    room.must('incident.reopen', { reason: 'It is back' }, { at: hour })
    room.must('status.set', { to: 'resolved', reason: 'Again', override: 'x' }, { at: 2 * hour, by: robot })
    expect(room.clock('after/initial-report')).toMatchObject({
      phase: 'running',
      met: null,
      dueAt: t0 + 26 * hour,
    })
    room.must('deadline.meet', { deadline: 'after/initial-report' }, { at: 3 * hour })
    expect(room.clock('after/initial-report').phase).toBe('stopped')
  })

  it('as a mistake keeps what vouched for it, and resolves what was closed while resolved', () => {
    const room = watched()
    room.must('incident.close', { reason: 'Done', override: 'x' }, { at: 30 * minute, by: robot })
    room.must('incident.reopen', { reason: 'Wrong room', as: 'mistake' }, { at: 31 * minute })
    expect(room.state.status.value).toBe('resolved')
    expect(room.state.times.resolved).toBe(t0 + 20 * minute)
    room.must('incident.reopen', { reason: 'Not over yet', as: 'mistake' }, { at: 32 * minute })
    expect(room.state.status.value).toBe('investigating')
    expect(unmet(gatesBefore(room.state, room.playbook, 'resolved'))).toEqual([])
  })
})

describe('an end by mistake was none', () => {
  const by = { by: robot }

  it('moves no clock: what was owed at an hour is owed at that hour', () => {
    const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
    const cadences = () =>
      deadlines(room.state, room.playbook).map(({ id, dueAt, phase }) => [id, dueAt, phase])
    const before = cadences()
    room.must('status.set', { to: 'resolved', reason: 'Over', override: 'x' }, { at: 10 * minute, ...by })
    room.must('incident.reopen', { reason: 'Not yet', as: 'mistake' }, { at: 10 * minute + 5_000, ...by })
    expect(cadences()).toEqual(before)
    expect(room.state).toMatchObject({ spells: [], times: { declared: t0 } })
    expect(room.state.times.reopened).toBeUndefined()
  })

  it('is taken back as it was seen: what somebody closed meanwhile stays closed', () => {
    const room = resolved(aRoom())
    room.must('incident.close', { reason: 'Over', override: 'x' }, by)
    given(room)
      .when('incident.reopen', { reason: 'Not yet', as: 'mistake', expected: 'resolved' }, by)
      .refuses('stale', 'expected')
  })
})

describe('statuses in the words of the playbook (R123)', () => {
  it('agent-lab tells Active while the room is mitigating', () => {
    const room = new Room(shipped('agent-lab'), { severity: 'P1' })
    room.must('status.set', { to: 'mitigating', reason: 'Rolling back' })
    expect(statusMessage(room.state, room.playbook, names, t0)).toContain('Status: Active since')
    expect(statusName(room.playbook, 'mitigating')).toBe('Active · mitigating')
    expect(statusChoices(room.playbook).map(({ name }) => name)).toEqual([
      'Active · investigating',
      'Active · mitigating',
      'Active · monitoring',
      'Resolved',
    ])
  })

  it('says of a status the playbook does not have that it is not from there', () => {
    const local = (id: string) =>
      statusChoices(shipped(id)).flatMap(({ status, basis }) => (basis === 'local' ? [status] : []))
    expect(local('freeagentics')).toEqual(['monitoring'])
    expect(local('agent-factory')).toEqual(['monitoring'])
    expect(local('agent-lab')).toEqual([])
    expect(local('agent-platform')).toHaveLength(4)
    expect(statusLabel(shipped('agent-platform'), 'resolved')).toBe('Resolved')
  })

  it('takes no free text', () => {
    given(aRoom()).when('status.set', { to: 'on fire', reason: 'x' }).refuses('invalid', 'to')
  })
})

describe('times people correct (R12)', () => {
  it('acknowledging on another day un-breaches nothing', () => {
    const room = aRoom({ alertFiredAt: t0 })
    room.must('incident.acknowledge', {}, { at: 7 * minute })
    expect(room.standing('ack', hour)).toEqual({ kind: 'met-late', overMs: 2 * minute })
    room.must(
      'time.set',
      { time: 'acknowledged', at: t0 + minute, reason: 'I said so by phone' },
      { at: hour },
    )
    expect(room.state.times.acknowledged).toBe(t0 + minute)
    expect(room.standing('ack', hour)).toEqual({ kind: 'met-late', overMs: 2 * minute })
  })

  it('nor does it in a clock that is judged only once there is a severity', () => {
    const until = { from: 'alert_fired', until: 'acknowledged', basis: 'stated' } as const
    const room = aRoom({ severity: null, alertFiredAt: t0 }, { response: until })
    room.must('incident.acknowledge', {}, { at: 40 * minute })
    room.must('time.set', { time: 'acknowledged', at: t0 + minute, reason: 'By phone' }, { at: 41 * minute })
    room.must('severity.set', { to: 'S1' }, { at: 42 * minute })
    expect(room.standing('response', hour)).toEqual({ kind: 'met-late', overMs: 25 * minute })
  })

  it('a corrected end moves the length and what is owed after it, and judges nothing anew', () => {
    const room = aRoom()
    room.must('flag.set', { flag: 'down', value: 'yes' })
    room.must('time.set', { time: 'impact_began', at: t0, reason: 'The graph' })
    resolved(room, 5 * hour)
    expect(room.standing('restore', 6 * hour)).toEqual({ kind: 'met-late', overMs: hour })
    room.must('time.set', { time: 'resolved', at: t0 + 3 * hour, reason: 'The graph' }, { at: 6 * hour })
    expect(lengthOf(room.state)?.ms).toBe(3 * hour)
    expect(room.clock('after/report').dueAt).toBe(t0 + 27 * hour)
    expect(room.standing('restore', 6 * hour)).toEqual({ kind: 'met-late', overMs: hour })
    expect(room.must('chat.send', { text: 'x' }, { at: 6 * hour }).map((e) => e.type)).toEqual(['chat.sent'])
  })

  it('takes a time away that was never so, and the old value stays in the record', () => {
    const room = aRoom({ impactBeganAt: t0 - minute })
    given(room)
      .when('time.set', { time: 'impact_began', at: null, reason: 'Another incident' })
      .gives(['time.set', { at: null, was: t0 - minute }])
    expect(room.state.times.impact_began).toBeUndefined()
    room.must('incident.acknowledge')
    given(room).when('time.set', { time: 'acknowledged', at: null, reason: 'x' }).refuses('invalid', 'at')
  })
})

describe('what stopped the response clock (R16)', () => {
  it.each([
    ['task.tick', { task: 'first/look' }, { kind: 'ticked', task: 'first/look' }],
    ['entry.add', { kind: 'action', text: 'Restarted' }, { kind: 'recorded' }],
    ['incident.respond', {}, { kind: 'pressed' }],
  ] as const)('by %s says so', (type, data, act) => {
    const room = aRoom()
    room.must(type, data, { at: minute, by: lee })
    room.must('task.tick', { task: 'first/stop' }, { at: 2 * minute })
    expect(room.state.facts.response).toMatchObject({ at: t0 + minute, by: 'lee', act })
  })
})
