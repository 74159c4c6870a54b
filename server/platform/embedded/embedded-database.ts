import { type Database, DatabaseError, type Queryable, type SqlValue } from '../database.ts'
import { encodeParameter, isScript } from '../sql-values.ts'
import { Lane } from './lane.ts'
import type { FolderLock } from './lock.ts'
import { maintainOnce } from './maintenance.ts'
import type { RecordedWrite } from './recorder.ts'
import { type Answer, readAnswer } from './wire-read.ts'
import type { Ask, WorkerLink } from './worker-link.ts'

/** `full`: writes are refused until there is room. `failed`: nothing works until the process restarts. */
export type EmbeddedHealth = { kind: 'ok' } | { kind: 'full' } | { kind: 'failed'; reason: string }

/** Statements that may wait for the session before new ones are refused. */
const WAITING_AT_MOST = 5_000
/**
 * A transaction that asks nothing for this long is rolled back: it holds up everybody. Waiting inside a
 * transaction for a query outside it ends here too, because over one session that query comes after it.
 */
const IDLE_IN_TRANSACTION_MS = 10_000

/** The embedded database as the server sees it: requests in the order they come, over one session. */
export class EmbeddedDatabase implements Database {
  readonly kind = 'embedded'
  private readonly lane = new Lane()
  private transactions = 0
  private low = false
  private failure: DatabaseError | undefined
  private closing: Promise<void> | undefined
  private lastMark = 0
  /** Statements since the start that may have written: upkeep looks at it, and is told of each. */
  writes = 0
  onWrite: () => void = () => undefined

  constructor(
    private readonly link: WorkerLink,
    private readonly lock: FolderLock | undefined,
  ) {}

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    this.refuseWhenBusy()
    return await this.lane.plain(async () => (await this.run<Row>(0, sql, params)).rows)
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    this.refuseWhenBusy()
    return await this.lane.exclusive(() => this.runTransaction(work))
  }

  /** What readiness tells. */
  health(): EmbeddedHealth {
    if (this.failure) return { kind: 'failed', reason: this.failure.message }
    return this.low ? { kind: 'full' } : { kind: 'ok' }
  }

  /** True once it is closed, closing or failed. */
  get ended(): boolean {
    return this.closing !== undefined || this.failure !== undefined
  }

  /** True when nothing runs or waits: the moment for upkeep. */
  get idle(): boolean {
    return this.lane.free && this.link.pending === 0
  }

  /**
   * One small piece of upkeep, now: a CHECKPOINT, or VACUUM (ANALYZE) of the one table that needs it
   * most. Tells whether there was anything to do. Runs by itself in quiet moments.
   */
  maintain(): Promise<boolean> {
    return maintainOnce(this)
  }

  close(): Promise<void> {
    this.closing ??= this.finish()
    return this.closing
  }

  /** Ends the worker at once. What was under way is refused, or its outcome unknown. */
  async fail(error: DatabaseError): Promise<void> {
    this.failure ??= error
    await this.link.terminate(error)
    await this.lock?.release()
  }

  /** The worker has ended by itself. */
  stopped(error: DatabaseError): void {
    this.failure ??= error
  }

  headroomChanged(low: boolean): void {
    this.low = low
  }

  /** What only tests ask for. */
  readonly testing = {
    /** The whole data folder as a tar; in a file it serves as `template`. */
    dump: async (): Promise<Uint8Array> => {
      const answer = await this.lane.exclusive(() => this.link.ask({ kind: 'dump' }))
      if (answer.kind !== 'dumped') throw new DatabaseError('internal', 'no dump came')
      return answer.tar
    },
    /** Everything written since the opening, with `recordWrites`. */
    recording: async (): Promise<RecordedWrite[]> => {
      const answer = await this.link.ask({ kind: 'recording' })
      if (answer.kind !== 'recorded') throw new DatabaseError('internal', 'no recording came')
      return answer.writes
    },
    /** How many writes had been recorded when the newest answer was sent. */
    mark: (): number => this.lastMark,
    /** As if the disk had this many bytes free; null for the truth. */
    pretendFree: async (bytes: number | null): Promise<void> => {
      await this.link.ask({ kind: 'free', bytes })
    },
  }

  private async runTransaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const number = ++this.transactions
    const tx = new Transaction((sql, params) => this.run(number, sql, params))
    // Not awaited: the worker takes requests in order and refuses those of a transaction that did not begin.
    const begun = this.exchange({ kind: 'begin', tx: number })
    begun.catch(() => undefined)
    try {
      const result = await tx.during(work(tx))
      await begun
      tx.end()
      const { command } = await this.commit(number)
      if (command !== 'COMMIT') {
        throw tx.failure ?? new DatabaseError('internal', 'the transaction was rolled back')
      }
      return result
    } catch (error) {
      // Also after a refused commit: the worker then says that nothing is open, which is what we want.
      tx.end()
      await this.exchange({ kind: 'rollback', tx: number }).catch(() => undefined)
      throw error
    }
  }

  private commit(tx: number): Promise<Answer<object>> {
    return this.exchange({ kind: 'commit', tx }, unknownOutcome)
  }

  private run<Row extends object>(
    tx: number,
    sql: string,
    params?: readonly SqlValue[],
  ): Promise<Answer<Row>> {
    if (sql.includes('\0')) {
      return Promise.reject(new DatabaseError('invalid', 'a statement cannot contain NUL'))
    }
    const writes = mayWrite(sql)
    if (writes) {
      this.writes++
      this.onWrite()
    }
    const lost = writes && tx === 0 ? unknownOutcome : undefined
    if (params === undefined && isScript(sql)) return this.exchange<Row>({ kind: 'script', tx, sql }, lost)
    // Copies, because what is sent is gone here, and a small view may sit in a large buffer.
    const wire = (params ?? []).map((param) => {
      const encoded = encodeParameter(param)
      return encoded instanceof Uint8Array ? new Uint8Array(encoded) : encoded
    })
    const transfer = wire.flatMap((param) => (param instanceof Uint8Array ? [param.buffer] : []))
    return this.exchange<Row>({ kind: 'query', tx, sql, params: wire }, lost, transfer)
  }

  private async exchange<Row extends object>(
    request: Ask,
    lost?: (cause: DatabaseError) => DatabaseError,
    transfer?: ArrayBuffer[],
  ): Promise<Answer<Row>> {
    const response = await this.link.ask(request, lost, transfer)
    if (response.kind === 'refused') throw new DatabaseError(response.error, response.message)
    if (response.kind !== 'answer')
      throw new DatabaseError('internal', 'the worker answered another question')
    this.lastMark = response.mark
    try {
      return readAnswer<Row>(response.bytes)
    } catch (error) {
      throw this.low ? asFull(error) : error
    }
  }

  private refuseWhenBusy(): void {
    if (this.closing) throw new DatabaseError('unavailable', 'the database is closed')
    if (this.lane.length >= WAITING_AT_MOST)
      throw new DatabaseError('unavailable', 'the database is overloaded')
  }

  private async finish(): Promise<void> {
    // Behind everything that was asked before.
    // A database in memory (it has no lock) has nothing to put in order.
    await this.lane.exclusive(() => this.link.close(this.lock !== undefined))
    await this.lock?.release()
  }
}

