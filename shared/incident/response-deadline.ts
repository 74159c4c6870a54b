import { nextBusinessDay } from '../playbook/calendar/calendar.ts'
import { hoursOf } from '../playbook/calendar/hours.ts'
import type { Basis, Playbook, ResponseTarget } from '../playbook/model.ts'
import { type Deadline, type DueTime, due, figureBasis, metAt, phaseOf } from './deadline.ts'
import { momentAt, momentOf } from './facts.ts'
import type { IncidentState } from './state.ts'

export const responseClock = 'response'

/** The clock that the severity sets: by when somebody has to respond. */
export function responseDeadline(state: IncidentState, playbook: Playbook): Deadline {
  const severity = playbook.severities.find((s) => s.key === state.severity?.key)
  const from = momentAt(state, playbook.response.from)
  const kept = state.clocks[responseClock]
  const met = metAt(state, kept, playbook.response.until)
  const target = severity?.response
  const figures =
    target?.kind === 'within'
      ? due(from, target.target, target.bound)
      : target?.kind === 'next-business-day'
        ? businessDay(from, target, playbook)
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

/** The next business day by its calendar; nobody knows it while zone or hours were not entered (R18). */
function businessDay(
  from: number | undefined,
  target: Extract<ResponseTarget, { kind: 'next-business-day' }>,
  playbook: Playbook,
): DueTime {
  const calendar = playbook.calendars.find((one) => one.id === target.calendar)
  const hours = calendar === undefined ? null : hoursOf(calendar)
  const dueAt = from === undefined || hours === null ? null : nextBusinessDay(from, target.by, hours)
  if (from === undefined || dueAt === null) return { dueAt: null, lateFrom: null, targetMs: null }
  return { dueAt, lateFrom: dueAt + 1, targetMs: dueAt - from }
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
