import { momentAt } from '../../../shared/incident/facts.ts'
import type { IncidentState } from '../../../shared/incident/state.ts'
import type { Phase } from '../../../shared/playbook/model.ts'

/**
 * Where the time stands in a phase's window; nothing moves on by it (R24). `at`: when the window opens, or when it
 * was over, server ms. `none`: it has no window, or what it counts from has not happened.
 */
export type WindowStanding =
  | { kind: 'none' }
  | { kind: 'before'; at: number }
  | { kind: 'now'; until: number | null }
  | { kind: 'over'; at: number }

export function windowStanding(phase: Phase, state: IncidentState, now: number): WindowStanding {
  const base = momentAt(state, phase.base)
  if (phase.window.kind !== 'window' || base === undefined) return { kind: 'none' }
  const { fromMs, toMs } = phase.window
  if (now < base + fromMs) return { kind: 'before', at: base + fromMs }
  if (toMs === null) return { kind: 'now', until: null }
  return now < base + toMs ? { kind: 'now', until: base + toMs } : { kind: 'over', at: base + toMs }
}

/** Work goes on in it although its window is over: somebody began it and did not end it, or tasks of it are open. */
export function hasOutrun(
  phase: Phase,
  state: IncidentState,
  now: number,
  open: boolean,
): { since: number } | null {
  const standing = windowStanding(phase, state, now)
  if (standing.kind !== 'over' || state.phases[phase.id]?.left != null) return null
  return open || state.phases[phase.id]?.entered != null ? { since: standing.at } : null
}
