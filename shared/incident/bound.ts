import { type Binding, boundFacts, type Playbook } from '../playbook/model.ts'
import { momentAt } from './facts.ts'
import type { FactMark, IncidentState } from './state.ts'

/** Names under which `state.facts` keeps what happened first; audiences and roles are the playbook's. */
export const roleFact = (role: string) => `role:${role}`
export const handOverFact = (role: string) => `handed:${role}`
/** Under which the act that was the first response stands. */
export const responseFact = 'response'
export const updateFact = (audience: string) => `update:${audience}`

/** Every name that `state.facts` can hold under this playbook. */
export function factNames(playbook: Playbook): ReadonlySet<string> {
  return new Set([
    ...boundFacts,
    responseFact,
    ...playbook.roles.flatMap(({ id }) => [roleFact(id), handOverFact(id)]),
    ...['internal', ...playbook.cadences.map((c) => c.audience)].map(updateFact),
  ])
}

/** The event that made a binding true, or null while Muster has not seen it. Pure: state and playbook decide. */
export function boundMark(state: IncidentState, playbook: Playbook, bind: Binding): FactMark | null {
  if (bind.kind === 'update') return updateMark(state, bind)
  switch (bind.fact) {
    case 'declared':
      return { seq: 1, at: state.times.declared ?? 0, by: state.declaredBy }
    case 'acknowledged':
    case 'severity-set':
    case 'timeline-begun':
    case 'resolved':
      return state.facts[bind.fact] ?? null
    case 'commander-assigned':
      return roleMark(state, playbook, 'commander', roleFact)
    case 'command-handed-over':
      return roleMark(state, playbook, 'commander', handOverFact)
    case 'scribe-assigned':
      return roleMark(state, playbook, 'scribe', roleFact)
  }
}

/** The first update to the audience; with `after`, the newest one if it came after the first of those moments. */
function updateMark(state: IncidentState, bind: Extract<Binding, { kind: 'update' }>): FactMark | null {
  if (bind.after.length === 0) return state.facts[updateFact(bind.audience)] ?? null
  const since = Math.min(...bind.after.map((moment) => momentAt(state, moment) ?? Number.POSITIVE_INFINITY))
  const newest = state.updates[bind.audience]
  if (newest === undefined || newest.at < since) return null
  return { seq: newest.seq, at: newest.at, by: newest.by }
}

function roleMark(
  state: IncidentState,
  playbook: Playbook,
  kind: 'commander' | 'scribe',
  name: (role: string) => string,
): FactMark | null {
  const role = playbook.roles.find((r) => r.kind === kind)
  return role === undefined ? null : (state.facts[name(role.id)] ?? null)
}

/** What has to happen, as it stands behind "ticks itself": "when somebody acknowledges". */
export function bindingWords(bind: Binding): string {
  if (bind.kind === 'update')
    return `when an update goes to ${bind.audience}${bind.after.length === 0 ? '' : ' after the fix'}`
  switch (bind.fact) {
    case 'declared':
      return 'with the declaration'
    case 'acknowledged':
      return 'when somebody acknowledges'
    case 'severity-set':
      return 'when the severity is set'
    case 'commander-assigned':
      return 'when somebody takes command'
    case 'command-handed-over':
      return 'when command is handed over'
    case 'scribe-assigned':
      return 'when somebody is scribe'
    case 'timeline-begun':
      return 'with the first entry of the timeline'
    case 'resolved':
      return 'when it is resolved'
  }
}

/** What it was, said of its author: "Priya’s acknowledgement"; without one where it was nobody with a name. */
export function factWords(bind: Binding, author: string | null): string {
  const whose = author === null ? 'the' : `${author}’s`
  if (bind.kind === 'update') return `${whose} update to ${bind.audience}`
  switch (bind.fact) {
    case 'declared':
      return `${whose} declaration`
    case 'acknowledged':
      return `${whose} acknowledgement`
    case 'severity-set':
      return `${whose} choice of severity`
    case 'commander-assigned':
      return author === null ? 'a commander being named' : `${author} taking command`
    case 'command-handed-over':
      return author === null ? 'command changing hands' : `${author} taking over command`
    case 'scribe-assigned':
      return author === null ? 'a scribe being named' : `${author} becoming scribe`
    case 'timeline-begun':
      return `${whose} first entry`
    case 'resolved':
      return `${whose} change of status`
  }
}
