import type { IncidentState } from '../../../shared/incident/state.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import { type Given, wayBack } from './acts/undo-of.ts'
import type { RoomModel } from './room-model.svelte.ts'

/** Says what the server just took and offers the way back for 10 s, where there is one: in its room only. */
export function offerWayBack(room: RoomModel, given: Given, before: IncidentState): void {
  if (room.left) return
  const way = wayBack(given, before, room.playbook, room.me === null ? 'somebody' : room.nameOf(room.me))
  if (way !== null) toasts.note(way.done, () => void goBack(room, way.commands))
}

/** Step by step; the first that is refused says why, and nothing after it is sent. */
async function goBack(room: RoomModel, commands: readonly Given[]): Promise<void> {
  for (const { type, data } of commands) {
    const answer = await room.store.send(type, data)
    if (answer.ok) continue
    toasts.refused(`Not undone. ${answer.error.message}`)
    return
  }
  toasts.note('Undone.')
}
