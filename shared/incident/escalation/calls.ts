import type { PlannedStep } from './plan.ts'

/** A step of the escalation that comes by waiting alone: what it is called, and when, in server ms. */
export interface ComingCall {
  /** The step's name in the log. */
  id: string
  label: string
  at: number
}

/** Steps that nothing but time stands before, soonest first; a held one by when it asks again. */
export function comingCalls(plan: readonly PlannedStep[]): ComingCall[] {
  return plan
    .flatMap(({ key, step, standing }) => {
      if (standing.kind === 'pending') return [{ id: key, label: step.label, at: standing.dueAt }]
      if (standing.kind === 'held') return [{ id: key, label: step.label, at: standing.until }]
      return []
    })
    .sort((a, b) => a.at - b.at)
}
