import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../server/platform/database.ts'
import { openEmbedded } from '../../server/platform/embedded/open.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { createManualClock } from '../../server/platform/manual-clock.ts'
import { openPostgres } from '../../server/platform/postgres.ts'
import { createEmptyPostgres, makeTestFolder } from '../helpers/databases.ts'
import { createHandlerBench } from '../helpers/incidents.ts'
import { startServer } from '../helpers/server.ts'
import type { Figure, Repetition } from './figures.ts'
import { cpuSeconds, watchLoad } from './machine.ts'
import type { Where } from './world.ts'

/** Open incidents whose clocks run, acknowledged, and due tomorrow: what stands around in a large house. */
const waiting = 5_000
/** A response within a day. */
const [playbook, severity] = ['agent-platform', 'P3'] as const
/** Declared at a time while filling: few enough for a pool of ten connections on a busy machine. */
const atOnce = 50
/** From the start on nothing is measured until the server has looked at everything once, in s. */
const warmUpSeconds = 75
/** How long the processor's time is counted, in s: several rounds of what happens every minute. */
const idleSeconds = Number(process.env.BENCH_IDLE_SECONDS ?? 180)

/**
 * What Muster takes while nothing happens, in % of a core: with an empty database, and how much more with five
 * thousand open incidents whose clocks run and are due tomorrow. Processor time, so that other work on the machine
 * does not count.
 */
export async function measureIdle(where: Where): Promise<Figure[]> {
  const postgres = where === 'PostgreSQL' ? await createEmptyPostgres() : undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const logger = createLogger('silent')
  const options = { dataDir, ...(postgres && { databaseUrl: postgres.url }) }
  try {
    if (postgres === undefined) await makeTestFolder(dataDir)
    const empty = await shareOfACore(options)
    const database = await (postgres === undefined
      ? openEmbedded({ dir: dataDir, logger })
      : openPostgres({ url: postgres.url, logger }))
    await fillWithOpen(database).finally(() => database.close())
    const filled = await shareOfACore(options)
    const more: Repetition = { ...filled, value: Math.max(0, filled.value - empty.value) }
    return [
      {
        name: 'empty, nothing to do, of a core',
        database: where,
        unit: '%',
        target: 0.5,
        repetitions: [empty],
      },
      {
        name: `${waiting} open, nothing due, more of a core`,
        database: where,
        unit: '%',
        target: 0.5,
        repetitions: [more],
        note: `${filled.value.toFixed(2)} % in all, over ${idleSeconds} s`,
      },
    ]
  } finally {
    await postgres?.drop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function shareOfACore(options: { dataDir: string; databaseUrl?: string }): Promise<Repetition> {
  const server = await startServer(options)
  try {
    await seconds(warmUpSeconds)
    const load = watchLoad(() => [server.pid(), process.pid])
    const before = cpuSeconds(server.pid())
    await seconds(idleSeconds)
    const value = ((cpuSeconds(server.pid()) - before) / idleSeconds) * 100
    return { value, load: load() }
  } finally {
    await server.stop()
  }
}

/** Through the product's own command handler. */
export async function fillWithOpen(database: Database): Promise<void> {
  const bench = await createHandlerBench(database, { clock: createManualClock(Date.now()) })
  for (let done = 0; done < waiting; done += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        const id = await bench.declare(playbook, severity)
        await bench.act(id, 'maya', 'incident.acknowledge')
      }),
    )
  await bench.handler.stop()
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}
