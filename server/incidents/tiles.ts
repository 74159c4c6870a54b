import { deadlines } from '../../shared/incident/deadlines.ts'
import { statusNow } from '../../shared/incident/ending-words.ts'
import { comingCalls } from '../../shared/incident/escalation/calls.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import { taskOfClock } from '../../shared/incident/task-clock-ids.ts'
import { taskLists } from '../../shared/incident/tasks.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import type { BoardRow } from '../../shared/protocol/socket.ts'
import type { WallTile } from '../../shared/protocol/wall.ts'
import type { Incident } from './incident-store.ts'

export type NameOf = (personId: string) => string

/** One incident as the board shows it. */
export function boardRow(incident: Incident, nameOf: NameOf, present: number): BoardRow {
  const { state, playbook } = incident
  const commander = commanderOf(state, playbook)
  return {
    id: incident.id,
    seq: incident.seq,
    key: state.key,
    title: state.title,
    playbook: { id: playbook.id, hash: state.playbook.hash, product: playbook.product },
    severity: severityOf(state, playbook),
    status: { value: state.status.value, label: statusNow(state, playbook), at: state.status.at },
    components: state.components,
    declaredAt: state.times.declared ?? state.at,
    acknowledged: state.times.acknowledged !== undefined,
    commander: commander === null ? null : { id: commander.person, name: nameOf(commander.person) },
    lastUpdateAt: newestUpdate(state)?.at ?? null,
    deadlines: deadlines(state, playbook),
    calls: comingCalls(state, playbook),
    present,
    open: state.status.value !== 'closed',
    closedAt: state.status.value === 'closed' ? (state.times.closed ?? null) : null,
  }
}

/** What a wall may show of an incident: each field named here, nothing passed through (R216). */
export function wallTile(incident: Incident, nameOf: NameOf): WallTile {
  const { state, playbook } = incident
  const all = deadlines(state, playbook)
  const commander = commanderOf(state, playbook)
  const lists = taskLists(state, playbook)
  // Clocks of single tasks carry people's own words: they stay in the room.
  const counting = all.filter(
    (d) => taskOfClock(d.id) === null && (d.target.kind !== 'figure' || d.target.figure.kind !== 'unset'),
  )
  return {
    key: state.key,
    seq: incident.seq,
    title: state.title,
    severity: severityOf(state, playbook),
    status: { value: state.status.value, label: statusNow(state, playbook) },
    declaredAt: state.times.declared ?? state.at,
    acknowledged: state.times.acknowledged !== undefined,
    commander: commander === null ? null : { name: nameOf(commander.person), since: commander.since },
    lastUpdate: newestUpdate(state),
    tasks: {
      done: lists.reduce((sum, l) => sum + l.done, 0),
      total: lists.reduce((sum, l) => sum + l.total, 0),
    },
    clocks: counting.map((d) => ({
      id: d.id,
      kind: d.kind,
      label: d.label,
      from: d.from,
      until: d.until,
      target: d.target,
      bound: d.bound,
      soft: d.soft,
      basis: d.basis,
      why: d.basis === 'local' ? null : d.why,
      dueAt: d.dueAt,
      lateFrom: d.lateFrom,
      targetMs: d.targetMs,
      phase: d.phase,
      met: d.met,
      passed: d.passed,
    })),
    unset: all.length - counting.length,
    calls: comingCalls(state, playbook),
  }
}

function severityOf(state: IncidentState, playbook: Playbook): BoardRow['severity'] {
  const found = playbook.severities.find((s) => s.key === state.severity?.key)
  return found === undefined ? null : { key: found.key, rank: found.rank, name: found.name }
}

export function commanderOf(
  state: IncidentState,
  playbook: Playbook,
): { person: string; since: number } | null {
  const role = playbook.roles.find((r) => r.kind === 'commander')
  return role === undefined ? null : (state.roles[role.id]?.holder ?? null)
}

function newestUpdate(state: IncidentState): WallTile['lastUpdate'] {
  let newest: WallTile['lastUpdate'] = null
  for (const [audience, update] of Object.entries(state.updates)) {
    if (newest === null || update.at > newest.at) newest = { at: update.at, audience, text: update.text }
  }
  return newest
}
