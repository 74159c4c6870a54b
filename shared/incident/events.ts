import type { Moment, Status } from '../playbook/model.ts'

/**
 * Every fact of an incident, past tense. Events are never edited: a changed shape gets a new `v` and a case in
 * {@link lift}. They carry ids, never names; names live with the people.
 */
export const entryKinds = ['event', 'action', 'decision', 'finding', 'communication'] as const
export type EntryKind = (typeof entryKinds)[number]

export const flagValues = ['yes', 'no', 'unknown'] as const
export type FlagValue = (typeof flagValues)[number]

/** Times of the incident a person may set or correct; the old value stays in the log. */
export const settableTimes = [
  'impact_began',
  'alert_fired',
  'detected',
  'mitigated',
  'fix_deployed',
] as const satisfies readonly Moment[]
export type SettableTime = (typeof settableTimes)[number]

export type Assignee = { kind: 'person'; id: string } | { kind: 'role'; id: string }

export interface EventData {
  'incident.declared': {
    key: string
    title: string
    playbook: { id: string; hash: string; version: number }
    severity: string | null
    times: Partial<Record<SettableTime, number>>
    components: string[]
  }
  'incident.acknowledged': Record<string, never>
  'incident.responded': Record<string, never>
  'incident.closed': { reason: string; from: Status }
  'incident.reopened': { reason: string }
  'title.changed': { title: string; was: string }
  'severity.changed': { from: string | null; to: string; reason: string }
  'status.changed': { from: Status; to: Status; reason: string }
  'role.taken': {
    role: string
    person: string
    from: string | null
    because: 'vacant' | 'unseen' | 'silent'
    commander: boolean
  }
  'role.offered': { role: string; to: string }
  'role.accepted': { role: string; person: string; from: string | null; commander: boolean }
  'role.declined': { role: string; person: string }
  'role.requested': { role: string; person: string }
  'role.kept': { role: string; person: string; against: string }
  'role.released': { role: string; person: string }
  'task.ticked': { task: string }
  'task.unticked': { task: string }
  'task.assigned': { task: string; to: Assignee | null }
  'task.not-applicable': { task: string; reason: string }
  'task.added': { task: string; checklist: string; text: string; rank: number }
  'task.reworded': { task: string; text: string; was: string }
  'task.moved': { task: string; rank: number }
  'chat.sent': { text: string; mentions: string[]; snippet: boolean }
  'chat.edited': { ref: number; text: string; mentions: string[] }
  'chat.deleted': { ref: number }
  'entry.added': { kind: EntryKind; text: string; reason?: string; audience?: string }
  'entry.pinned': {
    ref: number
    kind: EntryKind
    text: string
    author: string
    sentAt: number
    reason?: string
  }
  /** What is left out stays as it was, also as an earlier amendment left it. */
  'entry.amended': { ref: number; text: string; kind?: EntryKind; reason?: string; occurredAt?: number }
  'entry.struck': { ref: number; reason: string }
  'component.added': { name: string }
  'component.removed': { name: string }
  'flag.set': { flag: string; value: FlagValue; was: FlagValue }
  'time.set': { time: SettableTime; at: number; was: number | null; reason: string }
  'clock.met': {
    clock: string
    dueAt: number | null
    startedAt: number | null
    stoppedAt: number
    targetMs: number | null
    late: boolean
    overMs: number
  }
  'clock.breached': { clock: string; dueAt: number; targetMs: number }
  'clock.elapsed': { clock: string; dueAt: number; targetMs: number }
  'person.joined': { person: string }
  'person.left': { person: string }
}

export type EventType = keyof EventData

