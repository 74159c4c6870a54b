import type { IncidentEvent } from './events.ts'

/** One person holding one role for a while. */
export interface RoleTerm {
  role: string
  person: string
  /** Server ms; null where it began before the events that were given. */
  from: number | null
  /** Server ms; null while it lasts. */
  to: number | null
  /** The hand-over note this person read when accepting, where it is among the events. */
  note: { by: string; text: string } | null
}

/**
 * Who held which role from when to when, oldest first, by the events given (any order, any part of the log). A role
 * whose beginning is not among them has a term without `from`.
 */
export function roleTerms(events: readonly IncidentEvent[]): RoleTerm[] {
  const terms: RoleTerm[] = []
  const current = new Map<string, RoleTerm>()
  const offers = new Map<number, RoleTerm['note']>()
  const end = (role: string, person: string, at: number) => {
    const term = current.get(role)
    if (term === undefined) terms.push({ role, person, from: null, to: at, note: null })
    else term.to = at
    current.delete(role)
  }
  for (const e of [...events].sort((a, b) => a.seq - b.seq)) {
    switch (e.type) {
      case 'role.offered':
        if (e.data.note !== undefined) offers.set(e.seq, { by: e.actor.id, text: e.data.note })
        break
      case 'role.taken':
      case 'role.accepted': {
        const { role, person, from } = e.data
        if (from !== null) end(role, from, e.at)
        const seq = e.type === 'role.accepted' ? e.data.note : undefined
        const note = seq === undefined ? null : (offers.get(seq) ?? null)
        const term: RoleTerm = { role, person, from: e.at, to: null, note }
        current.set(role, term)
        terms.push(term)
        break
      }
      case 'role.released':
        end(e.data.role, e.data.person, e.at)
        break
      default:
        break
    }
  }
  return terms
}
