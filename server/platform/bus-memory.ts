import type { Bus, Hint, Topic } from './bus.ts'

/**
 * The bus of a node that is alone, and the local half of every other. Listeners are called after
 * `publish` has returned, in the order of publishing; one that throws does not disturb the others.
 */
export function createMemoryBus(onListenerError: (error: unknown) => void = () => undefined): Bus {
  const listeners = new Map<Topic, Set<(hint: Hint) => void>>()
  let closed = false

  const deliver = (hint: Hint): void => {
    if (closed) return
    for (const listener of [...(listeners.get(hint.topic) ?? [])]) {
      try {
        listener(hint)
      } catch (error) {
        onListenerError(error)
      }
    }
  }

  return {
    publish: (hint) => queueMicrotask(() => deliver({ ...hint })),
    subscribe: (topic, listener) => {
      // Wrapped, so that the same function may subscribe twice and each stop its own.
      const own = (hint: Hint) => listener(hint)
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set)
      set.add(own)
      return () => set.delete(own)
    },
    connected: () => !closed,
    close: async () => {
      closed = true
      listeners.clear()
    },
  }
}
