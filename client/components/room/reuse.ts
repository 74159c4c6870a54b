import type { Task, TaskList } from '../../../shared/incident/tasks.ts'

/**
 * Keeps the objects of before where nothing changed, matched by `keyOf` and compared as JSON, so that one event
 * draws what it concerns and nothing else. For short lists of plain data.
 */
export function reuse<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const known = new Map(before.map((item) => [keyOf(item), item]))
  const items = after.map((item) => {
    const old = known.get(keyOf(item))
    return old !== undefined && JSON.stringify(old) === JSON.stringify(item) ? old : item
  })
  return sameItems(before, items) ? before : items
}

/** The same for checklists: a tick changes its task, the tasks above it and their list. */
export function reuseLists(before: readonly TaskList[], after: readonly TaskList[]): readonly TaskList[] {
  const known = new Map(before.map((list) => [list.checklist.id, list]))
  const lists = after.map((list) => {
    const old = known.get(list.checklist.id)
    if (old === undefined) return list
    const tasks = reuseTasks(old.tasks, list.tasks)
    const same = old.done === list.done && old.total === list.total && sameItems(old.tasks, tasks)
    return same && sameChecklist(old, list) ? old : { ...list, tasks }
  })
  return sameItems(before, lists) ? before : lists
}

/** A list of the playbook is one object until another version is adopted; those of runbooks are made each time. */
function sameChecklist(a: TaskList, b: TaskList): boolean {
  return a.checklist === b.checklist || JSON.stringify(a.checklist) === JSON.stringify(b.checklist)
}

function reuseTasks(before: readonly Task[], after: readonly Task[]): Task[] {
  const known = new Map(before.map((task) => [task.id, task]))
  return after.map((task) => {
    const old = known.get(task.id)
    if (old === undefined) return task
    const children = reuseTasks(old.children, task.children)
    const same = sameItems(old.children, children) && withoutChildren(old) === withoutChildren(task)
    return same ? old : { ...task, children }
  })
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

function withoutChildren({ children: _children, ...task }: Task): string {
  return JSON.stringify(task)
}
