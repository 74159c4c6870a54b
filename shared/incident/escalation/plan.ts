import { type ConditionFacts, flagsOf } from '../../playbook/conditions.ts'
import type { Condition, Playbook } from '../../playbook/model.ts'
import type { EscalationPath, EscalationStep } from '../../playbook/parts/escalation.ts'
import {
  asIfSet,
  evaluatePlan,
  leavesOf,
  type PlanBase,
  type PlanCondition,
  type PlanFacts,
  trueFrom,
} from '../../playbook/plan-conditions.ts'
import { factsOf, isOpen, momentAt } from '../facts.ts'
import type { IncidentState } from '../state.ts'
import { pathsOf } from './paths.ts'
import type { TakenStep } from './state.ts'

/**
 * Who is called when, computed from the log and the playbook (rule 4): nothing here remembers a timer. The same
 * function answers "what if" when it is given a state with a hypothetical event in it.
 */

export type StepStanding =
  | TakenStep
  /** Its time has come and the log does not have it yet. */
  | { kind: 'due'; dueAt: number }
  | { kind: 'pending'; dueAt: number }
  /** A figure that nobody stated stands in its way: only a press fires it. */
  | { kind: 'unset' }
  /** Something nobody answered stands in its way. */
  | { kind: 'asks'; flags: string[]; severity: boolean; firstResponder: boolean }
  /** Waits for the step before it, whose time nobody knows. */
  | { kind: 'after'; step: string }
  /** Does not come by waiting: the incident is over, or the condition says no. */
  | { kind: 'off'; over: boolean }

export interface PlannedStep {
  path: EscalationPath
  step: EscalationStep
  /** `<path>/<step>`: its name in the log. */
  key: string
  standing: StepStanding
  /** Of a step that came by itself: whether the playbook still asks for it. A severity taken back takes its calls back. */
  stands: boolean
}

/** How long a held step is held before it is due again, ms. */
export const holdMs = 10 * 60_000

export function stepKey(path: string, step: string): string {
  return `${path}/${step}`
}

/**
 * The whole plan at `now` (server ms), in the playbook's order. Nothing comes true before `since`: what was due
 * before the newest event is in the log already, because every command first records what fell due.
 */
export function escalationPlan(
  state: IncidentState,
  playbook: Playbook,
  now: number,
  since: number = state.at,
): PlannedStep[] {
  const facts = factsOf(state)
  return pathsOf(playbook).flatMap((path) => planPath({ state, facts, now, since }, path))
}

/** Whether a step is behind: it came, somebody pressed, or it was left out. */
export function isOver({ standing }: PlannedStep): boolean {
  return standing.kind === 'done' || standing.kind === 'skipped'
}

/**
 * The step of one path that a press takes: the first that is ahead. Steps that the playbook does not ask for now are
 * passed by, while it asks for one behind them.
 */
export function nextToPress(steps: readonly PlannedStep[]): PlannedStep | undefined {
  const ahead = steps.filter((one) => !isOver(one))
  return ahead.find(({ standing }) => standing.kind !== 'off') ?? ahead[0]
}

/**
 * When the plan has to be looked at again: the first time a step comes due while nothing else happens, in ms, or
 * null for never.
 */
export function nextStepAt(plan: readonly PlannedStep[]): number | null {
  let next: number | null = null
  for (const { standing } of plan) {
    const at =
      standing.kind === 'pending' || standing.kind === 'due'
        ? standing.dueAt
        : standing.kind === 'held'
          ? standing.until
          : null
    if (at !== null && (next === null || at < next)) next = at
  }
  return next
}

/** What every step of a plan is asked about. */
interface Asked {
  state: IncidentState
  facts: ConditionFacts
  now: number
  since: number
}

function planPath(asked: Asked, path: EscalationPath): PlannedStep[] {
  /** When each step was or will be taken, as far as waiting tells. */
  const taken = new Map<string, number>()
  let previous: PlannedStep | undefined
  return path.steps.map((step) => {
    const key = stepKey(path.id, step.id)
    const before = previous === undefined ? undefined : takenAt(previous.standing)
    const standing = standingOf(asked, path, step, key, { taken, before, previous })
    const at = takenAt(standing)
    if (at !== undefined) taken.set(step.id, at)
    previous = {
      path,
      step,
      key,
      standing,
      stands: stillStands(asked, path, step, standing, { taken, before, previous }),
    }
    return previous
  })
}

/** What was pressed was meant; what came by itself stands while its condition does not say no. */
function stillStands(
  { state, facts, now }: Asked,
  path: EscalationPath,
  step: EscalationStep,
  standing: StepStanding,
  around: Around,
): boolean {
  if (standing.kind !== 'done' || standing.how === 'pressed') return true
  return evaluatePlan(wholeCondition(path, step), planFacts(state, facts, around), now) !== 'false'
}

function wholeCondition(path: EscalationPath, step: EscalationStep): PlanCondition {
  return path.when === undefined ? step.when : { kind: 'all', of: [path.when, step.when] }
}

interface Around {
  taken: ReadonlyMap<string, number>
  before: number | undefined
  previous: PlannedStep | undefined
}

