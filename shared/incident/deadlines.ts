import { evaluate } from '../playbook/conditions.ts'
import type {
  Basis,
  Bound,
  Cadence,
  ClockRule,
  Figure,
  Moment,
  Playbook,
  PostIncidentDeadline,
  ResponseTarget,
} from '../playbook/model.ts'
import { conditionSince, factsOf, isOpen, momentAt, momentOf } from './facts.ts'
import { type ClockState, type IncidentState, maxPassed } from './state.ts'

export type DeadlineKind = 'clock' | 'response' | 'update' | 'watch' | 'phase' | 'post-incident'

/**
 * One clock of an incident, computed from state and playbook, never stored as truth. Nothing in it depends on
 * "now": screens judge it against the server's time with {@link standingAt} (rule 4), so seconds never cross the
 * wire. Times are ms.
 */
export interface Deadline {
  id: string
  kind: DeadlineKind
  label: string
  /** What starts it, and when that was; null while it has not happened. */
  from: { moment: Moment | 'last update' | 'first owed'; at: number } | null
  /** What stops it, in the playbook's terms. */
  until: Moment | 'elapsed' | 'update' | 'marked done'
  /** What the playbook says about the length. */
  target:
    | { kind: 'figure'; figure: Figure }
    | { kind: 'next-business-day'; by: 'start' | 'end'; basis: Basis }
    | { kind: 'scheduled' }
    | { kind: 'no-severity' }
  bound: Bound
  soft: boolean
  basis: Basis
  why: string | null
  /** Last moment in time, or null where nobody stated a figure. */
  dueAt: number | null
  /** First ms at which it is late: `dueAt` for "under", `dueAt + 1` for "within". */
  lateFrom: number | null
  targetMs: number | null
  /** `off`: not counting now (condition not met, or the incident is over). */
  phase: 'waiting' | 'running' | 'stopped' | 'off'
  met: NonNullable<ClockState['met']> | null
  passed: ClockState['passed']
}

export const responseClock = 'response'

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
      cadence,
      cadence.when === undefined || evaluate(cadence.when, facts) === 'true',
    )
    if (d !== null) all.push(d)
  }
  const phase = phaseDeadline(state, playbook)
  if (phase !== null) all.push(phase)
  for (const owed of playbook.postIncident) {
    const d = postIncidentDeadline(
      state,
      owed,
      owed.when === undefined || evaluate(owed.when, facts) === 'true',
    )
    if (d !== null) all.push(d)
  }
  return all
}

function due(
  from: number | undefined,
  figure: Figure,
  bound: Bound,
): { dueAt: number | null; lateFrom: number | null; targetMs: number | null } {
  const targetMs = figureMs(figure)
  if (from === undefined || targetMs === null) return { dueAt: null, lateFrom: null, targetMs }
  const dueAt = from + targetMs
  return { dueAt, lateFrom: bound === 'exclusive' ? dueAt : dueAt + 1, targetMs }
}

/** The figure in ms, or null when nobody stated one. */
export function figureMs(figure: Figure): number | null {
  return figure.kind === 'unset' ? null : figure.ms
}

function figureBasis(figure: Figure, otherwise: Basis): { basis: Basis; why: string | null } {
  switch (figure.kind) {
    case 'assumed':
      return { basis: 'assumed', why: figure.why }
    case 'local':
      return { basis: 'local', why: `Entered by ${figure.by}` }
    case 'stated':
    case 'unset':
      return { basis: otherwise, why: null }
  }
}

