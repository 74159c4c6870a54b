import { formatDuration } from '../playbook/duration.ts'
import type { Playbook } from '../playbook/model.ts'
import type { EscalationStep } from '../playbook/parts/escalation.ts'
import { actorName } from './actor-name.ts'
import { overrideWords, statusName } from './ending-words.ts'
import { stepDeed } from './escalation/deed.ts'
import { pathsOf } from './escalation/paths.ts'
import type { EventData, FlagValue, IncidentEvent } from './events.ts'
import { taskOfClock } from './task-clock-ids.ts'
import { aboutWords, answerWords } from './triage-words.ts'

/** What sentences about events call things by; every answer is plain text, not yet escaped. */
export interface Names {
  person(id: string): string
  task(id: string): string
  time(ms: number): string
  /** Wordings of the tasks that Muster ticked because of the event of this seq. */
  tickedBy?(seq: number): readonly string[]
}

/** What happened and who did it, as one line; clocks speak for themselves. For events neither chat nor entry. */
export function sentence(e: IncidentEvent, playbook: Playbook, names: Names): string {
  const words = `${deed(e, playbook, names)}${alsoTicked(e.seq, names)}`
  const itself = e.type.startsWith('clock.') || (e.type === 'escalation.stepped' && e.data.how === 'due')
  if (!itself) return `${doer(e, names)} ${words}`
  return e.actor.kind === 'system' ? words : `${words}, marked by ${doer(e, names)}`
}

/** What an act brought with it: ", which ticked “Acknowledge the alert”". */
function alsoTicked(seq: number, names: Names): string {
  const tasks = names.tickedBy?.(seq) ?? []
  return tasks.length === 0 ? '' : `, which ticked ${tasks.map((task) => `“${task}”`).join(' and ')}`
}