function standingOf(
  { state, facts, now, since }: Asked,
  path: EscalationPath,
  step: EscalationStep,
  key: string,
  around: Around,
): StepStanding {
  const kept = own(state.escalation.steps, key)
  if (kept !== undefined && kept.kind !== 'held') return kept
  if (!isOpen(state)) return { kind: 'off', over: true }
  if (path.sequential && around.previous !== undefined && around.before === undefined)
    return around.previous.standing.kind === 'off'
      ? { kind: 'off', over: false }
      : { kind: 'after', step: around.previous.step.id }
  const plan = planFacts(state, facts, around)
  const condition = wholeCondition(path, step)
  const from = Math.max(since, path.sequential ? (around.before ?? 0) : 0)
  const dueAt = trueFrom(condition, plan, from)
  if (dueAt === null) return whyNot(condition, plan, from)
  const held = kept?.kind === 'held' ? kept : undefined
  if (held !== undefined && dueAt < held.until && now < held.until) return held
  // What was held is due when the hold is over, whatever else was written meanwhile.
  const comesAt = held === undefined ? dueAt : Math.max(dueAt, held.until)
  return comesAt <= now ? { kind: 'due', dueAt: comesAt } : { kind: 'pending', dueAt: comesAt }
}

function planFacts(state: IncidentState, facts: ConditionFacts, around: Around): PlanFacts {
  return {
    facts,
    baseAt: (base: PlanBase) => {
      switch (base.kind) {
        case 'moment':
          return momentAt(state, base.moment)
        case 'step':
          return around.taken.get(base.step)
        case 'previous':
          return around.previous === undefined ? momentAt(state, 'alert_fired') : around.before
      }
    },
    heldSince: (flag) => {
      const answered = own(state.flags, flag)
      return answered?.value === 'yes' ? answered.at : undefined
    },
    firstResponder: state.escalation.firstResponder?.position ?? null,
  }
}

/** When a step was taken, or will be while nothing else happens. */
function takenAt(standing: StepStanding): number | undefined {
  switch (standing.kind) {
    case 'done':
    case 'skipped':
      return standing.at
    case 'due':
    case 'pending':
      return standing.dueAt
    case 'held':
      return standing.until
    case 'unset':
    case 'asks':
    case 'after':
    case 'off':
      return undefined
  }
}

/** Why waiting does not bring it: told apart so that a person knows what to do about it. */
function whyNot(condition: PlanCondition, plan: PlanFacts, from: number): StepStanding {
  const comes = (one: PlanCondition) => trueFrom(one, plan, from) !== null
  const answered = asIfAnswered(condition, plan)
  if (!comes(asIfSet(answered))) return { kind: 'off', over: false }
  // A stretch of nobody knows how long is not asked about: no answer would make it fire.
  if (!comes(answered) && comes(asIfSet(asIfHeld(condition, plan)))) return { kind: 'unset' }
  const leaves = leavesOf(condition)
  const flags = leaves
    .flatMap((leaf) =>
      leaf.kind === 'is' ? flagsOf(leaf.condition) : leaf.kind === 'held' ? [leaf.flag] : [],
    )
    .filter((flag) => !isAnswered(plan, flag))
  return {
    kind: 'asks',
    flags: [...new Set(flags)],
    severity: plan.facts.severity === null && leaves.some(asksSeverity),
    firstResponder: plan.firstResponder === null && leaves.some((leaf) => leaf.kind === 'first-responder'),
  }
}

/** The condition with each unanswered question taken as answered so that it may fire. */
function asIfAnswered(condition: PlanCondition, plan: PlanFacts): PlanCondition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((one) => asIfAnswered(one, plan)) }
    case 'not':
      return evaluatePlan(condition.of, plan, 0) === 'unknown' ? always : condition
    case 'first-responder':
      return plan.firstResponder === null ? always : condition
    case 'is':
      return evaluatePlan(condition, plan, 0) === 'unknown' ? always : condition
    case 'held':
      return asIfHeld(condition, plan)
    case 'since':
    case 'manual':
      return condition
  }
}

/** The condition with each unanswered flag that has to be held taken as held since the declaration. */
function asIfHeld(condition: PlanCondition, plan: PlanFacts): PlanCondition {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((one) => asIfHeld(one, plan)) }
    case 'held':
      return isAnswered(plan, condition.flag)
        ? condition
        : { ...condition, kind: 'since', base: { kind: 'moment', moment: 'declared' } }
    case 'not':
    case 'is':
    case 'since':
    case 'manual':
    case 'first-responder':
      return condition
  }
}

const always: PlanCondition = { kind: 'all', of: [] }

function asksSeverity(leaf: PlanCondition): boolean {
  return leaf.kind === 'is' && speaksOfSeverity(leaf.condition)
}

function speaksOfSeverity(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.some(speaksOfSeverity)
    case 'not':
      return speaksOfSeverity(condition.of)
    case 'severity':
      return true
    case 'status':
    case 'flag':
    case 'open':
    case 'acknowledged':
      return false
  }
}

function isAnswered(plan: PlanFacts, flag: string): boolean {
  const answer = own(plan.facts.flags, flag)
  return answer === 'yes' || answer === 'no'
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
