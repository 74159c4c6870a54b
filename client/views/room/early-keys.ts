import type { RoomContext } from './acts/room-context.ts'
import { type AheadParts, ahead } from './ahead.ts'

/**
 * The keys of the room from the first moment. What they do comes right after the room is drawn; a key that was
 * pressed before is done then, in its turn.
 */
export function earlyKeys(hands: (parts: AheadParts) => RoomContext): (event: KeyboardEvent) => void {
  let read: ((event: KeyboardEvent) => void) | null = null
  let early: KeyboardEvent[] = []
  const come = async () => {
    const parts = await ahead()
    read ??= parts.roomKeys(hands(parts))
    const pressed = early
    early = []
    for (const event of pressed) read(event)
  }
  requestAnimationFrame(() => void come().catch(() => undefined))
  return (event) => {
    if (read !== null) return read(event)
    early.push(event)
    // Without a line nothing can be said to be wrong with the key itself: the next one tries again.
    void come().catch(() => undefined)
  }
}
