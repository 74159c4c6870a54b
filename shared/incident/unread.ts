import type { IncidentEvent } from './events.ts'

/** What is known of the log, and how far somebody has read it. */
interface Reading {
  /** Newest last. */
  events: readonly IncidentEvent[]
  /** Events older than the first of these exist. */
  hasOlder: boolean
  /** What they had seen; null: they were never here. */
  seen: { seq: number } | null
  /** Person id, or null for those who are nobody here. */
  me: string | null
}

/**
 * Where reading goes on: the first event somebody else made since `seen`, or null when there is none, or when they
 * were never here. Where `events` do not reach back so far it is the one right behind what was seen.
 */
export function firstUnread({ events, hasOlder, seen, me }: Reading): number | null {
  if (seen === null) return null
  const first = events[0]
  if (hasOlder && first !== undefined && first.seq > seen.seq + 1) return seen.seq + 1
  return events.find((e) => e.seq > seen.seq && !isMine(e, me))?.seq ?? null
}

/** Whether this person did it themselves. */
export function isMine(e: IncidentEvent, me: string | null): boolean {
  return e.actor.kind === 'person' && e.actor.id === me
}
