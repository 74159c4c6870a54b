import { evaluate } from '../playbook/conditions.ts'
import type {
  Cadence,
  ChecklistItem,
  ClockRule,
  Figure,
  Moment,
  Playbook,
  PostIncidentDeadline,
} from '../playbook/model.ts'
import { type Deadline, due, figureBasis, hasPassed, metAt, metSince, phaseOf } from './deadline.ts'
import { conditionSince, factsOf, isOpen, momentAt, momentOf } from './facts.ts'
import { owedFacts } from './owed-after.ts'
import { responseDeadline } from './response-deadline.ts'
import type { IncidentState } from './state.ts'
import { taskDeadlines } from './task-deadlines.ts'
import { watchFrom } from './task-done.ts'

export { type Deadline, type DeadlineKind, endsByItself, figureMs, hasPassed } from './deadline.ts'
export { responseClock } from './response-deadline.ts'

/** All clocks of the incident, in the playbook's order. */
export function deadlines(state: IncidentState, playbook: Playbook): Deadline[] {
  const facts = factsOf(state)
  const all: Deadline[] = []
  for (const rule of playbook.clocks) {
    if (rule.when === undefined || evaluate(rule.when, facts) === 'true') all.push(ruleDeadline(state, rule))
  }
  all.push(responseDeadline(state, playbook))
  for (const cadence of playbook.cadences) {
    const d = cadenceDeadline(
      state,
      playbook,
      cadence,
      cadence.when === undefined || evaluate(cadence.when, facts) === 'true',
    )
    if (d !== null) all.push(d)
  }
  all.push(...taskDeadlines(state, playbook))
  const phase = phaseDeadline(state, playbook)
  if (phase !== null) all.push(phase)
  for (const owed of playbook.postIncident) {
    const d = postIncidentDeadline(
      state,
      owed,
      owed.when === undefined || evaluate(owed.when, owedFacts(state, playbook)) === 'true',
    )
    if (d !== null) all.push(d)
  }
  return all
}

/** The clock of one rule of the playbook, whatever its condition says. */
export function ruleDeadline(state: IncidentState, rule: ClockRule): Deadline {
  const began = momentAt(state, rule.from)
  const from = watchFrom(state, rule)
  const kept = state.clocks[rule.id]
  const met = rule.until === 'elapsed' ? null : metAt(state, kept, rule.until)
  const watch = rule.until === 'elapsed'
  const figures = due(from, rule.target, rule.bound)
  const over = watch && figures.dueAt !== null && hasPassed(kept, figures.dueAt)
  const basis = figureBasis(rule.target, rule.basis)
  return {
    id: rule.id,
    kind: watch ? 'watch' : 'clock',
    label: rule.label,
    from: from === undefined ? null : { moment: beganBy(state, rule, began, from), at: from },
    until: rule.until,
    target: { kind: 'figure', figure: rule.target },
    bound: rule.bound,
    soft: false,
    basis: basis.basis,
    why: basis.why ?? rule.why ?? null,
    ...figures,
    phase: met !== null || over ? 'stopped' : phaseOf(state, from),
    met,
    passed: kept?.passed ?? [],
  }
}

/** The moment a clock counts from: its own, or the one that started it over. */
function beganBy(state: IncidentState, rule: ClockRule, began: number | undefined, from: number): Moment {
  const again = (rule.restartOn ?? []).find((moment) => momentAt(state, moment) === from)
  return began === from || again === undefined ? momentOf(state, rule.from) : again
}

