import type { IncidentEvent, OtherIncident } from '../../shared/incident/events.ts'
import { evolve } from '../../shared/incident/evolve.ts'
import { nextDueAt } from '../../shared/incident/next-due.ts'
import { evolveNumber, type IncidentState, NewerStateError } from '../../shared/incident/state.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'
import { type Database, DatabaseError, type Queryable } from '../platform/database.ts'
import { type ChainedEvents, type EventLog, eventColumns, eventRecordset } from './event-log.ts'

/** An incident as of one event: what the row says, with its playbook. */
export interface Incident {
  id: string
  seq: number
  hash: string
  state: IncidentState
  playbook: Playbook
  nextDueAt: number | null
}

interface IncidentRow {
  seq: number
  hash: string
  evolve: number
  state: string | null
  next_due_at: number | null
}

export interface AnswerRow {
  actorId: string
  commandId: string
  answer: CommandAnswer
}

export interface IncidentHead {
  id: string
  seq: number
}

/** What the row of an open incident says without its state. */
export interface OpenIncident {
  id: string
  hash: string
  nextDueAt: number | null
  declaredAt: number
}

const keptIncidents = 500
/** Most incidents on a board. */
const mostHeads = 500
/** What can be an id at all: PostgreSQL refuses some texts (NUL), where the answer is "there is none". */
const idPattern = /^[A-Za-z0-9_-]{1,64}$/

