import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits, base64url: for sessions, share links, walls and set-up. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** 128 random bits, base64url. Names something and opens nothing. */
export function newId(): string {
  return randomBytes(16).toString('base64url')
}

/** SHA-256 in hex: all that is ever stored of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex')
}

/** Compares secrets in a time that tells nothing; both sides are hashed first, so lengths may differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(digest(one), digest(other))
}
