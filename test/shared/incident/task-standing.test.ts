import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../shared/incident/facts.ts'
import { deed } from '../../../shared/incident/sentences.ts'
import { findTask, isNotNeeded, taskLists } from '../../../shared/incident/tasks.ts'
import { conditionWords, presentWords } from '../../../shared/playbook/condition-words.ts'
import type { Checklist, Condition } from '../../../shared/playbook/model.ts'
import { checklist, minute } from '../../helpers/playbook.ts'
import { aRoom, given, lee, type Room } from './given-when-then.ts'

const task = (room: Room, id: string) => {
  const found = findTask(room.state, room.playbook, id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found.task
}
const worst: Condition = { kind: 'severity', keys: ['S1', 'S2'] }
const down: Condition = { kind: 'flag', id: 'down' }

function withItem(when: Condition, more: Partial<Checklist> = {}): Room {
  const list = checklist('c', 'channel', 'other')
  const [first] = list.items
  if (first !== undefined) first.when = when
  return aRoom({ severity: 'S3' }, { checklists: [{ ...list, ...more }] })
}

describe('a conditional item', () => {
  it('does not apply at S3 and is due once the severity is S2', () => {
    const room = withItem(worst)
    expect(task(room, 'c/channel').applies).toBe('false')
    expect(isNotNeeded(task(room, 'c/channel'))).toBe(true)
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ done: 0, total: 1 })
    room.must('severity.set', { to: 'S2', reason: 'Worse' })
    expect(task(room, 'c/channel').applies).toBe('true')
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ done: 0, total: 2 })
  })

  it('says when it would, and why not now', () => {
    const room = withItem(worst)
    const { playbook } = room
    expect(conditionWords(worst, playbook)).toBe('for S1 or S2')
    expect(presentWords(worst, factsOf(room.state), playbook)).toBe('this is S3')
    const both: Condition = { kind: 'all', of: [worst, { kind: 'not', of: down }] }
    expect(conditionWords(both, playbook)).toBe('for S1 or S2 and not if “Is it down?” is yes')
    expect(presentWords(both, factsOf(room.state), playbook)).toBe('this is S3, not answered yet')
    expect(conditionWords({ kind: 'status', statuses: ['mitigating', 'resolved'] }, playbook)).toBe(
      'while Mitigating or Resolved',
    )
  })

  it('not knowing takes nothing away, and counts in nothing', () => {
    const room = withItem(down)
    expect(task(room, 'c/channel').applies).toBe('unknown')
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ total: 1 })
    room.must('flag.set', { flag: 'down', value: 'yes' })
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ total: 2 })
    room.must('flag.set', { flag: 'down', value: 'no' })
    expect(task(room, 'c/channel').applies).toBe('false')
  })

  it('what is done stays and counts', () => {
    const room = withItem(worst)
    room.must('task.tick', { task: 'c/channel' })
    expect(isNotNeeded(task(room, 'c/channel'))).toBe(false)
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ done: 1, total: 2 })
  })

  it('inherits the condition of its checklist', () => {
    const room = withItem(down, { when: worst })
    expect(task(room, 'c/other').applies).toBe('false')
    expect(task(room, 'c/other').conditions).toEqual([worst])
    expect(task(room, 'c/channel').conditions).toEqual([worst, down])
    expect(taskLists(room.state, room.playbook)[0]).toMatchObject({ applies: 'false', total: 0 })
  })
})

describe('a task with parts', () => {
  it('follows them and is not ticked itself', () => {
    const room = given(aRoom()).when('task.tick', { task: 'first/tell' }).refuses('conflict', 'task')
    room.must('task.tick', { task: 'first/tell-team' })
    expect(task(room, 'first/tell').done).toBeNull()
  })
})

describe('an ordered checklist', () => {
  const ordered = () => {
    const list = { ...checklist('c', 'one', 'two', 'three', 'four'), ordered: true }
    const two = list.items[1]
    if (two !== undefined) two.optional = true
    return aRoom({}, { checklists: [list] })
  }
  const steps = (room: Room) =>
    taskLists(room.state, room.playbook)[0]?.tasks.map((t) => [t.step, t.beforeStep])

  it('takes a tick out of order and notes it', () => {
    const room = given(ordered())
      .when('task.tick', { task: 'c/four' })
      .gives(['task.ticked', { task: 'c/four', ahead: ['c/one', 'c/three'] }], ['clock.met'])
    expect(steps(room)).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, 1],
    ])
    const names = { person: (id: string) => id, task: (id: string) => id, time: String }
    const ticked = room.events.find((e) => e.type === 'task.ticked')
    if (ticked === undefined) throw new Error('not ticked')
    expect(deed(ticked, room.playbook, names)).toBe(
      'ticked “c/four”, out of order: before “c/one” and 1 more',
    )
    room.must('task.tick', { task: 'c/one' }, { at: minute, by: lee })
    room.must('task.tick', { task: 'c/three' }, { at: 2 * minute })
    expect(steps(room)?.map(([, before]) => before)).toEqual([null, null, null, 1])
  })

  it('in order there is nothing to note', () => {
    const room = given(ordered()).when('task.tick', { task: 'c/one' }).room
    given(room)
      .when('task.tick', { task: 'c/three' }, { at: minute })
      .gives(['task.ticked', { task: 'c/three' }])
    expect(room.events.at(-1)?.data).toEqual({ task: 'c/three' })
    expect(steps(room)?.every(([, before]) => before === null)).toBe(true)
  })

  it('what was set aside or does not apply is no earlier step', () => {
    const room = ordered()
    room.must('task.not-applicable', { task: 'c/one', reason: 'None here' })
    room.must('task.tick', { task: 'c/three' })
    expect(room.events.findLast((e) => e.type === 'task.ticked')?.data).toEqual({ task: 'c/three' })
  })

  it('a list without order has no steps', () => {
    const room = aRoom()
    room.must('task.tick', { task: 'first/stop' })
    expect(taskLists(room.state, room.playbook)[0]?.tasks.map((t) => t.step)).toEqual([null, null, null])
  })
})
