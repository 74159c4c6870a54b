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
import { fillWithOpen } from './idle.ts'
import { watchLoad } from './machine.ts'
import type { Where } from './world.ts'

/** Beside thousands that wait for tomorrow, some that are all due within one minute. */
const dueSoon = 1_000
const withinMs = 60_000
/** From filling the database to the first of them: time for the server to start. */
const leadMs = 20_000
/** Acknowledge within five minutes, respond within a day. */
const [playbook, severity, acknowledgeMs] = ['agent-platform', 'P3', 5 * 60_000] as const

/** How late a thousand clocks of one minute stand in the log, in ms after they were due. */
export async function measureDue(where: Where): Promise<Figure> {
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
    const load = watchLoad(() => [server.pid(), process.pid])
    let used: ReturnType<typeof load>
    try {
      await until(soon.lastDueAt + 3_000)
      used = load()
    } finally {
      await server.stop()
    }
    const late = await lateness(open, soon.ids)
    const p99 = quantile(late, 0.99)
    return {
      name: `${dueSoon} due in one minute, lateness, p99`,
      database: where,
      unit: 'ms',
      target: 250,
      of: 'p99',
      repetitions: [{ value: p99, p50: quantile(late, 0.5), p99, load: used }],
      note: `the latest ${Math.max(...late)} ms`,
    }
  } finally {
    await postgres?.drop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Through the product's own command handler, with a clock that is set back for those that are due soon. */
async function fill(open: () => Promise<Database>): Promise<{ ids: string[]; lastDueAt: number }> {
  const database = await open()
  try {
    await fillWithOpen(database)
    const firstDueAt = Date.now() + leadMs
    const ids: string[] = []
    const past = createManualClock(firstDueAt - acknowledgeMs)
    const earlier = await createHandlerBench(database, { clock: past })
    for (let i = 0; i < dueSoon; i++) {
      ids.push(await earlier.declare(playbook, severity))
      past.advance(withinMs / dueSoon)
    }
    await earlier.handler.stop()
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
