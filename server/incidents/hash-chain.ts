import { createHash, randomBytes } from 'node:crypto'
import { hashInput, payloadInput } from '../../shared/incident/events.ts'

/** SHA-256 of UTF-8 text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The predecessor of an incident's first event. */
export function chainStart(incidentId: string): string {
  return sha256(incidentId)
}

export interface ChainLink {
  seq: number
  type: string
  v: number
  at: number
  occurredAt: number
  actorId: string
  commandId: string
}

/** A fresh salt keeps a redacted payload from being guessed by its digest. */
export function newSalt(): string {
  return randomBytes(16).toString('hex')
}

/** Digest of the payload alone; it stays when the payload is redacted. */
export function payloadDigest(salt: string, payload: string): string {
  return sha256(payloadInput(salt, payload))
}

export function linkHash(previous: string, link: ChainLink, digest: string): string {
  return sha256(hashInput(previous, link, digest))
}
