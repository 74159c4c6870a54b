import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { bearerOf } from './cookie.ts'

export interface OriginRules {
  /** Origin from `PUBLIC_URL`, if configured. */
  publicUrl: string | undefined
  /** Names of this machine, beside `localhost`, addresses and names without a dot. */
  hostNames: readonly string[]
  /** Name of the session cookie. */
  cookieName: string
}

/**
 * Is this the Host of ours? A foreign name that resolves to us (DNS rebinding) is not: its page would have an
 * Origin equal to its Host. Addresses, single words and `.local` names cannot be bought by a stranger.
 */
export function hostAllowed(host: string | undefined, rules: OriginRules): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false
  const url = new URL(`http://${host}`)
  if (url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '') return false
  const name = url.hostname
  if (rules.publicUrl !== undefined && name === new URL(rules.publicUrl).hostname) return true
  if (isIP(name) !== 0 || (name.startsWith('[') && name.endsWith(']'))) return true
  if (!name.includes('.') || name.endsWith('.local') || name.endsWith('.localhost')) return true
  return rules.hostNames.some((own) => own.toLowerCase() === name)
}

/**
 * May this request act with its credentials (S01, S19)? Its Origin is `PUBLIC_URL` or that of the very Host it
 * was sent to. Without an Origin no browser page sent it across sites knowingly, so only a cookie, which a
 * browser adds by itself, is not enough; a bearer token is.
 */
export function originAllowed(headers: IncomingHttpHeaders, rules: OriginRules): boolean {
  if (!hostAllowed(headers.host, rules)) return false
  const origin = headers.origin
  if (origin === undefined) {
    return bearerOf(headers) !== undefined || !mentions(headers.cookie, rules.cookieName)
  }
  const host = new URL(`http://${headers.host ?? ''}`)
  if (rules.publicUrl !== undefined) {
    if (origin === rules.publicUrl) return true
    // Under the public name only the public origin is ours: its http twin can be forged on the way.
    if (host.hostname === new URL(rules.publicUrl).hostname) return false
  }
  return origin === host.origin
}

function mentions(cookies: string | undefined, name: string): boolean {
  return cookies?.split(';').some((part) => part.trim().startsWith(`${name}=`)) ?? false
}
