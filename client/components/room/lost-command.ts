import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Playbook } from '../../../shared/playbook/model.ts'

/** Somebody took the command away from me, without my handing it over. */
export interface LostCommand {
  /** Of the event; whoever read the notice has read this one. */
  seq: number
  role: string
  by: string
  /** Server ms. */
  at: number
  because: 'unseen' | 'silent' | 'vacant'
}

/**
 * The taking that ended my command, as long as its taker still commands; null otherwise. Handing over on purpose is
 * no loss, and neither is what came before I commanded again.
 */
export function lostCommand(state: IncidentState, playbook: Playbook, me: string | null): LostCommand | null {
  const commander = playbook.roles.find((r) => r.kind === 'commander')
  if (me === null || commander === undefined || state.status.value === 'closed') return null
  const { holder, taken } = state.roles[commander.id] ?? { holder: null }
  if (holder === null || taken?.from !== me) return null
  const { seq, because } = taken
  return { seq, role: commander.id, by: holder.person, at: holder.since, because }
}
