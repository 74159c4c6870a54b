import type { Deadline } from '../../../../shared/incident/deadlines.ts'
import { factsOf } from '../../../../shared/incident/facts.ts'
import type { IncidentState } from '../../../../shared/incident/state.ts'
import type { Task, TaskList } from '../../../../shared/incident/tasks.ts'
import { evaluate } from '../../../../shared/playbook/conditions.ts'
import type { ChecklistItem, Playbook } from '../../../../shared/playbook/model.ts'

export type BoxState = 'open' | 'done' | 'part' | 'not-applicable'

/** What the box of a task shows; a task with parts shows what its parts are. */
export function boxOf(task: Task): BoxState {
  if (task.state.notApplicable !== undefined) return 'not-applicable'
  if (task.children.length === 0) return task.state.done === undefined ? 'open' : 'done'
  const { done, total } = countOf([task])
  if (total > 0 && done === total) return 'done'
  return done > 0 ? 'part' : 'open'
}

/** Done and all of the leaves that apply. */
export function countOf(tasks: readonly Task[]): { done: number; total: number } {
  let done = 0
  let total = 0
  for (const task of tasks) {
    if (task.children.length > 0) {
      const inside = countOf(task.children)
      done += inside.done
      total += inside.total
    } else if (task.state.notApplicable === undefined) {
      total += 1
      if (task.state.done !== undefined) done += 1
    }
  }
  return { done, total }
}

/** Playbook items by task id, to find a task's clock, cadence and condition. */
export function itemsOf(playbook: Playbook): ReadonlyMap<string, ChecklistItem> {
  const found = new Map<string, ChecklistItem>()
  const walk = (item: ChecklistItem) => {
    found.set(item.id, item)
    item.children.forEach(walk)
  }
  for (const checklist of playbook.checklists) checklist.items.forEach(walk)
  return found
}

/** The clock that answers a task, or the cadence it repeats by. */
export function clockOf(item: ChecklistItem | undefined, clocks: readonly Deadline[]): Deadline | null {
  if (item?.clock !== undefined) return clocks.find((d) => d.id === item.clock) ?? null
  if (item?.cadence !== undefined) return clocks.find((d) => d.id === `update/${item.cadence}`) ?? null
  return null
}

/**
 * Tasks whose condition is false here, by id. Unknown never hides anything, and neither does a task that somebody
 * has touched already.
 */
export function notNeeded(state: IncidentState, playbook: Playbook): ReadonlySet<string> {
  const facts = factsOf(state)
  const hidden = new Set<string>()
  for (const [id, item] of itemsOf(playbook)) {
    if (item.when !== undefined && evaluate(item.when, facts) === 'false' && state.tasks[id] === undefined)
      hidden.add(id)
  }
  for (const checklist of playbook.checklists) {
    if (checklist.when === undefined || evaluate(checklist.when, facts) !== 'false') continue
    for (const item of checklist.items) if (state.tasks[item.id] === undefined) hidden.add(item.id)
  }
  return hidden
}

/** Tasks of a person: given to them, or to a role they hold. */
export function isMine(task: Task, me: string | null, rolesOfMine: ReadonlySet<string>): boolean {
  const to = task.state.assignee
  if (to === undefined || me === null) return false
  return to.kind === 'person' ? to.id === me : rolesOfMine.has(to.id)
}

export interface PhaseGroup {
  id: string
  name: string
  lists: TaskList[]
}

/** Checklists under their phases in order; those of no phase stand under their own name. */
export function phaseGroups(playbook: Playbook, lists: readonly TaskList[]): PhaseGroup[] {
  const phases = [...playbook.phases].sort((a, b) => a.order - b.order)
  const groups: PhaseGroup[] = []
  for (const phase of phases) {
    const inside = lists.filter((list) => list.checklist.phase === phase.id)
    if (inside.length > 0) groups.push({ id: phase.id, name: phase.name, lists: inside })
  }
  for (const list of lists) {
    if (list.checklist.phase === undefined || !phases.some((p) => p.id === list.checklist.phase))
      groups.push({ id: `list-${list.checklist.id}`, name: list.checklist.title, lists: [list] })
  }
  return groups
}

/** The first group that is not done: where the work is. */
export function currentGroup(groups: readonly PhaseGroup[], hidden: ReadonlySet<string>): string | null {
  const open = groups.find((group) => {
    const tasks = group.lists.flatMap((list) => list.tasks).filter((task) => !hidden.has(task.id))
    const { done, total } = countOf(tasks)
    return done < total
  })
  return open?.id ?? null
}
