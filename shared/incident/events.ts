import type { Moment, Status } from '../playbook/model.ts'

/**
 * Every fact of an incident, past tense. Events are never edited: a changed shape gets a new `v` and a case in
 * {@link lift}. They carry ids, never names; names live with the people.
 */
export const entryKinds = ['event', 'action', 'decision', 'finding', 'communication'] as const
export type EntryKind = (typeof entryKinds)[number]

export const flagValues = ['yes', 'no', 'unknown'] as const
export type FlagValue = (typeof flagValues)[number]

/**
 * Times of the incident a person may set or correct; the old value stays in the log (R12). When it was declared,
 * reopened and closed are Muster's own acts: those the log itself has seen.
 */
export const settableTimes = [
  'impact_began',
  'alert_fired',
  'detected',
  'acknowledged',
  'mitigated',
  'fix_deployed',
  'resolved',
] as const satisfies readonly Moment[]
export type SettableTime = (typeof settableTimes)[number]

/** Those that only a command makes happen: they can be corrected once it did, and never set before. */
export const correctableTimes = ['acknowledged', 'resolved'] as const satisfies readonly SettableTime[]

/** Times that may be told with the declaration. */
export type DeclaredTime = Exclude<SettableTime, (typeof correctableTimes)[number]>

/** Why something was ended although not all was done that comes before it, and what was not (R125). */
export interface Override {
  reason: string
  /** In the playbook's words, the first ten. */
  open: string[]
}

/** Whose words an entry quotes: the name as it stood in what was quoted, and the person when it is one of ours. */
export interface SaidBy {
  name: string
  person?: string | undefined
}

/** An incident as another one's log names it: its id leads to its room, its key is what people say. */
export interface OtherIncident {
  id: string
  key: string
}

export const linkKinds = ['related', 'duplicate'] as const
export type LinkKind = (typeof linkKinds)[number]

export type Assignee = { kind: 'person'; id: string } | { kind: 'role'; id: string }

