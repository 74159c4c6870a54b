import { type Deadline, deadlines } from '../../../shared/incident/deadlines.ts'
import { decideDeclare } from '../../../shared/incident/decide.ts'
import { comingCalls } from '../../../shared/incident/escalation/calls.ts'
import { callCondition, callId } from '../../../shared/incident/escalation/coming.ts'
import { escalationPlan } from '../../../shared/incident/escalation/plan.ts'
import type { FlagValue } from '../../../shared/incident/events.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'

export interface Consequences {
  /** What falls due, soonest first; `afterMs` from the moment of declaring, below 0 when it is over already. */
  due: { deadline: Deadline; afterMs: number }[]
  /** Who is to be called then if nothing changes, soonest first; `afterMs` is 0 for at once. */
  calls: { id: string; label: string; afterMs: number; condition: string | null }[]
  /** What will count but has no figure yet: a business day, no severity, a moment still to come. */
  open: Deadline[]
  /** What the playbook leaves without a figure. */
  unset: Deadline[]
}

/**
 * What follows from declaring under this playbook and severity, by the very functions that will run the clocks.
 * `beganMsAgo`: how long before declaring the impact began; null where nobody says. `flags`: answers given already.
 */
export function consequencesOf(
  playbook: Playbook,
  severity: string | null,
  beganMsAgo: number | null = null,
  flags: Readonly<Record<string, FlagValue>> = {},
): Consequences {
  const now = 365 * 24 * 60 * 60_000
  // Answers to another playbook's questions are not this one's.
  const asked = Object.fromEntries(
    Object.entries(flags).filter(([flag]) => playbook.flags.some(({ id }) => id === flag)),
  )
  const decision = decideDeclare(
    {
      title: 'x',
      severity,
      flags: asked,
      ...(beganMsAgo === null ? {} : { impactBeganAt: now - beganMsAgo }),
    },
    { now, actor: { kind: 'system', id: 'system' }, commandId: 'preview', key: '', playbook, hash: '' },
  )
  if (!decision.ok) return { due: [], calls: [], open: [], unset: [] }
  const calls = callsOf(decision.state, playbook, now)
  const result: Consequences = { due: [], calls, open: [], unset: [] }
  for (const deadline of deadlines(decision.state, playbook)) {
    if (deadline.kind === 'phase' || deadline.kind === 'post-incident') continue
    if (deadline.dueAt !== null) result.due.push({ deadline, afterMs: deadline.dueAt - now })
    else if (deadline.target.kind === 'figure' && deadline.target.figure.kind === 'unset')
      result.unset.push(deadline)
    else result.open.push(deadline)
  }
  result.due.sort((a, b) => a.afterMs - b.afterMs)
  return result
}

function callsOf(state: IncidentState, playbook: Playbook, now: number): Consequences['calls'] {
  const plan = escalationPlan(state, playbook, now)
  const atOnce = plan.flatMap((one) =>
    one.standing.kind === 'done' || one.standing.kind === 'due'
      ? [{ id: callId(one), label: one.step.label, afterMs: 0, condition: null }]
      : [],
  )
  const later = comingCalls(state, playbook, plan).map((call) => ({
    id: call.id,
    label: call.label,
    afterMs: call.at - now,
    condition: callCondition(call),
  }))
  return [...atOnce, ...later]
}
