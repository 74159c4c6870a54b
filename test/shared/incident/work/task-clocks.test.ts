import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { taskDeadlines } from '../../../../shared/incident/task-deadlines.ts'
import { flatTasks, taskLists } from '../../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../../shared/playbook/load.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import { checklist, minute, second, stated } from '../../../helpers/playbook.ts'
import { aRoom, given, kim, lee, Room, robot, t0 } from '../given-when-then.ts'

const loaded = loadPlaybook(readFileSync('shared/playbooks/freeagentics.yaml', 'utf8'), 'freeagentics.yaml')
if (!loaded.ok) throw new Error('The playbook does not load.')
const { playbook } = loaded
const free = () => new Room(playbook, { severity: 'SEV-1' }, kim)
const taskOf = (room: Room, id: string) =>
  flatTasks(taskLists(room.state, room.playbook)).find((task) => task.id === id)
const watch = 'verification/watch'
const fixedAt = (at: number) => ({ time: 'fix_deployed', at: t0 + at, reason: 'From the pipeline' })

describe('a timer item: the watch after the fix (R63)', () => {
  it('starts with the fix, and completes itself when its time is over', () => {
    const room = free()
    expect(room.standing('post-fix-watch', 0).kind).toBe('waiting')
    room.must('time.set', fixedAt(0), { at: 0 })
    expect(room.standing('post-fix-watch', 10 * minute)).toEqual({
      kind: 'on-track',
      remainingMs: 5 * minute,
    })
    room.look(15 * minute - 1)
    expect(taskOf(room, watch)?.done).toBeNull()
    room.look(15 * minute)
    expect(taskOf(room, watch)?.done).toMatchObject({ by: 'system', watched: true, at: t0 + 15 * minute })
    given(room)
      .when('task.tick', { task: watch }, { at: 16 * minute })
      .gives()
    given(room)
      .when('task.untick', { task: watch }, { at: 16 * minute })
      .refuses('conflict', 'task')
  })

  it('begins anew with a regression at 10:00, and with the next deploy', () => {
    const room = free()
    room.must('time.set', fixedAt(0), { at: 0 })
    room.must('fix.regress', { reason: 'Errors again' }, { at: 10 * minute })
    expect(room.standing('post-fix-watch', 10 * minute)).toEqual({
      kind: 'on-track',
      remainingMs: 15 * minute,
    })
    expect(room.clock('post-fix-watch').from).toEqual({ moment: 'regression', at: t0 + 10 * minute })
    room.look(15 * minute)
    expect(taskOf(room, watch)?.done).toBeNull()
    room.must('time.set', fixedAt(20 * minute), { at: 20 * minute })
    expect(room.clock('post-fix-watch').dueAt).toBe(t0 + 35 * minute)
    room.look(35 * minute)
    expect(taskOf(room, watch)?.done).toMatchObject({ watched: true, at: t0 + 35 * minute })
  })

  it('that was over is open again when it comes back', () => {
    const room = free()
    room.must('time.set', fixedAt(0), { at: 0 })
    room.look(15 * minute)
    room.must('fix.regress', { reason: 'Errors again' }, { at: 30 * minute })
    expect(taskOf(room, watch)?.done).toBeNull()
    expect(room.nextDue).not.toBeNull()
    room.look(45 * minute)
    expect(taskOf(room, watch)?.done).toMatchObject({ watched: true })
  })

  it('ticked by hand before its time says that Muster has not seen it; a tick of before the regression counts no more', () => {
    const room = free()
    room.must('time.set', fixedAt(0), { at: 0 })
    room.must('task.tick', { task: watch }, { at: 5 * minute })
    expect(taskOf(room, watch)?.done).toMatchObject({ by: 'kim', unseen: true })
    room.must('fix.regress', { reason: 'Errors again' }, { at: 10 * minute })
    expect(taskOf(room, watch)?.done).toBeNull()
    room.must('task.tick', { task: watch }, { at: 12 * minute, by: lee })
    expect(taskOf(room, watch)?.done).toMatchObject({ by: 'lee', unseen: true })
  })

  it('nothing comes back that was not fixed, and what is resolved is reopened', () => {
    given(free()).when('fix.regress', { reason: 'x' }).refuses('conflict')
    const room = free()
    room.must('time.set', fixedAt(0), { at: 0 })
    room.must(
      'status.set',
      { to: 'resolved', reason: 'Quiet', override: 'x' },
      { at: 20 * minute, by: robot },
    )
    given(room)
      .when('fix.regress', { reason: 'x' }, { at: 21 * minute })
      .refuses('conflict')
  })

  it('restarts only what the playbook says', () => {
    const room = aRoom({}, {})
    room.must('time.set', fixedAt(0), { at: 0 })
    room.must('fix.regress', { reason: 'Errors again' }, { at: 10 * minute })
    expect(room.clock('watch').dueAt).toBe(t0 + 15 * minute)
  })
})

