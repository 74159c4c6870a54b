import type { IncidentEvent, RawEvent } from '../../shared/incident/events.ts'
import { type EventType, isEntry, isEventType, lift, refOf } from '../../shared/incident/events.ts'
import type { Database, Queryable } from '../platform/database.ts'
import { chainStart, linkHash, newSalt, payloadDigest } from './hash-chain.ts'

/** Most rows of a page: the embedded database has one connection, so nobody reads much at once. */
const pageRows = 500
/** Most events of a page that is read on its way through the log: a commit waits for one such statement. */
const eventRows = 100
/** How many events are looked at for each entry wanted; more only where entries are rarer. */
const eventsPerEntry = 4

/**
 * Most bytes of payload in one page, so that a room full of long snippets neither fills the memory nor holds the
 * embedded connection. The first row of a page is always given.
 */
const pageBytes = 1_000_000
const payloadBytes = 'coalesce(octet_length(payload), 0)'

interface EventRow {
  seq: number
  type: string
  v: number
  at: number
  occurred_at: number
  actor_kind: 'person' | 'system' | 'automation'
  actor_id: string
  command_id: string
  payload: string | null
  hash: string
}

const columns = 'seq, type, v, at, occurred_at, actor_kind, actor_id, command_id, payload, hash'

/** Events as decided, with their hashes filled in, and the row data to write them. */
export interface ChainedEvents {
  events: IncidentEvent[]
  rows: object[]
  hash: string
}

/** Chains decided events to the incident's newest hash. */
export function chain(previous: string, decided: readonly IncidentEvent[]): ChainedEvents {
  let hash = previous
  const events: IncidentEvent[] = []
  const rows: object[] = []
  for (const e of decided) {
    const payload = JSON.stringify(e.data)
    const salt = newSalt()
    const digest = payloadDigest(salt, payload)
    hash = linkHash(hash, { ...e, actorId: e.actor.id }, digest)
    events.push({ ...e, hash })
    rows.push({
      seq: e.seq,
      type: e.type,
      v: e.v,
      at: e.at,
      occurred_at: e.occurredAt,
      actor_kind: e.actor.kind,
      actor_id: e.actor.id,
      command_id: e.commandId,
      payload,
      salt,
      payload_digest: digest,
      hash,
      is_entry: isEntry(e.type),
      ref: refOf(e),
    })
  }
  return { events, rows, hash }
}

/** The recordset that inserts {@link ChainedEvents.rows} given as JSON text; `$n` stands for its parameter. */
export function eventRecordset(parameter: string): string {
  return `json_to_recordset(${parameter}::json) AS e(seq bigint, type text, v integer, at bigint, occurred_at bigint,
    actor_kind text, actor_id text, command_id text, payload text, salt text, payload_digest text, hash text,
    is_entry boolean, ref bigint)`
}

export const eventColumns =
  'seq, type, v, at, occurred_at, actor_kind, actor_id, command_id, payload, salt, payload_digest, hash, is_entry, ref'

function toEvent(row: EventRow): IncidentEvent {
  const raw: RawEvent = {
    seq: row.seq,
    type: row.type,
    v: row.v,
    at: row.at,
    occurredAt: row.occurred_at,
    actor: { kind: row.actor_kind, id: row.actor_id },
    commandId: row.command_id,
    data: row.payload === null ? {} : JSON.parse(row.payload),
    hash: row.hash,
  }
  return lift(raw)
}

