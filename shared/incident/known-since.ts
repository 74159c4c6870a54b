import type { Moment } from '../playbook/model.ts'
import type { IncidentState } from './state.ts'

/** The earliest moment that is known of: when the impact began, else when it was noticed or declared. */
export function knownSince(state: IncidentState): { moment: Moment; at: number } | null {
  for (const moment of ['impact_began', 'alert_fired', 'detected', 'declared'] as const) {
    const at = state.times[moment]
    if (at !== undefined) return { moment, at }
  }
  return null
}
