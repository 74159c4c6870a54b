import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import { cookieFor } from './cookie.ts'
import type { Guard } from './guard.ts'
import type { Passwords } from './passwords.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Revocations } from './revocations.ts'

/** What the routes of `people` work with. */
export interface Kit {
  database: Database
  clock: Clock
  revocations: Revocations
  guard: Guard
  passwords: Passwords
  rateLimits: RateLimits
  publicUrl: string | undefined
  /** What people call an incident; null when there is none. */
  incidentNamed(id: string): Promise<{ key: string; title: string } | null>
}

/** An account stays signed in this long, ms; a token handed to a program lives a year. */
export const signedInFor = 30 * 24 * 60 * 60 * 1000
export const programTokenFor = 365 * 24 * 60 * 60 * 1000

export function setCookie(kit: Kit, response: Response, token: string, lifetime: number): void {
  const { name, options } = cookieFor(kit.publicUrl)
  response.cookie(name, token, { ...options, maxAge: lifetime, encode: String })
}

export function clearCookie(kit: Kit, response: Response): void {
  const { name, options } = cookieFor(kit.publicUrl)
  response.clearCookie(name, options)
}

/** Where this Muster is reached: `PUBLIC_URL`, else the address that this very request was sent to. */
export function baseUrl(kit: Kit, request: Request): string {
  return kit.publicUrl ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`
}

export function addressOf(request: Request): string {
  return request.ip ?? 'unknown'
}

/** Stored instead of the address itself. */
export function addressHash(login: string, address: string): string {
  return createHash('sha256').update(`${login}\n${address}`).digest('base64url')
}