/** Reads the log. Throws UnknownEventError where it holds what this version does not know. */
export function createEventLog(database: Database) {
  /** The next events after `seq`, in order, `limit` at most and at least one; fewer when they are long. */
  async function readAfter(
    incidentId: string,
    seq: number,
    limit = eventRows,
    via: Queryable = database,
  ): Promise<IncidentEvent[]> {
    // A log has no gaps, so a page is a range. With LIMIT a planner without figures sorts the whole log.
    const rows = await via.query<EventRow>(
      `SELECT ${columns} FROM (
         SELECT ${columns}, sum(${payloadBytes}) OVER (ORDER BY seq) - ${payloadBytes} AS bytes_before
         FROM events WHERE incident_id = $1 AND seq > $2 AND seq <= $3
       ) AS page WHERE bytes_before < ${pageBytes} ORDER BY seq`,
      [incidentId, seq, seq + Math.min(limit, eventRows)],
    )
    return rows.map(toEvent)
  }

  /** Every event after `seq` in pages, so that an export never holds up a commit. */
  async function* pages(incidentId: string, after: number): AsyncGenerator<IncidentEvent[]> {
    for (let seq = after; ; ) {
      const page = await readAfter(incidentId, seq)
      if (page.length === 0) return
      yield page
      seq = page[page.length - 1]?.seq ?? seq
    }
  }

  /** The newest `limit` entries before `before` (or of all), oldest first; fewer when they are long. */
  async function entriesBefore(
    incidentId: string,
    before: number | null,
    limit: number,
  ): Promise<IncidentEvent[]> {
    const wanted = Math.min(limit, pageRows)
    const head = (await heads([incidentId])).get(incidentId) ?? 0
    const found: EventRow[] = []
    let width = wanted * eventsPerEntry
    let bytes = 0
    // A range at a time, for the same reason as above; wider ones where entries are rare.
    for (let below = Math.min(before ?? head + 1, head + 1); below > 1 && found.length < wanted; width *= 2) {
      const rows = await database.query<EventRow & { bytes_before: number }>(
        `SELECT ${columns} FROM (
           SELECT ${columns}, sum(${payloadBytes}) OVER (ORDER BY seq DESC) - ${payloadBytes} AS bytes_before
           FROM events WHERE incident_id = $1 AND is_entry AND seq < $2 AND seq >= $3
         ) AS page WHERE bytes_before < $4 ORDER BY seq DESC LIMIT $5`,
        [incidentId, below, below - width, pageBytes - bytes, wanted - found.length],
      )
      found.push(...rows)
      bytes += rows.reduce((sum, row) => sum + Buffer.byteLength(row.payload ?? ''), 0)
      if (bytes >= pageBytes) break
      below -= width
    }
    return found.reverse().map(toEvent)
  }

  async function bySeqs(
    via: Queryable,
    incidentId: string,
    seqs: number[],
  ): Promise<Map<number, IncidentEvent>> {
    if (seqs.length === 0) return new Map()
    const rows = await via.query<EventRow>(
      `SELECT ${columns} FROM events WHERE incident_id = $1 AND seq = ANY($2::bigint[])`,
      [incidentId, seqs],
    )
    return new Map(rows.map((row) => [row.seq, toEvent(row)]))
  }

  /** What later events did to these, by seq: the types of those that speak about them. */
  async function since(
    via: Queryable,
    incidentId: string,
    seqs: number[],
  ): Promise<Map<number, Set<EventType>>> {
    const found = new Map<number, Set<EventType>>()
    if (seqs.length === 0) return found
    const rows = await via.query<{ ref: number; type: string }>(
      `SELECT DISTINCT ref, type FROM events
        WHERE incident_id = $1 AND ref IS NOT NULL AND ref = ANY($2::bigint[])`,
      [incidentId, seqs],
    )
    for (const { ref, type } of rows)
      if (isEventType(type)) found.set(ref, (found.get(ref) ?? new Set()).add(type))
    return found
  }

  /** What later events did to these, whole and oldest first; read in short statements. */
  async function changesTo(incidentId: string, seqs: readonly number[]): Promise<IncidentEvent[]> {
    const found: EventRow[] = []
    if (seqs.length === 0) return []
    for (let after = 0; ; ) {
      const rows = await database.query<EventRow>(
        `SELECT ${columns} FROM (
           SELECT ${columns}, sum(${payloadBytes}) OVER (ORDER BY seq) - ${payloadBytes} AS bytes_before
           FROM events
           WHERE incident_id = $1 AND ref IS NOT NULL AND ref = ANY($2::bigint[]) AND seq > $3
         ) AS page WHERE bytes_before < ${pageBytes} ORDER BY seq LIMIT ${pageRows}`,
        [incidentId, [...seqs], after],
      )
      const last = rows.at(-1)
      if (last === undefined) return found.map(toEvent)
      found.push(...rows)
      after = last.seq
    }
  }

  /** Hash of one event, or null when the log has no such seq. 0 stands for the start of the chain. */
  async function hashAt(incidentId: string, seq: number): Promise<string | null> {
    if (seq === 0) return chainStart(incidentId)
    const [row] = await database.query<{ hash: string }>(
      'SELECT hash FROM events WHERE incident_id = $1 AND seq = $2',
      [incidentId, seq],
    )
    return row?.hash ?? null
  }

  /** Newest seq of each of these incidents. */
  async function heads(incidentIds: readonly string[]): Promise<Map<string, number>> {
    if (incidentIds.length === 0) return new Map()
    const rows = await database.query<{ id: string; seq: number }>(
      'SELECT id, seq FROM incidents WHERE id = ANY($1::text[])',
      [incidentIds],
    )
    return new Map(rows.map((row) => [row.id, row.seq]))
  }

  return { readAfter, pages, entriesBefore, bySeqs, since, changesTo, hashAt, heads }
}

export type EventLog = ReturnType<typeof createEventLog>