function endedAs({ falsePositive, duplicateOf }: EventData['incident.closed']): string {
  if (duplicateOf !== undefined) return ` as a duplicate of ${duplicateOf.key}, where it goes on`
  return falsePositive ? ' as a false positive' : ''
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
      return `declared the incident “${e.data.title}”${e.data.severity === null ? '' : `, severity ${severityName(playbook, e.data.severity)}`}${against(e.data.suggested)}`
    case 'incident.acknowledged':
      return 'acknowledged'
    case 'incident.responded':
      return 'began to respond'
    case 'incident.closed':
      return `closed the incident${endedAs(e.data)}: ${e.data.reason}${leaving(e.data.left ?? [], names)}${overrideWords(e.data.override)}`
    case 'incident.reopened':
      return `reopened the incident${e.data.mistake ? ', ended by mistake' : ''}: ${e.data.reason}`
    case 'incident.linked':
      return e.data.how === 'duplicate'
        ? `merged ${e.data.other.key} into this incident: it is the same`
        : `linked ${e.data.other.key}, which has to do with this incident`
    case 'incident.unlinked':
      return `took the link to ${e.data.other.key} away`
    case 'title.changed':
      return `changed the title from “${e.data.was}” to “${e.data.title}”`
    case 'severity.changed': {
      const from = e.data.from === null ? 'set the severity' : `changed the severity from ${e.data.from}`
      const { suggested } = e.data
      const other = suggested === undefined ? '' : `, where the rules suggest ${suggested}`
      return because(`${from} to ${severityName(playbook, e.data.to)}${other}`, e.data.reason)
    }
    case 'status.changed': {
      const { from, to, reason, cause, verifiedBy, override } = e.data
      const changed = because(
        `changed the status from ${statusName(playbook, from)} to ${statusName(playbook, to)}`,
        reason,
      )
      const found = cause === undefined ? '' : `. Cause: ${cause}`
      const verified =
        verifiedBy === undefined ? '' : `. Verified by ${verifiedBy.map((id) => names.person(id)).join(', ')}`
      return `${changed}${found}${verified}${overrideWords(override)}`
    }
    case 'role.taken':
      return `took ${roleName(e.data.role)}${takenFrom(e.data.from, e.data.because, names)}`
    case 'role.offered':
      return because(
        `offered ${roleName(e.data.role)} to ${names.person(e.data.to)}${e.data.note === undefined ? '' : ', to hand over'}`,
        e.data.note ?? '',
      )
    case 'role.accepted': {
      const read = e.data.note === undefined ? '' : ', having read the hand-over'
      return `accepted ${roleName(e.data.role)}${e.data.from === null ? '' : ` from ${names.person(e.data.from)}`}${read}`
    }
    case 'role.declined':
      return `declined ${roleName(e.data.role)}`
    case 'role.requested':
      return `asked for ${roleName(e.data.role)}`
    case 'role.kept':
      return `kept ${roleName(e.data.role)}, for which ${names.person(e.data.against)} had asked`
    case 'role.released':
      return `released ${roleName(e.data.role)}`
    case 'task.ticked':
      return `${e.data.round === true ? 'did' : 'ticked'} “${names.task(e.data.task)}”${e.data.round === true ? ' once more' : e.data.again === true ? ' again' : ''}${ahead(e.data.ahead ?? [], names)}`
    case 'task.unticked':
      return `made “${names.task(e.data.task)}” open again`
    case 'task.assigned': {
      const { to } = e.data
      if (to === null) return `took “${names.task(e.data.task)}” back`
      return `gave “${names.task(e.data.task)}” to ${to.kind === 'person' ? names.person(to.id) : roleName(to.id)}`
    }
    case 'task.not-applicable':
      return `marked “${names.task(e.data.task)}” as not applicable: ${e.data.reason}`
    case 'task.outcome':
      return `noted what came of “${names.task(e.data.task)}”: ${e.data.text}`
    case 'task.timed': {
      const { task, ms, repeats } = e.data
      if (ms === null) return `took the timer off “${names.task(task)}”`
      return `set a timer at “${names.task(task)}”: ${repeats ? 'every' : 'in'} ${formatDuration(ms)}`
    }
    case 'task.added':
      return `added the task “${e.data.text}”`
    case 'task.reworded':
      return `reworded “${e.data.was}” to “${e.data.text}”`
    case 'task.moved':
      return `moved “${names.task(e.data.task)}”`
    case 'escalation.stepped': {
      const { dueAt, how, reason } = e.data
      if (how === 'pressed') return because(`escalated to ${stepName(playbook, e.data)}`, reason ?? '')
      const late = dueAt !== null && e.at - dueAt >= 1_000 ? `, since ${names.time(dueAt)}` : ''
      const step = stepAt(playbook, e.data)
      const what = step === undefined ? 'call' : stepDeed(step, playbook)
      return `Time to ${what}: ${stepName(playbook, e.data)}${late}`
    }
    case 'escalation.held':
      return because(
        `held back ${stepName(playbook, e.data)} until ${names.time(e.data.until)}`,
        e.data.reason,
      )
    case 'escalation.let-go':
      return `let ${stepName(playbook, e.data)} go on`
    case 'escalation.skipped':
      return because(`skipped ${stepName(playbook, e.data)}`, e.data.reason)
    case 'responder.named': {
      const { position } = e.data
      const named = playbook.contacts.find((contact) => contact.id === position)?.position ?? position
      return `noted that ${named} answered first`
    }
    case 'fix.regressed':
      return `noted that it shows again: ${e.data.reason}`
    case 'phase.entered':
      return `began ${phaseName(playbook, e.data.phase)}`
    case 'phase.left':
      return `ended ${phaseName(playbook, e.data.phase)}`
    case 'procedure.started': {
      const given = Object.values(e.data.inputs).filter((input) => input !== '')
      return because(`started the procedure “${listTitle(playbook, e.data.procedure)}”`, given.join(', '))
    }
    case 'procedure.ended':
      return because(`ended the procedure “${listTitle(playbook, e.data.procedure)}”`, e.data.result)
    case 'runbook.attached':
      return `attached the runbook “${runbookTitle(playbook, e.data.runbook)}”`
    case 'runbook.detached':
      return because(`detached the runbook “${runbookTitle(playbook, e.data.runbook)}”`, e.data.reason)
    case 'runbook.found': {
      const { runbook, branch, taken } = e.data
      const finding =
        playbook.runbooks.find((one) => one.id === runbook)?.branches.find((one) => one.id === branch)
          ?.finding ?? branch
      return `${taken ? 'found' : 'took back the finding'} “${finding}”, in the runbook “${runbookTitle(playbook, runbook)}”`
    }
    case 'follow-up.noted':
      return `noted for afterwards: “${e.data.text}”`
    case 'component.added':
      return `added ${e.data.name} to what is affected`
    case 'component.removed':
      return `took ${e.data.name} off what is affected`
    case 'flag.set': {
      const question = questionOf(e.data.flag, playbook)
      const { by } = e.data
      const rung = by === undefined ? '' : `, which follows from “${questionOf(by, playbook)}”`
      return `answered “${question}” with ${answer(e.data.value)} (was ${answer(e.data.was)})${rung}`
    }
    case 'triage.answered': {
      const { about, value, was } = e.data
      const what = aboutWords(about, playbook)
      if (value === null) return `took the answer to “${what}” back`
      const before = was === null ? '' : ` (was “${answerWords(about, was, playbook)}”)`
      return `answered “${what}” with “${answerWords(about, value, playbook)}”${before}`
    }
    case 'time.set': {
      const was = e.data.was === null ? 'not set' : names.time(e.data.was)
      const { at } = e.data
      const set =
        at === null
          ? `took the time of ${worded(e.data.time)} away`
          : `set the time of ${worded(e.data.time)} to ${names.time(at)}`
      return because(`${set} (was ${was})`, e.data.reason)
    }
    case 'playbook.adopted': {
      const { to, count, told } = e.data
      const more = count > told.length ? `; and ${count - told.length} more` : ''
      return `updated the playbook to version ${to.version}${told.length === 0 ? '' : `: ${told.join('; ')}${more}`}`
    }
    case 'bridge.changed':
      return e.data.url === null ? 'took the bridge away' : `set the bridge: ${e.data.url}`
    case 'clock.met':
      return `${clockName(e.data.clock, playbook, names.task)}: ${e.data.late ? `late by ${lateness(e.data.overMs)}` : 'met'}`
    case 'clock.breached':
      return `${clockName(e.data.clock, playbook, names.task)}: missed, was due ${names.time(e.data.dueAt)}`
    case 'clock.elapsed':
      return `${clockName(e.data.clock, playbook, names.task)}: elapsed, ended ${names.time(e.data.dueAt)}`
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

/** `Fix deployed`: what the time of `fix_deployed` is called. */
export function momentLabel(moment: string): string {
  return capital(worded(moment))
}

/** How late, for people: `2 min`, `1 h 30 min`; below a second `less than 1 s`. */
export function lateness(ms: number): string {
  return ms < 1000 ? 'less than 1 s' : formatDuration(ms)
}

/** What a clock is called, by its id in state and events; `taskName` names the task of a clock that has one. */
export function clockName(
  id: string,
  playbook: Playbook,
  taskName: (task: string) => string = (task) => task,
): string {
  if (id === 'response') return 'Respond'
  const [kind = '', rest = ''] = id.split('/', 2)
  switch (kind) {
    case 'update':
      return playbook.cadences.find((c) => c.id === rest)?.label ?? id
    case 'phase':
      return `${playbook.phases.find((p) => p.id === rest)?.name ?? rest} window`
    case 'timer':
    case 'round':
      return `${kind === 'timer' ? 'Timer of' : 'Due again:'} “${taskName(taskOfClock(id) ?? id)}”`
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

function phaseName(playbook: Playbook, id: string): string {
  return `the phase ${playbook.phases.find((phase) => phase.id === id)?.name ?? id}`
}

function listTitle(playbook: Playbook, id: string): string {
  return playbook.checklists.find((list) => list.id === id)?.title ?? id
}

function runbookTitle(playbook: Playbook, id: string): string {
  return playbook.runbooks.find((one) => one.id === id)?.title ?? id
}

/** What was left behind at the end. */
function leaving(tasks: readonly string[], names: Names): string {
  const [first, ...more] = tasks
  if (first === undefined) return ''
  return `, leaving “${names.task(first)}”${more.length === 0 ? '' : ` and ${more.length} more`}`
}

/** The warning of a tick out of order. */
function ahead(steps: readonly string[], names: Names): string {
  const [first, ...more] = steps
  if (first === undefined) return ''
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  return `, out of order: before “${names.task(first)}”${others}`
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

/** What the rules suggested, where another severity was declared. */
function against(suggested: { severity: string; reason: string } | undefined): string {
  return suggested === undefined ? '' : `, where the rules suggest ${suggested.severity}: ${suggested.reason}`
}

function questionOf(flag: string, playbook: Playbook): string {
  return playbook.flags.find((one) => one.id === flag)?.question ?? flag
}

function answer(value: FlagValue): string {
  return value === 'unknown' ? '“not known”' : value
}

function because(text: string, reason: string): string {
  return reason === '' ? text : `${text}: ${reason}`
}

/** A step of the plan as people call it: its own label, with the path's. */
function stepName(playbook: Playbook, at: { path: string; step: string }): string {
  const path = pathsOf(playbook).find((one) => one.id === at.path)
  const step = stepAt(playbook, at)
  if (path === undefined || step === undefined) return `“${at.path}/${at.step}”`
  return `“${step.label}” of “${path.label}”`
}

function stepAt(playbook: Playbook, at: { path: string; step: string }): EscalationStep | undefined {
  const path = pathsOf(playbook).find((one) => one.id === at.path)
  return path?.steps.find((one) => one.id === at.step)
}
