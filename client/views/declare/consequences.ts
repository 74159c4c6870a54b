import { type Deadline, deadlines } from '../../../shared/incident/deadlines.ts'
import { decideDeclare } from '../../../shared/incident/decide.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'

export interface Consequences {
  /** What falls due, soonest first; `afterMs` from the moment of declaring, below 0 when it is over already. */
  due: { deadline: Deadline; afterMs: number }[]
  /** What will count but has no figure yet: a business day, no severity, a moment still to come. */
  open: Deadline[]
  /** What the playbook leaves without a figure. */
  unset: Deadline[]
}

/**
 * What follows from declaring under this playbook and severity, by the very functions that will run the clocks.
 * `beganMsAgo`: how long before declaring the impact began; null where nobody says.
 */
export function consequencesOf(
  playbook: Playbook,
  severity: string | null,
  beganMsAgo: number | null = null,
): Consequences {
  const now = 365 * 24 * 60 * 60_000
  const decision = decideDeclare(
    { title: 'x', severity, ...(beganMsAgo === null ? {} : { impactBeganAt: now - beganMsAgo }) },
    { now, actor: { kind: 'system', id: 'system' }, commandId: 'preview', key: '', playbook, hash: '' },
  )
  if (!decision.ok) return { due: [], open: [], unset: [] }
  const result: Consequences = { due: [], open: [], unset: [] }
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
