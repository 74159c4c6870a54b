import { formatDuration } from '../playbook/duration.ts'
import { type Moment, type Playbook, type Status, statuses } from '../playbook/model.ts'
import type { Override } from './events.ts'
import { knownSince } from './known-since.ts'
import type { IncidentState } from './state.ts'

/** One status as people choose and read it. */
export interface StatusChoice {
  status: Status
  /** The playbook's word, as messages tell it. */
  label: string
  /** What those inside call it: ours beside the playbook's word, where that stands for several statuses. */
  name: string
  /** `local`: the playbook has no such status; it is there all the same and says so (R123). */
  basis: 'stated' | 'local'
}

/** The statuses of an incident under this playbook, in order, closed apart: that is an end of its own. */
export function statusChoices(playbook: Playbook): StatusChoice[] {
  return statuses
    .filter((status) => status !== 'closed')
    .map((status) => ({
      status,
      label: statusLabel(playbook, status),
      name: statusName(playbook, status),
      basis: playbook.statusLabels[status] === undefined ? 'local' : 'stated',
    }))
}

/** The playbook's word for a status, or ours where it has none: `Investigating`. What goes out of the room says it. */
export function statusLabel(playbook: Pick<Playbook, 'statusLabels'>, status: Status): string {
  return playbook.statusLabels[status] ?? own(status)
}

/** The same for those inside: `Active · mitigating` where one word of the playbook stands for several statuses. */
export function statusName(playbook: Pick<Playbook, 'statusLabels'>, status: Status): string {
  const label = statusLabel(playbook, status)
  const shared = statuses.some((other) => other !== status && playbook.statusLabels[other] === label)
  return shared ? `${label} · ${status}` : label
}

/** The status, and beside it that an incident was not real, or is told of elsewhere. */
export function statusNow(
  state: Pick<IncidentState, 'status' | 'falsePositive' | 'duplicateOf'>,
  playbook: Playbook,
): string {
  const name = statusName(playbook, state.status.value)
  if (state.duplicateOf !== null) return `${name}, duplicate of ${state.duplicateOf.key}`
  return state.falsePositive ? `${name}, false positive` : name
}

/** How long an incident took: from when it is known to have begun until it was over, minus nothing (R127). */
export interface Length {
  from: { moment: Moment; at: number }
  /** When it was over; null: it is not. */
  to: number | null
  /** ms, never below 0; null while it is not over. */
  ms: number | null
  /** Times it had been over before and was reopened, oldest first. */
  spells: IncidentState['spells']
}

export function lengthOf(state: IncidentState): Length | null {
  const from = knownSince(state)
  if (from === null) return null
  const to = state.times.resolved ?? state.times.closed ?? null
  return { from, to, ms: to === null ? null : Math.max(0, to - from.at), spells: state.spells }
}

/** ", although 2 things were not done (Metrics are calm; Journeys work): the customer asked for it" */
export function overrideWords(override: Override | undefined): string {
  if (override === undefined) return ''
  const { open, reason } = override
  const count = open.length === 1 ? '1 thing was' : `${open.length} things were`
  return `, although ${count} not done (${open.join('; ')}): ${reason}`
}

/** `1 h 20 min`; below a second `less than 1 s`. */
export function lengthWords(ms: number): string {
  return ms < 1000 ? 'less than 1 s' : formatDuration(ms)
}

function own(status: Status): string {
  return status.charAt(0).toUpperCase() + status.slice(1)
}
