import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { refuse } from '../platform/http-errors.ts'

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

/** scrypt's cost: 32 MiB and three passes. Written into each hash, so it can rise later. */
const cost = { N: 2 ** 15, r: 8, p: 3 }
const keyBytes = 32
const mostMemory = 128 * 1024 * 1024

/** `scrypt$N$r$p$salt$key` with a salt of its own. Throws a Refusal when too many wait for hashing. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await oneOfFew(() => derive(password, salt, cost))
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Does the password belong to the stored hash? With `null` (no such account) it takes just as long and says no,
 * so that names cannot be found out.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = (stored ?? absent).split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
  const parameters = { N: Number(N), r: Number(r), p: Number(p) }
  const derived = await oneOfFew(() => derive(password, Buffer.from(salt, 'base64url'), parameters))
  const expected = Buffer.from(key, 'base64url')
  const same = derived.length === expected.length && timingSafeEqual(derived, expected)
  return same && stored !== null
}

const absent = ['scrypt', cost.N, cost.r, cost.p, 'AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(43)].join('$')

function derive(password: string, salt: Buffer, parameters: typeof cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { ...parameters, maxmem: mostMemory }
    scrypt(password.normalize('NFKC'), salt, keyBytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

// Hashing is slow on purpose; a crowd of guesses must not take all of the machine's threads and memory.
const mostAtOnce = 2
const mostWaiting = 100
let running = 0
const waiting: (() => void)[] = []

async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= mostWaiting) refuse('unavailable', 'Too many people sign in at once. Try again.')
  if (running < mostAtOnce) running++
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
