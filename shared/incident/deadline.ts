import type { Basis, Bound, Figure, Moment } from '../playbook/model.ts'
import { isOpen, stoppedAt } from './facts.ts'
import { type ClockState, type IncidentState, maxPassed } from './state.ts'

/**
 * `watch` and `phase` end by themselves and are owed by nobody. `timer` rings and then waits for somebody; `round` is
 * a task that is due again and again.
 */
export type DeadlineKind =
  | 'clock'
  | 'response'
  | 'update'
  | 'watch'
  | 'phase'
  | 'timer'
  | 'round'
  | 'post-incident'

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
  from: { moment: Moment | 'last update' | 'last time' | 'first owed' | 'set'; at: number } | null
  /** What stops it, in the playbook's terms. */
  until: Moment | 'elapsed' | 'update' | 'done' | 'marked done'
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

export type DueTime = Pick<Deadline, 'dueAt' | 'lateFrom' | 'targetMs'>

/** Its end is no miss: nobody had to be there in time. */
export function endsByItself(d: Pick<Deadline, 'kind'>): boolean {
  return d.kind === 'watch' || d.kind === 'phase' || d.kind === 'timer'
}

/** When a figure counted from `from` is due; nothing where either is missing. */
export function due(from: number | undefined, figure: Figure, bound: Bound): DueTime {
  const targetMs = figureMs(figure)
  if (from === undefined || targetMs === null) return { dueAt: null, lateFrom: null, targetMs }
  const dueAt = from + targetMs
  return { dueAt, lateFrom: bound === 'exclusive' ? dueAt : dueAt + 1, targetMs }
}

/** The figure in ms, or null when nobody stated one. */
export function figureMs(figure: Figure): number | null {
  return figure.kind === 'unset' ? null : figure.ms
}

/** Where a figure comes from, `otherwise` when it does not say. */
export function figureBasis(figure: Figure, otherwise: Basis): { basis: Basis; why: string | null } {
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

/** The verdict, as long as what stopped the clock still stands: reopening takes resolving and closing back. */
export function metAt(state: IncidentState, kept: ClockState | undefined, until: Moment): Deadline['met'] {
  const met = kept?.met ?? null
  if (until !== 'resolved' && until !== 'closed') return met
  return met !== null && met.at === stoppedAt(state, until) ? met : null
}

/**
 * The verdict of what was owed since `from`, which is at `began` (ms): what was done for an earlier end is owed again
 * (R130), and correcting the time of this one takes nothing back (R12).
 */
export function metSince(
  state: IncidentState,
  kept: ClockState | undefined,
  from: Moment,
  began: number,
): Deadline['met'] {
  const met = kept?.met ?? null
  return met !== null && met.at >= (stoppedAt(state, from) ?? began) ? met : null
}

/** Whether a clock that nothing stopped counts. */
export function phaseOf(state: IncidentState, from: number | undefined): Deadline['phase'] {
  if (!isOpen(state)) return 'off'
  return from === undefined ? 'waiting' : 'running'
}

/** Whether this due time was recorded. A clock with a full list has nothing new to say of anything earlier. */
export function hasPassed(kept: ClockState | undefined, dueAt: number): boolean {
  if (kept === undefined) return false
  return kept.passed.some((p) => p.dueAt === dueAt || (kept.passed.length >= maxPassed && p.dueAt > dueAt))
}