describe('a list whose ticks a regression makes old', () => {
  const verify = { ...checklist('verify', 'quiet'), restartOn: ['regression' as const] }
  it('is to be ticked anew, and the older tick stays in the record', () => {
    const room = aRoom({}, { checklists: [verify] })
    room.must('time.set', fixedAt(0), { at: 0 })
    room.must('task.tick', { task: 'verify/quiet' }, { at: minute })
    room.must('fix.regress', { reason: 'Errors again' }, { at: 2 * minute })
    expect(taskOf(room, 'verify/quiet')?.done).toBeNull()
    given(room)
      .when('task.tick', { task: 'verify/quiet' }, { at: 3 * minute, by: lee })
      .gives(['task.ticked', { again: true }])
    expect(taskOf(room, 'verify/quiet')?.done).toMatchObject({ by: 'lee' })
  })
})

describe('a recurring item (R64)', () => {
  const progress = 'mitigation/progress'
  const mitigating = () =>
    given(free(), ['status.set', { to: 'mitigating', reason: 'Rolling back' }, { at: 0 }]).room

  it('is due again 30 minutes after each update: one does not end it', () => {
    const room = mitigating()
    const update = { kind: 'communication', text: 'Half way', audience: 'internal' }
    room.must('entry.add', update, { at: 20 * minute })
    expect(room.clock('update/internal').dueAt).toBe(t0 + 50 * minute)
    expect(taskOf(room, progress)).toMatchObject({ done: null, repeat: { last: { by: 'kim' } } })
    room.must('entry.add', update, { at: 45 * minute })
    expect(room.clock('update/internal').dueAt).toBe(t0 + 75 * minute)
    room.look(75 * minute + 1)
    expect(room.standing('update/internal', 76 * minute).kind).toBe('overdue')
  })

  it('ticked by hand it was done once more: it stays, and its clock counts from then', () => {
    const room = mitigating()
    room.must('incident.acknowledge', {}, { at: minute })
    given(room)
      .when('task.tick', { task: progress }, { at: 4 * minute })
      .gives(['task.ticked', { round: true }], ['clock.met'])
    expect(taskOf(room, progress)).toMatchObject({ done: null, repeat: { last: { count: 1 } } })
    expect(room.clock('update/internal').dueAt).toBe(t0 + 34 * minute)
    room.must('task.tick', { task: progress }, { at: 35 * minute, by: lee })
    expect(taskOf(room, progress)?.repeat?.last).toMatchObject({ count: 2, by: 'lee' })
    room.must('task.untick', { task: progress }, { at: 36 * minute })
    expect(room.clock('update/internal').dueAt).toBe(t0 + 34 * minute)
  })

  it('is owed only while its condition holds', () => {
    const room = mitigating()
    room.must('status.set', { to: 'monitoring', reason: 'Rolled back' }, { at: 5 * minute })
    expect(room.has('update/internal')).toBe(false)
  })
})

