import type * as z from 'zod/mini'
import type { Playbook } from '../../playbook/model.ts'
import type { CommandError, ErrorCode } from '../../protocol/errors.ts'
import type { Actor } from '../actor.ts'
import type { IncidentEvent, NewEvent } from '../events.ts'
import type { IncidentState } from '../state.ts'

/** What a command refers to beyond the small state, loaded by id in the same transaction. */
export interface Refs {
  /** Events named by the command, by seq. */
  events: ReadonlyMap<number, IncidentEvent>
  /** People named by the command or holding a role: those that exist. */
  people: ReadonlyMap<string, { name: string }>
  /** When a role holder was last seen in the room, in ms; 0 for never, absent when nobody asked. */
  seen: ReadonlyMap<string, number>
}

export interface DecideContext {
  now: number
  actor: Actor
  playbook: Playbook
  refs: Refs
}

export type Outcome = { ok: true; events: NewEvent[] } | { ok: false; error: CommandError }

export interface CommandDefinition<Data> {
  /** What it does, as the button says it. */
  title: string
  /** One sentence for the API's description. */
  summary: string
  schema: z.ZodMiniType<Data>
  /** Whether a closed incident takes it. */
  whenClosed: boolean
  /** Whether it lets the state grow and therefore stops at the soft limit. */
  grows: boolean
  /** Seqs of the events it refers to. */
  events?: (data: Data) => number[]
  /** People it names. */
  people?: (data: Data) => string[]
  decide: (state: IncidentState, data: Data, context: DecideContext) => Outcome
}

/** Ties schema and decision together so that `data` is typed once, by its schema. */
export function define<Data>(definition: CommandDefinition<Data>): CommandDefinition<Data> {
  return definition
}

export function accept(...events: NewEvent[]): Outcome {
  return { ok: true, events }
}

export function refuse(code: ErrorCode, message: string, field?: string): Outcome {
  return { ok: false, error: field === undefined ? { code, message } : { code, message, field } }
}
