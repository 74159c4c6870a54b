import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { refuse } from '../platform/http-errors.ts'

/** What scrypt is asked to do: `N` blocks of `128 * r` bytes in memory, `p` passes over them. */
export interface PasswordCost {
  N: number
  r: number
  p: number
}

export interface Passwords {
  /** `scrypt$N$r$p$salt$key` with a salt of its own. Throws a Refusal when too many wait for hashing. */
  hash(password: string): Promise<string>
  /**
   * Does the password belong to the stored hash? With `null` (no such account) it takes just as long and says no,
   * so that names cannot be found out.
   */
  verify(password: string, stored: string | null): Promise<boolean>
}

/** 32 MiB and three passes. Written into each hash, so it can rise later. */
const usualCost: PasswordCost = { N: 2 ** 15, r: 8, p: 3 }
const keyBytes = 32
const mostMemory = 128 * 1024 * 1024

/** Passwords as they are stored. A lower `cost` is for tests that sign in a hundred times. */
export function createPasswords(cost: PasswordCost = usualCost): Passwords {
  const absent = ['scrypt', cost.N, cost.r, cost.p, 'AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(43)].join('$')
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const key = await oneOfFew(() => derive(password, salt, cost))
      const parts = ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')]
      return parts.join('$')
    },
    async verify(password, stored) {
      const [scheme, N, r, p, salt, key] = (stored ?? absent).split('$')
      if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
      const parameters = { N: Number(N), r: Number(r), p: Number(p) }
      const derived = await oneOfFew(() => derive(password, Buffer.from(salt, 'base64url'), parameters))
      const expected = Buffer.from(key, 'base64url')
      const same = derived.length === expected.length && timingSafeEqual(derived, expected)
      return same && stored !== null
    },
  }
}

function derive(password: string, salt: Buffer, parameters: PasswordCost): Promise<Buffer> {
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
