import { type ComingCall, callId } from '../../../../shared/incident/escalation/coming.ts'
import type { PlannedStep } from '../../../../shared/incident/escalation/plan.ts'

/** The steps of the path that a call is on; of the first path where nobody is called by waiting. */
export function ladderOf(plan: readonly PlannedStep[], call: ComingCall | null): PlannedStep[] {
  const on = (plan.find((one) => callId(one) === call?.id) ?? plan[0])?.path.id
  return plan.filter(({ path }) => path.id === on)
}
