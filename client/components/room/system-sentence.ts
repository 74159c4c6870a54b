import type { IncidentEvent } from '../../../shared/incident/events.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import { flatTasks, taskLists } from '../../../shared/incident/tasks.ts'
import type { Moment, Playbook, Status } from '../../../shared/playbook/model.ts'

export interface Words {
  state: IncidentState
  playbook: Playbook
  nameOf: (id: string) => string
}

const momentWords: Record<Moment, string> = {
  impact_began: 'Impact began',
  alert_fired: 'Alert fired',
  detected: 'Detected',
  declared: 'Declared',
  acknowledged: 'Acknowledged',
  first_action: 'First action',
  commander_set: 'Commander set',
  mitigated: 'Mitigated',
  fix_deployed: 'Fix deployed',
  resolved: 'Resolved',
  reopened: 'Reopened',
  closed: 'Closed',
}

export function momentLabel(moment: Moment): string {
  return momentWords[moment]
}

const statusWords: Record<Status, string> = {
  investigating: 'Investigating',
  mitigating: 'Mitigating',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
  closed: 'Closed',
}

/** The playbook's word for a status, or ours where it has none. */
export function statusLabel(playbook: Playbook, status: Status): string {
  return playbook.statusLabels[status] ?? statusWords[status]
}

/** Who did it, by name; Muster itself by its name. */
export function actorName(e: Pick<IncidentEvent, 'actor'>, nameOf: (id: string) => string): string {
  switch (e.actor.kind) {
    case 'person':
      return nameOf(e.actor.id)
    case 'system':
      return 'Muster'
    case 'automation':
      return 'Automation'
  }
}

/** One line for an event that is neither chat nor entry. Present facts, who did what. */
export function systemSentence(e: IncidentEvent, words: Words): string {
  const who = actorName(e, words.nameOf)
  const role = (id: string) => words.playbook.roles.find((r) => r.id === id)?.name ?? id
  switch (e.type) {
    case 'incident.declared':
      return `Declared by ${who}`
    case 'incident.acknowledged':
      return `Acknowledged by ${who}`
    case 'incident.responded':
      return `${who} responds`
    case 'incident.closed':
      return `Closed by ${who}: ${e.data.reason}`
    case 'incident.reopened':
      return `Reopened by ${who}: ${e.data.reason}`
    case 'title.changed':
      return `${who} changed the title, was “${e.data.was}”`
    case 'severity.changed':
      return `${who} set severity ${severityName(words.playbook, e.data.to)}${because(e.data.reason)}`
    case 'status.changed':
      return `${who} set status ${statusLabel(words.playbook, e.data.to)}${because(e.data.reason)}`
    case 'role.taken':
      return `${words.nameOf(e.data.person)} took ${role(e.data.role)}${takenFrom(e.data.from, e.data.because, words)}`
    case 'role.offered':
      return `${who} offered ${role(e.data.role)} to ${words.nameOf(e.data.to)}`
    case 'role.accepted':
      return `${words.nameOf(e.data.person)} accepted ${role(e.data.role)}`
    case 'role.declined':
      return `${words.nameOf(e.data.person)} declined ${role(e.data.role)}`
    case 'role.requested':
      return `${words.nameOf(e.data.person)} asks for ${role(e.data.role)}`
    case 'role.kept':
      return `${words.nameOf(e.data.person)} keeps ${role(e.data.role)}`
    case 'role.released':
      return `${words.nameOf(e.data.person)} released ${role(e.data.role)}`
    case 'task.ticked':
      return `${who} ticked “${taskText(e.data.task, words)}”`
    case 'task.unticked':
      return `${who} opened “${taskText(e.data.task, words)}” again`
    case 'task.assigned':
      return `${who} ${assigned(e.data.to, words)} “${taskText(e.data.task, words)}”`
    case 'task.not-applicable':
      return `${who}: “${taskText(e.data.task, words)}” does not apply, ${e.data.reason}`
    case 'task.added':
      return `${who} added the task “${e.data.text}”`
    case 'task.reworded':
      return `${who} reworded “${e.data.was}” to “${e.data.text}”`
    case 'task.moved':
      return `${who} moved “${taskText(e.data.task, words)}”`
    case 'component.added':
      return `${who} added ${e.data.name} to what is affected`
    case 'component.removed':
      return `${who} took ${e.data.name} off what is affected`
    case 'flag.set':
      return `${who} answered “${question(e.data.flag, words.playbook)}”: ${e.data.value}`
    case 'time.set':
      return `${who} set ${momentWords[e.data.time].toLowerCase()} to ${utc(e.data.at)}${e.data.was === null ? '' : `, was ${utc(e.data.was)}`}: ${e.data.reason}`
    case 'clock.breached':
      return `${clockName(e.data.clock, words.playbook)} is overdue since ${utc(e.data.dueAt)}`
    case 'clock.elapsed':
      return `${clockName(e.data.clock, words.playbook)} is over`
    case 'clock.met':
      return `${clockName(e.data.clock, words.playbook)} ${e.data.late ? 'met late' : 'met'}`
    case 'person.joined':
      return `${words.nameOf(e.data.person)} joined`
    case 'person.left':
      return `${words.nameOf(e.data.person)} left`
    case 'chat.sent':
    case 'chat.edited':
    case 'chat.deleted':
    case 'entry.added':
    case 'entry.pinned':
    case 'entry.amended':
    case 'entry.struck':
      return ''
  }
}

/** "SEV-1 Critical"; the key alone for a severity the playbook no longer has. */
export function severityName(playbook: Playbook, key: string): string {
  const severity = playbook.severities.find((s) => s.key === key)
  return severity === undefined ? key : `${severity.key} ${severity.name}`
}

/** What a clock is about, by its id. */
export function clockName(id: string, playbook: Playbook): string {
  if (id === 'response') return 'Respond'
  const [group, rest] = id.split('/')
  switch (group) {
    case 'update':
      return playbook.cadences.find((c) => c.id === rest)?.label ?? id
    case 'phase':
      return `${playbook.phases.find((p) => p.id === rest)?.name ?? id} window`
    case 'after':
      return playbook.postIncident.find((d) => d.id === rest)?.label ?? id
    default:
      return playbook.clocks.find((c) => c.id === id)?.label ?? id
  }
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${reason}`
}

function takenFrom(from: string | null, why: 'vacant' | 'unseen' | 'silent', words: Words): string {
  if (from === null) return ''
  const name = words.nameOf(from)
  switch (why) {
    case 'vacant':
      return ''
    case 'unseen':
      return ` from ${name}, not seen for 2 min`
    case 'silent':
      return ` from ${name}, who did not answer for 30 s`
  }
}

function assigned(to: { kind: 'person' | 'role'; id: string } | null, words: Words): string {
  if (to === null) return 'took back'
  if (to.kind === 'person') return `gave ${words.nameOf(to.id)}`
  return `gave ${words.playbook.roles.find((r) => r.id === to.id)?.name ?? to.id}`
}

function taskText(id: string, words: Words): string {
  return flatTasks(taskLists(words.state, words.playbook)).find((t) => t.id === id)?.text ?? id
}

function question(flag: string, playbook: Playbook): string {
  return playbook.flags.find((f) => f.id === flag)?.question ?? flag
}

function utc(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`
}
