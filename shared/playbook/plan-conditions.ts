import { type ConditionFacts, evaluate, type Truth } from './conditions.ts'
import type { Condition, Figure, Moment } from './model.ts'

/** What a step may count from: a moment of the incident, another step of its path, or the step before it. */
export type PlanBase =
  | { kind: 'moment'; moment: Moment }
  | { kind: 'step'; step: string }
  | { kind: 'previous' }

/**
 * A condition of the escalation plan: it may wait. `gte 30m` is true from 30:00 on, `gt 1h` just after 60:00. Three
 * values: what rests on a figure nobody stated is unknown and never fires (rule 6).
 */
export type PlanCondition =
  | { kind: 'all'; of: PlanCondition[] }
  | { kind: 'any'; of: PlanCondition[] }
  | { kind: 'not'; of: PlanCondition }
  | { kind: 'is'; condition: Condition }
  | { kind: 'since'; base: PlanBase; figure: Figure; bound: 'gte' | 'gt' }
  /** The flag has stood at yes for so long without a break. */
  | { kind: 'held'; flag: string; figure: Figure; bound: 'gte' | 'gt' }
  /** Only a person's press: never true by itself. */
  | { kind: 'manual' }
  | { kind: 'first-responder'; position: string }

/** What plan conditions are asked about. Times are server ms. */
export interface PlanFacts {
  facts: ConditionFacts
  baseAt: (base: PlanBase) => number | undefined
  /** Since when the flag stands at yes, or undefined when it does not. */
  heldSince: (flag: string) => number | undefined
  /** Position of who answered first; null while nobody said. */
  firstResponder: string | null
}

/** Judges a condition at `now` (ms). */
export function evaluatePlan(condition: PlanCondition, plan: PlanFacts, now: number): Truth {
  switch (condition.kind) {
    case 'all':
      return conjunction(condition.of.map((one) => evaluatePlan(one, plan, now)))
    case 'any':
      return negated(conjunction(condition.of.map((one) => negated(evaluatePlan(one, plan, now)))))
    case 'not':
      return negated(evaluatePlan(condition.of, plan, now))
    case 'is':
      return evaluate(condition.condition, plan.facts)
    case 'since':
    case 'held': {
      const mark = markOf(condition, plan)
      if (mark === 'unset') return 'unknown'
      return mark !== null && now >= mark ? 'true' : 'false'
    }
    case 'manual':
      return 'false'
    case 'first-responder':
      if (plan.firstResponder === null) return 'unknown'
      return plan.firstResponder === condition.position ? 'true' : 'false'
  }
}

/**
 * The first ms at which the condition is true while nothing else happens, `from` at the earliest; null when it does
 * not come true by waiting.
 */
export function trueFrom(condition: PlanCondition, plan: PlanFacts, from: number): number | null {
  const marks = marksOf(condition, plan).filter((mark) => mark > from)
  for (const at of [from, ...marks.sort((a, b) => a - b)])
    if (evaluatePlan(condition, plan, at) === 'true') return at
  return null
}

/** Marks at which waiting may change the answer. */
function marksOf(condition: PlanCondition, plan: PlanFacts): number[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap((one) => marksOf(one, plan))
    case 'not':
      return marksOf(condition.of, plan)
    case 'since':
    case 'held': {
      const mark = markOf(condition, plan)
      return typeof mark === 'number' ? [mark] : []
    }
    case 'is':
    case 'manual':
    case 'first-responder':
      return []
  }
}

/** First ms of truth; null while what it counts from has not happened. */
function markOf(
  condition: Extract<PlanCondition, { kind: 'since' | 'held' }>,
  plan: PlanFacts,
): number | 'unset' | null {
  const base = condition.kind === 'since' ? plan.baseAt(condition.base) : plan.heldSince(condition.flag)
  if (base === undefined) return null
  if (condition.figure.kind === 'unset') return 'unset'
  return base + condition.figure.ms + (condition.bound === 'gt' ? 1 : 0)
}

/**
 * The same condition with every unset figure taken as "at once". What comes true by waiting only like this cannot
 * fire until somebody sets a figure.
 */
export function asIfSet(condition: PlanCondition): PlanCondition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map(asIfSet) }
    case 'not':
      return { kind: 'not', of: asIfSet(condition.of) }
    case 'since':
    case 'held':
      return condition.figure.kind === 'unset'
        ? { ...condition, figure: { kind: 'assumed', ms: 0, why: '' } }
        : condition
    case 'is':
    case 'manual':
    case 'first-responder':
      return condition
  }
}

/** Everything a walker may ask of the parts of a condition, leaves only. */
export function leavesOf(condition: PlanCondition): PlanCondition[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(leavesOf)
    case 'not':
      return leavesOf(condition.of)
    default:
      return [condition]
  }
}

function conjunction(values: readonly Truth[]): Truth {
  if (values.includes('false')) return 'false'
  return values.includes('unknown') ? 'unknown' : 'true'
}

function negated(value: Truth): Truth {
  if (value === 'unknown') return 'unknown'
  return value === 'true' ? 'false' : 'true'
}
