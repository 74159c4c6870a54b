import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import { incidentPeople, type NamedPerson } from '../net/api.ts'

/** A server that is slow with names does not keep the room shut for longer, ms. */
const patienceMs = 1_500

/** The names of one open incident: who belongs to it or is named in it, asked for as new ones turn up. */
export class IncidentPeople {
  readonly #incidentId: string
  #people = $state.raw<ReadonlyMap<string, NamedPerson>>(new Map())
  #asking = false
  #told = $state(false)
  /** Whom the server was asked for; who is still nobody then is not asked for with each event. */
  readonly #askedFor = new Set<string>()

  constructor(incidentId: string) {
    this.#incidentId = incidentId
  }

  get all(): ReadonlyMap<string, NamedPerson> {
    return this.#people
  }

  /** Whether the names are here, or will not come soon: until then nobody is shown who would change their name. */
  get told(): boolean {
    return this.#told
  }

  nameOf(id: string): string {
    return this.#people.get(id)?.name ?? (id === 'system' ? 'Muster' : 'Somebody')
  }

  /** Those this browser kept, unless the server was faster. */
  restore(people: readonly NamedPerson[]): void {
    if (this.#people.size === 0) this.#people = new Map(people.map((p) => [p.id, p]))
    this.#told = true
  }

  /** Asks for everybody whom the log speaks of and who has no name yet. */
  notice(state: IncidentState, entries: readonly IncidentEvent[]): void {
    const unknown = namesIn(state, entries).filter((id) => !this.#people.has(id) && !this.#askedFor.has(id))
    if (unknown.length > 0) void this.ask(unknown)
  }

  /** Asks the server, at most once at a time; without an answer they are asked for when the next one turns up. */
  async ask(unknown: readonly string[] = []): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const late = setTimeout(() => (this.#told = true), patienceMs)
    try {
      const people = await incidentPeople(this.#incidentId)
      this.#people = new Map(people.map((p) => [p.id, p]))
      for (const id of unknown) this.#askedFor.add(id)
    } catch {
      // See above.
    } finally {
      clearTimeout(late)
      this.#asking = false
      this.#told = true
    }
  }
}

/** The newest people the log speaks of: who has a role or a task, and the actors of the last entries. */
function namesIn(state: IncidentState, entries: readonly IncidentEvent[]): string[] {
  const holders = Object.values(state.roles).flatMap((role) =>
    role.holder === null ? [] : [role.holder.person],
  )
  const given = Object.values(state.tasks).flatMap(({ assignee }) =>
    assignee?.kind === 'person' ? [assignee.id] : [],
  )
  const actors = entries.slice(-5).flatMap((e) => (e.actor.kind === 'person' ? [e.actor.id] : []))
  return [...holders, ...given, ...actors]
}
