import { DatabaseError, type DatabaseErrorKind } from './database.ts'

/** What PostgreSQL says about an error, as far as we look at it. Detail lines are left out: they hold values. */
export interface SqlErrorFields {
  code: string
  message: string
  constraint?: string
}

const KIND_BY_CODE: Readonly<Record<string, DatabaseErrorKind>> = {
  '08P01': 'invalid', // the number of parameters is wrong
  '23505': 'unique',
  '25P03': 'unavailable', // idle in a transaction for too long
  '25006': 'unavailable', // read-only: a standby that took over, or one that has yet to
  '40001': 'conflict',
  '40P01': 'conflict',
  '53100': 'full',
  '55P03': 'unavailable', // lock time-out
  '57014': 'unavailable', // statement time-out
}

const KIND_BY_CLASS: Readonly<Record<string, DatabaseErrorKind>> = {
  '08': 'unavailable',
  '0A': 'invalid',
  '21': 'invalid',
  '22': 'invalid',
  '23': 'invalid',
  '25': 'invalid',
  '40': 'conflict',
  '42': 'invalid',
  '53': 'unavailable',
  '57': 'unavailable',
}

/** The kind of a five-character SQLSTATE; what nobody expects is `internal`. */
export function kindOfSqlState(code: string): DatabaseErrorKind {
  return KIND_BY_CODE[code] ?? KIND_BY_CLASS[code.slice(0, 2)] ?? 'internal'
}

/**
 * The error callers see. Messages of class 22 quote the refused value, which may be somebody's words,
 * so only the code is passed on.
 */
export function sqlError(fields: SqlErrorFields): DatabaseError {
  const message = fields.code.startsWith('22') ? 'the database refused a value' : fields.message
  return new DatabaseError(kindOfSqlState(fields.code), `${message} (${fields.code})`, {
    code: fields.code,
    ...(fields.constraint === undefined ? {} : { constraint: fields.constraint }),
  })
}

/** A server-side plan that no longer fits the tables (a migration ran): running the statement anew works. */
export function isStalePlan(error: unknown): boolean {
  return (
    error instanceof DatabaseError &&
    (error.details.code === '26000' ||
      (error.details.code === '0A000' && error.message.includes('cached plan')))
  )
}