export interface EventData {
  'incident.declared': {
    key: string
    title: string
    playbook: { id: string; hash: string; version: number }
    severity: string | null
    times: Partial<Record<DeclaredTime, number>>
    components: string[]
    /** What the playbook's rules suggested, where another severity was declared; and why. */
    suggested?: { severity: string; reason: string }
  }
  'incident.acknowledged': Record<string, never>
  'incident.responded': Record<string, never>
  /**
   * `falsePositive`: it was not real. `left`: what was still to be taken away or decided, before `override` told it.
   * Since v2. `duplicateOf`: another incident goes on with it. Since v3.
   */
  'incident.closed': {
    reason: string
    from: Status
    left?: string[]
    falsePositive?: true
    duplicateOf?: OtherIncident
    override?: Override
  }
  /**
   * `mistake`: it was ended by mistake, so that what vouched for the end still does; one that was closed while it was
   * resolved is so again. Since v2.
   */
  'incident.reopened': { reason: string; mistake?: true; to?: 'resolved' }
  /** Another incident that has to do with this one; as `duplicate` it was merged into this one (R9). */
  'incident.linked': { other: OtherIncident; how: LinkKind }
  'incident.unlinked': { other: OtherIncident }
  'title.changed': { title: string; was: string }
  /** `suggested`: what the playbook's rules said, where it was another. Since v2. */
  'severity.changed': { from: string | null; to: string; reason: string; suggested?: string }
  /** The other three only with `resolved`, whose reason is what was done. Since v2. */
  'status.changed': {
    from: Status
    to: Status
    reason: string
    cause?: string
    verifiedBy?: string[]
    override?: Override
  }
  'role.taken': {
    role: string
    person: string
    from: string | null
    because: 'vacant' | 'unseen' | 'silent'
    commander: boolean
  }
  /** `note`: what the receiver has to know; without one nothing is handed over but the role. Since v2. */
  'role.offered': { role: string; to: string; note?: string }
  /** `note`: seq of the offer whose hand-over note was read. Since v2. */
  'role.accepted': { role: string; person: string; from: string | null; commander: boolean; note?: number }
  'role.declined': { role: string; person: string }
  'role.requested': { role: string; person: string }
  'role.kept': { role: string; person: string; against: string }
  'role.released': { role: string; person: string }
  /** `ahead`: earlier steps of an ordered list that were still open, the first ten. Since v2. */
  /**
   * `round`: one more time of a task that repeats; it stays owed (R64). `again`: an earlier tick counts no longer,
   * because what was watched or verified began anew (R63). Since v3.
   */
  'task.ticked': { task: string; ahead?: string[]; round?: true; again?: true }
  'task.unticked': { task: string }
  /** What came of it, in a line (R92). */
  'task.outcome': { task: string; text: string }
  /** A timer of a person's own, from now: it rings once, or again and again; null takes it away. */
  'task.timed': { task: string; ms: number | null; repeats: boolean }
  'task.assigned': { task: string; to: Assignee | null }
  'task.not-applicable': { task: string; reason: string }
  'task.added': { task: string; checklist: string; text: string; rank: number }
  'task.reworded': { task: string; text: string; was: string }
  'task.moved': { task: string; rank: number }
  'chat.sent': { text: string; mentions: string[]; snippet: boolean }
  'chat.edited': { ref: number; text: string; mentions: string[] }
  'chat.deleted': { ref: number }
  /** `madeAt`: written while its author was cut off; `occurredAt` is what they say about when it happened. */
  'entry.added': {
    kind: EntryKind
    text: string
    reason?: string
    audience?: string
    saidBy?: SaidBy
    madeAt?: number
    /** The command of the playbook it is about, and what was done with it. Since v2. */
    command?: { id: string; how: 'copied' | 'run'; task?: string }
  }
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
  /** A step of the plan was taken: because it was due at `dueAt`, or because somebody pressed. */
  'escalation.stepped': {
    path: string
    step: string
    dueAt: number | null
    how: 'due' | 'pressed'
    reason?: string
  }
  'escalation.held': { path: string; step: string; until: number; reason: string }
  'escalation.let-go': { path: string; step: string }
  'escalation.skipped': { path: string; step: string; reason: string }
  /** Who answered first, by position: what paths by first responder go by. */
  'responder.named': { position: string }
  /** What was fixed shows again: watches begin anew (R63). */
  'fix.regressed': { reason: string }
  'phase.entered': { phase: string }
  'phase.left': { phase: string }
  /** `asked`: who does the steps that nobody was given. */
  'procedure.started': { procedure: string; inputs: Record<string, string>; asked: Assignee | null }
  'procedure.ended': { procedure: string; result: string }
  'runbook.attached': { runbook: string }
  'runbook.detached': { runbook: string; reason: string }
  /** The finding of a branch holds, or does not any more. The other branches stay where they are (R93). */
  'runbook.found': { runbook: string; branch: string; taken: boolean }
  /** Something to do after the incident; `from`: the step or the point of a runbook it comes from (R94, R105). */
  'follow-up.noted': { followUp: string; text: string; from?: string }
  'component.added': { name: string }
  'component.removed': { name: string }
  /** `by`: the rung above it that was answered yes. Since v2. */
  'flag.set': { flag: string; value: FlagValue; was: FlagValue; by?: string }
  /** What was said about a question that sets no flag, a dimension or the type, by the names of `triage.ts`. */
  'triage.answered': { about: string; value: string | null; was: string | null }
  /** `at` is null where it is not stated any more: since v2. */
  'time.set': { time: SettableTime; at: number | null; was: number | null; reason: string }
  /** Where people talk to each other: `https:` or `tel:`; null: nowhere any more. */
  'bridge.changed': { url: string | null; was: string | null }
  /** `told`: the first of the `count` changes, in words as they were that day (R67). */
  'playbook.adopted': {
    from: { hash: string; version: number }
    to: { hash: string; version: number }
    count: number
    told: string[]
  }
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
  'incident.declared': 2,
  'incident.acknowledged': 1,
  'incident.responded': 1,
  'incident.closed': 3,
  'incident.reopened': 2,
  'incident.linked': 1,
  'incident.unlinked': 1,
  'title.changed': 1,
  'severity.changed': 2,
  'status.changed': 2,
  'role.taken': 1,
  'role.offered': 2,
  'role.accepted': 2,
  'role.declined': 1,
  'role.requested': 1,
  'role.kept': 1,
  'role.released': 1,
  'task.ticked': 3,
  'task.unticked': 1,
  'task.outcome': 1,
  'task.timed': 1,
  'task.assigned': 1,
  'task.not-applicable': 1,
  'task.added': 1,
  'task.reworded': 1,
  'task.moved': 1,
  'chat.sent': 1,
  'chat.edited': 1,
  'chat.deleted': 1,
  'entry.added': 2,
  'entry.pinned': 1,
  'entry.amended': 1,
  'entry.struck': 1,
  'escalation.stepped': 1,
  'escalation.held': 1,
  'escalation.let-go': 1,
  'escalation.skipped': 1,
  'responder.named': 1,
  'fix.regressed': 1,
  'phase.entered': 1,
  'phase.left': 1,
  'procedure.started': 1,
  'procedure.ended': 1,
  'runbook.attached': 1,
  'runbook.detached': 1,
  'runbook.found': 1,
  'follow-up.noted': 1,
  'component.added': 1,
  'component.removed': 1,
  'flag.set': 2,
  'triage.answered': 1,
  'time.set': 2,
  'bridge.changed': 1,
  'playbook.adopted': 1,
  'clock.met': 1,
  'clock.breached': 1,
  'clock.elapsed': 1,
  'person.joined': 1,
  'person.left': 1,
}

/** Seq of the event that this one speaks about (it edits, deletes, pins, amends or strikes it), or null. */
export function refOf(e: NewEvent): number | null {
  return 'ref' in e.data ? e.data.ref : null
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
  // What later versions added so far may be left out: older payloads are as they would be written today.
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
