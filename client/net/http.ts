import * as z from 'zod/mini'
import { type ErrorCode, errorCodes } from '../../shared/protocol/errors.ts'

const errorAnswer = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    field: z.optional(z.string()),
    message: z.string(),
  }),
})

/** A request that was answered with no, or not answered at all (`offline`). The message is for people. */
export class RequestFailed extends Error {
  constructor(
    readonly code: ErrorCode | 'offline',
    message: string,
    readonly field?: string,
  ) {
    super(message)
    this.name = 'RequestFailed'
  }
}

export interface RequestOptions {
  body?: unknown
  headers?: Readonly<Record<string, string>>
}

/**
 * One JSON request to our own server.
 * @throws RequestFailed with the server's code, field and words, or `offline`
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  answer: z.ZodMiniType<T>,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, options)
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw failure(response.status, body)
  const parsed = answer.safeParse(body)
  if (!parsed.success)
    throw new RequestFailed('newer-version', 'The server speaks a newer language. Reload this page.')
  return parsed.data
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { ...options.headers } }
  if (options.body !== undefined) {
    init.headers = { ...options.headers, 'content-type': 'application/json' }
    init.body = JSON.stringify(options.body)
  }
  try {
    return await fetch(path, init)
  } catch {
    throw new RequestFailed('offline', 'The server does not answer. Check the connection, then try again.')
  }
}

function failure(status: number, body: unknown): RequestFailed {
  const known = errorAnswer.safeParse(body)
  if (known.success) {
    const { code, message, field } = known.data.error
    return new RequestFailed(code, message, field)
  }
  return new RequestFailed(status >= 500 ? 'unavailable' : 'internal', `The server answered ${status}.`)
}
