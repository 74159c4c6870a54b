/** Every way a request can be answered with no. Closed: a client may switch over it. */
export const errorCodes = [
  'invalid', // a field is wrong: see `field`
  'unknown-command',
  'not-found', // also for what is not yours to see
  'signed-out',
  'forbidden',
  'closed', // the incident is closed
  'stale', // something changed since you looked: see the message
  'taken', // somebody else holds it
  'conflict', // it was already done otherwise
  'too-large',
  'too-fast',
  'unavailable', // passing: try again
  'full', // no space left on the server
  'newer-version', // written by a newer Muster: reload or update
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

export interface CommandError {
  code: ErrorCode
  /** Path of the field that is wrong: `text`, `data.to`. */
  field?: string
  /** One sentence for people: what, and what to do. */
  message: string
}

export type CommandAnswer = { ok: true; seq: number } | { ok: false; error: CommandError }

/** Answers that may differ on a later try are not kept for resends. */
export function isPassing(code: ErrorCode): boolean {
  return (
    code === 'unavailable' ||
    code === 'full' ||
    code === 'too-fast' ||
    code === 'internal' ||
    code === 'newer-version'
  )
}

/** The HTTP status that goes with a refusal. */
export function httpStatus(code: ErrorCode): number {
  switch (code) {
    case 'invalid':
    case 'unknown-command':
      return 400
    case 'signed-out':
      return 401
    case 'forbidden':
      return 403
    case 'not-found':
      return 404
    case 'closed':
    case 'stale':
    case 'taken':
    case 'conflict':
      return 409
    case 'too-large':
      return 413
    case 'too-fast':
      return 429
    case 'internal':
      return 500
    case 'unavailable':
    case 'newer-version':
      return 503
    case 'full':
      return 507
  }
}
