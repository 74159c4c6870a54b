import { joinRoom, type RoomClient, rest } from '../helpers/room-client.ts'
import { type Figure, isDisturbed, quantile, type Repetition } from './figures.ts'
import type { Rig } from './rig.ts'

/** Per repetition and incident: below what one socket may send at once. */
const commands = 160

/** The state of an incident with 50,000 messages, and whether its commits are slower than those of one with 50. */
export async function measureCommits(rig: Rig): Promise<Figure[]> {
  const { world } = rig
  const { url } = world.server
  const [token = ''] = world.tokens
  const { state } = await rest<{ state: unknown }>(url, token, 'GET', `/api/incidents/${world.big}`)
  const repetitions: Repetition[] = []
  const times: { big: number; small: number }[] = []
  while (repetitions.length < rig.repetitions + rig.extra) {
    if (repetitions.filter((one) => !isDisturbed(one)).length >= rig.repetitions) break
    await rig.lookAround()
    const big = await joinRoom(url, token, world.big)
    const small = await joinRoom(url, token, world.small)
    const slow: number[] = []
    const fast: number[] = []
    const stop = rig.watch()
    for (let i = 0; i < commands; i++) {
      // Who goes first changes, so that neither always finds the machine warm.
      const order = i % 2 === 0 ? [big, small] : [small, big]
      for (const room of order) (room === big ? slow : fast).push(await commit(room))
    }
    const load = stop()
    big.close()
    small.close()
    const one = { big: quantile(slow, 0.5), small: quantile(fast, 0.5) }
    times.push(one)
    repetitions.push({ value: one.big / one.small, p50: one.big, p99: quantile(slow, 0.99), load })
  }
  const ms = (pick: (one: { big: number; small: number }) => number) =>
    quantile(times.map(pick), 0.5).toFixed(2)
  return [
    {
      name: 'state with 50,000 messages',
      database: world.where,
      unit: 'KiB',
      target: 64,
      repetitions: [{ value: Buffer.byteLength(JSON.stringify(state)) / 1024 }],
    },
    {
      name: 'commit, 50,000 messages against 50',
      database: world.where,
      unit: 'times',
      target: 1.3,
      repetitions,
      note: `medians ${ms(({ big }) => big)} and ${ms(({ small }) => small)} ms`,
    },
  ]
}

async function commit(room: RoomClient): Promise<number> {
  const started = performance.now()
  const answer = await room.send('chat.send', { text: 'Still looking at the second region.' })
  if (!answer.ok) throw new Error(`refused: ${answer.error.message}`)
  return performance.now() - started
}
