import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reuse, reuseLists } from '../../../client/components/room/reuse.ts'
import { clockOf } from '../../../client/views/room/checklist/task-look.ts'
import type { TaskState } from '../../../shared/incident/state.ts'
import { countTasks, flatTasks, taskLists } from '../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { Room } from '../../shared/incident/given-when-then.ts'

const file = 'shared/playbooks/freeagentics.yaml'
const loaded = loadPlaybook(readFileSync(file, 'utf8'), file)
if (!loaded.ok) throw new Error('The playbook does not load.')
const { playbook } = loaded

const { state } = new Room(playbook)
const listsWith = (tasks: Record<string, TaskState>) => taskLists({ ...state, tasks }, playbook)

describe('objects of before', () => {
  it('gives the very list back when nothing changed', () => {
    const before = listsWith({})
    expect(reuseLists(before, listsWith({}))).toBe(before)
  })

  it('changes the ticked task, what is above it, and no other', () => {
    const before = listsWith({})
    const id = 'immediate/channel'
    const after = reuseLists(before, listsWith({ [id]: { done: { by: 'p1', at: 1 } } }))
    const changed = after.flatMap((list, i) => (list === before[i] ? [] : [list.checklist.id]))
    expect(changed).toEqual(['immediate'])
    const at = before.findIndex((list) => list.checklist.id === 'immediate')
    const others = after[at]?.tasks.filter((task) => task.id !== id) ?? []
    expect(others.length).toBeGreaterThan(0)
    for (const task of others) expect(before[at]?.tasks).toContain(task)
  })

  it('draws a list anew that another version of the playbook calls otherwise, though no task of it changed (R67)', () => {
    const before = listsWith({})
    const checklists = playbook.checklists.map((list) => ({ ...list, title: `${list.title}, reworded` }))
    const after = reuseLists(before, taskLists(state, { ...playbook, checklists }))
    expect(after.map((list) => list.checklist.title)).toEqual(checklists.map(({ title }) => title))
  })

  it('compares plain items by their key', () => {
    const before = [
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ]
    const after = reuse(
      before,
      [
        { id: 'b', n: 2 },
        { id: 'a', n: 3 },
      ],
      (item) => item.id,
    )
    expect(after[0]).toBe(before[1])
    expect(after[1]).toEqual({ id: 'a', n: 3 })
  })
})

describe('tasks as the room shows them', () => {
  it('counts leaves, without those that do not apply', () => {
    const list = listsWith({
      'immediate/channel': { done: { by: 'p1', at: 1 } },
      'immediate/monitoring': { notApplicable: { by: 'p1', at: 1, reason: 'none' } },
    }).find((l) => l.checklist.id === 'immediate')
    expect(countTasks(list?.tasks ?? [])).toEqual({ done: 1, total: 5 })
  })

  it('finds the clock that answers a task', () => {
    const clock = { id: 'ack' } as Parameters<typeof clockOf>[1][number]
    const tasks = flatTasks(listsWith({}))
    const task = (id: string) => tasks.find((one) => one.id === id)
    const [acknowledge, channel] = [task('immediate/acknowledge'), task('immediate/channel')]
    if (acknowledge === undefined || channel === undefined) throw new Error('There are no such tasks.')
    expect(clockOf(acknowledge, [clock])).toBe(clock)
    expect(clockOf(channel, [clock])).toBeNull()
  })
})
