import type { Playbook } from '../playbook/model.ts'
import { shortTermSteps } from './runbooks.ts'
import type { IncidentState } from './state.ts'
import { flatTasks, isNotNeeded, isSetAside, type Task, taskLists, wasDone } from './tasks.ts'

/** What has to be decided before an incident ends. */
export interface LeftBehind {
  /** `remove`: put on for a while and still on (R69). `short-term`: to be done later, or waived (R94). */
  kind: 'remove' | 'short-term'
  task: Task
}

/** Everything that would be forgotten if the incident ended now, in the order of the lists. */
export function leftBehind(state: IncidentState, playbook: Playbook): LeftBehind[] {
  const later = new Set(shortTermSteps(state, playbook))
  const noted = new Set(state.followUps.flatMap(({ from }) => (from === null ? [] : [from])))
  return flatTasks(taskLists(state, playbook)).flatMap((task): LeftBehind[] => {
    if (wasDone(task) || isSetAside(task)) return []
    if (task.removes !== null) return [{ kind: 'remove', task }]
    // While it is open its condition keeps it away; at the end it counts.
    return later.has(task.id) && !noted.has(task.id) && !isKeptAway(task)
      ? [{ kind: 'short-term', task }]
      : []
  })
}

/** Kept away by more than that the incident is still open. */
function isKeptAway(task: Task): boolean {
  return isNotNeeded(task) && task.conditions.length > 1
}
