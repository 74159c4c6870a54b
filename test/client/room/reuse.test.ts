import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reuse, reuseLists } from '../../../client/components/room/reuse.ts'
import { clockOf, countOf, itemsOf } from '../../../client/views/room/checklist/task-look.ts'
import type { IncidentState, TaskState } from '../../../shared/incident/state.ts'
import { taskLists } from '../../../shared/incident/tasks.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'

const file = 'shared/playbooks/freeagentics.yaml'
const loaded = loadPlaybook(readFileSync(file, 'utf8'), file)
if (!loaded.ok) throw new Error('The playbook does not load.')
const { playbook } = loaded

const listsWith = (tasks: Record<string, TaskState>) => taskLists({ tasks } as IncidentState, playbook)

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
    expect(countOf(list?.tasks ?? [])).toEqual({ done: 1, total: 6 })
  })

  it('finds the clock that answers a task', () => {
    const clock = { id: 'ack' } as Parameters<typeof clockOf>[1][number]
    expect(clockOf(itemsOf(playbook).get('immediate/acknowledge'), [clock])).toBe(clock)
    expect(clockOf(itemsOf(playbook).get('immediate/channel'), [clock])).toBeNull()
  })
})
