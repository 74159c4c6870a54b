import { describe, expect, it } from 'vitest'
import { boxOf } from '../../../../client/views/room/checklist/task-look.ts'
import type { RoomCommandType } from '../../../../shared/incident/commands/registry.ts'
import { deed } from '../../../../shared/incident/sentences.ts'
import { findTask, flatTasks, isNotNeeded, type Task, taskLists } from '../../../../shared/incident/tasks.ts'
import { timeline } from '../../../../shared/incident/timeline.ts'
import { checklist, minute } from '../../../helpers/playbook.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { ada, aRoom, given, kim, lee, Room, t0 } from '../given-when-then.ts'

/** A checklist fails in ways of its own: each test walks into one of them on purpose. */

const task = (room: Room, id: string): Task => {
  const found = findTask(room.state, room.playbook, id)
  if (found === undefined) throw new Error(`There is no task ${id}.`)
  return found.task
}
const under = (name: string, severity: string) => new Room(shipped(name), { severity })
const five = ['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network']

describe('ticks of several people (R57)', () => {
  const all = ['first/look', 'first/tell-team', 'first/tell-users', 'first/stop', 'second/alpha']

  it.each([
    ['in this order', all],
    ['in the other', all.toReversed()],
  ])(
    'in the same millisecond all stay, %s: a tick says which task, and never what the list was',
    (_, ids) => {
      const room = aRoom()
      const people = [kim, lee, ada]
      for (const [i, id] of ids.entries())
        room.must('task.tick', { task: id }, { at: minute, by: people[i % 3] ?? kim })
      for (const [i, id] of ids.entries())
        expect(task(room, id).done).toMatchObject({ by: people[i % 3]?.id, at: t0 + minute })
    },
  )

  it('on one task: the first person is kept, and the second tick is in the record, so that its author can be told', () => {
    const room = given(aRoom(), ['task.tick', { task: 'first/look' }, { at: minute, by: lee }])
      .when('task.tick', { task: 'first/look' }, { at: minute, by: kim })
      .gives(['task.ticked', { task: 'first/look' }])
    expect(task(room, 'first/look').done).toMatchObject({ by: 'lee' })
    expect(room.events.at(-1)?.actor.id).toBe('kim')
  })

  it('another change of the list between two ticks takes none away', () => {
    const room = aRoom()
    room.must('task.tick', { task: 'first/look' }, { at: minute, by: kim })
    room.must('task.move', { task: 'first/stop', after: null }, { at: minute, by: lee })
    room.must('task.add', { checklist: 'first', text: 'Call them', after: null }, { at: minute, by: lee })
    room.must('task.reword', { task: 'first/look', text: 'Look twice' }, { at: minute, by: ada })
    room.must('task.tick', { task: 'first/stop' }, { at: minute, by: ada })
    expect(task(room, 'first/look')).toMatchObject({ done: { by: 'kim' }, text: 'Look twice' })
    expect(task(room, 'first/stop').done).toMatchObject({ by: 'ada' })
  })

  it.each<[RoomCommandType, object]>([
    ['task.tick', {}],
    ['task.untick', {}],
    ['task.not-applicable', { reason: 'No such host' }],
    ['task.outcome', { text: 'The pool was full' }],
  ])('%s takes its author and its time from nobody but the server', (type, rest) => {
    for (const claim of [{ by: 'lee' }, { actor: { kind: 'person', id: 'lee' } }, { at: t0 - minute }])
      given(aRoom())
        .when(type, { task: 'first/look', ...rest, ...claim })
        .refuses('invalid', Object.keys(claim)[0])
  })
})

