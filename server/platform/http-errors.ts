import type { ErrorRequestHandler } from 'express'
import { UnknownEventError } from '../../shared/incident/events.ts'
import { NewerStateError } from '../../shared/incident/state.ts'
import { type CommandError, type ErrorCode, httpStatus } from '../../shared/protocol/errors.ts'
import { DatabaseError, type DatabaseErrorKind } from './database.ts'
import type { Logger } from './logger.ts'

/** A request answered with no. Thrown in a handler, it becomes `{error}` with the status of its code. */
export class Refusal extends Error {
  /** `retryAfterSeconds`: when to come back, for who was too fast. */
  constructor(
    readonly error: CommandError,
    readonly retryAfterSeconds = 60,
  ) {
    super(error.message)
    this.name = 'Refusal'
  }
}

/** @throws Refusal always */
export function refuse(code: ErrorCode, message: string, field?: string): never {
  throw new Refusal({ code, ...(field === undefined ? {} : { field }), message })
}

/** The one answer for what is missing and for what is somebody else's, so that nobody can tell them apart (S04). */
export function nothingHere(): never {
  refuse('not-found', 'There is nothing here.')
}

const byDatabaseKind: Readonly<Record<DatabaseErrorKind, CommandError>> = {
  unavailable: { code: 'unavailable', message: 'The database does not answer. Try again in a moment.' },
  conflict: { code: 'unavailable', message: 'Too much at once. Try again.' },
  'unknown-outcome': {
    code: 'unavailable',
    message: 'The connection to the database was lost. Look whether it happened, then try again.',
  },
  full: { code: 'full', message: 'The server has no space left. Nothing was changed.' },
  unique: { code: 'conflict', message: 'It is there already.' },
  invalid: { code: 'internal', message: 'Something went wrong on the server. Nothing was changed.' },
  internal: { code: 'internal', message: 'Something went wrong on the server. Nothing was changed.' },
}

/** What to answer for anything thrown. Nothing of an unexpected error leaves the server. */
export function errorAnswer(thrown: unknown): CommandError {
  if (thrown instanceof Refusal) return thrown.error
  if (thrown instanceof DatabaseError) return byDatabaseKind[thrown.kind]
  if (thrown instanceof NewerStateError || thrown instanceof UnknownEventError)
    return { code: 'newer-version', message: thrown.message }
  switch (statusOf(thrown)) {
    case 413:
      return { code: 'too-large', message: 'The request is too large.' }
    case 415:
      return { code: 'invalid', message: 'The encoding of the request is not supported.' }
    case 400:
      return { code: 'invalid', message: 'The request cannot be read. It has to be JSON.' }
    case 404:
      return { code: 'not-found', message: 'There is nothing here.' }
    default:
      return byDatabaseKind.internal
  }
}

/** The last middleware. Logs what nobody expected: name and stack, never headers, bodies or addresses of links. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = errorAnswer(thrown)
    if (error.code === 'internal') {
      const stack = thrown instanceof Error ? thrown.stack : undefined
      logger.error({ method: request.method, stack }, 'a request failed')
    }
    if (response.headersSent) {
      next(thrown)
      return
    }
    if (error.code === 'too-fast')
      response.setHeader('Retry-After', thrown instanceof Refusal ? thrown.retryAfterSeconds : 60)
    response.status(httpStatus(error.code)).set('Cache-Control', 'no-store').json({ error })
  }
}

/** Express and its parsers mark their errors with a status. */
function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined
  return typeof thrown.status === 'number' ? thrown.status : undefined
}
