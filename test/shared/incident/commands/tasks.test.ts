import { describe, expect, it } from 'vitest'
import { maxAddedTasks } from '../../../../shared/incident/commands/tasks.ts'
import { findTask, taskLists } from '../../../../shared/incident/tasks.ts'
import { minute } from '../../../helpers/playbook.ts'
import { aRoom, given, lee, type Room, robot, t0 } from '../given-when-then.ts'

const look = { task: 'first/look' }
const order = (room: Room, list = 0) =>
  taskLists(room.state, room.playbook)[list]?.tasks.map((t) => t.id.replace(/^\w+\//, ''))
const progress = (room: Room) => {
  const list = taskLists(room.state, room.playbook)[0]
  return [list?.done, list?.total]
}

describe('ticking', () => {
  it('keeps the first person of two, and both ticks in the record', () => {
    const room = given(aRoom())
      .when('task.tick', look, { at: minute })
      .gives(['task.ticked', look], ['clock.met', { clock: 'response' }])
    given(room)
      .when('task.tick', look, { at: 2 * minute, by: lee })
      .gives(['task.ticked', look])
    expect(room.state.tasks['first/look']?.done).toEqual({ by: 'kim', at: t0 + minute })
  })

  it('by automation is no human response', () => {
    const room = given(aRoom()).when('task.tick', look, { by: robot }).gives(['task.ticked'])
    expect(room.state.times.first_action).toBeUndefined()
  })

  it('is undone by unticking, which undoes no response', () => {
    const room = given(aRoom(), ['task.tick', look]).when('task.untick', look).gives(['task.unticked', look])
    expect(room.state.tasks['first/look']).toEqual({})
    expect(room.clock('response').met).not.toBeNull()
    given(room).when('task.untick', look).gives()
  })

  it('counts the innermost tasks that apply', () => {
    const room = aRoom()
    expect(progress(room)).toEqual([0, 4])
    room.must('task.tick', look)
    room.must('task.tick', { task: 'first/tell-team' })
    expect(progress(room)).toEqual([2, 4])
    room.must('task.not-applicable', { task: 'first/tell', reason: 'Nobody there' })
    expect(progress(room)).toEqual([1, 2])
    room.must('task.untick', { task: 'first/tell' })
    expect(progress(room)).toEqual([2, 4])
  })
})

describe('not applicable', () => {
  it('keeps who said so and why, and replaces a tick', () => {
    const room = given(aRoom(), ['task.tick', look])
      .when('task.not-applicable', { ...look, reason: 'No such host' }, { at: minute, by: lee })
      .gives(['task.not-applicable', { task: 'first/look', reason: 'No such host' }])
    expect(room.state.tasks['first/look']).toEqual({
      notApplicable: { by: 'lee', at: t0 + minute, reason: 'No such host' },
    })
    room.must('task.tick', look, { at: 2 * minute })
    expect(room.state.tasks['first/look']).toEqual({ done: { by: 'kim', at: t0 + 2 * minute } })
  })

  it('needs a reason', () => {
    given(aRoom()).when('task.not-applicable', look).refuses('invalid', 'reason')
    given(aRoom())
      .when('task.not-applicable', { ...look, reason: ' ' })
      .refuses('invalid', 'reason')
  })
})

describe('assigning', () => {
  it('to a person, to a role, and back', () => {
    const room = aRoom()
    for (const to of [
      { kind: 'person', id: 'lee' },
      { kind: 'role', id: 'scribe' },
    ] as const) {
      given(room)
        .when('task.assign', { ...look, to })
        .gives(['task.assigned', { task: 'first/look', to }])
      expect(room.state.tasks['first/look']?.assignee).toEqual(to)
    }
    room.must('task.assign', { ...look, to: null })
    expect(room.state.tasks['first/look']).toEqual({})
  })

  it('to nobody known is refused', () => {
    const to = (kind: string, id: string) => ({ ...look, to: { kind, id } })
    given(aRoom()).when('task.assign', to('person', 'nobody')).refuses('not-found', 'to')
    given(aRoom()).when('task.assign', to('role', 'king')).refuses('invalid', 'to')
    given(aRoom()).when('task.assign', to('team', 'lee')).refuses('invalid', 'to.kind')
  })
})

describe('adding, rewording and moving', () => {
  it('adds at the end, at the top and behind a task', () => {
    const room = aRoom()
    given(room)
      .when('task.add', { checklist: 'first', text: 'Last' })
      .gives(['task.added', { task: 'added/1', checklist: 'first', text: 'Last' }])
    room.must('task.add', { checklist: 'first', text: 'Top', after: null })
    room.must('task.add', { checklist: 'first', text: 'Second', after: 'first/look' })
    expect(order(room)).toEqual(['2', 'look', '3', 'tell', 'stop', '1'])
    expect(order(room, 1)).toEqual(['alpha', 'beta'])
    room.must('task.tick', { task: 'added/2' })
    expect(findTask(room.state, room.playbook, 'added/2')?.task.state.done?.by).toBe('kim')
  })

  it('keeps the order however often something goes between the same two tasks', () => {
    const room = aRoom()
    const names: string[] = []
    for (let i = 1; i <= 90; i++) {
      room.must('task.add', { checklist: 'second', text: `No ${i}`, after: 'second/alpha' })
      names.unshift(String(i))
    }
    expect(order(room, 1)).toEqual(['alpha', ...names, 'beta'])
    for (let i = 0; i < 200; i++)
      room.must('task.move', { task: `added/${90 - (i % 2)}`, after: 'second/alpha' })
    expect(order(room, 1)?.slice(0, 3)).toEqual(['alpha', '89', '90'])
  })

  it('rewords in this incident only and keeps the wording it had', () => {
    const room = given(aRoom())
      .when('task.reword', { ...look, text: 'Look twice', expected: 'Do look' })
      .gives(['task.reworded', { task: 'first/look', text: 'Look twice', was: 'Do look' }])
    expect(findTask(room.state, room.playbook, 'first/look')?.task).toMatchObject({
      text: 'Look twice',
      reworded: true,
    })
    given(room)
      .when('task.reword', { ...look, text: 'Look thrice', expected: 'Do look' })
      .refuses('stale', 'expected')
    given(room)
      .when('task.reword', { ...look, text: 'Look twice' })
      .gives()
    expect(room.playbook.checklists[0]?.items[0]?.text).toBe('Do look')
  })

  it('moves within a list, also under a parent', () => {
    const room = given(aRoom())
      .when('task.move', { task: 'first/stop', after: null })
      .gives(['task.moved', { task: 'first/stop' }])
    room.must('task.move', { task: 'first/look', after: 'first/tell' })
    expect(order(room)).toEqual(['stop', 'tell', 'look'])
    room.must('task.move', { task: 'first/tell-users', after: null })
    expect(findTask(room.state, room.playbook, 'first/tell-team')?.siblings.map((t) => t.id)).toEqual([
      'first/tell-users',
      'first/tell-team',
    ])
  })

  it('refuses another list, itself, and places that do not exist', () => {
    const room = aRoom()
    const move = (task: string, after: string) => given(room).when('task.move', { task, after })
    move('first/look', 'second/alpha').refuses('invalid', 'after')
    move('first/look', 'first/tell-team').refuses('invalid', 'after')
    move('first/look', 'first/look').refuses('invalid', 'after')
    const add = (checklist: string, after: string) =>
      given(room).when('task.add', { checklist, text: 'x', after })
    add('third', 'first/look').refuses('invalid', 'checklist')
    add('first', 'second/alpha').refuses('invalid', 'after')
    add('first', 'nowhere').refuses('invalid', 'after')
  })

  it.each([
    ['task.tick', {}],
    ['task.untick', {}],
    ['task.not-applicable', { reason: 'x' }],
    ['task.assign', { to: null }],
    ['task.reword', { text: 'x' }],
    ['task.move', { after: null }],
  ] as const)('%s names a task that is not there', (type, rest) => {
    given(aRoom())
      .when(type, { task: 'first/nothing', ...rest })
      .refuses('not-found', 'task')
  })
})

describe('limits', () => {
  it(`takes ${maxAddedTasks} added tasks and no more`, () => {
    const room = aRoom()
    for (let i = 0; i < maxAddedTasks; i++) room.must('task.add', { checklist: 'first', text: `Task ${i}` })
    given(room).when('task.add', { checklist: 'first', text: 'One more' }).refuses('too-large')
  })

  it('refuses what no longer fits, and never what makes it smaller', () => {
    const room = aRoom()
    const wide = '\u0001'.repeat(280)
    let added = 0
    while (room.try('task.add', { checklist: 'first', text: wide }).ok) {
      room.must('task.add', { checklist: 'first', text: wide })
      added += 1
    }
    expect(added).toBeGreaterThan(10)
    expect(added).toBeLessThan(maxAddedTasks)
    given(room).when('task.add', { checklist: 'first', text: wide }).refuses('too-large')
    given(room).when('task.reword', { task: 'added/1', text: 'Short' }).gives(['task.reworded'])
    for (let i = 1; i <= added; i++) room.must('task.tick', { task: `added/${i}` }, { at: minute })
    given(room).when('task.tick', look).gives(['task.ticked'])
  })
})
