import type { ConditionFacts } from '../playbook/conditions.ts'
import type { Condition, Moment } from '../playbook/model.ts'
import type { IncidentState } from './state.ts'

/** What conditions of the playbook are asked about. An unanswered flag is unknown, not "no". */
export function factsOf(state: IncidentState): ConditionFacts {
  const flags: Record<string, 'yes' | 'no' | 'unknown'> = {}
  for (const [id, flag] of Object.entries(state.flags)) flags[id] = flag.value
  return {
    severity: state.severity?.key ?? null,
    status: state.status.value,
    flags,
    open: isOpen(state),
    acknowledged: state.times.acknowledged !== undefined,
  }
}

/** Open until resolved; a resolved incident that is reopened is open again. */
export function isOpen(state: IncidentState): boolean {
  return state.status.value !== 'resolved' && state.status.value !== 'closed'
}

/** The moment whose time {@link momentAt} answers with: a clock of an incident declared by hand names that one. */
export function momentOf(state: IncidentState, moment: Moment): Moment {
  if (moment !== 'alert_fired' && moment !== 'detected') return moment
  if (moment === 'alert_fired' && state.times.alert_fired !== undefined) return moment
  return state.times.detected === undefined ? 'declared' : 'detected'
}

/**
 * When a moment happened, in ms, or undefined when it has not. A clock of an incident declared by hand starts at
 * detected, else at declared.
 */
export function momentAt(state: IncidentState, moment: Moment): number | undefined {
  if (moment === 'alert_fired') return state.times.alert_fired ?? state.times.detected ?? state.times.declared
  if (moment === 'detected') return state.times.detected ?? state.times.declared
  return state.times[moment]
}

/**
 * When the server saw what stops a clock, in ms: correcting a time moves what people read and judges nothing anew
 * (R12, R21). Undefined while it has not happened.
 */
export function stoppedAt(state: IncidentState, moment: Moment): number | undefined {
  const told = state.times[moment]
  if (told === undefined) return undefined
  if (moment === 'acknowledged') return state.facts.acknowledged?.at ?? told
  if (moment === 'resolved') return state.resolution?.at ?? told
  return told
}

/**
 * Since when a condition can have been true, in ms: the newest change of what it asks about. Severity does not
 * count: clocks keep their original base when it changes (R7).
 */
export function conditionSince(state: IncidentState, condition: Condition | undefined): number {
  const declared = state.times.declared ?? 0
  if (condition === undefined) return declared
  switch (condition.kind) {
    case 'all':
    case 'any':
      return Math.max(declared, ...condition.of.map((c) => conditionSince(state, c)))
    case 'not':
      return conditionSince(state, condition.of)
    case 'status':
      return Math.max(declared, state.status.at)
    case 'flag':
      return Math.max(declared, state.flags[condition.id]?.at ?? declared)
    case 'acknowledged':
      return Math.max(declared, state.times.acknowledged ?? declared)
    case 'open':
      return Math.max(declared, state.times.reopened ?? declared)
    case 'severity':
      return declared
  }
}
