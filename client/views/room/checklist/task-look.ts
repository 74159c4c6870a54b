import type { Deadline } from '../../../../shared/incident/deadlines.ts'
import {
  countTasks,
  isNotNeeded,
  isSetAside,
  type Task,
  type TaskList,
} from '../../../../shared/incident/tasks.ts'
import type { Condition, Playbook } from '../../../../shared/playbook/model.ts'
import { utcTime } from '../../../state/times.ts'

export type BoxState = 'open' | 'done' | 'part' | 'not-applicable'

/** What the box of a task shows; a task with parts shows what its parts are. */
export function boxOf(task: Task): BoxState {
  if (isSetAside(task) || isNotNeeded(task)) return 'not-applicable'
  if (task.children.length === 0) return task.done === null ? 'open' : 'done'
  const { done, total } = countTasks([task])
  if (total > 0 && done === total) return 'done'
  return done > 0 ? 'part' : 'open'
}

/** The clock that answers a task, or by which it repeats; null where none counts now. */
export function clockOf(task: Task, clocks: readonly Deadline[]): Deadline | null {
  return task.clock === null ? null : (clocks.find((d) => d.id === task.clock) ?? null)
}

/** Whether more belongs to a task than a tick: commands, what came of it, a timer, a watch, another time. */
export function hasWork(task: Task): boolean {
  const { commands, state, repeat, clock, done, removes } = task
  const counts = clock !== null && done === null && (clock.includes('/') || task.bind === null)
  return commands.length > 0 || state.outcome !== undefined || repeat !== null || removes !== null || counts
}

/** Muster ticked it, by what happened. */
export function isBySelf(task: Task): boolean {
  return task.bind !== null && task.done !== null && !task.done.watched && task.done.from !== null
}

/** Who did a task and when, with all that is to be said of that; null while it waits, or where what happened did it. */
export function doneWords(task: Task, name: (person: string) => string): string | null {
  const { done } = task
  if (done === null || isBySelf(task)) return null
  if (done.watched) return `By Muster, the watch was over ${utcTime(done.at)}`
  const offline = done.madeAt === null ? '' : `, offline, recorded ${utcTime(done.at)}`
  const early = task.beforeStep === null ? '' : `, before step ${task.beforeStep}`
  return `${name(done.by)}, ${utcTime(done.madeAt ?? done.at)}${offline}${early}`
}

/** The condition of the task itself: what its checklist and the tasks above it say stands there. */
export function ownCondition(task: Task, above: number): Condition | null {
  const own = task.conditions.slice(above)
  const [first] = own
  if (first === undefined) return null
  return own.length === 1 ? first : { kind: 'all', of: own }
}

/** Tasks of a person: given to them, or to a role they hold. */
export function isMine(task: Task, me: string | null, rolesOfMine: ReadonlySet<string>): boolean {
  const to = task.state.assignee ?? task.asked
  if (to === null || me === null) return false
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
    // Runbooks stand by themselves.
    if (list.run !== null) continue
    if (list.checklist.phase === undefined || !phases.some((p) => p.id === list.checklist.phase))
      groups.push({ id: `list-${list.checklist.id}`, name: list.checklist.title, lists: [list] })
  }
  return groups
}

/** The first group that is not done: where the work is. */
export function currentGroup(groups: readonly PhaseGroup[]): string | null {
  return groups.find(({ lists }) => lists.some((list) => list.done < list.total))?.id ?? null
}
