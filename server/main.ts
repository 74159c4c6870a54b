import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { type App, createApp } from './app.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { createLocalCursorRelay, openRedisCursorRelay } from './documents/index.ts'
import { createMemoryRoster, createRedisRoster } from './incidents/index.ts'
import { buildName } from './platform/build-name.ts'
import { createMemoryBus } from './platform/bus-memory.ts'
import { openRedisBus } from './platform/bus-redis.ts'
import type { Database } from './platform/database.ts'
import { FolderInUseError, openEmbedded } from './platform/embedded/open.ts'
import { greeting } from './platform/greeting.ts'
import type { Durability } from './platform/health.ts'
import { armKillPoint } from './platform/kill-points.ts'
import { createLogger, type Logger } from './platform/logger.ts'
import { MigrationError, migrate } from './platform/migrate.ts'
import { openPostgres } from './platform/postgres.ts'
import { projectRoot } from './platform/project-root.ts'
import { openClock } from './platform/system-clock.ts'
import { createPlaybookStore, PlaybookFileError, shippedFolder } from './playbooks/index.ts'

const drainMs = 5_000

interface Store {
  database: Database
  durability: Durability
  mark?: () => Promise<string>
  trouble?: () => string | null
  full?: () => boolean
}

async function main(): Promise<void> {
  const config = readConfig()
  const logger = createLogger(config.logLevel)
  const doubt = (error: unknown) => {
    // Nobody knows what state this process is in: the next one starts from what is committed.
    logger.error({ err: error }, 'unexpected error: stopping')
    process.exit(1)
  }
  process.on('uncaughtException', doubt)
  process.on('unhandledRejection', doubt)
  armKillPoint(config.killAt)

  const root = projectRoot()
  const store = await openStore(config, logger)
  const { database, durability } = store
  const applied = await migrate(database, join(root, 'migrations'))
  if (applied.length > 0) logger.info({ applied }, 'migrated')
  const redisUrl = config.redisUrl
  const onError = (error: unknown) => logger.error({ err: error }, 'a hint was not handled')
  const bus =
    redisUrl === undefined ? createMemoryBus(onError) : await openRedisBus({ url: redisUrl, logger })
  const clock = await openClock({ database, bus, testClock: config.testClock, logger })
  const now = () => clock.now()
  const roster =
    redisUrl === undefined
      ? createMemoryRoster(now)
      : await createRedisRoster(redisUrl, randomUUID(), now, logger)
  const cursors =
    redisUrl === undefined ? createLocalCursorRelay() : openRedisCursorRelay({ url: redisUrl, logger })
  const playbooks = createPlaybookStore(database, buildName)
  await playbooks.publishShipped(shippedFolder(), clock.now())

  const clientDir = join(root, 'dist', 'client')
  const app = createApp({
    database,
    bus,
    clock,
    roster,
    cursors,
    logger,
    playbooks,
    version: versionIn(root),
    durability,
    ...(store.mark !== undefined && { mark: store.mark }),
    ...(store.trouble !== undefined && { storeTrouble: store.trouble }),
    ...(store.full !== undefined && { storeFull: store.full }),
    ...(config.testClock && { advance: (ms: number) => clock.advance(ms) }),
    settings: {
      ...config,
      redisUrl,
      clientDir: existsSync(clientDir) ? clientDir : undefined,
    },
  })

  // Before listening, so that whoever sees the server ready has the link on the terminal too.
  const setUpToken = await app.people.setUpToken()
  stopOnSignal(app, logger, async () => {
    clock.close()
    await cursors.close()
    await bus.close()
    await database.close()
  })
  const port = await app.start(config.port, config.host)
  process.stdout.write(
    greeting({
      ...config,
      port,
      database: database.kind === 'embedded' ? `embedded database in ${config.dataDir}` : 'PostgreSQL',
      durability: durability.statement,
      setUpToken,
      addresses: ownAddresses(),
    }),
  )
}

async function openStore(config: Config, logger: Logger): Promise<Store> {
  if (config.databaseUrl !== undefined) {
    const database = await openPostgres({ url: config.databaseUrl, logger })
    return { database, durability: await postgresDurability(database) }
  }
  const database = await openEmbedded({
    dir: config.dataDir,
    logger,
    ...(config.killAt !== undefined && { killAt: config.killAt }),
    onFatal: () => process.exit(1),
  })
  const durability: Durability = {
    level: 'D2',
    statement: 'Each commit is synced to this disk before anybody sees it.',
  }
  return {
    database,
    durability,
    // Nobody else has the folder, and what is read after a write waits for it.
    mark: async () => String(database.writes),
    trouble() {
      const health = database.health()
      return health.kind === 'failed' ? 'The embedded database has stopped.' : null
    },
    full: () => database.health().kind === 'full',
  }
}

/** PostgreSQL promises what it is configured to promise. */
async function postgresDurability(database: Database): Promise<Durability> {
  const [row] = await database.query<{ fsync: string; commits: string }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits`,
  )
  const synced = row?.fsync === 'on' && row.commits !== 'off'
  return synced
    ? { level: 'D2', statement: 'PostgreSQL syncs each commit to its disk before anybody sees it.' }
    : { level: 'D1', statement: 'PostgreSQL runs without syncing: a power cut may lose the newest commits.' }
}

function stopOnSignal(app: App, logger: Logger, close: () => Promise<void>): void {
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    logger.info({ signal }, 'stopping')
    setTimeout(() => {
      logger.error({}, 'did not stop in time')
      process.exit(1)
    }, drainMs).unref()
    app
      .stop()
      .then(close)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'could not stop in order')
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** IPv4 only: it is what people can read to each other. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address)
}

function versionIn(root: string): string {
  const file = z.object({ version: z.string() })
  return file.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).version
}

/** Problems that whoever starts Muster can solve are told in words; everything else with its stack. */
function complain(error: unknown): void {
  const known =
    error instanceof ConfigError ||
    error instanceof FolderInUseError ||
    error instanceof MigrationError ||
    error instanceof PlaybookFileError
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  if (known) process.stderr.write(`${error.message}\n`)
  else if (inUse) process.stderr.write('This port is in use. Stop the other program, or set PORT.\n')
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}

main().catch((error: unknown) => {
  complain(error)
  process.exit(1)
})