describe('ticks made offline (R58)', () => {
  const back = 40 * minute

  it('merge with those of others, and say when they were made, not when the line was back', () => {
    const room = aRoom()
    room.must('task.tick', { task: 'first/stop' }, { at: 10 * minute, by: lee })
    room.must('task.tick', { task: 'first/look' }, { at: back, madeAt: 3 * minute })
    room.must('task.tick', { task: 'second/alpha' }, { at: back, madeAt: 4 * minute })
    expect(task(room, 'first/stop').done).toMatchObject({ by: 'lee', madeAt: null })
    expect(task(room, 'first/look').done).toMatchObject({ by: 'kim', madeAt: t0 + 3 * minute })
    expect(task(room, 'second/alpha').done).toMatchObject({ by: 'kim', madeAt: t0 + 4 * minute })
    const ticks = timeline(room.events).filter(
      (row) => row.kind === 'system' && row.event.type === 'task.ticked',
    )
    expect(ticks.map((row) => (row.at - t0) / minute)).toEqual([3, 4, 10])
    expect(ticks.map((row) => row.offlineAt !== undefined)).toEqual([true, true, false])
  })

  it('of a task that another has done meanwhile: nothing is lost, the first that the server had is kept', () => {
    const room = aRoom()
    room.must('task.tick', { task: 'first/look' }, { at: 10 * minute, by: lee })
    room.must('task.tick', { task: 'first/look' }, { at: back, madeAt: 3 * minute })
    expect(task(room, 'first/look').done).toMatchObject({ by: 'lee', madeAt: null })
    expect(room.events.findLast((e) => e.type === 'task.ticked')).toMatchObject({
      actor: { id: 'kim' },
      occurredAt: t0 + 3 * minute,
    })
  })

  it('in an ordered list stand in the order they were made: a step that came late was not done late', () => {
    const list = { ...checklist('c', 'one', 'two'), ordered: true }
    const room = aRoom({}, { checklists: [list] })
    room.must('task.tick', { task: 'c/two' }, { at: 10 * minute, by: lee })
    expect(task(room, 'c/two').beforeStep).toBe(1)
    room.must('task.tick', { task: 'c/one' }, { at: back, madeAt: 3 * minute })
    expect(task(room, 'c/two').beforeStep).toBeNull()
  })

  it('what was set aside offline keeps its reason and the time it was set aside', () => {
    const room = aRoom()
    const aside = { task: 'first/look', reason: 'No such host' }
    room.must('task.not-applicable', aside, { at: back, madeAt: 3 * minute })
    expect(task(room, 'first/look').state.notApplicable).toMatchObject({ by: 'kim', reason: 'No such host' })
    expect(room.events.at(-1)).toMatchObject({ at: t0 + back, occurredAt: t0 + 3 * minute })
  })
})

describe('a task with parts (R59)', () => {
  const parents = ['investigation/dashboards', 'investigation/logs']
  const boxes = (room: Room, id: string) => boxOf(task(room, id))

  it('freeagentics has two, of four and three parts', () => {
    const room = under('freeagentics', 'SEV-1')
    const found = flatTasks(taskLists(room.state, room.playbook)).filter((one) => one.children.length > 0)
    expect(found.map((one) => one.children.length)).toEqual([4, 3])
    expect(found.map((one) => one.id)).toEqual(parents)
  })

  it('is none, some or all of its parts, and takes no tick of its own while one is open', () => {
    const room = under('freeagentics', 'SEV-1')
    for (const id of parents) {
      const parts = task(room, id).children
      expect(boxes(room, id)).toBe('open')
      for (const part of parts) {
        given(room).when('task.tick', { task: id }).refuses('conflict', 'task')
        room.must('task.tick', { task: part.id })
        expect(boxes(room, id)).toBe(part === parts.at(-1) ? 'done' : 'part')
      }
      room.must('task.untick', { task: parts[0]?.id })
      expect(boxes(room, id)).toBe('part')
    }
  })
})

describe('an ordered list (R60)', () => {
  it.each(five)('%s: its last step first is taken, and noted as out of order', (name) => {
    const playbook = shipped(name)
    const worst = playbook.severities.toSorted((a, b) => a.rank - b.rank)[0]?.key ?? ''
    const room = new Room(playbook, { severity: worst })
    const ordered = taskLists(room.state, playbook).filter(
      ({ checklist, tasks }) => checklist.ordered && tasks.length > 1,
    )
    expect(ordered.length).toBeGreaterThan(0)
    for (const { tasks } of ordered) {
      expect(tasks.map((one) => one.step)).toEqual(tasks.map((_, i) => i + 1))
      const last = tasks.findLast((one) => one.children.length === 0 && one.done === null)
      const earlier = tasks.slice(0, last === undefined ? 0 : tasks.indexOf(last))
      const open = earlier.some(
        (one) => one.done === null && one.repeat === null && !one.optional && one.applies === 'true',
      )
      if (last === undefined || last.repeat !== null || last.bind !== null || !open) continue
      room.must('task.tick', { task: last.id })
      const ticked = room.events.findLast((e) => e.type === 'task.ticked')
      expect(ticked?.data, last.id).toMatchObject({ task: last.id, ahead: expect.any(Array) })
    }
  })

  it('step 4 of 6 first: the record says which was still open, and the row says so for good', () => {
    const room = under('agent-platform', 'P0')
    const list = taskLists(room.state, room.playbook).find((one) => one.checklist.id === 'resolution')
    expect(list?.tasks).toHaveLength(6)
    const fourth = list?.tasks[3]?.id ?? ''
    room.must('task.tick', { task: fourth })
    const ticked = room.events.findLast((e) => e.type === 'task.ticked')
    if (ticked === undefined) throw new Error('it was not ticked')
    const names = { person: (id: string) => id, task: (id: string) => task(room, id).text, time: String }
    expect(deed(ticked, room.playbook, names)).toContain('out of order: before')
    expect(task(room, fourth).beforeStep).toBe(1)
  })
})

