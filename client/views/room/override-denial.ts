import { overrideDenied } from '../../../shared/incident/override.ts'
import type { RoomModel } from './room-model.svelte.ts'

/** Why this person may not end the incident while something is open that comes before, or null. */
export function overrideDenial({ state, playbook, actor }: RoomModel): string | null {
  return actor === null ? null : overrideDenied(state, { playbook, actor })
}
