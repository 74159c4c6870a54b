import { createClient } from 'redis'
import type { Logger } from './logger.ts'

export interface RedisOptions {
  url: string
  logger: Logger
  /** What people miss while Redis does not answer, for the log: "hints between nodes are lost meanwhile". */
  meanwhile: string
  /** Commands that may wait for a slow Redis before new ones are refused. */
  waitingAtMost: number
}

/**
 * One connection to Redis that keeps trying for ever and says once per outage that Redis is away. Nothing is
 * queued while it is not connected. Begins to connect; nobody has to wait for it.
 */
export function openRedis({ url, logger, meanwhile, waitingAtMost }: RedisOptions) {
  let troubled = false
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: waitingAtMost,
    socket: {
      connectTimeout: 2_000,
      // Half fixed, half chance, so that nodes do not come back in step.
      reconnectStrategy: (retries: number) => {
        const full = Math.min(50 * 2 ** Math.min(retries, 10), 2_000)
        return full / 2 + (Math.random() * full) / 2
      },
    },
  })
  client.on('error', (error: unknown) => {
    if (troubled) return
    troubled = true
    logger.warn(
      { reason: error instanceof Error ? error.message : 'unknown' },
      `Redis does not answer: ${meanwhile}`,
    )
  })
  client.on('ready', () => {
    if (troubled) logger.info({}, 'Redis answers again')
    troubled = false
  })
  // Settles only once Redis has answered for the first time.
  client.connect().catch(() => undefined)
  return client
}

export type RedisClient = ReturnType<typeof openRedis>

export interface RedisChannel {
  /** Sends to every node that listens, this one too. Resolves when sent or dropped; never throws. */
  send(text: string): Promise<void>
  /** Whether both ways are connected and the channel is subscribed to, as far as is known. */
  isReady(): boolean
  close(): void
}

const againMs = 1_000

/**
 * One channel between nodes, over connections of its own. It may lose whatever it likes and comes back by itself,
 * also when Redis refused or broke off the first subscription. `ready` is called each time both ways are open.
 */
export function openRedisChannel(
  options: RedisOptions & { channel: string; receive(text: string): void; ready?(): void },
): RedisChannel {
  const { channel, receive } = options
  const publisher = openRedis(options)
  const subscriber = openRedis(options)
  // Afterwards the client subscribes again by itself whenever it has to connect again.
  let subscribed = false
  let subscribing = false
  let closed = false
  let again: NodeJS.Timeout | undefined

  const isReady = () => subscribed && subscriber.isReady && publisher.isReady
  const tell = () => {
    if (isReady()) options.ready?.()
  }

  async function subscribe(): Promise<void> {
    if (subscribed || subscribing || closed || !subscriber.isReady) return
    subscribing = true
    try {
      await subscriber.subscribe(channel, receive)
      subscribed = true
    } catch {
      clearTimeout(again)
      again = setTimeout(() => void subscribe(), againMs)
      again.unref()
    } finally {
      subscribing = false
    }
    tell()
  }

  publisher.on('ready', tell)
  subscriber.on('ready', () => {
    if (subscribed) tell()
    else void subscribe()
  })

  return {
    async send(text) {
      if (publisher.isReady) await publisher.publish(channel, text).catch(() => undefined)
    },
    isReady,
    close() {
      closed = true
      clearTimeout(again)
      publisher.destroy()
      subscriber.destroy()
    },
  }
}
