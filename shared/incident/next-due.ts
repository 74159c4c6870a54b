import type { Playbook } from '../playbook/model.ts'
import { endsByItself, hasPassed } from './deadline.ts'
import { deadlines } from './deadlines.ts'
import { escalationPlan, nextStepAt } from './escalation/plan.ts'
import type { IncidentState } from './state.ts'

/**
 * When the runner has to look at this incident again, in ms, or null for never. Whatever this depends on is in
 * the log, so it cannot be stale (rule 5).
 */
export function nextDueAt(state: IncidentState, playbook: Playbook): number | null {
  let next: number | null = null
  for (const d of deadlines(state, playbook)) {
    if (d.phase !== 'running' || d.dueAt === null || d.lateFrom === null) continue
    if (hasPassed(state.clocks[d.id], d.dueAt)) continue
    const at = endsByItself(d) ? d.dueAt : d.lateFrom
    if (next === null || at < next) next = at
  }
  const step = nextStepAt(escalationPlan(state, playbook, state.at))
  return next === null || (step !== null && step < next) ? step : next
}
