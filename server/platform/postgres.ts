import { createHash } from 'node:crypto'
import pg from 'pg'
import { type Database, DatabaseError, type Queryable, type SqlValue } from './database.ts'
import type { Logger } from './logger.ts'
import { isStalePlan, sqlError } from './sql-errors.ts'
import { decodeText, encodeParameter, isScript } from './sql-values.ts'

export interface PostgresOptions {
  /** `postgres://...`; never logged. */
  url: string
  logger: Logger
  /** Connections of this node at most; 10 by default. */
  maxConnections?: number
}

/** Time-outs in ms. The server's come first, so that the client's own only speaks for a frozen server. */
const CONNECT_MS = 4_000
const LOCK_MS = 4_000
const STATEMENT_MS = 5_000
const ANSWER_MS = 10_000
const IDLE_IN_TRANSACTION_MS = 10_000

/**
 * Opens PostgreSQL over a pool and proves that it answers. Throws a DatabaseError of kind `unavailable`
 * when it does not; later losses of connection reject single calls and heal by themselves.
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const logger = options.logger
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    application_name: 'muster',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: LOCK_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    types: { getTypeParser: (type) => (text: string | Buffer) => decodeText(type, text.toString()) },
  })
  // Without these two listeners a restart of the server would end this process.
  pool.on('error', (error) => logger.warn({ reason: error.message }, 'an idle database connection was lost'))
  pool.on('connect', (client) => client.on('error', () => undefined))

  const database = new Postgres(pool)
  try {
    await database.query('SELECT 1')
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

class Postgres implements Database {
  readonly kind = 'postgres'
  private closing: Promise<void> | undefined
  private readonly running = new Set<Promise<unknown>>()

  constructor(private readonly pool: pg.Pool) {}

  query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    return this.track(async () => {
      const client = await this.connect()
      let broken = false
      try {
        return (await run<Row>(client, sql, params)).rows
      } catch (error) {
        broken = needsNewConnection(error)
        throw lostConnection(error) && mayWrite(sql) ? unknownOutcome(error) : error
      } finally {
        client.release(broken)
      }
    })
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.track(async () => {
      const client = await this.connect()
      const tx = new Transaction(client)
      let broken = false
      try {
        await run(client, 'BEGIN')
        const result = await work(tx)
        await tx.commit()
        return result
      } catch (error) {
        broken = needsNewConnection(error) || !(await tx.rollback())
        throw error
      } finally {
        tx.end()
        client.release(broken)
      }
    })
  }

  close(): Promise<void> {
    // The pool would refuse those that wait for a connection; they were asked before.
    this.closing ??= Promise.allSettled(this.running).then(() => this.pool.end())
    return this.closing
  }

  private async track<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) throw new DatabaseError('unavailable', 'the database is closed')
    const running = work()
    this.running.add(running)
    try {
      return await running
    } finally {
      this.running.delete(running)
    }
  }

  private async connect(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect()
    } catch (error) {
      throw fromDriver(error)
    }
  }
}

/** One open transaction. Remembers its first error, because COMMIT of a failed transaction says nothing. */
class Transaction implements Queryable {
  private state: 'open' | 'committed' | 'ended' = 'open'
  private failure: unknown

  constructor(private readonly client: pg.PoolClient) {}

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    if (this.state !== 'open') throw new DatabaseError('invalid', 'the transaction is over')
    try {
      return (await run<Row>(this.client, sql, params)).rows
    } catch (error) {
      this.failure ??= error
      throw error
    }
  }

  async commit(): Promise<void> {
    let command: string
    try {
      command = (await run(this.client, 'COMMIT')).command
    } catch (error) {
      throw lostConnection(error) ? unknownOutcome(error) : error
    }
    this.state = 'committed'
    if (command !== 'COMMIT') {
      throw this.failure ?? new DatabaseError('internal', 'the transaction was rolled back')
    }
  }

  /** False when the connection cannot be used again. */
  async rollback(): Promise<boolean> {
    if (this.state !== 'open') return true
    this.state = 'ended'
    try {
      await run(this.client, 'ROLLBACK')
      return true
    } catch {
      return false
    }
  }

  end(): void {
    this.state = 'ended'
  }
}

interface Result<Row> {
  rows: Row[]
  command: string
}

async function run<Row extends object>(
  client: pg.PoolClient,
  sql: string,
  params?: readonly SqlValue[],
): Promise<Result<Row>> {
  if (sql.includes('\0')) throw new DatabaseError('invalid', 'a statement cannot contain NUL')
  try {
    if (params === undefined && isScript(sql)) {
      const results: unknown = await client.query(sql)
      const last: unknown = Array.isArray(results) ? results.at(-1) : results
      return last as pg.QueryResult<Row>
    }
    return await client.query<Row>({
      name: statementName(sql),
      text: sql,
      values: (params ?? []).map(toDriver),
    })
  } catch (error) {
    throw fromDriver(error)
  }
}

function toDriver(value: SqlValue): string | Buffer | null {
  const encoded = encodeParameter(value)
  if (encoded === null || typeof encoded === 'string') return encoded
  return Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
}

const names = new Map<string, string>()

/** The same text gets the same name, so that the server parses and plans it once a connection. */
function statementName(sql: string): string {
  let name = names.get(sql)
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('hex').slice(0, 40)
    if (names.size > 2_000) names.clear()
    names.set(sql, name)
  }
  return name
}

function fromDriver(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    return sqlError({
      code: error.code,
      message: error.message,
      ...(error.constraint === undefined ? {} : { constraint: error.constraint }),
    })
  }
  // Whatever did not come from the server as an SQL error is the connection or the driver.
  const reason = error instanceof Error ? error.message : 'unknown'
  return new DatabaseError('unavailable', `no answer from the database: ${reason}`)
}

/** The connection went away with the statement, so its outcome was not told. */
function lostConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError) || error.kind !== 'unavailable') return false
  const code = error.details.code
  return code === undefined || code.startsWith('57P') || code.startsWith('08')
}

function needsNewConnection(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  return error.kind === 'unknown-outcome' || lostConnection(error) || isStalePlan(error)
}

function mayWrite(sql: string): boolean {
  return !/^\s*(select|show)\b/i.test(sql)
}

function unknownOutcome(cause: unknown): DatabaseError {
  return new DatabaseError('unknown-outcome', 'the connection was lost before the answer came', { cause })
}
