import type { PlannedStep } from './plan.ts'

/** A step of the escalation that comes by waiting alone: what it is called, and when, in server ms. */
export interface ComingCall {
  /** Of its own kind: no clock has the same. */
  id: string
  label: string
  at: number
  /** What keeps it from coming: somebody acknowledges before, or only the end of the incident. */
  unless: 'acknowledged' | 'over'
}

/** The id of the call that the step with this key is: ids of clocks have no colon. */
export function callId({ key }: { key: string }): string {
  return `call:${key}`
}

/** When a step comes if nothing but time passes, server ms: a held one when it asks again; null where it does not. */
export function comesAt({ standing }: Pick<PlannedStep, 'standing'>): number | null {
  if (standing.kind === 'pending') return standing.dueAt
  return standing.kind === 'held' ? standing.until : null
}

/** On what a call depends, as it stands behind its time. */
export function callCondition({ unless }: Pick<ComingCall, 'unless'>): string {
  return unless === 'acknowledged' ? 'if not acknowledged' : 'if still open'
}
