import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import type { Logger } from '../platform/logger.ts'
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
  let closed = false
  let troubled = false

  const client = () => {
    const made = createClient({
      url: options.url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: WAITING_AT_MOST,
      socket: {
        connectTimeout: 2_000,
        reconnectStrategy: (retries: number) => {
          const full = Math.min(50 * 2 ** Math.min(retries, 10), 2_000)
          return full / 2 + (Math.random() * full) / 2
        },
      },
    })
    made.on('error', (error: unknown) => {
      if (troubled || closed) return
      troubled = true
      logger.warn({ err: error }, 'Redis does not answer: cursors of other nodes are not shown meanwhile')
    })
    return made
  }
  const publisher = client()
  const subscriber = client()

  const tell = (message: HeardCursors): void => {
    for (const listener of [...listeners]) {
      try {
        listener(message)
      } catch (error) {
        logger.error({ err: error }, 'cursors of another node were not handled')
      }
    }
  }
  // Both must be up: what is asked on the one is answered on the other.
  const ready = (): void => {
    troubled = false
    if (publisher.isReady && subscriber.isReady) tell({ kind: 'connected' })
  }
  publisher.on('ready', ready)
  // Fires before the channel is subscribed to again; what it asks for then comes with the next beat at latest.
  subscriber.on('ready', ready)
  publisher.connect().catch(() => undefined)
  subscriber
    .connect()
    .then(() =>
      subscriber.subscribe(CHANNEL, (text) => {
        const heard = decodeCursors(text)
        if (heard !== undefined && heard.node !== node) tell(heard)
      }),
    )
    .then(ready)
    .catch(() => undefined)

  return {
    publish(message) {
      if (closed || !publisher.isReady || waiting > WAITING_CHARACTERS_AT_MOST) return
      for (const text of encodeCursors(node, message)) {
        waiting += text.length
        publisher
          .publish(CHANNEL, text)
          .catch(() => undefined)
          .finally(() => {
            waiting -= text.length
          })
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      listeners.clear()
      publisher.destroy()
      subscriber.destroy()
    },
  }
}
