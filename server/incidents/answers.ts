import type { CommandError } from '../../shared/protocol/errors.ts'
import { DatabaseError } from '../platform/database.ts'
import { errorAnswer } from '../platform/http-errors.ts'
import type { Logger } from '../platform/logger.ts'

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
  const answer = errorAnswer(error)
  if (answer.code === 'internal') logger.error({ err: error }, 'a command failed')
  return answer
}
