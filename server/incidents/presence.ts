import type { PresentPerson } from '../../shared/protocol/socket.ts'
import type { Session } from '../people/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { CommandHandler } from './command-handler.ts'
import type { IncidentStore } from './incident-store.ts'
import type { Roster } from './roster.ts'

/** A leaving is noted in the log when it has lasted this long, in ms. */
export const leftAfterMs = 5 * 60_000

export interface PresenceParts {
  roster: Roster
  bus: Bus
  clock: Clock
  logger: Logger
  handler: CommandHandler
  store: IncidentStore
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** Tells everyone in the incident's room on this node. */
  announce(incidentId: string, people: PresentPerson[]): void
}

/** Who has the room open. The log keeps only a first joining and a leaving that lasted. */
export function createPresence(parts: PresenceParts) {
  const { roster, bus, logger } = parts
  const startedAt = parts.clock.now()

  async function people(incidentId: string): Promise<PresentPerson[]> {
    const ids = await roster.present(incidentId)
    const names = await parts.names(ids)
    return ids.flatMap((id) => {
      const found = names.get(id)
      return found === undefined ? [] : [{ id, name: found.name }]
    })
  }

  const failed = (error: unknown) => logger.warn({ err: error }, 'presence could not be told')

  /** Tells this node's room who is there now. */
  async function refresh(incidentId: string): Promise<void> {
    await tell(incidentId, (list) => parts.announce(incidentId, list))
  }

  async function tell(incidentId: string, to: (people: PresentPerson[]) => void): Promise<void> {
    try {
      to(await people(incidentId))
    } catch (error) {
      failed(error)
    }
  }

  function enter(incidentId: string, session: Session, socketId: string): void {
    if (session.actor.kind !== 'person') return
    const person = session.actor.id
    roster.enter(incidentId, person, socketId)
    bus.publish({ topic: 'presence', id: incidentId, seq: 0 })
    if (parts.store.cached(incidentId)?.state.joined.includes(person)) return
    void parts.handler.asSystem(incidentId, 'presence.note', { person, change: 'joined' })
  }

  function leave(incidentId: string, session: Session, socketId: string): void {
    if (session.actor.kind !== 'person') return
    roster.leave(incidentId, session.actor.id, socketId)
    bus.publish({ topic: 'presence', id: incidentId, seq: 0 })
  }

  /**
   * Notes in the log who has been gone for five minutes. Any node may do it: the log takes one. Whom this node has
   * never seen counts from its start, so that a restart throws nobody out.
   */
  async function noteLeavings(incidentIds: readonly string[]): Promise<void> {
    for (const id of incidentIds) {
      const incident = await parts.store.load(id)
      if (incident === null || incident.state.joined.length === 0) continue
      const seen = await roster.lastSeen(id, incident.state.joined)
      const now = parts.clock.now()
      for (const person of incident.state.joined) {
        if (now - (seen.get(person) ?? startedAt) < leftAfterMs) continue
        await parts.handler.asSystem(id, 'presence.note', { person, change: 'left' })
      }
    }
  }

  return { enter, leave, refresh, tell, noteLeavings }
}

export type Presence = ReturnType<typeof createPresence>
