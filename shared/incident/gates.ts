import { evaluate } from '../playbook/conditions.ts'
import type { ClockRule, Moment, Playbook, PostIncidentDeadline } from '../playbook/model.ts'
import type { Gate } from '../playbook/parts/aftermath.ts'
import { type Deadline, deadlines, ruleDeadline } from './deadlines.ts'
import { factsOf, isOpen } from './facts.ts'
import { type LeftBehind, leftBehind } from './left-behind.ts'
import { owedFacts } from './owed-after.ts'
import type { IncidentState } from './state.ts'
import {
  flatTasks,
  innermost,
  isNotNeeded,
  isSetAside,
  type Task,
  type TaskList,
  taskLists,
  wasDone,
} from './tasks.ts'

/** What a gate leads to. */
export type End = Gate['to']

/** One thing that comes before the end. What nobody has answered is never taken for done (R125, R126). */
export type GateItem =
  | {
      kind: 'task'
      id: string
      text: string
      /** `unanswered`: whether it applies hangs on a question without an answer. */
      standing: 'done' | 'set-aside' | 'open' | 'unanswered'
      task: Task
      /** It may also be noted as something to do afterwards (R94). */
      later: boolean
    }
  | {
      kind: 'clock'
      id: string
      text: string
      /** `unset`: nobody stated how long, so nothing can say that it is over. */
      standing: 'done' | 'running' | 'not-begun' | 'unset' | 'unanswered'
      clock: Deadline
      /** What it begins with. */
      begins: Moment
    }
  | {
      kind: 'deadline'
      id: string
      text: string
      /** `waiting`: it begins with an end that has not come. */
      standing: 'done' | 'open' | 'waiting' | 'unanswered'
    }

/** A gate of the playbook, or what it owes after the incident, with everything in it that applies. */
export interface GateStanding {
  id: string
  label: string
  to: End
  items: GateItem[]
}

/**
 * Everything that comes before the end `to`: the playbook's gates, and before closing also what is owed after the
 * incident (R132). An open incident that is closed passes what comes before resolving as well.
 */
export function gatesBefore(
  state: IncidentState,
  playbook: Playbook,
  to: End,
  lists: readonly TaskList[] = taskLists(state, playbook),
): GateStanding[] {
  const ends: End[] = to === 'resolved' ? ['resolved'] : isOpen(state) ? ['resolved', 'closed'] : ['closed']
  const standings = playbook.gates
    .filter((gate) => ends.includes(gate.to))
    .map((gate) => standingOf(gate, state, playbook, lists))
  if (to === 'closed') {
    standings.push(leftGate(leftBehind(state, playbook)))
    standings.push({
      id: 'after',
      label: 'Owed after the incident',
      to: 'closed',
      items: playbook.postIncident.flatMap((owed) => deadlineItem(owed, state, playbook)),
    })
  }
  return standings.filter(({ items }) => items.length > 0)
}

/** What was put on for a while comes off whether the incident was real or not (R8, R69). */
export function gatesBeforeFalsePositive(state: IncidentState, playbook: Playbook): GateStanding[] {
  const gate = leftGate(leftBehind(state, playbook).filter(({ kind }) => kind === 'remove'))
  return gate.items.length === 0 ? [] : [gate]
}

function leftGate(left: readonly LeftBehind[]): GateStanding {
  return {
    id: 'left',
    label: 'Still on, or undecided',
    to: 'closed',
    items: left.map(({ kind, task }) => taskItem(task, { later: kind === 'short-term' })),
  }
}

/** Whether this one no longer stands in the way. */
export function isMet({ standing }: GateItem): boolean {
  return standing === 'done' || standing === 'set-aside'
}

/** What still stands in the way. */
export function unmet(gates: readonly GateStanding[]): GateItem[] {
  return gates.flatMap(({ items }) => items.filter((item) => !isMet(item)))
}

/** How many things come before closing and are not done. */
export function openBeforeClosing(state: IncidentState, playbook: Playbook): number {
  return unmet(gatesBefore(state, playbook, 'closed')).length
}

/** The tasks whose ticks vouch for an end. */
export function vouching(state: IncidentState, playbook: Playbook): Task[] {
  const lists = taskLists(state, playbook)
  return once(playbook.gates.flatMap((gate) => tasksOf(gate, lists)))
}