function cadenceDeadline(
  state: IncidentState,
  playbook: Playbook,
  cadence: Cadence,
  holds: boolean,
): Deadline | null {
  if (!holds) return null
  const id = `update/${cadence.id}`
  const kept = state.clocks[id]
  const last = state.updates[cadence.audience]
  // While it was resolved no update was owed; reopening begins the interval anew.
  const since = Math.max(conditionSince(state, cadence.when), state.times.reopened ?? 0)
  // Who ticks its item says that they told it another way.
  const told = roundsOf(state, playbook, cadence.id)
  const newest = Math.max(last?.at ?? 0, told)
  const base = Math.max(since, newest)
  const basis = figureBasis(cadence.every, 'stated')
  return {
    id,
    kind: 'update',
    label: cadence.label,
    from: {
      moment: told > (last?.at ?? 0) && told >= since ? 'last time' : updateBase(state, last?.at, since),
      at: base,
    },
    until: 'update',
    target: { kind: 'figure', figure: cadence.every },
    bound: 'inclusive',
    soft: cadence.soft,
    basis: basis.basis,
    why: basis.why,
    ...due(base, cadence.every, 'inclusive'),
    phase: isOpen(state) ? 'running' : 'off',
    met: null,
    passed: kept?.passed ?? [],
  }
}

/** When an item that repeats by this cadence was ticked last, ms; 0 where nobody did. */
function roundsOf(state: IncidentState, playbook: Playbook, cadence: string): number {
  const walk = (items: readonly ChecklistItem[]): number =>
    Math.max(
      0,
      ...items.map((item) =>
        Math.max(item.cadence === cadence ? (state.tasks[item.id]?.rounds?.at ?? 0) : 0, walk(item.children)),
      ),
    )
  return Math.max(0, ...playbook.checklists.map((list) => walk(list.items)))
}

/**
 * The window the incident is in by its times alone: the last one that has begun is only known at "now", so the
 * one shown is the first whose end no passed stamp has closed. Open-ended and immediate phases have no clock.
 */
function phaseDeadline(state: IncidentState, playbook: Playbook): Deadline | null {
  if (!isOpen(state)) return null
  for (const phase of playbook.phases) {
    if (phase.window.kind !== 'window' || phase.window.toMs === null) continue
    const from = momentAt(state, phase.base)
    if (from === undefined) continue
    const id = `phase/${phase.id}`
    const kept = state.clocks[id]
    const figure: Figure = { kind: 'stated', ms: phase.window.toMs }
    const figures = due(from, figure, 'inclusive')
    if (figures.dueAt !== null && hasPassed(kept, figures.dueAt)) continue
    return {
      id,
      kind: 'phase',
      label: `${phase.name} window`,
      from: { moment: momentOf(state, phase.base), at: from },
      until: 'elapsed',
      target: { kind: 'figure', figure },
      bound: 'inclusive',
      soft: false,
      basis: 'stated',
      why: null,
      ...figures,
      phase: 'running',
      met: null,
      passed: kept?.passed ?? [],
    }
  }
  return null
}

function updateBase(state: IncidentState, last: number | undefined, since: number) {
  if (last !== undefined && last >= since) return 'last update'
  return since === state.times.declared ? 'declared' : 'first owed'
}

function postIncidentDeadline(
  state: IncidentState,
  owed: PostIncidentDeadline,
  holds: boolean,
): Deadline | null {
  const from = momentAt(state, owed.from)
  // What turned out not to be real has nothing to write up (R8); a duplicate is written up where it goes on (R9).
  if (!holds || from === undefined || state.falsePositive || state.duplicateOf !== null) return null
  const id = `after/${owed.id}`
  const kept = state.clocks[id]
  const met = metSince(state, kept, owed.from, from)
  const basis = figureBasis(owed.within, 'stated')
  return {
    id,
    kind: 'post-incident',
    label: owed.label,
    from: { moment: momentOf(state, owed.from), at: from },
    until: 'marked done',
    target: { kind: 'figure', figure: owed.within },
    bound: 'inclusive',
    soft: false,
    basis: basis.basis,
    why: basis.why,
    ...due(from, owed.within, 'inclusive'),
    phase: met === null ? 'running' : 'stopped',
    met,
    passed: kept?.passed ?? [],
  }
}
