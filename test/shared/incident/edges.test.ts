import { describe, expect, it } from 'vitest'
import { gatesBefore, unmet } from '../../../shared/incident/gates.ts'
import { flatTasks, taskLists } from '../../../shared/incident/tasks.ts'
import { checklist, hour, minute, owed, stated } from '../../helpers/playbook.ts'
import { shipped } from '../../helpers/shipped.ts'
import { aRoom, given, lee, Room, t0 } from './given-when-then.ts'

const taskOf = (room: Room, id: string) =>
  flatTasks(taskLists(room.state, room.playbook)).find((task) => task.id === id)
const openBefore = (room: Room, to: 'resolved' | 'closed') =>
  unmet(gatesBefore(room.state, room.playbook, to)).map(({ id }) => id)
const requires = (part: { checklists?: string[]; items?: string[] }) => ({
  id: 'g',
  label: 'It is over',
  to: 'resolved' as const,
  requires: { checklists: [], items: [], clocks: [], ...part },
  src: [],
})

describe('leaving resolved by a status (R130)', () => {
  it.each(['investigating', 'mitigating', 'monitoring'] as const)(
    'for %s asks again what vouched for the end, as reopening does',
    (to) => {
      const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
      room.must('time.set', { time: 'fix_deployed', at: t0, reason: 'v42' })
      room.look(15 * minute)
      room.must(
        'entry.add',
        { kind: 'communication', text: 'Fixed', audience: 'customers' },
        { at: 16 * minute },
      )
      for (const item of unmet(gatesBefore(room.state, room.playbook, 'resolved')))
        if (item.kind === 'task') room.must('task.tick', { task: item.id }, { at: 20 * minute, by: lee })
      room.must('status.set', { to: 'resolved', reason: 'Quiet' }, { at: 20 * minute })
      room.must('status.set', { to, reason: 'It is back' }, { at: hour })
      expect(room.state.status).toMatchObject({ value: to, at: t0 + hour })
      expect(room.state.times).toMatchObject({ reopened: t0 + hour })
      expect(room.state.times.fix_deployed).toBeUndefined()
      expect(openBefore(room, 'resolved')).toContain('verification/metrics')
      given(room)
        .when('status.set', { to: 'resolved', reason: 'Quiet' }, { at: hour })
        .refuses('conflict', 'override')
    },
  )
})

describe('taking back a task that repeats', () => {
  it('takes back the last time only: what came before it is not wiped', () => {
    const task = 'first/look'
    const room = aRoom()
    room.must('task.time', { task, ms: 5 * minute, repeats: true })
    for (const at of [1, 2, 3]) room.must('task.tick', { task }, { at: at * minute })
    room.must('task.untick', { task }, { at: 4 * minute })
    given(room)
      .when('task.untick', { task }, { at: 4 * minute })
      .refuses('conflict', 'task')
    expect(taskOf(room, task)?.repeat?.last).toMatchObject({ count: 2, at: t0 + 2 * minute })
    room.must('task.tick', { task }, { at: 5 * minute })
    room.must('task.untick', { task }, { at: 6 * minute })
    expect(taskOf(room, task)?.repeat?.last).toMatchObject({ count: 2 })
  })

  it('takes back the only time', () => {
    const task = 'first/look'
    const room = aRoom()
    room.must('task.time', { task, ms: 5 * minute, repeats: true })
    room.must('task.tick', { task }, { at: minute })
    room.must('task.untick', { task }, { at: minute })
    expect(taskOf(room, task)?.repeat?.last).toBeNull()
  })
})

