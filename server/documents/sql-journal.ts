import { peopleWithoutRights } from '../people/index.ts'
import type { Database, Queryable, SqlValue } from '../platform/database.ts'
import { decodeBatch, encodeBatch } from './batch-body.ts'
import type { AppendResult, DocumentRow, Journal, NewBatch, StoredBatch } from './journal.ts'
import { createSnapshotStore } from './sql-snapshots.ts'

/** Rows of one page: small enough that reading one never holds up a commit for long. */
const batchPage = 64
const ownerPage = 5_000

const rowColumns = 'name, incident_id AS "incidentId", seq, bytes, writable, epoch, schema'

/** The journal over PostgreSQL, embedded or not. */
export function createSqlJournal(database: Database): Journal {
  return {
    ...createSnapshotStore(database),
    rows: (names) =>
      database.query<DocumentRow>(`SELECT ${rowColumns} FROM documents WHERE name = ANY($1::text[])`, [
        names,
      ]),
    readAfter: (name, seq) => readAfter(database, name, seq),
    owners: (name) => owners(database, name),
    newClients: (name, since) => newClients(database, name, since),
    async append(batches) {
      const [only, ...others] = batches
      const quick = only !== undefined && others.length === 0 && only.claims.size === 0
      const seq = quick ? await appendAlone(database, only) : undefined
      if (seq !== undefined) return [{ kind: 'committed', seq }]
      return database.transaction((tx) => append(tx, batches))
    },
  }
}

/**
 * What most keystrokes are: one batch of people whose ids are known, in one statement that commits by itself.
 * Undefined when the document did not take it and nothing was written; the long way tells why.
 */
async function appendAlone(database: Database, batch: NewBatch): Promise<number | undefined> {
  const body = encodeBatch(batch.updates)
  const [row] = await database.query<{ seq: number }>(
    `WITH moved AS (
       UPDATE documents SET seq = seq + 1, bytes = bytes + $5 WHERE name = $1 AND epoch = $2 AND writable
         AND NOT EXISTS (${peopleWithoutRights('$6', '$3')})
       RETURNING name, seq
     )
     INSERT INTO document_batches (name, seq, at, body)
     SELECT name, seq, $3::bigint, $4 FROM moved RETURNING seq`,
    [batch.name, batch.epoch, batch.at, body, body.byteLength, authorsOf(batch)],
  )
  return row?.seq
}

async function readAfter(database: Database, name: string, seq: number): Promise<StoredBatch[]> {
  const rows = await database.query<{ seq: number; at: number; body: Uint8Array }>(
    // Batches have no gaps, so a page is a range. With LIMIT a planner without figures sorts all of them.
    'SELECT seq, at, body FROM document_batches WHERE name = $1 AND seq > $2 AND seq <= $3 ORDER BY seq',
    [name, seq, seq + batchPage],
  )
  return rows.map((row) => ({ seq: row.seq, at: row.at, updates: decodeBatch(row.body) }))
}

async function owners(database: Database, name: string): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (let after = -1; ; ) {
    const rows = await database.query<{ client_id: number; actor_id: string }>(
      `SELECT client_id, actor_id FROM document_clients
       WHERE name = $1 AND client_id > $2 ORDER BY client_id LIMIT $3`,
      [name, after, ownerPage],
    )
    for (const row of rows) found.set(row.client_id, row.actor_id)
    const last = rows.at(-1)
    if (last === undefined || rows.length < ownerPage) return found
    after = last.client_id
  }
}

async function newClients(database: Database, name: string, since: number): Promise<Map<string, number>> {
  const rows = await database.query<{ actor_id: string; n: number }>(
    'SELECT actor_id, count(*) AS n FROM document_clients WHERE name = $1 AND at > $2 GROUP BY actor_id',
    [name, since],
  )
  return new Map(rows.map((row) => [row.actor_id, row.n]))
}

