import { UnknownEventError } from '../../shared/incident/events.ts'
import type { CommandError } from '../../shared/protocol/errors.ts'
import { DatabaseError } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import { NewerStateError } from './incident-store.ts'

export function refusal(code: CommandError['code'], message: string): { ok: false; error: CommandError } {
  return { ok: false, error: { code, message } }
}

export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === 'unknown-outcome'
}

/** A failure that no command is guilty of: trying each alone would only make all of them wait as often. */
export function isOutage(error: unknown): boolean {
  return error instanceof DatabaseError && (error.kind === 'unavailable' || error.kind === 'full')
}

/** A failure as an answer: what can pass says so; the rest is logged and says nothing about the inside. */
export function describe(error: unknown, logger: Logger): CommandError {
  if (error instanceof NewerStateError || error instanceof UnknownEventError)
    return { code: 'newer-version', message: error.message }
  if (error instanceof DatabaseError) {
    if (error.kind === 'full')
      return {
        code: 'full',
        message: 'The server has no space left. Nothing new can be kept until there is.',
      }
    if (error.kind === 'unavailable' || error.kind === 'conflict' || error.kind === 'unknown-outcome')
      return { code: 'unavailable', message: 'The database does not answer. Try again in a moment.' }
  }
  logger.error({ err: error }, 'a command failed')
  return { code: 'internal', message: 'Something went wrong here. Nothing was changed.' }
}
