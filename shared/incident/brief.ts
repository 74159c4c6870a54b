import type { Playbook, Severity } from '../playbook/model.ts'
import { statusName, statusNow } from './ending-words.ts'
import type { IncidentEvent } from './events.ts'
import { knownSince } from './known-since.ts'
import { clockName, type Names, severityName } from './sentences.ts'
import type { IncidentState } from './state.ts'
import { lastDecision } from './status-message.ts'
import { timeline } from './timeline.ts'
import { isMine } from './unread.ts'

/**
 * What somebody who joins has to know beside what is owed next; each part is a line on the screen. Times are server
 * ms.
 */
export interface Brief {
  /** What, how bad, since when; `ended` once it is resolved or closed. */
  what: { title: string; severity: Severity | null; status: string; since: number; ended: number | null }
  /** Who leads; null: nobody does. */
  lead: { person: string; since: number } | null
  /** The newest decision that still stands, among the events given. */
  decision: { seq: number; text: string; reason: string | null; at: number; by: string } | null
  /** What happened since this person left; null for who was never here. */
  missed: Missed | null
}

export interface Missed {
  /** When they last looked, server ms. */
  since: number
  /** “severity raised to SEV-1 Critical”, “2 decisions”; empty: nothing happened. */
  parts: string[]
  /** False: older events were not given, so every count is of what is known and may be more. */
  complete: boolean
}

export interface BriefSources {
  state: IncidentState
  playbook: Playbook
  /** The newest events, in order, as far as they are loaded. */
  events: readonly IncidentEvent[]
  /** Whether events older than the first given exist. */
  hasOlder: boolean
  /** What this person last had in view; null for who was never here. */
  seen: { seq: number; at: number } | null
  /** Newest event that counts as missed, by seq: what comes later was seen to happen. All of them when left out. */
  until?: number
  /** Own person id; what somebody did they did not miss. */
  me: string | null
  names: Pick<Names, 'person'>
}

/** The brief of one person, from the log alone. */
export function brief(sources: BriefSources): Brief {
  const { state, playbook } = sources
  const commander = playbook.roles.find((r) => r.kind === 'commander')
  const holder = commander === undefined ? null : (state.roles[commander.id]?.holder ?? null)
  return {
    what: {
      title: state.title,
      severity: playbook.severities.find((s) => s.key === state.severity?.key) ?? null,
      status: statusNow(state, playbook),
      since: knownSince(state)?.at ?? state.at,
      ended: state.times.resolved ?? state.times.closed ?? null,
    },
    lead: holder === null ? null : { person: holder.person, since: holder.since },
    decision: decisionOf(sources.events),
    missed: missed(sources),
  }
}

/** As it reads now, and whose it is: of a pinned message the one who wrote that. */
function decisionOf(events: readonly IncidentEvent[]): Brief['decision'] {
  const last = lastDecision(timeline(events))
  if (last === null) return null
  const { seq, text, reason, at, pinnedFrom, actor } = last
  return { seq, text, reason, at, by: pinnedFrom?.author ?? actor.id }
}

function missed(sources: BriefSources): Missed | null {
  const { seen, events, me, hasOlder, until = Number.POSITIVE_INFINITY } = sources
  if (seen === null) return null
  const news = events.filter((e) => e.seq > seen.seq && e.seq <= until && !isMine(e, me))
  const first = events[0]?.seq ?? 1
  return {
    since: seen.at,
    parts: [...turned(news, sources), ...missedClocks(news, sources), ...counted(news)],
    complete: !hasOlder || first <= seen.seq + 1,
  }
}

/** What turned the incident, net of what was turned back: severity, status, who commands, what it is called. */
function turned(news: readonly IncidentEvent[], { playbook, state, names }: BriefSources): string[] {
  const parts: string[] = []
  const severities = of(news, 'severity.changed')
  const from = severities[0]?.data.from
  const to = severities.at(-1)?.data.to
  if (from !== undefined && to !== undefined && from !== to)
    parts.push(`severity ${direction(playbook, from, to)} to ${severityName(playbook, to)}`)
  if (news.some((e) => statusTurns.has(e.type)))
    parts.push(`it is ${lowerFirst(statusName(playbook, state.status.value))} now`)
  const commander = playbook.roles.find((r) => r.kind === 'commander')
  const command = news.findLast(
    (e) =>
      (e.type === 'role.taken' || e.type === 'role.accepted' || e.type === 'role.released') &&
      e.data.role === commander?.id,
  )
  if (command?.type === 'role.taken' || command?.type === 'role.accepted')
    parts.push(`${names.person(command.data.person)} took command`)
  else if (command?.type === 'role.released')
    parts.push(`${names.person(command.data.person)} gave up command`)
  if (of(news, 'title.changed').length > 0) parts.push('a new title')
  return parts
}

const statusTurns: ReadonlySet<string> = new Set(['status.changed', 'incident.closed', 'incident.reopened'])

function direction(playbook: Playbook, from: string | null, to: string): 'set' | 'raised' | 'lowered' {
  if (from === null) return 'set'
  const rank = (key: string) => playbook.severities.find((s) => s.key === key)?.rank ?? 0
  return rank(to) < rank(from) ? 'raised' : 'lowered'
}

function missedClocks(news: readonly IncidentEvent[], { playbook }: BriefSources): string[] {
  const labels = new Set(of(news, 'clock.breached').map((e) => clockName(e.data.clock, playbook)))
  if (labels.size === 0) return []
  return labels.size === 1 ? [`${[...labels].join()} overdue`] : [`${labels.size} clocks overdue`]
}

/** How much was written and done: what was deleted, struck or opened again meanwhile does not count. */
function counted(news: readonly IncidentEvent[]): string[] {
  let [decisions, updates, entries, messages] = [0, 0, 0, 0]
  for (const row of timeline(news)) {
    if (row.kind === 'chat' && !row.deleted && row.pinnedAs === null) messages += 1
    if (row.kind !== 'entry' || row.struck !== null) continue
    if (row.entry === 'decision') decisions += 1
    else if (row.entry === 'communication' && row.audience !== null) updates += 1
    else entries += 1
  }
  const done = new Set<string>()
  for (const e of news) {
    if (e.type === 'task.ticked') done.add(e.data.task)
    else if (e.type === 'task.unticked') done.delete(e.data.task)
  }
  return [
    ...some(decisions, 'decision', 'decisions'),
    ...some(updates, 'update', 'updates'),
    ...some(entries, 'entry', 'entries'),
    ...some(messages, 'message', 'messages'),
    ...some(done.size, 'task done', 'tasks done'),
  ]
}

function some(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]
}

function of<T extends IncidentEvent['type']>(
  events: readonly IncidentEvent[],
  type: T,
): Extract<IncidentEvent, { type: T }>[] {
  return events.filter((e): e is Extract<IncidentEvent, { type: T }> => e.type === type)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
