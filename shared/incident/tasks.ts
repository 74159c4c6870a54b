import { evaluate, type Truth } from '../playbook/conditions.ts'
import type { Binding, Checklist, ChecklistItem, Condition, Playbook } from '../playbook/model.ts'
import type { Assignee } from './events.ts'
import { factsOf } from './facts.ts'
import { keptLists } from './kept-lists.ts'
import { type RunList, type RunPlace, runLists, stepTexts } from './runbooks.ts'
import type { IncidentState, TaskState } from './state.ts'
import { timerId } from './task-clock-ids.ts'
import { doneBy, itemDone, type Repeat, repeatOf, restartedAt, type TaskDone } from './task-done.ts'

export type { TaskDone } from './task-done.ts'

/** A task as people see it: the playbook's item, or an added one, with what happened to it. */
export interface Task {
  id: string
  text: string
  optional: boolean
  added: boolean
  reworded: boolean
  depth: number
  rank: number
  /** What people did to it by hand. */
  state: TaskState
  /** By hand or by Muster; null while it is open, and for a task with parts: it follows them. */
  done: TaskDone | null
  /** Whether it applies now: its own condition and those above it. Unknown counts as if it did. */
  applies: Truth
  /** The conditions that `applies` answers, the checklist's first. */
  conditions: Condition[]
  /** What ticks it by itself. */
  bind: Binding | null
  /** The clock that answers it, by id: of the playbook, of its interval, or somebody's timer. */
  clock: string | null
  /** It is due again and again and never done for good (R64). */
  repeat: Repeat | null
  /** Takes away what this task put on (R69). */
  removes: string | null
  /** Commands to copy for it, by id. */
  commands: readonly string[]
  /** Who is asked for it where nobody was given it: of a running procedure (R68). */
  asked: Assignee | null
  /** Its place from 1 in a checklist whose order matters. */
  step: number | null
  /** Done by hand while this earlier step was still open. */
  beforeStep: number | null
  children: Task[]
}

export interface TaskList {
  checklist: Checklist
  applies: Truth
  /** The attached runbook it belongs to; null for a checklist of the playbook. */
  run: RunPlace | null
  tasks: Task[]
  done: number
  total: number
}

/** What every task of one state is made from. */
interface Sources {
  state: IncidentState
  playbook: Playbook
  truth: (conditions: readonly Condition[]) => Truth
}

/** Every checklist of the incident with its tasks in order. Moved and added tasks stand by their rank. */
export function taskLists(state: IncidentState, playbook: Playbook): TaskList[] {
  const facts = factsOf(state)
  const truth = (of: readonly Condition[]) => evaluate({ kind: 'all', of: [...of] }, facts)
  const sources: Sources = { state, playbook, truth }
  const own = [...playbook.checklists, ...keptLists(state, playbook)].map(
    (checklist): Omit<RunList, 'place'> & { place: RunPlace | null } => ({ checklist, place: null }),
  )
  return [...own, ...runLists(state, playbook)].map(({ checklist, place }) => {
    const conditions = checklist.when === undefined ? [] : [checklist.when]
    const since = restartedAt(state, checklist.restartOn)
    const procedure = state.procedures[checklist.id]
    const asked = procedure === undefined || procedure.ended !== null ? null : procedure.asked
    const given: Given = { conditions, since, asked, depth: 0 }
    const tasks = checklist.items.flatMap((item, index) => {
      const task = fromItem(sources, item, index + 1, given)
      return [task, ...takenAway(sources, item, task, given)]
    })
    for (const [id, task] of Object.entries(state.tasks)) {
      if (task.checklist === checklist.id)
        tasks.push(added(sources, id, task, tasks.length + 1, conditions, truth(conditions)))
    }
    tasks.sort(byRank)
    const steps = checklist.ordered ? inOrder(tasks) : tasks
    return {
      checklist,
      applies: truth(conditions),
      run: place,
      tasks: steps,
      ...countTasks(steps),
    }
  })
}

/** What the list gives to its items. */
interface Given {
  conditions: readonly Condition[]
  /** Ticks of before do not count, ms. */
  since: number
  asked: Assignee | null
  depth: number
}

function fromItem(sources: Sources, item: ChecklistItem, position: number, given: Given): Task {
  const { state, playbook, truth } = sources
  const task = state.tasks[item.id] ?? {}
  const conditions = item.when === undefined ? [...given.conditions] : [...given.conditions, item.when]
  const parent = item.children.length > 0
  const repeat = parent ? null : repeatOf(state, playbook, item.id, item)
  return {
    id: item.id,
    text: task.text ?? item.text,
    optional: item.optional,
    added: false,
    reworded: task.text !== undefined,
    depth: given.depth,
    rank: task.rank ?? position,
    state: task,
    done: parent || repeat !== null ? null : itemDone(state, playbook, item, given.since),
    applies: truth(conditions),
    conditions,
    bind: item.bind ?? null,
    clock: item.clock ?? repeat?.clock ?? timerOf(item.id, task),
    // What Muster sees is asked of nobody.
    asked: item.bind === undefined ? given.asked : null,
    repeat,
    removes: null,
    commands: item.commands ?? [],
    step: null,
    beforeStep: null,
    children: item.children
      .map((child, index) =>
        fromItem(sources, child, index + 1, { ...given, conditions, depth: given.depth + 1 }),
      )
      .sort(byRank),
  }
}

