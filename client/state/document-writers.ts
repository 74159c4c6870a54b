import { caretUser } from '../net/caret-user.ts'
import type { Replica } from '../net/document.ts'
import type { Writer } from './document.svelte.ts'

/** Somebody counts as writing for so long after their last sign, ms. */
const writingMs = 3_000

/** Whoever moves a caret is writing; awareness carries nothing else. */
export function watchWriters({ awareness }: Replica, show: (writers: Writer[]) => void): () => void {
  const last = new Map<number, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    clearTimeout(timer)
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    const writers = new Map<string, Writer>()
    for (const [client, at] of last) {
      const state: unknown = awareness.getStates().get(client)
      if (state === undefined || now - at >= writingMs) {
        last.delete(client)
        continue
      }
      next = Math.min(next, at + writingMs - now)
      const writer = caretUser(state)
      writers.set(writer.id ?? `client ${client}`, writer)
    }
    show([...writers.values()])
    if (next !== Number.POSITIVE_INFINITY) timer = setTimeout(look, next + 1)
  }
  const changed = (change: { added: number[]; updated: number[]; removed: number[] }) => {
    for (const client of change.removed) last.delete(client)
    for (const client of change.updated) {
      const state: unknown = awareness.getStates().get(client)
      const caret = typeof state === 'object' && state !== null && 'cursor' in state ? state.cursor : null
      if (client !== awareness.clientID && caret !== null) last.set(client, performance.now())
    }
    look()
  }
  awareness.on('change', changed)
  return () => {
    clearTimeout(timer)
    awareness.off('change', changed)
  }
}
