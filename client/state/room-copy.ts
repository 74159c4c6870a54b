import type { IncidentEvent } from '../../shared/incident/events.ts'
import { evolveNumber, type IncidentState } from '../../shared/incident/state.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import { protocolVersion } from '../../shared/protocol/version.ts'
import type { NamedPerson } from '../net/api.ts'
import type { Keeper } from '../net/storage/keeper.ts'

/** A room as this browser last saw it: what stands on the screen when the server cannot be asked. */
export interface RoomCopy {
  state: IncidentState
  hash: string
  epoch: number
  schema: number
  entries: readonly IncidentEvent[]
  playbook: Playbook
  people: readonly NamedPerson[]
}

/** Entries of a copy: some screens of them. */
const mostEntries = 100
/** A copy of another version may mean something else: it is left alone. */
const version = `${protocolVersion}/${evolveNumber}`

/** Reads the copy of a room, with when it was made (server ms). */
export async function readCopy(
  keeper: Keeper | null,
  incidentId: string,
): Promise<(RoomCopy & { savedAt: number }) | null> {
  const kept = await keeper?.room(incidentId)
  if (kept === undefined || kept.version !== version) return null
  // Sound: the same version of this code wrote it.
  return { ...(kept.value as RoomCopy), savedAt: kept.savedAt }
}

export async function writeCopy(
  keeper: Keeper | null,
  incidentId: string,
  copy: RoomCopy,
  now: number,
): Promise<void> {
  const value: RoomCopy = { ...copy, entries: copy.entries.slice(-mostEntries) }
  await keeper?.keepRoom({ incidentId, version, savedAt: now, value })
}
