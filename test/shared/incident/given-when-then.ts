import { expect } from 'vitest'
import type { Actor } from '../../../shared/incident/actor.ts'
import type { DeclareData } from '../../../shared/incident/commands/declare.ts'
import { addSince } from '../../../shared/incident/commands/define.ts'
import { parseCommand } from '../../../shared/incident/commands/parse.ts'
import { definitionOf, type RoomCommandType } from '../../../shared/incident/commands/registry.ts'
import { type Deadline, deadlines } from '../../../shared/incident/deadlines.ts'
import { type Decision, decide, decideDeclare } from '../../../shared/incident/decide.ts'
import type { EventData, EventType, IncidentEvent } from '../../../shared/incident/events.ts'
import { evolve } from '../../../shared/incident/evolve.ts'
import { nextDueAt } from '../../../shared/incident/next-due.ts'
import { type Standing, standingAt } from '../../../shared/incident/standing.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { fullPlaybook } from '../../helpers/playbook.ts'

/** When every test incident is declared: a Monday at noon, UTC. */
export const t0 = Date.UTC(2026, 0, 5, 12)

export const person = (id: string): Actor => ({ kind: 'person', id, role: 'responder' })
export const kim = person('kim')
export const lee = person('lee')
export const ada = person('ada')
export const robot: Actor = { kind: 'automation', id: 'root', role: 'administrator' }
export const muster: Actor = { kind: 'system', id: 'system' }

const known = new Map(['kim', 'lee', 'ada'].map((id) => [id, { name: id.toUpperCase() }]))

/** Other incidents that commands can name. */
export const others = [
  { id: 'other-1', key: 'M4XT' },
  { id: 'other-2', key: 'P9QZ' },
]

export interface Circumstances {
  /** ms after the declaration. */
  at?: number
  by?: Actor
  /** When people were last seen, in ms after the declaration. */
  seen?: Record<string, number>
  /** When its sender says it was made, in ms after the declaration. */
  madeAt?: number
}

/**
 * An incident in memory, driven like the server drives it: untrusted data is parsed, only what a command names is
 * loaded. Everything handed to `decide` is frozen, and each answer is checked by replaying its events.
 */
export class Room {
  readonly events: IncidentEvent[] = []
  /** Versions that may be adopted, by hash. */
  readonly versions = new Map<string, Playbook>()
  private runsBy: Playbook
  private current: IncidentState
  private commands = 0

  constructor(playbook: Playbook, declared: Partial<DeclareData> = {}, by: Actor = kim) {
    this.runsBy = deepFreeze(playbook)
    const data = { title: 'It is down', severity: 'S1', ...declared }
    const known = playbook.severities.some((s) => s.key === data.severity)
    const decision = decideDeclare(deepFreeze({ ...data, severity: known ? data.severity : null }), {
      now: t0,
      actor: by,
      commandId: 'declare-0',
      key: 'K7QF',
      playbook: this.playbook,
      hash: 'a'.repeat(64),
    })
    if (!decision.ok) throw new Error(decision.error.message)
    this.current = deepFreeze(decision.state)
    this.events.push(...deepFreeze(decision.events))
    expect(replay(this.events)).toEqual(this.current)
  }

  get state(): IncidentState {
    return this.current
  }

  /** The version it runs by now. */
  get playbook(): Playbook {
    return this.runsBy
  }

  /** Decides without keeping anything. */
  try(type: RoomCommandType, data: unknown, given: Circumstances = {}): Decision {
    const { at = 0, by = kim, seen = {}, madeAt } = given
    this.commands += 1
    const made = madeAt === undefined ? undefined : t0 + madeAt
    const parsed = parseCommand(`command-${this.commands}`, type, data, made)
    if (!parsed.ok) return parsed
    const definition = definitionOf(type)
    const seqs = definition.events?.(parsed.command.data) ?? []
    const holders = Object.values(this.state.roles).flatMap((r) => (r.holder ? [r.holder.person] : []))
    const people = [...(definition.people?.(parsed.command.data) ?? []), ...holders]
    return decide(this.state, deepFreeze(parsed.command), {
      now: t0 + at,
      actor: deepFreeze(by),
      playbook: this.playbook,
      refs: {
        since: this.since(seqs),
        events: new Map(this.events.filter((e) => seqs.includes(e.seq)).map((e) => [e.seq, e])),
        people: new Map([...known].filter(([id]) => people.includes(id))),
        seen: new Map(Object.entries(seen).map(([id, ms]) => [id, t0 + ms])),
        playbooks: this.versions,
        incidents: new Map(others.map((one) => [one.key, one])),
      },
    })
  }

