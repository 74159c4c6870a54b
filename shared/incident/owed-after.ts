import type { ConditionFacts } from '../playbook/conditions.ts'
import type { Playbook } from '../playbook/model.ts'
import { factsOf } from './facts.ts'
import type { IncidentState } from './state.ts'

/** What is owed after an incident is judged on the worst severity it ever had, not on its last (S16). */
export function owedFacts(state: IncidentState, playbook: Playbook): ConditionFacts {
  return { ...factsOf(state), severity: worstSeverity(state, playbook) }
}

/** Key of the worst severity the incident ever had; null while nobody has set one. */
export function worstSeverity(state: IncidentState, playbook: Playbook): string | null {
  const had = playbook.severities.filter(({ key }) => state.reached.includes(key))
  const [worst] = had.sort((a, b) => a.rank - b.rank)
  return worst?.key ?? state.severity?.key ?? null
}
