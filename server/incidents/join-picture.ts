import type { Actor } from '../../shared/incident/actor.ts'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { catchUpLimit, entryPage, type JoinAnswer, type JoinRequest } from '../../shared/protocol/socket.ts'
import type { EventLog } from './event-log.ts'
import type { IncidentStore } from './incident-store.ts'
import type { SeenMarks } from './seen.ts'

export interface JoinPictureParts {
  store: IncidentStore
  log: EventLog
  seen: SeenMarks
  /** Epoch and schema number of the incident's main document. */
  documentOf(incidentId: string): Promise<{ epoch: number; schema: number }>
}

/** Pages of a catch-up, about 1 MB each at most. */
const mostCatchUpPages = 6

/** What who joins is given: the events they miss, or the whole picture. */
export function createJoinPictures({ store, log, seen, documentOf }: JoinPictureParts) {
  /** The answer, and the seq up to which it tells everything. Throws when the incident is gone. */
  async function of(request: JoinRequest, actor: Actor): Promise<{ picture: JoinAnswer; upTo: number }> {
    const { incidentId, since, hash } = request
    const last = actor.kind === 'person' ? await seen.last(incidentId, actor.id) : null
    if (since !== undefined) {
      const events = await caughtUp(incidentId, since, hash)
      if (events !== null)
        return { picture: { ok: true, events, seen: last }, upTo: events[events.length - 1]?.seq ?? since }
    }
    const incident = await store.load(incidentId)
    if (incident === null) throw new Error('The incident is gone.')
    const [entries, document] = await Promise.all([
      log.entriesBefore(incidentId, incident.seq + 1, entryPage),
      documentOf(incidentId),
    ])
    const fresh = {
      ok: true as const,
      seq: incident.seq,
      hash: incident.hash,
      ...document,
      state: incident.state,
      entries,
      seen: last,
    }
    return { picture: since === undefined ? fresh : { ...fresh, reset: true }, upTo: incident.seq }
  }

  /** The events after `since`, or null when the client has to start afresh. */
  async function caughtUp(
    incidentId: string,
    since: number,
    hash: string | undefined,
  ): Promise<IncidentEvent[] | null> {
    const head = (await log.heads([incidentId])).get(incidentId) ?? 0
    if (since > head || head - since > catchUpLimit) return null
    if (hash !== undefined && (await log.hashAt(incidentId, since)) !== hash) return null
    const events: IncidentEvent[] = []
    let pages = 0
    for await (const page of log.pages(incidentId, since)) {
      events.push(...page)
      pages++
      // Pages are bounded in bytes: many of them mean long texts, and a fresh picture is the smaller answer.
      if (events.length > catchUpLimit || pages > mostCatchUpPages) return null
    }
    return events
  }

  return { of }
}
