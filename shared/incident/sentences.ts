import { formatDuration } from '../playbook/duration.ts'
import type { Playbook, Status } from '../playbook/model.ts'
import type { EventActor, FlagValue, IncidentEvent } from './events.ts'

/** What sentences about events call things by; every answer is plain text, not yet escaped. */
export interface Names {
  person(id: string): string
  task(id: string): string
  time(ms: number): string
}

/** What happened and who did it, as one line; clocks speak for themselves. For events neither chat nor entry. */
export function sentence(e: IncidentEvent, playbook: Playbook, names: Names): string {
  const words = deed(e, playbook, names)
  if (!e.type.startsWith('clock.')) return `${doer(e, names)} ${words}`
  return e.actor.kind === 'system' ? words : `${words}, marked by ${doer(e, names)}`
}

/** Who acts, by name; Muster itself by its name. */
export function actorName(actor: EventActor, names: Pick<Names, 'person'>): string {
  switch (actor.kind) {
    case 'person':
      return names.person(actor.id)
    case 'automation':
      return 'Automation'
    case 'system':
      return 'Muster'
  }
}

/** Who the words of `deed` are about: coming and going is noted by Muster, but done by a person. */
function doer(e: IncidentEvent, names: Names): string {
  const came = e.type === 'person.joined' || e.type === 'person.left'
  return came ? names.person(e.data.person) : actorName(e.actor, names)
}

/** One event that is neither chat nor entry, in words without its subject: "changed the severity from S1 to S2". */
export function deed(e: IncidentEvent, playbook: Playbook, names: Names): string {
  const roleName = (id: string) => playbook.roles.find((r) => r.id === id)?.name ?? id
  switch (e.type) {
    case 'incident.declared':
      return `declared the incident “${e.data.title}”${e.data.severity === null ? '' : `, severity ${severityName(playbook, e.data.severity)}`}`
    case 'incident.acknowledged':
      return 'acknowledged'
    case 'incident.responded':
      return 'began to respond'
    case 'incident.closed':
      return `closed the incident: ${e.data.reason}`
    case 'incident.reopened':
      return `reopened the incident: ${e.data.reason}`
    case 'title.changed':
      return `changed the title from “${e.data.was}” to “${e.data.title}”`
    case 'severity.changed': {
      const from = e.data.from === null ? 'set the severity' : `changed the severity from ${e.data.from}`
      return because(`${from} to ${severityName(playbook, e.data.to)}`, e.data.reason)
    }
    case 'status.changed':
      return because(
        `changed the status from ${statusLabel(playbook, e.data.from)} to ${statusLabel(playbook, e.data.to)}`,
        e.data.reason,
      )
    case 'role.taken':
      return `took ${roleName(e.data.role)}${takenFrom(e.data.from, e.data.because, names)}`
    case 'role.offered':
      return `offered ${roleName(e.data.role)} to ${names.person(e.data.to)}`
    case 'role.accepted':
      return `accepted ${roleName(e.data.role)}${e.data.from === null ? '' : ` from ${names.person(e.data.from)}`}`
    case 'role.declined':
      return `declined ${roleName(e.data.role)}`
    case 'role.requested':
      return `asked for ${roleName(e.data.role)}`
    case 'role.kept':
      return `kept ${roleName(e.data.role)}, for which ${names.person(e.data.against)} had asked`
    case 'role.released':
      return `released ${roleName(e.data.role)}`
    case 'task.ticked':
      return `ticked “${names.task(e.data.task)}”`
    case 'task.unticked':
      return `made “${names.task(e.data.task)}” open again`
    case 'task.assigned': {
      const { to } = e.data
      if (to === null) return `took “${names.task(e.data.task)}” back`
      return `gave “${names.task(e.data.task)}” to ${to.kind === 'person' ? names.person(to.id) : roleName(to.id)}`
    }
    case 'task.not-applicable':
      return `marked “${names.task(e.data.task)}” as not applicable: ${e.data.reason}`
    case 'task.added':
      return `added the task “${e.data.text}”`
    case 'task.reworded':
      return `reworded “${e.data.was}” to “${e.data.text}”`
    case 'task.moved':
      return `moved “${names.task(e.data.task)}”`
    case 'component.added':
      return `added ${e.data.name} to what is affected`
    case 'component.removed':
      return `took ${e.data.name} off what is affected`
    case 'flag.set': {
      const question = playbook.flags.find((f) => f.id === e.data.flag)?.question ?? e.data.flag
      return `answered “${question}” with ${answer(e.data.value)} (was ${answer(e.data.was)})`
    }
    case 'time.set': {
      const was = e.data.was === null ? 'not set' : names.time(e.data.was)
      return because(
        `set the time of ${worded(e.data.time)} to ${names.time(e.data.at)} (was ${was})`,
        e.data.reason,
      )
    }
    case 'clock.met':
      return `${clockName(e.data.clock, playbook)}: ${e.data.late ? `late by ${lateness(e.data.overMs)}` : 'met'}`
    case 'clock.breached':
      return `${clockName(e.data.clock, playbook)}: missed, was due ${names.time(e.data.dueAt)}`
    case 'clock.elapsed':
      return `${clockName(e.data.clock, playbook)}: elapsed, ended ${names.time(e.data.dueAt)}`
    case 'person.joined':
      return 'joined the room'
    case 'person.left':
      return 'left the room'
    case 'chat.sent':
    case 'chat.edited':
    case 'chat.deleted':
      return 'wrote in the chat'
    case 'entry.added':
    case 'entry.pinned':
    case 'entry.amended':
    case 'entry.struck':
      return 'wrote in the timeline'
  }
}

