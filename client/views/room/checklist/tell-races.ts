import { findTask } from '../../../../shared/incident/tasks.ts'
import { utcSeconds } from '../../../state/times.ts'
import { toasts } from '../../../state/toasts.svelte.ts'
import type { RoomModel } from '../room-model.svelte.ts'

/**
 * Two people tick the same task at the same moment: the first is kept, and the second is told by whom. Call it with
 * each new state.
 */
export function tellRaces(room: RoomModel): void {
  const { state, playbook } = room.store
  if (state === null || playbook === null) return
  for (const [id, text] of [...room.ticking]) {
    const done = findTask(state, playbook, id)?.task.done ?? null
    if (done === null) continue
    room.ticking.delete(id)
    if (done.by !== room.me)
      toasts.note(`${room.shortName(done.by)} did “${text}” at ${utcSeconds(done.at)}, before you.`)
  }
}
