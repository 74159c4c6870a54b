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
import { type Figure, quantile } from './figures.ts'
import { cpuSeconds, watchLoad } from './machine.ts'
import type { Where } from './world.ts'

/** Open incidents whose clocks run and are due tomorrow; and some that are all due within one minute. */
const waiting = 5_000
const dueSoon = 1_000
const withinMs = 60_000
/** From filling the database to the first of them: time for the server to start. */
const leadMs = 20_000
/** Acknowledge within five minutes, respond within a day. */
const [playbook, severity, acknowledgeMs] = ['agent-platform', 'P3', 5 * 60_000] as const
const idleSeconds = 30

/**
 * What clocks cost. How late a thousand clocks of one minute stand in the log, in ms after they were due; and which
 * share of a core a server takes whose five thousand open incidents have nothing due.
 */
export async function measureDue(where: Where): Promise<Figure[]> {
  const postgres = where === 'PostgreSQL' ? await createEmptyPostgres() : undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const logger = createLogger('silent')
  const open = (): Promise<Database> =>
    postgres === undefined
      ? openEmbedded({ dir: dataDir, logger })
      : openPostgres({ url: postgres.url, logger })
  const options = { dataDir, ...(postgres && { databaseUrl: postgres.url }) }
  try {
    if (postgres === undefined) await makeTestFolder(dataDir)
    // A first start migrates an empty database.
    else await (await startServer(options)).stop()
    const soon = await fill(open)
    const server = await startServer(options)
    let share: number
    let foreign: number
    try {
      await until(soon.lastDueAt + 3_000)
      const load = watchLoad(() => [server.pid(), process.pid])
      const before = cpuSeconds(server.pid())
      await until(Date.now() + idleSeconds * 1000)
      share = ((cpuSeconds(server.pid()) - before) / idleSeconds) * 100
      foreign = load().foreign
    } finally {
      await server.stop()
    }
    const late = await lateness(open, soon.ids)
    return [
      {
        name: `${dueSoon} due in one minute, lateness, p99`,
        database: where,
        unit: 'ms',
        target: 250,
        of: 'p99',
        repetitions: [{ value: quantile(late, 0.99), p50: quantile(late, 0.5), p99: quantile(late, 0.99) }],
      },
      {
        name: `${waiting} open, nothing due, of a core`,
        database: where,
        unit: '%',
        target: 0.5,
        repetitions: [{ value: share, load: { foreign, server: share / 100 } }],
      },
    ]
  } finally {
    await postgres?.drop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Through the product's own command handler, with a clock that is set back for those that are due soon. */
async function fill(open: () => Promise<Database>): Promise<{ ids: string[]; lastDueAt: number }> {
  const database = await open()
  try {
    const clock = createManualClock(Date.now())
    const bench = await createHandlerBench(database, { clock })
    for (let done = 0; done < waiting; done += 250)
      await Promise.all(
        Array.from({ length: 250 }, async () => {
          const id = await bench.declare(playbook, severity)
          await bench.act(id, 'maya', 'incident.acknowledge')
        }),
      )
    const firstDueAt = Date.now() + leadMs
    const ids: string[] = []
    const past = createManualClock(firstDueAt - acknowledgeMs)
    const earlier = await createHandlerBench(database, { clock: past })
    for (let i = 0; i < dueSoon; i++) {
      ids.push(await earlier.declare(playbook, severity))
      past.advance(withinMs / dueSoon)
    }
    await earlier.handler.stop()
    await bench.handler.stop()
    return { ids, lastDueAt: firstDueAt + withinMs }
  } finally {
    await database.close()
  }
}

async function lateness(open: () => Promise<Database>, ids: readonly string[]): Promise<number[]> {
  const database = await open()
  try {
    const bench = await createHandlerBench(database)
    const late: number[] = []
    for (const id of ids) {
      const breach = (await bench.events(id)).find((e) => e.type === 'clock.breached')
      if (breach?.type !== 'clock.breached') throw new Error('A clock that was due is not on the record.')
      late.push(breach.at - breach.data.dueAt)
    }
    await bench.handler.stop()
    return late
  } finally {
    await database.close()
  }
}

function until(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))
}