/** The newest version of each type that this code writes and understands. */
export const eventVersions: Readonly<Record<EventType, number>> = {
  'incident.declared': 1,
  'incident.acknowledged': 1,
  'incident.responded': 1,
  'incident.closed': 1,
  'incident.reopened': 1,
  'title.changed': 1,
  'severity.changed': 1,
  'status.changed': 1,
  'role.taken': 1,
  'role.offered': 1,
  'role.accepted': 1,
  'role.declined': 1,
  'role.requested': 1,
  'role.kept': 1,
  'role.released': 1,
  'task.ticked': 1,
  'task.unticked': 1,
  'task.assigned': 1,
  'task.not-applicable': 1,
  'task.added': 1,
  'task.reworded': 1,
  'task.moved': 1,
  'chat.sent': 1,
  'chat.edited': 1,
  'chat.deleted': 1,
  'entry.added': 1,
  'entry.pinned': 1,
  'entry.amended': 1,
  'entry.struck': 1,
  'component.added': 1,
  'component.removed': 1,
  'flag.set': 1,
  'time.set': 1,
  'clock.met': 1,
  'clock.breached': 1,
  'clock.elapsed': 1,
  'person.joined': 1,
  'person.left': 1,
}

/** Who did it, as the log keeps it. */
export interface EventActor {
  kind: 'person' | 'system' | 'automation'
  id: string
}

/** What `decide` produces; the handler adds the rest. `occurredAt` defaults to the time of the commit. */
export type NewEvent = {
  [T in EventType]: { type: T; v: number; data: EventData[T]; occurredAt?: number }
}[EventType]

/** An event as stored and sent. `at` and `occurredAt` are server ms; `occurredAt` is never later than `at`. */
export type IncidentEvent = {
  [T in EventType]: {
    seq: number
    type: T
    v: number
    at: number
    occurredAt: number
    actor: EventActor
    commandId: string
    data: EventData[T]
    hash: string
  }
}[EventType]

/** An event whose type this code may not know. */
export interface RawEvent {
  seq: number
  type: string
  v: number
  at: number
  occurredAt: number
  actor: EventActor
  commandId: string
  data: unknown
  hash: string
}

/** Makes one event of the current version. */
export function event<T extends EventType>(
  type: T,
  data: EventData[T],
  occurredAt?: number,
): Extract<NewEvent, { type: T }>
export function event(type: EventType, data: object, occurredAt?: number): object {
  const made = { type, v: eventVersions[type], data }
  return occurredAt === undefined ? made : { ...made, occurredAt }
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventVersions, type)
}

/** Thrown when the log holds what this code does not understand: such an incident takes no commands from it. */
export class UnknownEventError extends Error {
  constructor(
    readonly eventType: string,
    readonly version: number,
  ) {
    super(`This version does not know ${eventType} v${version}. Update it, then try again.`)
    this.name = 'UnknownEventError'
  }
}

/**
 * The one place where old versions become current ones when read. Throws {@link UnknownEventError} for a type
 * or a version from the future.
 */
export function lift(raw: RawEvent): IncidentEvent {
  if (!isEventType(raw.type) || raw.v > eventVersions[raw.type]) throw new UnknownEventError(raw.type, raw.v)
  // The payload was validated when the event was written and is protected by the hash chain.
  return raw as IncidentEvent
}

const silent: ReadonlySet<EventType> = new Set<EventType>(['person.joined', 'person.left'])

/** Whether an event belongs to what people read in the timeline (paged), or is read by sequence only. */
export function isEntry(type: EventType): boolean {
  return !silent.has(type)
}

/**
 * What the hash of an event covers, as UTF-8 text for SHA-256: predecessor hash, seq, type, v, at, occurredAt,
 * actor id, command id and digest(salt, payload). The first predecessor is SHA-256 of the incident id.
 */
export function hashInput(
  previous: string,
  e: {
    seq: number
    type: string
    v: number
    at: number
    occurredAt: number
    actorId: string
    commandId: string
  },
  payloadDigest: string,
): string {
  return JSON.stringify([
    previous,
    e.seq,
    e.type,
    e.v,
    e.at,
    e.occurredAt,
    e.actorId,
    e.commandId,
    payloadDigest,
  ])
}

/** What the payload's digest covers: the salt and the exact payload text. */
export function payloadInput(salt: string, payload: string): string {
  return JSON.stringify([salt, payload])
}
