import { randomUUID } from 'node:crypto'
import type { Logger } from '../platform/logger.ts'
import { openRedisChannel } from '../platform/redis.ts'
import { decodeCursors, encodeCursors } from './cursor-packet.ts'
import type { CursorRelay, HeardCursors } from './cursor-relay.ts'

const CHANNEL = 'muster:cursors'
/** Packets, and characters of them, that may wait for a slow Redis before new ones are dropped. */
const WAITING_AT_MOST = 500
const WAITING_CHARACTERS_AT_MOST = 4_000_000

/**
 * Cursors between nodes over a Redis channel and connections of their own, so that nothing else waits behind
 * them. Without Redis people see the cursors of their own node; the relay keeps trying for ever. Returns at
 * once, connected or not.
 */
export function openRedisCursorRelay(options: { url: string; logger: Logger }): CursorRelay {
  const { logger } = options
  const node = randomUUID()
  const listeners = new Set<(message: HeardCursors) => void>()
  let waiting = 0

  const tell = (message: HeardCursors): void => {
    for (const listener of [...listeners]) {
      try {
        listener(message)
      } catch (error) {
        logger.error({ err: error }, 'cursors of another node were not handled')
      }
    }
  }
  const channel = openRedisChannel({
    ...options,
    channel: CHANNEL,
    meanwhile: 'cursors of other nodes are not shown meanwhile',
    waitingAtMost: WAITING_AT_MOST,
    receive(text) {
      const heard = decodeCursors(text)
      if (heard !== undefined && heard.node !== node) tell(heard)
    },
    // What is asked for the moment the channel comes back may be lost; it comes with the next beat at latest.
    ready: () => tell({ kind: 'connected' }),
  })

  return {
    publish(message) {
      if (!channel.isReady() || waiting > WAITING_CHARACTERS_AT_MOST) return
      for (const text of encodeCursors(node, message)) {
        waiting += text.length
        void channel.send(text).finally(() => {
          waiting -= text.length
        })
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      channel.close()
    },
  }
}