  /** What happened to these events, as the server finds it by their seq. */
  private since(seqs: readonly number[]): Map<number, Set<EventType>> {
    const all = new Map<number, Set<EventType>>()
    addSince(all, this.events)
    return new Map([...all].filter(([seq]) => seqs.includes(seq)))
  }

  /** Decides and keeps what was accepted. */
  do(type: RoomCommandType, data: unknown = {}, circumstances: Circumstances = {}): Decision {
    const decision = this.try(type, data, circumstances)
    if (!decision.ok) return decision
    const replayed = decision.events.reduce<IncidentState>(evolve, this.state)
    expect(replayed).toEqual(decision.state)
    this.events.push(...deepFreeze(decision.events))
    this.current = deepFreeze(decision.state)
    this.runsBy = this.versions.get(this.state.playbook.hash) ?? this.runsBy
    return decision
  }

  /** As `do`, for steps that a test needs and does not test. */
  must(type: RoomCommandType, data: unknown = {}, circumstances: Circumstances = {}): IncidentEvent[] {
    const decision = this.do(type, data, circumstances)
    if (!decision.ok) throw new Error(`${type}: ${decision.error.message}`)
    return decision.events
  }

  look(at: number): IncidentEvent[] {
    return this.must('clock.look', {}, { at, by: muster })
  }

  clock(id: string): Deadline {
    const found = deadlines(this.state, this.playbook).find((d) => d.id === id)
    if (found === undefined) throw new Error(`There is no clock ${id} now.`)
    return found
  }

  has(id: string): boolean {
    return deadlines(this.state, this.playbook).some((d) => d.id === id)
  }

  standing(id: string, at: number): Standing {
    return standingAt(this.clock(id), t0 + at)
  }

  /** ms after the declaration, or null. */
  get nextDue(): number | null {
    const next = nextDueAt(this.state, this.playbook)
    return next === null ? null : next - t0
  }

  /** Newest seq of a type. */
  last(type: EventType): number {
    const found = this.events.findLast((e) => e.type === type)
    if (found === undefined) throw new Error(`No ${type} happened.`)
    return found.seq
  }

  of(type: EventType): EventData[EventType][] {
    return this.events.filter((e) => e.type === type).map((e) => e.data)
  }
}

type Step = readonly [type: RoomCommandType, data?: unknown, circumstances?: Circumstances]
type Expected = { [T in EventType]: readonly [type: T, data?: Partial<EventData[T]>] }[EventType]

/** `given(room).when('status.set', {…}, {at, by}).gives([…])` or `.refuses(code, field)`. */
export function given(room: Room, ...steps: Step[]) {
  for (const [type, data = {}, circumstances] of steps) room.must(type, data, circumstances)
  return {
    room,
    when(type: RoomCommandType, data: unknown = {}, circumstances: Circumstances = {}) {
      const before = room.state
      const count = room.events.length
      const decision = room.do(type, data, circumstances)
      return {
        room,
        /** These events, in this order, and no other. */
        gives(...expected: Expected[]) {
          if (!decision.ok) throw new Error(`refused: ${decision.error.code} ${decision.error.message}`)
          expect(decision.events.map((e) => e.type)).toEqual(expected.map(([name]) => name))
          for (const [i, [, part]] of expected.entries())
            if (part !== undefined) expect(decision.events[i]?.data).toMatchObject(part)
          return room
        },
        refuses(code: ErrorCode, field?: string) {
          if (decision.ok) throw new Error(`accepted: ${decision.events.map((e) => e.type).join(', ')}`)
          expect({ code: decision.error.code, field: decision.error.field }).toEqual({ code, field })
          expect(decision.error.message).toMatch(/\S.*[.!?”]$/)
          expect(room.state).toBe(before)
          expect(room.events).toHaveLength(count)
          return room
        },
      }
    },
  }
}

/** A room under the playbook that has one of everything, at severity S1 unless said otherwise. */
export function aRoom(declared: Partial<DeclareData> = {}, parts: Partial<Playbook> = {}): Room {
  return new Room(fullPlaybook(parts), declared)
}

export function replay(events: readonly IncidentEvent[]): IncidentState {
  const state = events.reduce<IncidentState | null>(evolve, null)
  if (state === null) throw new Error('An empty log has no state.')
  return state
}

export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}