describe('an item with an interval of its own', () => {
  const look = checklist('look', 'pool', 'other')
  const [pool] = look.items
  if (pool !== undefined) {
    pool.every = stated(10 * minute)
    pool.when = { kind: 'status', statuses: ['mitigating'] }
  }
  const parts: Partial<Playbook> = { checklists: [look], cadences: [], phases: [], clocks: [] }
  const id = 'round/look/pool'

  it('is due, overdue, done, and due again, by the one deadline mechanism', () => {
    const room = aRoom({}, parts)
    expect(room.has(id)).toBe(false)
    room.must('status.set', { to: 'mitigating', reason: 'x' }, { at: minute })
    expect(room.clock(id)).toMatchObject({ kind: 'round', dueAt: t0 + 11 * minute, label: 'Do pool' })
    expect(room.nextDue).toBe(11 * minute + 1)
    expect(room.look(11 * minute + 1).map((e) => e.type)).toEqual(['clock.breached'])
    expect(room.standing(id, 12 * minute)).toEqual({ kind: 'overdue', overMs: minute })
    room.must('task.tick', { task: 'look/pool' }, { at: 12 * minute })
    expect(room.clock(id)).toMatchObject({ dueAt: t0 + 22 * minute, from: { moment: 'last time' } })
    expect(room.standing(id, 13 * minute).kind).toBe('on-track')
    room.must('task.not-applicable', { task: 'look/pool', reason: 'No pool' }, { at: 13 * minute })
    expect(room.has(id)).toBe(false)
  })
})

describe('a timer of a person (hold, then check)', () => {
  const task = 'first/look'
  const set = (ms: number | null, repeats = false) => ({ task, ms, repeats })

  it('runs, rings at its time, and waits until somebody ticks', () => {
    const room = aRoom()
    room.must('task.time', set(15 * minute), { at: minute })
    expect(room.clock(`timer/${task}`)).toMatchObject({ kind: 'timer', dueAt: t0 + 16 * minute })
    expect(room.standing(`timer/${task}`, 15 * minute).kind).toBe('on-track')
    expect(room.look(16 * minute).map((e) => e.data)).toContainEqual(
      expect.objectContaining({ clock: `timer/${task}`, dueAt: t0 + 16 * minute }),
    )
    expect(room.standing(`timer/${task}`, 16 * minute + second)).toEqual({ kind: 'overdue', overMs: second })
    room.must('task.tick', { task }, { at: 17 * minute })
    expect(room.has(`timer/${task}`)).toBe(false)
  })

  it('repeating it makes the task one that is due again; taken off it is a task like before', () => {
    const room = aRoom()
    room.must('task.time', set(5 * minute, true))
    room.must('task.tick', { task }, { at: 4 * minute })
    expect(taskOf(room, task)?.done).toBeNull()
    expect(room.clock(`timer/${task}`)).toMatchObject({ kind: 'round', dueAt: t0 + 9 * minute })
    room.must('task.time', set(null), { at: 5 * minute })
    expect(taskDeadlines(room.state, room.playbook)).toEqual([])
    room.must('task.tick', { task }, { at: 6 * minute })
    expect(taskOf(room, task)?.done).not.toBeNull()
    given(room)
      .when('task.time', set(5 * minute), { at: 7 * minute })
      .refuses('conflict', 'task')
  })

  it('set anew it rings anew', () => {
    const room = aRoom()
    room.must('task.time', set(5 * minute))
    room.look(5 * minute)
    room.must('task.time', set(5 * minute), { at: 5 * minute })
    expect(room.look(10 * minute).filter((e) => e.type === 'clock.elapsed')).toHaveLength(1)
  })

  it('is not for what has parts, for what is not there, or without end', () => {
    given(aRoom()).when('task.time', { task: 'first/tell', ms: minute }).refuses('conflict', 'task')
    given(aRoom()).when('task.time', { task: 'no/such', ms: minute }).refuses('not-found', 'task')
    given(aRoom()).when('task.time', { task, ms: second }).refuses('invalid', 'ms')
  })
})
