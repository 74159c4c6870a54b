import type { Playbook } from '../playbook/model.ts'
import { type Deadline, deadlines } from './deadlines.ts'
import { statusLabel } from './ending-words.ts'
import { isOpen } from './facts.ts'
import { knownSince } from './known-since.ts'
import { type Names, severityName, worded } from './sentences.ts'
import type { IncidentState } from './state.ts'
import type { TimelineRow } from './timeline.ts'

export type EntryRow = Extract<TimelineRow, { kind: 'entry' }>

/** A decision as the message tells it. `at`: when it was made, ms. */
export interface DecisionTold {
  text: string
  reason: string | null
  at: number
}

/**
 * The state of an incident as a message for people elsewhere, one fact a line, plain text. What nobody stated is
 * left out, nothing is concluded. Times are UTC and carry the day where it is not that of `now` (ms).
 * @param decision the newest one that stands, where the reader has it: state holds no entries
 */
export function statusMessage(
  state: IncidentState,
  playbook: Playbook,
  names: Pick<Names, 'person'>,
  now: number,
  decision: DecisionTold | null = null,
): string {
  const time = (ms: number) => told(ms, now)
  const severity = state.severity === null ? null : severityName(playbook, state.severity.key)
  const lines = [
    [state.key, severity, state.title].filter((part) => part !== null).join(' · '),
    `Status: ${statusLabel(playbook, state.status.value)} since ${time(state.status.at)}`,
  ]
  if (state.components.length > 0) lines.push(`Affected: ${state.components.join(', ')}`)
  for (const flag of playbook.flags) {
    const value = state.flags[flag.id]?.value
    if (value === 'yes' || value === 'no') lines.push(`${flag.question} ${value === 'yes' ? 'Yes' : 'No'}`)
  }
  const since = sinceLine(state, time)
  if (since !== null) lines.push(since)
  const commander = playbook.roles.find((role) => role.kind === 'commander')
  const leader = commander === undefined ? undefined : state.roles[commander.id]?.holder?.person
  if (commander !== undefined && leader !== undefined)
    lines.push(`${commander.name}: ${names.person(leader)}`)
  if (decision !== null) {
    const reason = decision.reason === null ? '' : ` Because ${decision.reason}`
    lines.push(`Decided ${time(decision.at)}: ${oneLine(decision.text)}${oneLine(reason)}`)
  }
  const update = isOpen(state) ? nextUpdate(deadlines(state, playbook)) : null
  if (update !== null)
    lines.push(`${update.late(now) ? 'Next update was due' : 'Next update'}: ${time(update.dueAt)}`)
  return lines.join('\n')
}

/** The newest decision among the rows that was not struck, by when it was made. */
export function lastDecision(rows: readonly TimelineRow[]): EntryRow | null {
  let last: EntryRow | null = null
  for (const row of rows) {
    if (row.kind !== 'entry' || row.entry !== 'decision' || row.struck !== null) continue
    if (last === null || row.at >= last.at) last = row
  }
  return last
}

function sinceLine(state: IncidentState, time: (ms: number) => string): string | null {
  const since = knownSince(state)
  return since === null ? null : `Since: ${time(since.at)} (${worded(since.moment)})`
}

function nextUpdate(all: readonly Deadline[]): { dueAt: number; late: (now: number) => boolean } | null {
  let next: { dueAt: number; late: (now: number) => boolean } | null = null
  for (const { kind, phase, dueAt, lateFrom } of all) {
    if (kind !== 'update' || phase !== 'running' || dueAt === null) continue
    if (next === null || dueAt < next.dueAt) next = { dueAt, late: (now) => now >= (lateFrom ?? dueAt) }
  }
  return next
}

const iso = (ms: number) => new Date(ms).toISOString()

function told(ms: number, now: number): string {
  const day = iso(ms).slice(0, 10)
  return `${day === iso(now).slice(0, 10) ? '' : `${day} `}${iso(ms).slice(11, 16)} UTC`
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ')
