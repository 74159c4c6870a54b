import type { Deadline } from '../../../shared/incident/deadlines.ts'
import { taskOfClock } from '../../../shared/incident/task-clock-ids.ts'
import { toasts } from '../../state/toasts.svelte.ts'
import { Tones } from '../wall/tones.ts'
import type { RoomModel } from './room-model.svelte.ts'

let tones: Tones | null = null
let owed = false

/** Somebody's timer is over: everybody here is told, and who set it hears it where the browser lets us be heard. */
export function ring(room: RoomModel, clock: Deadline): void {
  toasts.note(`Timer over: “${clock.label}”.`)
  const task = taskOfClock(clock.id)
  if (task === null || room.state.tasks[task]?.timer?.by !== room.me) return
  if (typeof AudioContext === 'undefined') return
  tones ??= new Tones(play)
  owed = true
  tones.unlock()
  play()
}

/** A browser may let us be heard a moment later, or never. */
function play(): void {
  if (!owed || tones === null || !tones.ready) return
  owed = false
  tones.play('rank-1')
}
