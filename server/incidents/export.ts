import { setImmediate as nextTurn } from 'node:timers/promises'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { incidentMarkdownPieces } from '../../shared/incident/markdown.ts'
import type { IncidentExport } from '../../shared/incident/markdown-export.ts'
import { referenceWords } from '../../shared/incident/reference-words.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLog } from './event-log.ts'
import type { IncidentStore } from './incident-store.ts'

export interface ExportParts {
  store: IncidentStore
  log: EventLog
  clock: Clock
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  textOf(
    incidentId: string,
    words: (kind: string, id: string) => string | undefined,
  ): Promise<{ markdown: string; notes: Record<string, string> }>
}

/**
 * A whole incident as Markdown, read in pages and written in pieces with a turn of the event loop between them, so
 * that a long export holds up nobody. Null when there is no such incident.
 */
export async function exportMarkdown(
  { store, log, clock, names, textOf }: ExportParts,
  incidentId: string,
): Promise<{ name: string; pieces: AsyncIterable<string> } | null> {
  const incident = await store.load(incidentId)
  if (incident === null) return null
  const { state, playbook, seq } = incident
  const events: IncidentEvent[] = []
  for await (const page of log.pages(incidentId, 0)) {
    events.push(...page.filter((e) => e.seq <= seq))
    if ((events.at(-1)?.seq ?? 0) >= seq) break
  }
  const document = await textOf(incidentId, referenceWords(state, playbook, events))
  const people = new Map<string, string>()
  for (const [id, person] of await names(peopleIn(events))) people.set(id, person.name)
  const given: IncidentExport = {
    state,
    playbook,
    events,
    people,
    documentMarkdown: document.markdown,
    notes: document.notes,
    exportedAt: clock.now(),
  }
  return { name: `muster-${state.key}.md`, pieces: unhurried(incidentMarkdownPieces(given)) }
}

/** What tasks and entries of an incident say, for a document read by itself. Reads the whole log, in pages. */
export async function readReferenceWords(
  { store, log }: Pick<ExportParts, 'store' | 'log'>,
  incidentId: string,
): Promise<(kind: string, id: string) => string | undefined> {
  const incident = await store.load(incidentId)
  if (incident === null) return () => undefined
  const events: IncidentEvent[] = []
  for await (const page of log.pages(incidentId, 0)) events.push(...page)
  return referenceWords(incident.state, incident.playbook, events)
}

async function* unhurried(pieces: Iterable<string>): AsyncGenerator<string> {
  for (const piece of pieces) {
    if (piece !== '') yield piece
    await nextTurn()
  }
}

/** Everyone an event names: its actor, and the ids in its data, which only people's ids can match. */
export function peopleIn(events: readonly IncidentEvent[]): string[] {
  const ids = new Set<string>()
  for (const e of events) {
    if (e.actor.kind === 'person') ids.add(e.actor.id)
    switch (e.type) {
      case 'role.taken':
      case 'role.accepted':
      case 'role.declined':
      case 'role.requested':
      case 'role.kept':
      case 'role.released':
      case 'person.joined':
      case 'person.left':
        ids.add(e.data.person)
        break
      case 'role.offered':
        ids.add(e.data.to)
        break
      case 'task.assigned':
        if (e.data.to?.kind === 'person') ids.add(e.data.to.id)
        break
      case 'entry.pinned':
        ids.add(e.data.author)
        break
      default:
        break
    }
  }
  return [...ids]
}
