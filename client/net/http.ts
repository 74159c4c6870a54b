import { type ErrorCode, errorCodes } from '../../shared/protocol/errors.ts'
import { Misfit, maybe, oneOf, type Reader, shape, text } from './shape.ts'

const errorAnswer = shape({
  error: shape({ code: oneOf(...errorCodes), field: maybe(text), message: text }),
})

/** A request that was answered with no, or not answered at all (`offline`). The message is for people. */
export class RequestFailed extends Error {
  constructor(
    readonly code: ErrorCode | 'offline',
    message: string,
    readonly field?: string,
    /** The whole answer, for who knows what stands beside the error. */
    readonly answer?: unknown,
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
  answer: Reader<T>,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, options)
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw failure(response.status, body)
  try {
    return answer(body)
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    throw new RequestFailed('newer-version', 'The server speaks a newer language. Reload this page.')
  }
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
  try {
    const { code, message, field } = errorAnswer(body).error
    return new RequestFailed(code, message, field, body)
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    // Not an answer of ours: something between us and the server spoke.
  }
  return new RequestFailed(status >= 500 ? 'unavailable' : 'internal', `The server answered ${status}.`)
}