/** One open transaction, ended when it asks nothing for too long. */
class Transaction implements Queryable {
  failure: unknown
  private ended = false
  private asking = 0
  private idle: NodeJS.Timeout | undefined
  private expire: ((error: DatabaseError) => void) | undefined

  constructor(private readonly run: (sql: string, params?: readonly SqlValue[]) => Promise<Answer<object>>) {}

  async query<Row extends object>(sql: string, params?: readonly SqlValue[]): Promise<Row[]> {
    if (this.ended) throw new DatabaseError('invalid', 'the transaction is over')
    this.asking++
    clearTimeout(this.idle)
    try {
      const { rows } = await this.run(sql, params)
      return rows as Row[]
    } catch (error) {
      this.failure ??= error
      throw error
    } finally {
      this.asking--
      this.watch()
    }
  }

  /** Waits for `work`, unless it falls asleep. */
  during<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.expire = reject
      this.watch()
      work.then(resolve, reject)
    })
  }

  end(): void {
    this.ended = true
    clearTimeout(this.idle)
  }

  private watch(): void {
    if (this.ended || this.asking > 0) return
    clearTimeout(this.idle)
    this.idle = setTimeout(() => {
      this.end()
      this.expire?.(new DatabaseError('unavailable', 'the transaction was idle for too long'))
    }, IDLE_IN_TRANSACTION_MS)
    this.idle.unref()
  }
}

/** Read-only is how writes are refused while the disk is nearly full. */
function asFull(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.details.code !== '25006') return error
  return new DatabaseError('full', 'the disk is nearly full: writes are refused until there is room')
}

function unknownOutcome(cause: DatabaseError): DatabaseError {
  return new DatabaseError('unknown-outcome', 'the database ended before it answered', { cause })
}

/** Good enough to know whether repeating a statement could do something twice. */
function mayWrite(sql: string): boolean {
  return !/^\s*(select|show)\b/i.test(sql)
}
