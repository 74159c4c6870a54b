import type { Condition, Status } from './model.ts'

/** Strong Kleene logic: what is not known neither fires nor suppresses (rule 6). */
export type Truth = 'true' | 'false' | 'unknown'

/** What an incident knows about itself at one moment. */
export interface ConditionFacts {
  /** `null`: nobody has set it yet. */
  severity: string | null
  status: Status
  /** A flag that is missing here was not answered: unknown. */
  flags: Readonly<Record<string, 'yes' | 'no' | 'unknown'>>
  open: boolean
  acknowledged: boolean
}

/** `all` of nothing is true, `any` of nothing is false. An absent condition is the caller's `always`. */
export function evaluate(condition: Condition, facts: ConditionFacts): Truth {
  switch (condition.kind) {
    case 'all':
      return every(condition.of, facts)
    case 'any':
      return negate(every(condition.of, facts, true))
    case 'not':
      return negate(evaluate(condition.of, facts))
    case 'severity':
      return facts.severity === null ? 'unknown' : truth(condition.keys.includes(facts.severity))
    case 'status':
      return truth(condition.statuses.includes(facts.status))
    case 'flag':
      return flagTruth(condition.id, facts)
    case 'open':
      return truth(condition.is === facts.open)
    case 'acknowledged':
      return truth(condition.is === facts.acknowledged)
  }
}

/** The flags a condition asks about, each once: what to ask a person so that it becomes known. */
export function flagsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return [...new Set(condition.of.flatMap(flagsOf))]
    case 'not':
      return flagsOf(condition.of)
    case 'flag':
      return [condition.id]
    case 'severity':
    case 'status':
    case 'open':
    case 'acknowledged':
      return []
  }
}

/** Conjunction; with `negated`, the conjunction of the negations (so that `any` is its negation). */
function every(conditions: Condition[], facts: ConditionFacts, negated = false): Truth {
  let result: Truth = 'true'
  for (const condition of conditions) {
    const one = evaluate(condition, facts)
    const value = negated ? negate(one) : one
    if (value === 'false') return 'false'
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

function flagTruth(id: string, facts: ConditionFacts): Truth {
  // An own key only: a flag called `constructor` must not find Object's.
  const answer = Object.hasOwn(facts.flags, id) ? facts.flags[id] : undefined
  if (answer === 'yes') return 'true'
  return answer === 'no' ? 'false' : 'unknown'
}

function negate(value: Truth): Truth {
  if (value === 'unknown') return 'unknown'
  return value === 'true' ? 'false' : 'true'
}

function truth(value: boolean): Truth {
  return value ? 'true' : 'false'
}