function standingOf(
  gate: Gate,
  state: IncidentState,
  playbook: Playbook,
  lists: readonly TaskList[],
): GateStanding {
  const clocks = playbook.clocks.filter(({ id }) => gate.requires.clocks.includes(id))
  // An item that a clock of this gate answers is that clock: asked once.
  const answered = new Set(
    playbook.checklists
      .flatMap(({ items }) => items.flatMap((item) => [item, ...item.children]))
      .filter((item) => clocks.some(({ id }) => id === item.clock))
      .map(({ id }) => id),
  )
  const aside = setAsideWith(lists)
  const owed = tasksOf(gate, lists)
    .filter(({ id }) => !answered.has(id))
    .map((task) => (wasDone(task) ? task : (aside.get(task.id) ?? task)))
  const tasks = once(owed).filter((task) => !task.optional && !isNotNeeded(task))
  return {
    id: gate.id,
    label: gate.label,
    to: gate.to,
    items: [
      ...tasks.map((task) => taskItem(task, { since: state.times.reopened ?? 0 })),
      ...clocks.flatMap((rule) => clockItem(rule, state)),
    ],
  }
}

function tasksOf({ requires }: Gate, lists: readonly TaskList[]): Task[] {
  const inLists = lists
    .filter(({ checklist }) => requires.checklists.includes(checklist.id))
    .flatMap(({ tasks }) => tasks)
  const single = flatTasks(lists).filter(({ id }) => requires.items.includes(id))
  return once([...inLists, ...single].flatMap(innermost))
}

/** Each by its id once, where it stands first. */
function once(tasks: readonly Task[]): Task[] {
  return [...new Map(tasks.map((task) => [task.id, task])).values()]
}

/** The parts of what was set aside, by id: set aside with it, and answered for by it (R124). */
function setAsideWith(lists: readonly TaskList[]): Map<string, Task> {
  const found = new Map<string, Task>()
  const walk = (task: Task, above: Task | null) => {
    if (above !== null) found.set(task.id, above)
    for (const child of task.children) walk(child, above ?? (isSetAside(task) ? task : null))
  }
  for (const { tasks } of lists) for (const task of tasks) walk(task, null)
  return found
}

/** `since` (ms): what is done again and again, and was done last before the incident came back, is asked anew (R130). */
function taskItem(task: Task, { later = false, since = 0 } = {}): GateItem {
  const last = task.repeat?.last
  const standing =
    wasDone(task) && (last == null || last.at >= since)
      ? 'done'
      : isSetAside(task)
        ? 'set-aside'
        : task.applies === 'unknown'
          ? 'unanswered'
          : 'open'
  return { kind: 'task', id: task.id, text: task.text, standing, task, later }
}

function clockItem(rule: ClockRule, state: IncidentState): GateItem[] {
  const applies = rule.when === undefined ? 'true' : evaluate(rule.when, factsOf(state))
  if (applies === 'false') return []
  const clock = ruleDeadline(state, rule)
  return [
    {
      kind: 'clock',
      id: rule.id,
      text: rule.label,
      standing: applies === 'unknown' ? 'unanswered' : clockStanding(clock),
      clock,
      begins: rule.from,
    },
  ]
}

function clockStanding(clock: Deadline): Extract<GateItem, { kind: 'clock' }>['standing'] {
  if (clock.phase === 'stopped') return 'done'
  if (clock.target.kind === 'figure' && clock.target.figure.kind === 'unset') return 'unset'
  return clock.from === null ? 'not-begun' : 'running'
}

function deadlineItem(owed: PostIncidentDeadline, state: IncidentState, playbook: Playbook): GateItem[] {
  // What begins with closing cannot come before it.
  if (owed.from === 'closed') return []
  const applies = owed.when === undefined ? 'true' : evaluate(owed.when, owedFacts(state, playbook))
  if (applies === 'false') return []
  const id = `after/${owed.id}`
  const clock = deadlines(state, playbook).find((one) => one.id === id)
  const standing =
    applies === 'unknown'
      ? 'unanswered'
      : clock === undefined
        ? 'waiting'
        : clock.met === null
          ? 'open'
          : 'done'
  return [{ kind: 'deadline', id, text: owed.label, standing }]
}
