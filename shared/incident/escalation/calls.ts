import type { Playbook } from '../../playbook/model.ts'
import { event } from '../events.ts'
import type { IncidentState } from '../state.ts'
import { type ComingCall, callId, comesAt } from './coming.ts'
import { escalationPlan, type PlannedStep } from './plan.ts'
import { whatIf } from './what-if.ts'

/** Steps that nothing but time stands before, soonest first; a held one by when it asks again. */
export function comingCalls(
  state: IncidentState,
  playbook: Playbook,
  plan: readonly PlannedStep[] = escalationPlan(state, playbook, state.at),
): ComingCall[] {
  const coming = plan.flatMap((one) => {
    const at = comesAt(one)
    return at === null ? [] : [{ id: callId(one), label: one.step.label, at }]
  })
  if (coming.length === 0) return []
  const answered = answeredKeys(state, playbook)
  return coming
    .map((call): ComingCall => ({ ...call, unless: answered.has(call.id) ? 'acknowledged' : 'over' }))
    .sort((a, b) => a.at - b.at)
}

/** Steps that would not come if somebody acknowledged now. */
function answeredKeys(state: IncidentState, playbook: Playbook): ReadonlySet<string> {
  if (state.times.acknowledged !== undefined) return new Set()
  const changes = whatIf(state, playbook, event('incident.acknowledged', {}), state.at)
  return new Set(changes.flatMap(({ after }) => (comesAt(after) === null ? [callId(after)] : [])))
}
