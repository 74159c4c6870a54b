import { createHash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Database } from '../../server/platform/database.ts'
import { type EmbeddedDatabase, openEmbedded } from '../../server/platform/embedded/open.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { migrate } from '../../server/platform/migrate.ts'
import { openPostgres } from '../../server/platform/postgres.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const migrationsDir = join(root, 'migrations')
const cacheDir = join(root, 'node_modules/.cache/muster')
const logger = createLogger('silent')

/**
 * A database of its own, migrated, for one test file. Close it in `afterAll`. In memory by default;
 * with `dir` in that folder, which may be new.
 */
export async function openTestDatabase(options: { dir?: string } = {}): Promise<EmbeddedDatabase> {
  if (options.dir === undefined) {
    return await openEmbedded({ dir: '', memory: true, template: await memoryTemplate(), logger })
  }
  await makeTestFolder(options.dir)
  return await openEmbedded({ dir: options.dir, logger })
}

/** Puts a migrated, closed database into the data folder `dir`, unless there is one. */
export async function makeTestFolder(dir: string): Promise<void> {
  if (fs.existsSync(join(dir, 'database'))) return
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
  fs.cpSync(await folderTemplate(), join(dir, 'database'), { recursive: true })
}

/** The address of the PostgreSQL that tests may use, or undefined: then `*.pg.test.ts` are skipped. */
export const testDatabaseUrl = process.env.TEST_DATABASE_URL
export const testRedisUrl = process.env.TEST_REDIS_URL

export interface TestPostgres extends Database {
  /** For further pools on the same database, as other nodes would have. */
  readonly url: string
}

/** A PostgreSQL database of its own, cloned from a migrated template; `close` drops it. */
export async function openTestPostgres(): Promise<TestPostgres> {
  const template = await postgresTemplate()
  const name = `muster_test_${process.pid}_${randomBytes(6).toString('hex')}`
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  const url = urlOf(name)
  const database = await openPostgres({ url, logger })
  return {
    kind: database.kind,
    url,
    query: (sql, params) => database.query(sql, params),
    transaction: (work) => database.transaction(work),
    close: async () => {
      await database.close()
      await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
    },
  }
}

/** An empty PostgreSQL database, not migrated. Gives its address; `drop` removes it. */
export async function createEmptyPostgres(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `muster_test_${process.pid}_${randomBytes(6).toString('hex')}`
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`))
  return {
    url: urlOf(name),
    drop: () =>
      asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)).then(() => undefined),
  }
}

/** Statements from outside the server, such as ending a connection. */
export async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl() })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function adminUrl(): string {
  if (testDatabaseUrl === undefined) throw new Error('TEST_DATABASE_URL is not set')
  return testDatabaseUrl
}

function urlOf(name: string): string {
  const url = new URL(adminUrl())
  url.pathname = `/${name}`
  return url.href
}

/** Changes whenever a migration or PGlite does. */
function templateHash(): string {
  const hash = createHash('sha256')
  hash.update(fs.readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json')))
  for (const name of fs.readdirSync(migrationsDir).sort()) {
    hash.update(name).update(fs.readFileSync(join(migrationsDir, name)))
  }
  return hash.digest('hex').slice(0, 16)
}

async function postgresTemplate(): Promise<string> {
  const name = `muster_template_${templateHash()}`
  await asAdmin(async (admin) => {
    const find = () => admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if ((await find()).rowCount) return
    // One test file makes it, the others wait; it gets its name only when it is whole.
    await admin.query('SELECT pg_advisory_lock(74100422)')
    if ((await find()).rowCount) return
    await admin.query(`DROP DATABASE IF EXISTS ${name}_half WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${name}_half`)
    const database = await openPostgres({ url: urlOf(`${name}_half`), logger })
    await migrate(database, migrationsDir)
    await database.close()
    await admin.query(`ALTER DATABASE ${name}_half RENAME TO ${name}`)
  })
  return name
}

function memoryTemplate(): Promise<string> {
  return makeOnce(`template-${templateHash()}.tar`, async (half) => {
    const database = await openEmbedded({ dir: '', memory: true, logger })
    await migrate(database, migrationsDir)
    fs.writeFileSync(half, await database.testing.dump())
    await database.close()
  })
}

function folderTemplate(): Promise<string> {
  return makeOnce(`template-${templateHash()}`, async (half) => {
    const database = await openEmbedded({ dir: `${half}.home`, logger })
    await migrate(database, migrationsDir)
    await database.close()
    fs.rmSync(half, { recursive: true, force: true })
    fs.renameSync(join(`${half}.home`, 'database'), half)
    fs.rmSync(`${half}.home`, { recursive: true })
  })
}

/** The file or folder `name` of the cache, made whole by whoever is first while the others wait. */
async function makeOnce(name: string, make: (half: string) => Promise<void>): Promise<string> {
  const path = join(cacheDir, name)
  while (!fs.existsSync(path)) {
    if (!takeTurn(`${path}.making`)) {
      await delay(50)
      continue
    }
    try {
      if (fs.existsSync(path)) break
      await make(`${path}.half`)
      fs.renameSync(`${path}.half`, path)
    } finally {
      fs.rmSync(`${path}.making`, { force: true })
    }
  }
  return path
}

/** One process makes the template, the others wait: making it takes 650 MB. A dead one's turn is over. */
function takeTurn(file: string): boolean {
  fs.mkdirSync(cacheDir, { recursive: true })
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    try {
      process.kill(Number(fs.readFileSync(file, 'utf8')), 0)
    } catch {
      fs.rmSync(file, { force: true })
    }
    return false
  }
}
