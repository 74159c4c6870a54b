import { randomUUID } from 'node:crypto'
import type { Bus, Hint, Topic } from './bus.ts'
import { createMemoryBus } from './bus-memory.ts'
import type { Logger } from './logger.ts'
import { openRedisChannel } from './redis.ts'

const CHANNEL = 'muster'
const BEAT_MS = 1_000
/** Not having heard our own beat for this long means that nobody's hints arrive. */
const SILENT_MS = 3_000
/** Hints that may wait for a slow Redis before new ones are dropped. */
const WAITING_AT_MOST = 1_000
const PACKET_AT_MOST = 1_024

const TOPICS: Readonly<Record<Topic, true>> = {
  incident: true,
  document: true,
  access: true,
  clock: true,
  presence: true,
}

/**
 * Hints between nodes over one Redis channel. Redis holds no truth: when it is down, slow or frozen,
 * hints are dropped, `connected()` is false, and the bus keeps trying for ever. Own hints do not take
 * the way through Redis. Resolves at once, connected or not.
 */
export async function openRedisBus(options: { url: string; logger: Logger }): Promise<Bus> {
  const { logger } = options
  const node = randomUUID()
  const local = createMemoryBus((error) =>
    logger.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'a hint was not handled'),
  )
  let heardAt = Number.NEGATIVE_INFINITY

  const channel = openRedisChannel({
    ...options,
    channel: CHANNEL,
    meanwhile: 'hints between nodes are lost meanwhile',
    waitingAtMost: WAITING_AT_MOST,
    receive(text) {
      const packet = parse(text)
      if (!packet) return
      if (packet.node === node) heardAt = performance.now()
      else if (packet.hint) local.publish(packet.hint)
    },
    ready: () => send({ node }),
  })
  const send = (packet: object): void => void channel.send(JSON.stringify(packet))
  const beat = setInterval(() => send({ node }), BEAT_MS)
  beat.unref()

  return {
    publish: (hint) => {
      local.publish(hint)
      send({ topic: hint.topic, id: hint.id, seq: hint.seq, node })
    },
    subscribe: (topic, listener) => local.subscribe(topic, listener),
    connected: () => channel.isReady() && performance.now() - heardAt < SILENT_MS,
    close: async () => {
      clearInterval(beat)
      channel.close()
      await local.close()
    },
  }
}

/** A packet of ours, or undefined: whatever else is on the channel is not for us. */
function parse(text: string): { node: string | undefined; hint: Hint | undefined } | undefined {
  if (text.length > PACKET_AT_MOST) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { topic, id, seq, node } = value as Record<string, unknown>
  const known = isTopic(topic) && typeof id === 'string' && typeof seq === 'number'
  const hint = known && Number.isSafeInteger(seq) && seq >= 0 ? { topic, id, seq } : undefined
  return { node: typeof node === 'string' ? node : undefined, hint }
}

function isTopic(value: unknown): value is Topic {
  return typeof value === 'string' && Object.hasOwn(TOPICS, value)
}
