import { randomBytes, randomInt, randomUUID } from 'node:crypto'

/** Without letters and digits that are mistaken for each other when spoken or read at 3 a.m. */
const keyAlphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Makes ids. Random, never counters: they say nothing about how many there are (R2). */
export interface Ids {
  /** 128 bits in 26 letters and digits. */
  incident(): string
  /** Four characters for people to say; five after a collision. */
  key(length: 4 | 5): string
  command(): string
}

export const randomIds: Ids = {
  incident() {
    let bits = 0n
    for (const byte of randomBytes(16)) bits = (bits << 8n) | BigInt(byte)
    let id = ''
    for (let i = 0; i < 26; i++) {
      id = (idAlphabet[Number(bits & 31n)] ?? '0') + id
      bits >>= 5n
    }
    return id
  },
  key(length) {
    let key = ''
    for (let i = 0; i < length; i++) key += keyAlphabet[randomInt(keyAlphabet.length)] ?? '2'
    return key
  },
  command: () => randomUUID(),
}
