import { clockDigits, standingAt } from '../../../shared/incident/standing.ts'
import { announcer } from '../../state/announcer.svelte.ts'
import { ring } from './ring.ts'
import type { RoomModel } from './room-model.svelte.ts'

/** Tells screen readers as clocks turn: politely at risk, at once when overdue. @returns what ends it */
export function tellClocks(room: RoomModel): () => void {
  let told = new Map<string, string>()
  return $effect.root(() => {
    $effect(() => {
      const now = room.moment.now
      const next = new Map<string, string>()
      for (const clock of room.clocks) {
        const standing = standingAt(clock, now)
        next.set(clock.id, standing.kind)
        const before = told.get(clock.id)
        if (before === undefined || before === standing.kind) continue
        if (standing.kind === 'at-risk')
          announcer.say(`${clock.label} at risk, ${clockDigits(standing.remainingMs, 'down')} left`)
        if (standing.kind === 'overdue' && clock.kind === 'timer') {
          announcer.say(`Timer over: ${clock.label}`, 'assertive')
          ring(room, clock)
        } else if (standing.kind === 'overdue') announcer.say(`${clock.label} is overdue`, 'assertive')
      }
      told = next
    })
  })
}
