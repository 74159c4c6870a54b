import { later } from '../../state/later.ts'

export type AheadParts = typeof import('./ahead-parts.ts')

/** What of a room nothing on screen needs yet: dialogs, the palette, the keys. In one piece, so that it is small. */
export const ahead = later(() => import('./ahead-parts.ts'))

/** What did not load is asked for again so soon, ms. */
const againMs = 2_000

/**
 * Waits until the room is painted, then for its parts, however often they have to be asked for. @returns what gives up
 */
export function aheadAtLast(came: (parts: AheadParts) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let left = false
  const ask = () =>
    void ahead().then(
      (parts) => {
        if (!left) came(parts)
      },
      () => {
        if (!left) timer = setTimeout(ask, againMs)
      },
    )
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(ask)
  })
  return () => {
    left = true
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
