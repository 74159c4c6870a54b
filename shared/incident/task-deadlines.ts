import { evaluate } from '../playbook/conditions.ts'
import type { ChecklistItem, Condition, Figure, Playbook } from '../playbook/model.ts'
import { type Deadline, due, figureBasis, hasPassed } from './deadline.ts'
import { conditionSince, factsOf, isOpen } from './facts.ts'
import type { IncidentState, TaskState, TaskTimer } from './state.ts'
import { roundId, timerId } from './task-clock-ids.ts'
import { isNotNeeded, isSetAside, type Task, type TaskList, taskLists } from './tasks.ts'

/**
 * Clocks of single tasks, by the one mechanism of all clocks: what the playbook has done again and again (`round`),
 * and the timers people set at a task (`timer`; a repeating one is a `round` of their own). Times are ms.
 */
export function taskDeadlines(state: IncidentState, playbook: Playbook): Deadline[] {
  const all: Deadline[] = []
  for (const { item, when } of repeating(playbook)) {
    const holds: Condition = { kind: 'all', of: when }
    if (isPutAside(state.tasks[item.id]) || evaluate(holds, factsOf(state)) !== 'true') continue
    all.push(roundDeadline(state, item, holds))
  }
  all.push(...timers(state, playbook))
  return all
}

/** The timers of people at tasks that are asked for: those of what is done, set aside or detached ring no more. */
function timers(state: IncidentState, playbook: Playbook): Deadline[] {
  if (!Object.values(state.tasks).some(({ timer }) => timer !== undefined)) return []
  return askedFor(taskLists(state, playbook)).flatMap((task) => {
    const { timer } = task.state
    return timer === undefined ? [] : [timerDeadline(state, task, timer)]
  })
}

/** Ids of the timers that have not rung yet, or ring again and again. */
export function runningTimers(state: IncidentState, playbook: Playbook): string[] {
  return timers(state, playbook).flatMap(({ id, kind, dueAt }) =>
    kind === 'timer' && dueAt !== null && hasPassed(state.clocks[id], dueAt) ? [] : [id],
  )
}

/** The tasks without parts that are open and stand where a timer rings. */
export function askedFor(lists: readonly TaskList[]): Task[] {
  const walk = (task: Task): Task[] => {
    if (isSetAside(task) || isNotNeeded(task)) return []
    return task.children.length > 0 ? task.children.flatMap(walk) : task.done === null ? [task] : []
  }
  return lists.flatMap(({ tasks }) => tasks.flatMap(walk))
}

function isPutAside(task: TaskState | undefined): boolean {
  return task?.notApplicable !== undefined
}

interface Repeating {
  item: ChecklistItem & { every: Figure }
  /** Its conditions, the checklist's first. */
  when: Condition[]
}

const known = new WeakMap<Playbook, readonly Repeating[]>()

/** Items with an interval of their own; found once per playbook, which never changes. */
function repeating(playbook: Playbook): readonly Repeating[] {
  const before = known.get(playbook)
  if (before !== undefined) return before
  const walk = (item: ChecklistItem, above: Condition[]): Repeating[] => {
    const when = item.when === undefined ? above : [...above, item.when]
    const { every } = item
    return [
      ...(every === undefined ? [] : [{ item: { ...item, every }, when }]),
      ...item.children.flatMap((child) => walk(child, when)),
    ]
  }
  const found = playbook.checklists.flatMap((list) =>
    list.items.flatMap((item) => walk(item, list.when === undefined ? [] : [list.when])),
  )
  known.set(playbook, found)
  return found
}

function roundDeadline(state: IncidentState, item: Repeating['item'], holds: Condition): Deadline {
  const task = state.tasks[item.id]
  const last = task?.rounds?.at ?? 0
  const since = Math.max(conditionSince(state, holds), state.times.reopened ?? 0)
  const from = Math.max(since, last)
  const { basis, why } = figureBasis(item.every, 'stated')
  return {
    ...common(state, roundId(item.id), task?.text ?? item.text),
    kind: 'round',
    from: { moment: last >= since ? 'last time' : 'first owed', at: from },
    until: 'done',
    target: { kind: 'figure', figure: item.every },
    bound: 'inclusive',
    basis,
    why,
    ...due(from, item.every, 'inclusive'),
  }
}

function timerDeadline(
  state: IncidentState,
  { id, text, state: task }: Task,
  { ms, repeats, at }: TaskTimer,
): Deadline {
  const last = repeats ? (task.rounds?.at ?? 0) : 0
  const from = Math.max(at, last)
  const figure: Figure = { kind: 'stated', ms }
  const bound = repeats ? 'inclusive' : 'exclusive'
  return {
    ...common(state, timerId(id), text),
    kind: repeats ? 'round' : 'timer',
    from: { moment: last > at ? 'last time' : 'set', at: from },
    until: repeats ? 'done' : 'elapsed',
    target: { kind: 'figure', figure },
    bound,
    basis: 'local',
    why: null,
    ...due(from, figure, bound),
  }
}

function common(state: IncidentState, id: string, label: string) {
  return {
    id,
    label: shortened(label),
    soft: false,
    phase: isOpen(state) ? 'running' : 'off',
    met: null,
    passed: state.clocks[id]?.passed ?? [],
  } as const
}

/** Longest label of a clock, UTF-16 units. */
const longestLabel = 60

function shortened(text: string): string {
  return text.length <= longestLabel ? text : `${text.slice(0, longestLabel - 1).trimEnd()}…`
}