describe('a conditional item (R61)', () => {
  const channel = 'immediate/channel'

  it('is asked anew by every change of severity, not by the one it was declared with', () => {
    const room = under('freeagentics', 'SEV-3')
    expect(isNotNeeded(task(room, channel))).toBe(true)
    expect(boxOf(task(room, channel))).toBe('not-applicable')
    room.must('severity.set', { to: 'SEV-2', reason: 'More are hit' }, { at: minute })
    expect(task(room, channel).applies).toBe('true')
    expect(boxOf(task(room, channel))).toBe('open')
    room.must('severity.set', { to: 'SEV-4', reason: 'It was one person' }, { at: 2 * minute })
    expect(isNotNeeded(task(room, channel))).toBe(true)
  })

  it('keeps its condition beside it whether it applies or not', () => {
    const room = under('freeagentics', 'SEV-3')
    expect(task(room, channel).conditions).toEqual([{ kind: 'severity', keys: ['SEV-1', 'SEV-2'] }])
  })

  it('what a flag brings comes with the flag, and a question without an answer takes nothing away', () => {
    const playbook = shipped('freeagentics')
    const byFlag = playbook.checklists.flatMap(({ items }) =>
      items.filter((item) => item.when?.kind === 'flag'),
    )
    expect(byFlag.length).toBeGreaterThan(0)
    for (const item of byFlag) {
      if (item.when?.kind !== 'flag') continue
      const room = new Room(playbook, { severity: 'SEV-1' })
      const flag = item.when.id
      expect(task(room, item.id).applies).toBe('unknown')
      room.must('flag.set', { flag, value: 'no' })
      expect(task(room, item.id).applies).toBe('false')
      room.must('flag.set', { flag, value: 'yes' })
      expect(task(room, item.id).applies).toBe('true')
    }
  })
})

describe('an item bound to a fact (R62)', () => {
  const bound = (room: Room) =>
    flatTasks(taskLists(room.state, room.playbook)).filter(
      (one) => one.bind !== null && one.done === null && one.repeat === null && one.applies !== 'false',
    )

  it.each(five)(
    '%s: a hand that ticks it before the thing happened is marked, on every one of them',
    (name) => {
      const playbook = shipped(name)
      const worst = playbook.severities.toSorted((a, b) => a.rank - b.rank)[0]?.key ?? ''
      const room = new Room(playbook, { severity: worst })
      for (const { id, bind } of bound(room)) {
        room.must('task.tick', { task: id })
        const { done } = task(room, id)
        // Ticking the acknowledgement is acknowledging: then it did happen.
        const acknowledges = bind?.kind === 'fact' && bind.fact === 'acknowledged'
        expect(done?.unseen, id).toBe(!acknowledges)
        expect(done?.from === null, id).toBe(!acknowledges)
      }
    },
  )

  it('ticks itself from the very event: the second update stands behind the item it answers', () => {
    const room = under('freeagentics', 'SEV-1')
    const say = (audience: string, at: number) =>
      room.must('entry.add', { kind: 'communication', text: 'We are on it', audience }, { at })
    const [item] = bound(room).filter((one) => one.bind?.kind === 'update' && one.bind.after.length === 0)
    if (item?.bind?.kind !== 'update') throw new Error('No item waits for an update.')
    say('internal', minute)
    say(item.bind.audience, 2 * minute)
    expect(task(room, item.id).done).toMatchObject({ from: { seq: room.last('entry.added') }, unseen: false })
  })
})
