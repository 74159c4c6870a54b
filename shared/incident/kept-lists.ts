import type { Checklist, Playbook } from '../playbook/model.ts'
import { isRunbookList } from './runbooks.ts'
import type { IncidentState } from './state.ts'

/**
 * Lists that the playbook no longer has and that people added tasks to: they come along when the incident adopts a
 * version without them (R67). Of such a list only what people added is left; the playbook's own items went with it.
 */
export function keptLists(state: IncidentState, playbook: Playbook): Checklist[] {
  const known = new Set(playbook.checklists.map(({ id }) => id))
  const kept = new Set<string>()
  for (const { checklist } of Object.values(state.tasks))
    if (checklist !== undefined && !known.has(checklist) && !isRunbookList(checklist, playbook))
      kept.add(checklist)
  return [...kept].map((id) => ({ id, title: 'Added in this incident', ordered: false, items: [], src: [] }))
}