async function append(tx: Queryable, batches: readonly NewBatch[]): Promise<AppendResult[]> {
  // Locks are taken in the order of names, so that two nodes with several documents each cannot deadlock.
  const locked = await tx.query<DocumentRow>(
    `SELECT ${rowColumns} FROM documents WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE`,
    [batches.map((batch) => batch.name)],
  )
  const rows = new Map(locked.map((row) => [row.name, row]))
  const results: AppendResult[] = []
  for (const batch of batches) {
    const row = rows.get(batch.name)
    if (row === undefined) results.push({ kind: 'unknown' })
    else if (row.epoch !== batch.epoch) results.push({ kind: 'epoch', epoch: row.epoch })
    else if (!row.writable) results.push({ kind: 'closed' })
    else {
      const refusal = (await ended(tx, batch)) ?? (await claim(tx, batch))
      results.push(refusal ?? { kind: 'committed', seq: row.seq + 1 })
    }
  }
  await insertBatches(
    tx,
    batches.flatMap((batch, i) => {
      const result = results[i]
      return result?.kind === 'committed' ? [{ batch, seq: result.seq }] : []
    }),
  )
  return results
}

function authorsOf(batch: NewBatch): string[] {
  return [...new Set(batch.updates.map(({ actorId }) => actorId))]
}

/** Refuses for authors whose right has ended, whether or not this node has heard of it. */
async function ended(tx: Queryable, batch: NewBatch): Promise<AppendResult | undefined> {
  const rows = await tx.query<{ id: string }>(peopleWithoutRights('$1', '$2'), [authorsOf(batch), batch.at])
  return rows.length === 0 ? undefined : { kind: 'ended', people: rows.map(({ id }) => id) }
}

/** Announces the batch's new client ids; the unique key decides between nodes. */
async function claim(tx: Queryable, batch: NewBatch): Promise<AppendResult | undefined> {
  if (batch.claims.size === 0) return undefined
  const params: SqlValue[] = [batch.name, batch.at]
  const values: string[] = []
  for (const [clientId, actorId] of batch.claims) {
    values.push(`($1, $2::bigint, $${params.length + 1}, $${params.length + 2})`)
    params.push(clientId, actorId)
  }
  const written = await tx.query(
    `INSERT INTO document_clients (name, at, client_id, actor_id) VALUES ${values.join(', ')}
     ON CONFLICT DO NOTHING RETURNING client_id`,
    params,
  )
  if (written.length === batch.claims.size) return undefined
  const rows = await tx.query<{ client_id: number; actor_id: string }>(
    'SELECT client_id, actor_id FROM document_clients WHERE name = $1 AND client_id = ANY($2::bigint[])',
    [batch.name, [...batch.claims.keys()]],
  )
  const owners = new Map(rows.map((row) => [row.client_id, row.actor_id]))
  for (const [clientId, actorId] of batch.claims)
    if (owners.get(clientId) !== actorId) return { kind: 'foreign', owners }
  return undefined
}

async function insertBatches(tx: Queryable, accepted: readonly { batch: NewBatch; seq: number }[]) {
  if (accepted.length === 0) return
  const params: SqlValue[] = []
  const values: string[] = []
  for (const { batch, seq } of accepted) {
    const body = encodeBatch(batch.updates)
    const n = params.length
    values.push(
      `($${n + 1}::text, $${n + 2}::bigint, $${n + 3}::bigint, $${n + 4}::bytea, $${n + 5}::bigint)`,
    )
    params.push(batch.name, seq, batch.at, body, body.byteLength)
  }
  await tx.query(
    `WITH fresh (name, seq, at, body, bytes) AS (VALUES ${values.join(', ')}),
     kept AS (INSERT INTO document_batches (name, seq, at, body) SELECT name, seq, at, body FROM fresh)
     UPDATE documents SET seq = fresh.seq, bytes = documents.bytes + fresh.bytes
     FROM fresh WHERE documents.name = fresh.name`,
    params,
  )
}
