import * as z from 'zod/mini'
import { timeField } from '../incident/commands/fields.ts'
import type { Deadline } from '../incident/deadlines.ts'
import type { ComingCall } from '../incident/escalation/coming.ts'
import type { IncidentEvent, RawEvent } from '../incident/events.ts'
import type { IncidentState } from '../incident/state.ts'
import type { CommandAnswer, CommandError } from './errors.ts'
import type { WallSnapshot } from './wall.ts'

/** At most this many missing events are sent one by one; more means a fresh start. */
export const catchUpLimit = 2_000
/** Entries in a fresh answer and in a page. */
export const entryPage = 200

// --- what a client sends; each is answered by its acknowledgement -------------------------------------------

export const joinSchema = z.strictObject({
  incidentId: z.string().check(z.minLength(1), z.maxLength(64)),
  since: z.optional(z.int().check(z.gte(0))),
  hash: z.optional(z.string().check(z.maxLength(64))),
})
export type JoinRequest = z.infer<typeof joinSchema>

/**
 * `incident:command`; its `id`, `type` and `data` are validated by `parseCommand`. `madeAt` (server ms) says when it
 * was made where it could not be sent at once; the server bounds it and keeps it for talk, entries and tasks.
 */
export const commandEnvelope = z.strictObject({
  incidentId: z.string().check(z.minLength(1), z.maxLength(64)),
  id: z.unknown(),
  type: z.unknown(),
  data: z.optional(z.unknown()),
  madeAt: z.optional(timeField),
})

export const leaveSchema = z.strictObject({ incidentId: z.string().check(z.minLength(1), z.maxLength(64)) })

/** `incident:seen`: the newest event this person has in view, by seq. Only for an incident the socket has joined. */
export const seenSchema = z.strictObject({
  incidentId: z.string().check(z.minLength(1), z.maxLength(64)),
  seq: z.int().check(z.gte(1)),
})
export type SeenRequest = z.infer<typeof seenSchema>

/** What a person last had in view of an incident: the newest event they saw, and when (server ms). */
export interface Seen {
  seq: number
  at: number
}

export interface FreshJoin {
  seq: number
  hash: string
  epoch: number
  schema: number
  state: IncidentState
  entries: IncidentEvent[]
  /**
   * What this person had last seen before this join, on any device; null for who was never here and for automation.
   * It rises by `incident:seen` only.
   */
  seen: Seen | null
}

export type JoinAnswer =
  | (FreshJoin & { ok: true; reset?: true })
  | { ok: true; events: IncidentEvent[]; seen: Seen | null }
  | { ok: false; error: CommandError }

export interface ClockAnswer {
  /** Server time in ms when the answer was made. */
  now: number
}

export interface ClientMessages {
  'incident:join': (request: JoinRequest, answer: (a: JoinAnswer) => void) => void
  'incident:leave': (request: { incidentId: string }, answer: (a: { ok: true }) => void) => void
  /**
   * Says that this person has the event `seq` in view: sent when the newest events are really on a visible screen,
   * not more than once a second. It only rises, per person and not per tab. Refused: `not-found` (not joined, or not
   * yours to read), `forbidden` (automation has no eyes), `too-fast`. A mark may lag behind by a few seconds after a
   * crash; nobody needs to wait for the answer.
   */
  'incident:seen': (
    request: SeenRequest,
    answer?: (a: { ok: true } | { ok: false; error: CommandError }) => void,
  ) => void
  'incident:command': (
    request: { incidentId: string; id: string; type: string; data?: unknown; madeAt?: number },
    answer: (a: CommandAnswer) => void,
  ) => void
  'board:join': (
    request: Record<string, never>,
    answer: (a: { ok: true; rows: BoardRow[] } | { ok: false; error: CommandError }) => void,
  ) => void
  'wall:join': (
    request: Record<string, never>,
    answer: (a: { ok: true; wall: WallSnapshot } | { ok: false; error: CommandError }) => void,
  ) => void
  /** Asks for the server's time, to measure the offset (R22). */
  clock: (answer: (a: ClockAnswer) => void) => void
}

// --- what the server sends --------------------------------------------------------------------------------

export interface PresentPerson {
  id: string
  name: string
}

/** One incident on the board. */
export interface BoardRow {
  id: string
  seq: number
  key: string
  title: string
  playbook: { id: string; hash: string; product: string }
  severity: { key: string; rank: number; name: string } | null
  status: { value: IncidentState['status']['value']; label: string; at: number }
  components: string[]
  declaredAt: number
  acknowledged: boolean
  commander: { id: string; name: string } | null
  lastUpdateAt: number | null
  deadlines: Deadline[]
  /** Steps of the escalation that come by waiting, soonest first. A node of an earlier version tells none. */
  calls?: ComingCall[]
  present: number
  open: boolean
  closedAt: number | null
}

export interface ServerMessages {
  /** To everyone in the incident's room: the next events, in order, or `events: []` when there is none. */
  'incident:events': (message: { incidentId: string; events: (IncidentEvent | RawEvent)[] }) => void
  /** To everyone in the room: who has it open. */
  'incident:presence': (message: { incidentId: string; people: PresentPerson[] }) => void
  /** To one client: its access to the incident ended; it leaves the room. */
  'incident:denied': (message: { incidentId: string; error: CommandError }) => void
  /** To those on the board: rows that changed, and ids that are gone. */
  'board:rows': (message: { rows: BoardRow[]; gone: string[] }) => void
  /** To walls: the whole picture, an explicit list of fields. */
  'wall:tile': (message: WallSnapshot) => void
  /** To everyone when the server's time jumped (test clock), so that the offset is measured anew. */
  clock: (message: ClockAnswer) => void
}
