import { setImmediate as nextTurn } from 'node:timers/promises'
import { type IncidentEvent, refOf } from '../../shared/incident/events.ts'
import type { RowQuery } from '../../shared/incident/row-query.ts'
import type { Names } from '../../shared/incident/sentences.ts'
import { taskLists, taskTexts } from '../../shared/incident/tasks.ts'
import { timeline } from '../../shared/incident/timeline.ts'
import { rowMatches } from '../../shared/incident/timeline-search.ts'
import type { EventLog } from './event-log.ts'
import { peopleIn } from './export.ts'
import type { IncidentStore } from './incident-store.ts'

export interface SearchParts {
  store: IncidentStore
  log: EventLog
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
}

export interface Found {
  /** The events of the rows that were found, and every later change to them, oldest first. */
  entries: IncidentEvent[]
  /** Ask again with this as `before` for older ones; null when the whole log was looked through. */
  next: number | null
}

/** Entries looked at in one statement. */
const pageSize = 200
/** Entries looked at for one answer; whoever finds nothing among them asks on. */
const lookedAtMost = 10_000

/**
 * Looks through an incident's log from `before` (a seq, null for its end) towards its beginning, for at most `limit`
 * rows. The log is read in pages, each with what was done to its entries later, in short statements, so that commits
 * go on meanwhile. Null when there is no such incident.
 */
export async function searchEntries(
  { store, log, names }: SearchParts,
  incidentId: string,
  query: RowQuery,
  before: number | null,
  limit: number,
): Promise<Found | null> {
  const incident = await store.load(incidentId)
  if (incident === null) return null
  const { state, playbook } = incident
  const tasks = taskTexts(taskLists(state, playbook), playbook)
  const people = new Map<string, string>()
  const asked = new Set<string>()
  const world = {
    playbook,
    names: {
      person: (id) => people.get(id) ?? id,
      task: (id) => tasks.get(id) ?? id,
      time: (ms) => new Date(ms).toISOString().slice(11, 16),
    } satisfies Names,
  }
  const found: IncidentEvent[][] = []
  let looked = 0
  for (let below = before; ; ) {
    const page = await log.entriesBefore(incidentId, below, pageSize)
    const changes = await changesTo(log, incidentId, page)
    const unknown = peopleIn([...page, ...[...changes.values()].flat()]).filter((id) => !asked.has(id))
    if (unknown.length > 0) {
      for (const id of unknown) asked.add(id)
      for (const [id, person] of await names(unknown)) people.set(id, person.name)
    }
    for (const e of page.toReversed()) {
      const origin = e.type === 'entry.pinned' ? (changes.get(e.data.ref) ?? []) : []
      const events = [e, ...(changes.get(e.seq) ?? []), ...origin.filter(({ seq }) => seq > e.seq)]
      const row = timeline(events).find(({ seq }) => seq === e.seq)
      if (row === undefined || !rowMatches(row, query, world)) continue
      found.push(events)
      if (found.length === limit) return { entries: inOrder(found), next: e.seq }
    }
    const first = page[0]
    if (first === undefined || first.seq <= 1) return { entries: inOrder(found), next: null }
    below = first.seq
    looked += page.length
    if (looked >= lookedAtMost) return { entries: inOrder(found), next: below }
    await nextTurn()
  }
}

/** What was done later to the rows of a page, and to the messages that its entries were pinned from, by their seq. */
async function changesTo(
  log: EventLog,
  incidentId: string,
  page: readonly IncidentEvent[],
): Promise<Map<number, IncidentEvent[]>> {
  const seqs = page.flatMap((e) => (e.type === 'entry.pinned' ? [e.seq, e.data.ref] : [e.seq]))
  const changes = new Map<number, IncidentEvent[]>()
  for (const e of await log.changesTo(incidentId, seqs)) {
    const ref = refOf(e)
    if (ref === null) continue
    const known = changes.get(ref)
    if (known === undefined) changes.set(ref, [e])
    else known.push(e)
  }
  return changes
}

function inOrder(found: readonly IncidentEvent[][]): IncidentEvent[] {
  const distinct = new Map(found.flat().map((e) => [e.seq, e]))
  return [...distinct.values()].sort((a, b) => a.seq - b.seq)
}