describe('timers at tasks that are not asked for', () => {
  const step = 'run/restart/now/stop'
  const attached = () => given(aRoom(), ['runbook.attach', { runbook: 'restart' }]).room

  it('of a detached runbook do not ring, and are taken away', () => {
    const room = attached()
    room.must('task.time', { task: step, ms: 5 * minute })
    room.must('runbook.detach', { runbook: 'restart', reason: 'Another one' }, { at: minute })
    expect(room.has(`timer/${step}`)).toBe(false)
    room.look(5 * minute)
    expect(room.of('clock.elapsed')).not.toContainEqual(expect.objectContaining({ clock: `timer/${step}` }))
    given(room)
      .when('task.time', { task: step, ms: null }, { at: 5 * minute })
      .gives(['task.timed', { ms: null }])
    expect(room.state.tasks[step]?.timer).toBeUndefined()
    given(room).when('task.time', { task: step, ms: minute }).refuses('not-found', 'task')
    given(room).when('task.time', { task: step, ms: null }).refuses('not-found', 'task')
  })

  it('are refused where nothing would ring', () => {
    const room = attached()
    given(room).when('task.time', { task: 'run/restart/later/alert', ms: minute }).refuses('conflict', 'task')
    room.must('task.not-applicable', { task: 'first/look', reason: 'Not here' })
    given(room).when('task.time', { task: 'first/look', ms: minute }).refuses('conflict', 'task')
    room.must('task.not-applicable', { task: 'first/tell', reason: 'Nobody to tell' })
    given(room).when('task.time', { task: 'first/tell-team', ms: minute }).refuses('conflict', 'task')
  })

  it('rings at a task whose tick a regression made old', () => {
    const verify = { ...checklist('verify', 'quiet'), restartOn: ['regression' as const] }
    const task = 'verify/quiet'
    const room = aRoom({}, { checklists: [verify] })
    room.must('time.set', { time: 'fix_deployed', at: t0, reason: 'v42' })
    room.must('task.tick', { task }, { at: minute })
    room.must('fix.regress', { reason: 'Errors again' }, { at: 2 * minute })
    room.must('task.time', { task, ms: 5 * minute }, { at: 3 * minute })
    expect(room.clock(`timer/${task}`).dueAt).toBe(t0 + 8 * minute)
    room.look(8 * minute)
    expect(room.of('clock.elapsed')).toContainEqual(expect.objectContaining({ clock: `timer/${task}` }))
    room.must('task.tick', { task }, { at: 9 * minute })
    expect(room.has(`timer/${task}`)).toBe(false)
  })

  it('twelve run at once: those that rang or whose task is done make room', () => {
    const names = Array.from({ length: 15 }, (_, at) => `t${at}`)
    const room = aRoom({}, { checklists: [checklist('many', ...names)] })
    const set = (at: number) => ['task.time', { task: `many/t${at}`, ms: 5 * minute }] as const
    for (let at = 0; at < 12; at++) room.must(...set(at))
    given(room)
      .when(...set(12))
      .refuses('too-large', 'task')
    room.must('task.tick', { task: 'many/t0' })
    room.must(...set(12))
    given(room)
      .when(...set(13))
      .refuses('too-large', 'task')
    room.look(5 * minute)
    room.must(...set(13), { at: 6 * minute })
  })
})

describe('what stands before an end', () => {
  const parts = () => {
    const list = checklist('check', 'all', 'other')
    const [all] = list.items
    if (all !== undefined) all.children = checklist('check', 'one', 'two').items
    return list
  }

  it('a part of something set aside does not', () => {
    const gates = [requires({ checklists: ['check'] })]
    const room = aRoom({}, { checklists: [parts()], gates })
    room.must('task.not-applicable', { task: 'check/all', reason: 'No database' })
    expect(openBefore(room, 'resolved')).toEqual(['check/other'])
    expect(gatesBefore(room.state, room.playbook, 'resolved')[0]?.items).toMatchObject([
      { id: 'check/all', standing: 'set-aside' },
      { id: 'check/other', standing: 'open' },
    ])
    const single = aRoom({}, { checklists: [parts()], gates: [requires({ items: ['check/one'] })] })
    single.must('task.not-applicable', { task: 'check/all', reason: 'No database' })
    expect(openBefore(single, 'resolved')).toEqual([])
  })

  it('is asked once, named by its list and by itself', () => {
    const gates = [requires({ checklists: ['check'], items: ['check/all', 'check/other'] })]
    const room = aRoom({}, { checklists: [parts()], gates })
    expect(openBefore(room, 'resolved')).toEqual(['check/one', 'check/two', 'check/other'])
  })

  it('is not what begins with closing', () => {
    const postIncident = [{ ...owed('archive', stated(24 * hour)), from: 'closed' as const }]
    const room = aRoom({}, { postIncident })
    room.must('status.set', { to: 'resolved', reason: 'Quiet' })
    expect(openBefore(room, 'closed')).toEqual([])
    given(room).when('incident.close', { reason: 'Done' }).gives(['incident.closed'])
    expect(room.clock('after/archive').phase).toBe('running')
  })
})

describe('a corrected end (R12)', () => {
  it('cannot come before the incident was known of', () => {
    const room = aRoom()
    room.must('status.set', { to: 'resolved', reason: 'Quiet' }, { at: hour })
    const at = (ms: number) => ({ time: 'resolved', at: t0 + ms, reason: 'The graph' })
    given(room).when('time.set', at(-minute), { at: hour }).refuses('invalid', 'at')
    room.must('time.set', { time: 'impact_began', at: t0 - hour, reason: 'The graph' }, { at: hour })
    given(room).when('time.set', at(-minute), { at: hour }).gives(['time.set'])
    given(room)
      .when('time.set', at(-2 * hour), { at: hour })
      .refuses('invalid', 'at')
  })

  it('to a later one undoes nothing that was done after it', () => {
    const room = aRoom()
    room.must('status.set', { to: 'resolved', reason: 'Quiet' }, { at: hour })
    room.must('deadline.meet', { deadline: 'after/report' }, { at: 2 * hour })
    room.must('time.set', { time: 'resolved', at: t0 + 3 * hour, reason: 'The graph' }, { at: 4 * hour })
    expect(room.clock('after/report')).toMatchObject({ phase: 'stopped' })
    expect(room.clock('after/report').met).not.toBeNull()
    given(room)
      .when('deadline.meet', { deadline: 'after/report' }, { at: 5 * hour })
      .gives()
  })
})
