import type { IncidentEvent, RawEvent } from '../../shared/incident/events.ts'
import { isEntry, lift } from '../../shared/incident/events.ts'
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
    })
  }
  return { events, rows, hash }
}

/** The recordset that inserts {@link ChainedEvents.rows} given as JSON text; `$n` stands for its parameter. */
export function eventRecordset(parameter: string): string {
  return `json_to_recordset(${parameter}::json) AS e(seq bigint, type text, v integer, at bigint, occurred_at bigint,
    actor_kind text, actor_id text, command_id text, payload text, salt text, payload_digest text, hash text,
    is_entry boolean)`
}

export const eventColumns =
  'seq, type, v, at, occurred_at, actor_kind, actor_id, command_id, payload, salt, payload_digest, hash, is_entry'

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

  /**
   * Recomputes the whole chain. Gives the first seq that does not fit, or null when all do. A redacted event
   * (payload and salt emptied) is checked by its digest alone.
   */
  async function firstBroken(incidentId: string): Promise<number | null> {
    let previous = chainStart(incidentId)
    let expected = 1
    for (;;) {
      const rows = await database.query<EventRow & { salt: string | null; payload_digest: string }>(
        `SELECT ${columns}, salt, payload_digest FROM events WHERE incident_id = $1 AND seq >= $2 ORDER BY seq LIMIT $3`,
        [incidentId, expected, pageRows],
      )
      if (rows.length === 0) return null
      for (const row of rows) {
        if (row.seq !== expected) return expected
        const intact =
          row.payload === null ||
          row.salt === null ||
          payloadDigest(row.salt, row.payload) === row.payload_digest
        const link = {
          seq: row.seq,
          type: row.type,
          v: row.v,
          at: row.at,
          occurredAt: row.occurred_at,
          actorId: row.actor_id,
          commandId: row.command_id,
        }
        if (!intact || linkHash(previous, link, row.payload_digest) !== row.hash) return row.seq
        previous = row.hash
        expected++
      }
    }
  }

  return { readAfter, pages, entriesBefore, bySeqs, hashAt, heads, firstBroken }
}

export type EventLog = ReturnType<typeof createEventLog>
