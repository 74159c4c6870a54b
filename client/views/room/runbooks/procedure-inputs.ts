import type { IncidentState } from '../../../../shared/incident/state.ts'
import type { Procedure, ProcedureSource } from '../../../../shared/playbook/model.ts'

/** What goes into a procedure, with what Muster knows of it already; empty where somebody has to say it. */
export function inputsOf(
  procedure: Procedure | undefined,
  state: IncidentState,
): { id: string; label: string; value: string }[] {
  return (procedure?.inputs ?? []).map(({ id, label, from }) => ({
    id,
    label,
    value: from === undefined ? '' : known(from, state),
  }))
}

function known(from: ProcedureSource, state: IncidentState): string {
  switch (from) {
    case 'key':
      return state.key
    case 'title':
      return state.title
    case 'severity':
      return state.severity?.key ?? ''
    case 'components':
      return state.components.join(', ').slice(0, 280)
  }
}