/** "SEV-1 Critical"; the key alone for a severity the playbook no longer has. */
export function severityName(playbook: Playbook, key: string): string {
  const severity = playbook.severities.find((s) => s.key === key)
  return severity === undefined ? key : `${severity.key} ${severity.name}`
}

/** The playbook's word for a status, or ours where it has none: `Investigating`. */
export function statusLabel(playbook: Playbook, status: Status): string {
  return playbook.statusLabels[status] ?? capital(status)
}

/** `Fix deployed`: what the time of `fix_deployed` is called. */
export function momentLabel(moment: string): string {
  return capital(worded(moment))
}

/** How late, for people: `2 min`, `1 h 30 min`; below a second `less than 1 s`. */
export function lateness(ms: number): string {
  return ms < 1000 ? 'less than 1 s' : formatDuration(ms)
}

/** What a clock is called, by its id in state and events. */
export function clockName(id: string, playbook: Playbook): string {
  if (id === 'response') return 'Respond'
  const [kind = '', rest = ''] = id.split('/', 2)
  switch (kind) {
    case 'update':
      return playbook.cadences.find((c) => c.id === rest)?.label ?? id
    case 'phase':
      return `${playbook.phases.find((p) => p.id === rest)?.name ?? rest} window`
    case 'after':
      return playbook.postIncident.find((d) => d.id === rest)?.label ?? id
    default:
      return playbook.clocks.find((c) => c.id === id)?.label ?? id
  }
}

/** `fix_deployed` as people say it within a sentence. */
export function worded(moment: string): string {
  return moment.replaceAll('_', ' ')
}

function takenFrom(from: string | null, why: 'vacant' | 'unseen' | 'silent', names: Names): string {
  if (from === null) return ''
  switch (why) {
    case 'vacant':
      return ` from ${names.person(from)}`
    case 'unseen':
      return ` from ${names.person(from)}, not seen for 2 min`
    case 'silent':
      return ` from ${names.person(from)}, who did not answer for 30 s`
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function answer(value: FlagValue): string {
  return value === 'unknown' ? '“not known”' : value
}

function because(text: string, reason: string): string {
  return reason === '' ? text : `${text}: ${reason}`
}
