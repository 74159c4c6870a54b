import type { IncomingHttpHeaders } from 'node:http'
import type { CookieOptions } from 'express'

/**
 * The session cookie. `__Host-` and Secure only under https: over plain http, as on a LAN, a browser would drop
 * such a cookie and nobody could sign in.
 */
export function cookieFor(publicUrl: string | undefined): { name: string; options: CookieOptions } {
  const secure = publicUrl?.startsWith('https:') ?? false
  return {
    name: secure ? '__Host-muster' : 'muster',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  }
}

/** The cookie's value; of several with one name the first, as browsers order them. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

/** The token of `Authorization: Bearer`, if there is one. */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1]
}
