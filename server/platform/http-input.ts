import type { Request } from 'express'
import type * as z from 'zod/mini'
import { firstIssue } from '../../shared/incident/commands/parse.ts'
import { nothingHere, Refusal } from './http-errors.ts'

/**
 * The body of a request, validated once; no body counts as `{}`.
 * Throws a Refusal that names the field; strict schemas refuse unknown fields too.
 */
export function readBody<T>(request: Request, schema: z.ZodMiniType<T>): T {
  const body: unknown = request.body ?? {}
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw new Refusal(firstIssue(parsed.error))
  return parsed.data
}

const id = /^[A-Za-z0-9_-]{1,64}$/

/** An id from the path. What cannot be an id is missing like any other unknown one. */
export function pathId(request: Request, name = 'id'): string {
  const value = request.params[name]
  return typeof value === 'string' && id.test(value) ? value : nothingHere()
}