/** What was put on for a while has to come off again: a task of its own, once the first is done (R69). */
function takenAway(sources: Sources, item: ChecklistItem, put: Task, given: Given): Task[] {
  if (item.remove === undefined) return []
  const id = removalOf(item.id)
  if (put.done === null && sources.state.tasks[id] === undefined) return []
  const removal = { id, text: item.remove, optional: false, children: [], src: item.src }
  return [
    { ...fromItem(sources, removal, put.rank, given), removes: item.id, applies: 'true', conditions: [] },
  ]
}

/** The id of the task that takes away what this one put on. */
export function removalOf(task: string): string {
  return `${task}.off`
}

function added(
  { state, playbook }: Sources,
  id: string,
  task: TaskState,
  position: number,
  conditions: Condition[],
  applies: Truth,
): Task {
  const repeat = repeatOf(state, playbook, id, undefined)
  return {
    id,
    text: task.text ?? '',
    optional: false,
    added: true,
    reworded: false,
    depth: 0,
    rank: task.rank ?? position,
    state: task,
    done: repeat === null ? doneBy(task, false, null, 0) : null,
    applies,
    conditions,
    bind: null,
    clock: repeat?.clock ?? timerOf(id, task),
    asked: null,
    repeat,
    removes: null,
    commands: [],
    step: null,
    beforeStep: null,
    children: [],
  }
}

function timerOf(id: string, task: TaskState): string | null {
  return task.timer === undefined ? null : timerId(id)
}

/** Numbers the steps and marks what was done by hand before an earlier one. */
function inOrder(tasks: readonly Task[]): Task[] {
  const earlier: { step: number; leaves: Task[] }[] = []
  return tasks.map((task, index) => {
    const step = index + 1
    const mark = (one: Task): Task => ({
      ...one,
      beforeStep: skipped(earlier, one.done),
      children: one.children.map(mark),
    })
    const placed = { ...mark(task), step }
    earlier.push({ step, leaves: leavesOf(task).filter(isOwed) })
    return placed
  })
}

function skipped(earlier: readonly { step: number; leaves: Task[] }[], done: TaskDone | null): number | null {
  if (done === null || done.from !== null || done.watched) return null
  const open = earlier.find(({ leaves }) =>
    leaves.some((t) => !wasDone(t) || (t.done !== null && madeAt(t.done) > madeAt(done))),
  )
  return open?.step ?? null
}

/** When it was really done: what was done offline is no later step because it came late (R58). */
function madeAt(done: TaskDone): number {
  return done.madeAt ?? done.at
}

/**
 * The steps of an ordered checklist that stand before task `id` and are open: ticking it now is out of order, which
 * is noted and never prevented. Optional ones and those that do not apply are no reason.
 */
export function openBefore(list: TaskList, id: string): Task[] {
  if (!list.checklist.ordered) return []
  const at = list.tasks.findIndex((task) => findAmong([task], id) !== undefined)
  return list.tasks
    .slice(0, Math.max(at, 0))
    .filter((task) => leavesOf(task).some((t) => isOwed(t) && !wasDone(t)))
}

function byRank(a: Task, b: Task): number {
  return a.rank - b.rank || (a.id < b.id ? -1 : 1)
}

/** The tasks without parts that this one consists of: itself, where it has none. */
export function innermost(task: Task): Task[] {
  return task.children.length === 0 ? [task] : task.children.flatMap(innermost)
}

/** The innermost tasks, without those set aside or standing under one that is. */
function leavesOf(task: Task): Task[] {
  if (isSetAside(task)) return []
  return task.children.length === 0 ? [task] : task.children.flatMap(leavesOf)
}

/** Somebody said that it does not apply. */
export function isSetAside(task: Task): boolean {
  return task.state.notApplicable !== undefined && task.done === null
}

/** Done for good, or at least once where it repeats. */
export function wasDone(task: Task): boolean {
  return task.done !== null || (task.repeat !== null && task.repeat.last !== null)
}

/** Its condition keeps it away for now; what is done stays. */
export function isNotNeeded(task: Task): boolean {
  return task.applies === 'false' && !wasDone(task) && task.children.every(isNotNeeded)
}

/** Whether it is known to apply, or done: what hangs on a question without an answer counts only then. */
export function isAnswered(task: Task): boolean {
  return task.applies !== 'unknown' || wasDone(task)
}

/** Whether a task without parts counts in "3 of 4". */
function counts(task: Task): boolean {
  return !isSetAside(task) && !isNotNeeded(task) && isAnswered(task)
}

/** Done and all of the innermost tasks that apply. */
export function countTasks(tasks: readonly Task[]): { done: number; total: number } {
  const leaves = tasks.flatMap(leavesOf).filter(counts)
  return { done: leaves.filter(wasDone).length, total: leaves.length }
}

function isOwed(task: Task): boolean {
  return counts(task) && !task.optional
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
): { task: Task; siblings: Task[]; list: TaskList } | undefined {
  for (const list of taskLists(state, playbook)) {
    const found = findAmong(list.tasks, id)
    if (found !== undefined) return { ...found, list }
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

/** The wording of every task by its id, those of detached runbooks too: what sentences about events call them. */
export function taskTexts(lists: readonly TaskList[], playbook: Playbook): Map<string, string> {
  return new Map([...stepTexts(playbook), ...flatTasks(lists).map((task) => [task.id, task.text] as const)])
}

/** Wordings of the tasks that Muster ticked, by the seq of the event that did it. */
export function tickedByFacts(tasks: readonly Task[]): ReadonlyMap<number, string[]> {
  const bySeq = new Map<number, string[]>()
  for (const { done, text } of tasks) {
    if (done === null || done.from === null) continue
    bySeq.set(done.from.seq, [...(bySeq.get(done.from.seq) ?? []), text])
  }
  return bySeq
}