/** The incidents' rows: locked for a decision, read for a screen. */
export function createIncidentStore(
  database: Database,
  log: EventLog,
  playbookByHash: (hash: string) => Promise<{ playbook: Playbook } | undefined>,
) {
  // A cache by seq: state of another seq is never used, so it may be as old as it likes.
  const cache = new Map<string, Incident>()

  function remember(incident: Incident): void {
    cache.delete(incident.id)
    cache.set(incident.id, incident)
    if (cache.size > keptIncidents) {
      const oldest = cache.keys().next()
      if (!oldest.done) cache.delete(oldest.value)
    }
  }

  async function playbookOf(state: IncidentState): Promise<Playbook> {
    const found = await playbookByHash(state.playbook.hash)
    if (found === undefined) throw new Error(`Playbook version ${state.playbook.hash} is missing.`)
    return found.playbook
  }

  async function read(via: Queryable, id: string, lock: boolean): Promise<Incident | null> {
    const cached = cache.get(id)
    const [row] = await via.query<IncidentRow>(
      `SELECT seq, hash, evolve, next_due_at, CASE WHEN hash = $2 THEN NULL ELSE state END AS state
       FROM incidents WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`,
      [id, cached?.hash ?? ''],
    )
    if (row === undefined) return null
    // What is cached was made by this very `evolve`, whatever number stands in the row.
    if (cached !== undefined && row.state === null && row.evolve <= evolveNumber)
      return { ...cached, nextDueAt: row.next_due_at }
    const incident = await incidentOf(via, id, row)
    remember(incident)
    return incident
  }

  async function incidentOf(via: Queryable, id: string, row: IncidentRow): Promise<Incident> {
    if (row.evolve > evolveNumber) throw new NewerStateError()
    const state =
      row.evolve === evolveNumber && row.state !== null ? parseState(row.state) : await replay(via, id)
    const playbook = await playbookOf(state)
    return { id, seq: row.seq, hash: row.hash, state, playbook, nextDueAt: row.next_due_at }
  }

  /**
   * Many at once, for who goes through all of them: what is kept for those who come back stays kept. One that cannot
   * be read, as when a newer version wrote it, is told to `unreadable` and does not hide the others.
   */
  async function glance(
    ids: readonly string[],
    unreadable: (id: string, error: unknown) => void,
  ): Promise<Incident[]> {
    const rows = await database.query<IncidentRow & { id: string }>(
      'SELECT id, seq, hash, evolve, next_due_at, state FROM incidents WHERE id = ANY($1::text[])',
      [ids],
    )
    const found: Incident[] = []
    for (const row of rows) {
      try {
        found.push(await incidentOf(database, row.id, row))
      } catch (error) {
        if (error instanceof DatabaseError) throw error
        unreadable(row.id, error)
      }
    }
    return found
  }

  /** State from the log, when the row's was made by an older `evolve`. */
  async function replay(via: Queryable, id: string): Promise<IncidentState> {
    let state: IncidentState | null = null
    for (;;) {
      const page: IncidentEvent[] = await log.readAfter(id, state?.seq ?? 0, undefined, via)
      if (page.length === 0) break
      for (const e of page) state = evolve(state, e)
    }
    if (state === null) throw new Error('An incident without events.')
    return state
  }

  /** Incidents by their keys, as commands name them; keys that none has are left out. */
  async function byKeys(keys: readonly string[]): Promise<Map<string, OtherIncident>> {
    if (keys.length === 0) return new Map()
    const rows = await database.query<OtherIncident>(
      'SELECT id, key FROM incidents WHERE key = ANY($1::text[])',
      [[...new Set(keys)]],
    )
    return new Map(rows.map((row) => [row.key, row]))
  }

  /** Answers given before to these commands, by actor and command id. */
  async function answers(
    via: Queryable,
    incidentId: string,
    commandIds: string[],
  ): Promise<Map<string, CommandAnswer>> {
    const rows = await via.query<{ actor_id: string; command_id: string; answer: string }>(
      'SELECT actor_id, command_id, answer FROM command_answers WHERE incident_id = $1 AND command_id = ANY($2::text[])',
      [incidentId, commandIds],
    )
    return new Map(rows.map((row) => [answerKey(row.actor_id, row.command_id), JSON.parse(row.answer)]))
  }

  /** Appends events, keeps answers and moves the row on, in one statement of the caller's transaction. */
  async function append(
    tx: Queryable,
    before: Incident,
    state: IncidentState,
    chained: ChainedEvents,
    kept: readonly AnswerRow[],
    now: number,
  ): Promise<Incident> {
    const due = nextDueAt(state, before.playbook)
    const closedAt = state.status.value === 'closed' ? (state.times.closed ?? state.at) : null
    await tx.query(
      `WITH added AS (
         INSERT INTO events (incident_id, ${eventColumns})
         SELECT $1, ${eventColumns} FROM ${eventRecordset('$2')}
       ), answered AS (
         INSERT INTO command_answers (incident_id, actor_id, command_id, answer, at)
         SELECT $1, a.actor_id, a.command_id, a.answer, $3
         FROM json_to_recordset($4::json) AS a(actor_id text, command_id text, answer text)
       )
       UPDATE incidents SET seq = $5, hash = $6, at = $7, evolve = $8, state = $9, is_open = $10, next_due_at = $11,
         closed_at = $12, playbook_hash = $13, severity = $14 WHERE id = $1`,
      [
        before.id,
        JSON.stringify(chained.rows),
        now,
        JSON.stringify(answerRows(kept)),
        state.seq,
        chained.hash,
        state.at,
        evolveNumber,
        JSON.stringify(state),
        closedAt === null,
        due,
        closedAt,
        state.playbook.hash,
        state.severity?.key ?? null,
      ],
    )
    return { ...before, seq: state.seq, hash: chained.hash, state, nextDueAt: due }
  }

  /** The first event of an incident with its row. Throws DatabaseError `unique` when id, key or command exists. */
  async function create(
    tx: Queryable,
    incident: Omit<Incident, 'nextDueAt'>,
    chained: ChainedEvents,
    kept: AnswerRow,
  ): Promise<Incident> {
    const { id, state } = incident
    const due = nextDueAt(state, incident.playbook)
    await tx.query(
      `INSERT INTO command_answers (incident_id, actor_id, command_id, answer, at) VALUES ('', $1, $2, $3, $4)`,
      [kept.actorId, kept.commandId, JSON.stringify({ ...kept.answer, id, key: state.key }), state.at],
    )
    await tx.query(
      `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, next_due_at, declared_at,
         playbook_hash, severity)
       VALUES ($1, $2, $3, $4, $5, $6, $7, true, $8, $9, $10, $11)`,
      [
        id,
        state.key,
        state.seq,
        chained.hash,
        state.at,
        evolveNumber,
        JSON.stringify(state),
        due,
        state.times.declared ?? state.at,
        state.playbook.hash,
        state.severity?.key ?? null,
      ],
    )
    await tx.query(
      `INSERT INTO events (incident_id, ${eventColumns}) SELECT $1, ${eventColumns} FROM ${eventRecordset('$2')}`,
      [id, JSON.stringify(chained.rows)],
    )
    return { ...incident, nextDueAt: due }
  }

  /**
   * The newest open incidents, and those closed last of all that were closed after `closedAfter` (ms): 500 at most,
   * open ones first to be taken. Each part is read in the order of an index, so that it costs the same however many
   * there are.
   */
  async function heads(closedAfter: number): Promise<IncidentHead[]> {
    return database.query<{ id: string; seq: number }>(
      `SELECT id, seq FROM
         (SELECT id, seq FROM incidents WHERE is_open ORDER BY declared_at DESC, id DESC LIMIT $2) AS newest
       UNION ALL
       (SELECT id, seq FROM incidents WHERE closed_at > $1 ORDER BY closed_at DESC
        LIMIT $2 - (SELECT count(*) FROM (SELECT 1 FROM incidents WHERE is_open LIMIT $2) AS counted))`,
      [closedAfter, mostHeads],
    )
  }

  /**
   * Incidents that stand behind `before`, newest first, for paging through all: those declared at one moment stand
   * in the order of their ids, so that the border of a page neither loses nor repeats one. Without an id, all
   * declared earlier.
   */
  async function page(
    before: { declaredAt: number; id: string },
    limit: number,
  ): Promise<{ id: string; declaredAt: number }[]> {
    const rows = await database.query<{ id: string; declared_at: number }>(
      `SELECT id, declared_at FROM incidents WHERE (declared_at, id) < ($1, $2)
       ORDER BY declared_at DESC, id DESC LIMIT $3`,
      [before.declaredAt, idPattern.test(before.id) ? before.id : '', Math.min(limit, 100)],
    )
    return rows.map((row) => ({ id: row.id, declaredAt: row.declared_at }))
  }

  /** The `limit` that fall due first, soonest first, whether they are due yet or not. */
  async function due(limit: number): Promise<{ id: string; nextDueAt: number }[]> {
    const rows = await database.query<{ id: string; next_due_at: number }>(
      'SELECT id, next_due_at FROM incidents WHERE next_due_at IS NOT NULL ORDER BY next_due_at LIMIT $1',
      [limit],
    )
    return rows.map((row) => ({ id: row.id, nextDueAt: row.next_due_at }))
  }

  /** Open incidents that stand behind `before` (the newest, for null), newest first: all of them by paging. */
  async function openBefore(before: OpenIncident | null, limit: number): Promise<OpenIncident[]> {
    const rows = await database.query<{
      id: string
      hash: string
      next_due_at: number | null
      declared_at: number
    }>(
      `SELECT id, hash, next_due_at, declared_at FROM incidents
       WHERE is_open AND (declared_at, id) < ($1, $2) ORDER BY declared_at DESC, id DESC LIMIT $3`,
      [before?.declaredAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? '', limit],
    )
    return rows.map((row) => ({
      id: row.id,
      hash: row.hash,
      nextDueAt: row.next_due_at,
      declaredAt: row.declared_at,
    }))
  }

  return {
    /** The incident as of now, or null when there is none. */
    load: async (id: string) => (idPattern.test(id) ? read(database, id, false) : null),
    /** The same inside a transaction, holding the row until it ends. */
    lock: (tx: Queryable, id: string) => read(tx, id, true),
    glance,
    cached: (id: string) => cache.get(id),
    remember,
    forget: (id: string) => cache.delete(id),
    byKeys,
    answers,
    append,
    create,
    heads,
    page,
    due,
    openBefore,
  }
}

export type IncidentStore = ReturnType<typeof createIncidentStore>

export function answerKey(actorId: string, commandId: string): string {
  return `${actorId}\n${commandId}`
}

function answerRows(kept: readonly AnswerRow[]): object[] {
  return kept.map((row) => ({
    actor_id: row.actorId,
    command_id: row.commandId,
    answer: JSON.stringify(row.answer),
  }))
}

function parseState(text: string): IncidentState {
  // Written by `append` and `create` only, with the same evolve number.
  return JSON.parse(text)
}
