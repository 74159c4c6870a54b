import type * as z from 'zod/mini'
import type { Playbook, RoleRight } from '../../playbook/model.ts'
import type { CommandError, ErrorCode } from '../../protocol/errors.ts'
import type { Actor } from '../actor.ts'
import { type EventType, type IncidentEvent, type NewEvent, type OtherIncident, refOf } from '../events.ts'
import type { IncidentState } from '../state.ts'

/** What a command refers to beyond the small state, loaded by id in the same transaction. */
export interface Refs {
  /** Events named by the command, by seq. */
  events: ReadonlyMap<number, IncidentEvent>
  /** What later events did to those named, by their seq: `chat.deleted`, `entry.pinned`, `entry.struck` and the like. */
  since: ReadonlyMap<number, ReadonlySet<EventType>>
  /** People named by the command or holding a role: those that exist. */
  people: ReadonlyMap<string, { name: string }>
  /** When a role holder was last seen in the room, in ms; 0 for never, absent when nobody asked. */
  seen: ReadonlyMap<string, number>
  /** Versions of playbooks that commands name, by hash; absent where nobody asked. */
  playbooks?: ReadonlyMap<string, Playbook>
  /** Other incidents that commands name, by key: those that exist and that the actor may read. */
  incidents?: ReadonlyMap<string, OtherIncident>
}

export interface DecideContext {
  now: number
  actor: Actor
  playbook: Playbook
  refs: Refs
  /** When it was made while its sender was cut off, within the bounds of `madeOfflineAt`; absent otherwise. */
  madeAt?: number
}

/** A command for another incident, by its key; `data` is given the key of the one that caused it. */
export interface AlsoIn {
  incident: string
  type: 'incident.link'
  data(self: string): unknown
}

export type Outcome = { ok: true; events: NewEvent[] } | { ok: false; error: CommandError }

export interface CommandDefinition<Data> {
  /** One sentence for the API's description. */
  summary: string
  schema: z.ZodMiniType<Data>
  /** Whether a closed incident takes it. */
  whenClosed: boolean
  /** Whether it lets the state grow and therefore stops at the soft limit. */
  grows: boolean
  /** How many events it becomes, where that may be many. */
  size?: (data: Data) => number
  /** Seqs of the events it refers to. */
  events?: (data: Data) => number[]
  /** People it names. */
  people?: (data: Data) => string[]
  /** Hash of the playbook version it names. */
  playbook?: (data: Data) => string
  /** Keys of other incidents that it names. */
  incidents?: (data: Data) => string[]
  /** What stands in another incident's log too, by the same actor, once this was taken (R9). */
  alsoIn?: (data: Data) => AlsoIn | null
  /** What it takes of what a playbook may keep to the holder of a role (R52). */
  right?: (state: IncidentState, data: Data) => RoleRight | null
  decide: (state: IncidentState, data: Data, context: DecideContext) => Outcome
}

/** Ties schema and decision together so that `data` is typed once, by its schema. */
export function define<Data>(definition: CommandDefinition<Data>): CommandDefinition<Data> {
  return definition
}

/** Whether an event of this type speaks about the event `ref`, however long ago either was. */
export function happenedTo(ref: number, type: EventType, refs: Refs): boolean {
  return refs.since.get(ref)?.has(type) ?? false
}

/** Notes in `since` what these events did to others. */
export function addSince(since: Map<number, Set<EventType>>, events: readonly NewEvent[]): void {
  for (const e of events) {
    const ref = refOf(e)
    if (ref !== null) since.set(ref, (since.get(ref) ?? new Set()).add(e.type))
  }
}

export function accept(...events: NewEvent[]): Outcome {
  return { ok: true, events }
}

export function refuse(code: ErrorCode, message: string, field?: string): Outcome {
  return { ok: false, error: field === undefined ? { code, message } : { code, message, field } }
}
