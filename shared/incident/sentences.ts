import { formatDuration } from '../playbook/duration.ts'
import type { Playbook } from '../playbook/model.ts'
import type { FlagValue, IncidentEvent } from './events.ts'

/** What sentences about events call things by; every answer is plain text, not yet escaped. */
export interface Names {
  person(id: string): string
  task(id: string): string
  time(ms: number): string
}

/** One event that is neither chat nor entry, in words without its subject: "changed the severity from S1 to S2". */
export function deed(e: IncidentEvent, playbook: Playbook, names: Names): string {
  const roleName = (id: string) => playbook.roles.find((r) => r.id === id)?.name ?? id
  switch (e.type) {
    case 'incident.declared':
      return `declared the incident “${e.data.title}”${e.data.severity === null ? '' : `, severity ${e.data.severity}`}`
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
      return because(`${from} to ${e.data.to}`, e.data.reason)
    }
    case 'status.changed':
      return because(`changed the status from ${e.data.from} to ${e.data.to}`, e.data.reason)
    case 'role.taken':
      return `took ${roleName(e.data.role)}${e.data.from === null ? '' : ` over from ${names.person(e.data.from)} (${e.data.because})`}`
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

/** `fix_deployed` as people say it. */
export function worded(moment: string): string {
  return moment.replaceAll('_', ' ')
}

function answer(value: FlagValue): string {
  return value === 'unknown' ? '“not known”' : value
}

function because(text: string, reason: string): string {
  return reason === '' ? text : `${text}: ${reason}`
}
