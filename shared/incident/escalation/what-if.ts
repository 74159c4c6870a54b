import type { Playbook } from '../../playbook/model.ts'
import type { IncidentEvent, NewEvent } from '../events.ts'
import { evolve } from '../evolve.ts'
import type { IncidentState } from '../state.ts'
import { escalationPlan, type PlannedStep } from './plan.ts'

/** A step that would come at another time, or not at all, if something happened now. */
export interface PlanChange {
  key: string
  before: PlannedStep
  after: PlannedStep
}

/**
 * What would change in the plan if this event happened at `now` (server ms): the same planner on the log with one
 * event more. Nothing is recorded.
 */
export function whatIf(
  state: IncidentState,
  playbook: Playbook,
  happening: NewEvent,
  now: number,
): PlanChange[] {
  const imagined: IncidentEvent = {
    ...happening,
    seq: state.seq + 1,
    at: Math.max(now, state.at),
    occurredAt: Math.min(happening.occurredAt ?? now, now),
    actor: { kind: 'person', id: 'imagined' },
    commandId: 'imagined',
    hash: '',
  }
  const before = new Map(escalationPlan(state, playbook, now).map((step) => [step.key, step]))
  return escalationPlan(evolve(state, imagined), playbook, now).flatMap((after) => {
    const was = before.get(after.key)
    return was === undefined || timeOf(was) === timeOf(after) ? [] : [{ key: after.key, before: was, after }]
  })
}

/** When a step comes, or the word for why it does not. */
function timeOf({ standing }: PlannedStep): number | string {
  return standing.kind === 'pending' || standing.kind === 'due' ? standing.dueAt : standing.kind
}
