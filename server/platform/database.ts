/**
 * The one way to the database. Two implementations, one contract suite: PostgreSQL over `pg`
 * and the embedded one (PGlite in a worker thread). Both speak the PostgreSQL 15 subset.
 *
 * Values: int8 comes back as number, bytea as Uint8Array, text and json columns as strings
 * when the column type is text. Times are bigint columns with integer ms since 1970 UTC.
 */
export type SqlValue = string | number | boolean | null | Uint8Array | readonly string[] | readonly number[]

export interface Queryable {
  /** Runs one statement and gives its rows. Throws {@link DatabaseError}. */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly SqlValue[],
  ): Promise<Row[]>
}

export interface Database extends Queryable {
  readonly kind: 'embedded' | 'postgres'
  /**
   * Runs `work` in one transaction. Rolls back when it throws. The promise resolves only after the
   * commit is durable. If the connection is lost while committing, throws a DatabaseError of kind
   * `unknown-outcome`: the caller finds out by looking up what it wrote.
   * No network wait other than this database's may happen inside `work`.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Why a statement failed, as far as callers may care. */
export type DatabaseErrorKind =
  | 'unique' // a unique constraint, named in `constraint`
  | 'invalid' // the statement or a value is wrong
  | 'conflict' // serialization failure or deadlock: try again
  | 'unavailable' // no connection, shutting down, time-out: try again later
  | 'full' // no space left: writes are refused until there is
  | 'unknown-outcome' // the commit may or may not have happened
  | 'internal'

export class DatabaseError extends Error {
  constructor(
    readonly kind: DatabaseErrorKind,
    message: string,
    readonly details: { code?: string; constraint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause })
    this.name = 'DatabaseError'
  }
}
