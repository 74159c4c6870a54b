import * as z from 'zod/mini'
import type { Deadline } from '../incident/deadlines.ts'
import type { IncidentEvent, RawEvent } from '../incident/events.ts'
import type { IncidentState } from '../incident/state.ts'
import type { CommandAnswer, CommandError } from './errors.ts'
import type { WallSnapshot } from './wall.ts'

/** Raised when a message changes its shape; a client of another number reloads. */
export const protocolVersion = 1

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

/** `incident:command`; its `id`, `type` and `data` are validated by `parseCommand`. */
export const commandEnvelope = z.strictObject({
  incidentId: z.string().check(z.minLength(1), z.maxLength(64)),
  id: z.unknown(),
  type: z.unknown(),
  data: z.optional(z.unknown()),
})

export const leaveSchema = z.strictObject({ incidentId: z.string().check(z.minLength(1), z.maxLength(64)) })

export interface FreshJoin {
  seq: number
  hash: string
  epoch: number
  schema: number
  state: IncidentState
  entries: IncidentEvent[]
}

export type JoinAnswer =
  | (FreshJoin & { ok: true; reset?: true })
  | { ok: true; events: IncidentEvent[] }
  | { ok: false; error: CommandError }

export interface ClockAnswer {
  /** Server time in ms when the answer was made. */
  now: number
}

export interface ClientMessages {
  'incident:join': (request: JoinRequest, answer: (a: JoinAnswer) => void) => void
  'incident:leave': (request: { incidentId: string }, answer: (a: { ok: true }) => void) => void
  'incident:command': (
    request: { incidentId: string; id: string; type: string; data?: unknown },
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
  declaredAt: number
  acknowledged: boolean
  commander: { id: string; name: string } | null
  lastUpdateAt: number | null
  deadlines: Deadline[]
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
