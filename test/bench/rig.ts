import { readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import pg from 'pg'
import type { Generator } from './children.ts'
import { watchLoad } from './machine.ts'
import type { World } from './world.ts'

/** What every measurement is given. */
export interface Rig {
  world: World
  generator: Generator
  relay: { url: string; pid: number }
  repetitions: number
  /** How many more repetitions a figure may have when others disturbed some. */
  extra: number
  /** Watches the machine while one repetition runs. */
  watch(): ReturnType<typeof watchLoad>
  /** Learns which processes of PostgreSQL serve us. Call before each repetition. */
  lookAround(): Promise<void>
  close(): Promise<void>
}

export async function createRig(
  parts: Pick<Rig, 'world' | 'generator' | 'relay' | 'repetitions' | 'extra'>,
): Promise<Rig> {
  const { world, generator, relay } = parts
  const client = world.databaseUrl === undefined ? undefined : new pg.Client(world.databaseUrl)
  await client?.connect()
  let backends: number[] = []
  const lookAround = async () => {
    if (client === undefined) return
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
    )
    backends = rows.map(({ pid }) => pid)
    // Our children inherit a raised priority; PostgreSQL's processes are not our children.
    if (getPriority() < 0) for (const pid of backends) raiseLikeUs(pid)
  }
  // The pool opens connections when it is busy: those count, too.
  const looking = setInterval(() => void lookAround().catch(() => undefined), 250)
  return {
    ...parts,
    lookAround,
    watch: () => watchLoad(() => [world.server.pid(), generator.pid, relay.pid, process.pid, ...backends]),
    async close() {
      clearInterval(looking)
      await client?.end()
    },
  }
}

/** Linux also weighs sessions against each other; what may not be raised stays as it is. */
function raiseLikeUs(pid: number): void {
  try {
    setPriority(pid, getPriority())
    const nice = /nice (-?\d+)/.exec(readFileSync('/proc/self/autogroup', 'latin1'))?.[1]
    if (nice !== undefined) writeFileSync(`/proc/${pid}/autogroup`, nice)
  } catch {
    // It has ended, runs elsewhere, or is not ours to raise.
  }
}
