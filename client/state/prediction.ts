import type { Actor } from '../../shared/incident/actor.ts'
import { addSince } from '../../shared/incident/commands/define.ts'
import { parseCommand } from '../../shared/incident/commands/parse.ts'
import { decide } from '../../shared/incident/decide.ts'
import type { EventType, IncidentEvent } from '../../shared/incident/events.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import type { PendingCommand } from './incident-log.ts'

export { evolve } from '../../shared/incident/evolve.ts'
export { refusedOffline, wordsOf } from './offline.ts'

export interface Prediction {
  state: IncidentState
  /** Events that the pending commands are expected to become, behind the log. Never truth: drawn as pending. */
  events: IncidentEvent[]
}

export interface Surroundings {
  actor: Actor
  playbook: Playbook
  /** Server time, ms. */
  now: number
  entries: readonly IncidentEvent[]
  people: ReadonlyMap<string, { name: string }>
}

/**
 * What the room will look like if the server takes every pending command, by the server's own pure functions.
 * A command that would be refused, as far as can be told from here, changes nothing: only the server says no.
 */
export function predict(
  state: IncidentState,
  pending: readonly PendingCommand[],
  around: Surroundings,
): Prediction {
  let predicted: Prediction = { state, events: [] }
  if (pending.length === 0) return predicted
  // Only what this screen has loaded: of an older message it may expect what the server refuses.
  const since = new Map<number, Set<EventType>>()
  addSince(since, around.entries)
  const refs = {
    since,
    events: new Map(around.entries.map((e) => [e.seq, e])),
    people: around.people,
    seen: new Map<string, number>(),
  }
  for (const waiting of pending) {
    const parsed = parseCommand(waiting.id, waiting.type, waiting.data)
    if (!parsed.ok) continue
    const decision = decide(predicted.state, parsed.command, {
      now: Math.max(waiting.at, predicted.state.at),
      actor: around.actor,
      playbook: around.playbook,
      refs,
    })
    if (!decision.ok) continue
    addSince(since, decision.events)
    predicted = { state: decision.state, events: [...predicted.events, ...decision.events] }
  }
  return predicted
}
