import type { Checklist, ChecklistItem, Playbook } from '../playbook/model.ts'
import type { IncidentState, TaskState } from './state.ts'

/** A task as people see it: the playbook's item, or an added one, with what happened to it. */
export interface Task {
  id: string
  text: string
  optional: boolean
  added: boolean
  reworded: boolean
  depth: number
  rank: number
  state: TaskState
  children: Task[]
}

export interface TaskList {
  checklist: Checklist
  tasks: Task[]
  done: number
  total: number
}

/** Every checklist of the incident with its tasks in order. Moved and added tasks stand by their rank. */
export function taskLists(state: IncidentState, playbook: Playbook): TaskList[] {
  return playbook.checklists.map((checklist) => {
    const tasks = checklist.items.map((item, index) => fromItem(state, item, index + 1, 0))
    for (const [id, task] of Object.entries(state.tasks)) {
      if (task.checklist !== checklist.id) continue
      tasks.push({
        id,
        text: task.text ?? '',
        optional: false,
        added: true,
        reworded: false,
        depth: 0,
        rank: task.rank ?? tasks.length + 1,
        state: task,
        children: [],
      })
    }
    tasks.sort(byRank)
    const leaves = tasks.flatMap(withLeaves)
    return {
      checklist,
      tasks,
      done: leaves.filter((t) => t.state.done !== undefined).length,
      total: leaves.length,
    }
  })
}

function fromItem(state: IncidentState, item: ChecklistItem, position: number, depth: number): Task {
  const task = state.tasks[item.id] ?? {}
  return {
    id: item.id,
    text: task.text ?? item.text,
    optional: item.optional,
    added: false,
    reworded: task.text !== undefined,
    depth,
    rank: task.rank ?? position,
    state: task,
    children: item.children.map((child, index) => fromItem(state, child, index + 1, depth + 1)).sort(byRank),
  }
}

function byRank(a: Task, b: Task): number {
  return a.rank - b.rank || (a.id < b.id ? -1 : 1)
}

/** What counts: the innermost tasks, without those that do not apply or stand under one that does not. */
function withLeaves(task: Task): Task[] {
  if (task.state.notApplicable !== undefined) return []
  return task.children.length === 0 ? [task] : task.children.flatMap(withLeaves)
}

/** All tasks, parents before their children. */
export function flatTasks(lists: readonly TaskList[]): Task[] {
  const walk = (task: Task): Task[] => [task, ...task.children.flatMap(walk)]
  return lists.flatMap((list) => list.tasks.flatMap(walk))
}

/** The task and its siblings in order, or undefined when there is no such task. */
export function findTask(
  state: IncidentState,
  playbook: Playbook,
  id: string,
): { task: Task; siblings: Task[]; checklist: Checklist } | undefined {
  for (const list of taskLists(state, playbook)) {
    const found = findAmong(list.tasks, id)
    if (found !== undefined) return { ...found, checklist: list.checklist }
  }
  return undefined
}

function findAmong(tasks: Task[], id: string): { task: Task; siblings: Task[] } | undefined {
  for (const task of tasks) {
    if (task.id === id) return { task, siblings: tasks }
    const deeper = findAmong(task.children, id)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/**
 * The ranks that put task `id` right behind `after` (null: first) among `siblings`, in order. Mostly its own alone;
 * all of them where halving found no number between two neighbours any more.
 */
export function ranksFor(
  siblings: readonly Task[],
  id: string,
  after: string | null,
): { task: string; rank: number }[] {
  const rank = rankAfter(siblings, after)
  const index = after === null ? -1 : siblings.findIndex((t) => t.id === after)
  const before = siblings[index]?.rank ?? Number.NEGATIVE_INFINITY
  const next = siblings[index + 1]?.rank ?? Number.POSITIVE_INFINITY
  if (before < rank && rank < next) return [{ task: id, rank }]
  const ids = siblings.map((t) => t.id)
  return ids.toSpliced(index + 1, 0, id).map((task, at) => ({ task, rank: at + 1 }))
}

/** A rank that stands right behind `after` (null: first) among `siblings`, in order. */
export function rankAfter(siblings: readonly Task[], after: string | null): number {
  const index = after === null ? -1 : siblings.findIndex((t) => t.id === after)
  const before = index < 0 ? undefined : siblings[index]
  const next = siblings[index + 1]
  if (before === undefined) return next === undefined ? 1 : next.rank - 1
  return next === undefined ? before.rank + 1 : (before.rank + next.rank) / 2
}
