import type * as z from 'zod/mini'
import type { CommandError } from '../../protocol/errors.ts'
import { definitionOf, isRoomCommand, type RoomCommandType } from './registry.ts'

/** A command whose data its schema accepted. */
export interface ParsedCommand {
  id: string
  type: RoomCommandType
  data: unknown
  /** When the sender made it, server ms, where it could not be sent at once. */
  madeAt?: number
}

export const commandIdPattern = /^[A-Za-z0-9_-]{8,64}$/

/**
 * Validates an untrusted command, once. Errors name the field. `id` is made by the client, 8 to 64 letters, digits,
 * `_` or `-`, and the same on every resend. `madeAt` was validated with the envelope.
 */
export function parseCommand(
  id: unknown,
  type: unknown,
  data: unknown,
  madeAt?: number,
): { ok: true; command: ParsedCommand } | { ok: false; error: CommandError } {
  if (typeof id !== 'string' || !commandIdPattern.test(id))
    return bad('id', 'A command needs an id of 8 to 64 letters, digits, _ or -.')
  if (typeof type !== 'string' || !isRoomCommand(type))
    return {
      ok: false,
      error: { code: 'unknown-command', field: 'type', message: `There is no command ${printable(type)}.` },
    }
  const parsed = definitionOf(type).schema.safeParse(data ?? {})
  if (!parsed.success) return { ok: false, error: firstIssue(parsed.error) }
  const command = { id, type, data: parsed.data }
  return { ok: true, command: madeAt === undefined ? command : { ...command, madeAt } }
}

/** The first thing that is wrong, as one error that names its field. */
export function firstIssue(error: z.core.$ZodError): CommandError {
  const issue = error.issues[0]
  if (issue === undefined) return { code: 'invalid', message: 'Not valid.' }
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''
  const path = issue.path.map(String).join('.')
  const field = [path, unknown].filter((part) => part !== '').join('.')
  return { code: 'invalid', ...(field === '' ? {} : { field }), message: sentence(issue, field) }
}

function sentence(issue: z.core.$ZodIssue, field: string): string {
  const name = field === '' ? 'This' : field
  switch (issue.code) {
    case 'unrecognized_keys':
      return `There is no field ${issue.keys.join(', ')}.`
    case 'too_big':
      if (issue.message !== 'Invalid input') return issue.message
      return `${name} is too ${isNumber(issue.origin) ? 'large' : 'long'}: ${String(issue.maximum)} at most.`
    case 'too_small':
      if (issue.message !== 'Invalid input') return issue.message
      return `${name} is too ${isNumber(issue.origin) ? 'small' : 'short'}.`
    case 'invalid_type':
      return `${name} has to be ${article(issue.expected)}.`
    case 'invalid_value':
      return `${name} has to be one of ${issue.values.map(String).join(', ')}.`
    default:
      return issue.message === 'Invalid input' ? `${name} is not valid.` : issue.message
  }
}

function isNumber(origin: string): boolean {
  return origin === 'number' || origin === 'int' || origin === 'bigint'
}

function article(expected: string): string {
  if (expected === 'int') return 'a whole number'
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`
}

function bad(field: string, message: string): { ok: false; error: CommandError } {
  return { ok: false, error: { code: 'invalid', field, message } }
}

function printable(type: unknown): string {
  return typeof type === 'string' ? `"${type.slice(0, 60)}"` : 'without a name'
}
