import { statusName } from '../../../shared/incident/ending-words.ts'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import { momentAt } from '../../../shared/incident/facts.ts'
import { severityName } from '../../../shared/incident/sentences.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'

/** A stretch of the incident that has a name; `to` is null while it lasts. Times are ms, UTC. */
export interface Span {
  name: string
  from: number
  to: number | null
}

/** A severity while it held; rank 0 while none was set. */
export interface SeveritySpan extends Span {
  rank: number
}

/** How the incident went on: statuses and severities by what turned it, windows of phases by the playbook. */
export interface Course {
  statuses: Span[]
  phases: Span[]
  severities: SeveritySpan[]
}

/** The course of an incident. `turns` are its changes of status and severity, in any order, and may hold more. */
export function courseOf(state: IncidentState, playbook: Playbook, turns: readonly IncidentEvent[]): Course {
  const inOrder = [...turns].sort((a, b) => a.seq - b.seq)
  const begun = state.times.declared ?? inOrder[0]?.at ?? state.at
  return {
    statuses: statuses(playbook, state, inOrder, begun),
    phases: phases(state, playbook),
    severities: severities(playbook, state, inOrder, begun),
  }
}

function statuses(
  playbook: Playbook,
  state: IncidentState,
  turns: readonly IncidentEvent[],
  begun: number,
): Span[] {
  const spans: Span[] = []
  let open: Span = { name: statusName(playbook, 'investigating'), from: begun, to: null }
  const turn = (name: string, at: number) => {
    spans.push({ ...open, to: at })
    open = { name, from: at, to: null }
  }
  for (const e of turns) {
    if (e.type === 'status.changed') turn(statusName(playbook, e.data.to), e.at)
    else if (e.type === 'incident.closed') turn(statusName(playbook, 'closed'), e.at)
    else if (e.type === 'incident.reopened') turn(statusName(playbook, 'investigating'), e.at)
  }
  const ended = state.status.value === 'closed'
  return [...spans, ...(ended ? [] : [open])].filter((span) => span.to === null || span.to > span.from)
}

/** Windows that a playbook gives in minutes; the others have no ends that anybody stated. */
function phases(state: IncidentState, playbook: Playbook): Span[] {
  return playbook.phases.flatMap(({ name, window, base }): Span[] => {
    const at = momentAt(state, base)
    if (window.kind !== 'window' || at === undefined) return []
    return [{ name, from: at + window.fromMs, to: window.toMs === null ? null : at + window.toMs }]
  })
}

function severities(
  playbook: Playbook,
  state: IncidentState,
  turns: readonly IncidentEvent[],
  begun: number,
): SeveritySpan[] {
  const changes = turns.flatMap((e) => (e.type === 'severity.changed' ? [e] : []))
  const first = changes[0] === undefined ? (state.severity?.key ?? null) : changes[0].data.from
  const spans: SeveritySpan[] = [severity(playbook, first, begun)]
  for (const { at, data } of changes) {
    const last = spans.at(-1)
    if (last !== undefined) last.to = at
    spans.push(severity(playbook, data.to, at))
  }
  return spans.filter((span) => span.to === null || span.to > span.from)
}

function severity(playbook: Playbook, key: string | null, from: number): SeveritySpan {
  const rank = playbook.severities.find((one) => one.key === key)?.rank ?? 0
  return { name: key === null ? 'No severity' : severityName(playbook, key), from, to: null, rank }
}