function ruleDeadline(state: IncidentState, rule: ClockRule): Deadline {
  const from = momentAt(state, rule.from)
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
    from: from === undefined ? null : { moment: momentOf(state, rule.from), at: from },
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

/** The verdict, as long as what stopped the clock still stands: reopening takes resolving and closing back. */
function metAt(state: IncidentState, kept: ClockState | undefined, until: Moment): Deadline['met'] {
  const met = kept?.met ?? null
  if (until !== 'resolved' && until !== 'closed') return met
  return met !== null && met.at === state.times[until] ? met : null
}

function phaseOf(state: IncidentState, from: number | undefined): Deadline['phase'] {
  if (!isOpen(state)) return 'off'
  return from === undefined ? 'waiting' : 'running'
}

function responseDeadline(state: IncidentState, playbook: Playbook): Deadline {
  const severity = playbook.severities.find((s) => s.key === state.severity?.key)
  const from = momentAt(state, playbook.response.from)
  const kept = state.clocks[responseClock]
  const met = metAt(state, kept, playbook.response.until)
  const target = severity?.response
  const figures =
    target?.kind === 'within'
      ? due(from, target.target, target.bound)
      : { dueAt: null, lateFrom: null, targetMs: null }
  const basis = targetBasis(target)
  return {
    id: responseClock,
    kind: 'response',
    label: 'Respond',
    from: from === undefined ? null : { moment: momentOf(state, playbook.response.from), at: from },
    until: playbook.response.until,
    target: targetOf(target),
    bound: target?.kind === 'within' ? target.bound : 'inclusive',
    soft: false,
    basis: basis.basis,
    why: basis.why ?? playbook.response.why ?? null,
    ...figures,
    phase: met !== null ? 'stopped' : phaseOf(state, from),
    met,
    passed: kept?.passed ?? [],
  }
}

function targetBasis(target: ResponseTarget | undefined): { basis: Basis; why: string | null } {
  if (target?.kind === 'within') return figureBasis(target.target, 'stated')
  if (target?.kind === 'next-business-day') return { basis: target.basis, why: target.why ?? null }
  return { basis: 'stated', why: null }
}

function targetOf(target: ResponseTarget | undefined): Deadline['target'] {
  if (target === undefined) return { kind: 'no-severity' }
  switch (target.kind) {
    case 'within':
      return { kind: 'figure', figure: target.target }
    case 'next-business-day':
      return { kind: 'next-business-day', by: target.by, basis: target.basis }
    case 'scheduled':
      return { kind: 'scheduled' }
    case 'unset':
      return { kind: 'figure', figure: { kind: 'unset' } }
  }
}

function cadenceDeadline(state: IncidentState, cadence: Cadence, holds: boolean): Deadline | null {
  if (!holds) return null
  const id = `update/${cadence.id}`
  const kept = state.clocks[id]
  const last = state.updates[cadence.audience]
  // While it was resolved no update was owed; reopening begins the interval anew.
  const since = Math.max(conditionSince(state, cadence.when), state.times.reopened ?? 0)
  const base = Math.max(since, last?.at ?? 0)
  const basis = figureBasis(cadence.every, 'stated')
  return {
    id,
    kind: 'update',
    label: cadence.label,
    from: { moment: updateBase(state, last?.at, since), at: base },
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
  if (!holds || from === undefined) return null
  const id = `after/${owed.id}`
  const kept = state.clocks[id]
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
    phase: kept?.met === undefined ? 'running' : 'stopped',
    met: kept?.met ?? null,
    passed: kept?.passed ?? [],
  }
}

/** Whether this due time was recorded. A clock with a full list has nothing new to say of anything earlier. */
export function hasPassed(kept: ClockState | undefined, dueAt: number): boolean {
  if (kept === undefined) return false
  return kept.passed.some((p) => p.dueAt === dueAt || (kept.passed.length >= maxPassed && p.dueAt > dueAt))
}

/**
 * When the runner has to look at this incident again, in ms, or null for never. Whatever this depends on is in
 * the log, so it cannot be stale (rule 5).
 */
export function nextDueAt(state: IncidentState, playbook: Playbook): number | null {
  let next: number | null = null
  for (const d of deadlines(state, playbook)) {
    if (d.phase !== 'running' || d.dueAt === null || d.lateFrom === null) continue
    if (hasPassed(state.clocks[d.id], d.dueAt)) continue
    const at = d.kind === 'watch' || d.kind === 'phase' ? d.dueAt : d.lateFrom
    if (next === null || at < next) next = at
  }
  return next
}
