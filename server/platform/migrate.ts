import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, DatabaseError, type Queryable } from './database.ts'

/** The database and this release do not fit. Nothing was changed. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MigrationError'
  }
}

interface Migration {
  number: number
  name: string
  sql: string
  checksum: string
}

interface Applied {
  number: number
  name: string
  checksum: string
}

/** What helps when the data was made by migrations that no release has. */
const wayOut =
  'Nothing was changed. Start the version that made this data, restore a backup made by a release, or begin with ' +
  'an empty folder (DATA_DIR) or database (DATABASE_URL).'

/** Any number will do, as long as every node uses the same. */
const LOCK = 74_100_421
/** How often to ask again while another node migrates; each asking waits for its lock time-out. */
const ATTEMPTS = 15

/**
 * Brings the database to this release: the numbered SQL files of `migrationsDir`, each in one
 * transaction, each once. A file that is on the main branch is never changed again, not even in a comment
 * (`migrations/README.md`): data was made with its text. Several nodes may start at the same time. Gives the names applied now.
 * Throws a {@link MigrationError} when the database is newer than this release, when an applied file has
 * changed since, or when a file fails; the database is then as it was before that file.
 */
export async function migrate(database: Database, migrationsDir: string): Promise<string[]> {
  const migrations = readMigrations(migrationsDir)
  check(migrations, await readApplied(database))
  const done: string[] = []
  for (const migration of migrations) {
    if (await applyWhenFree(database, migration, migrations)) done.push(migration.name)
  }
  return done
}

function readMigrations(dir: string): Migration[] {
  const migrations: Migration[] = []
  for (const name of readdirSync(dir).sort()) {
    if (!name.endsWith('.sql')) continue
    const number = Number(/^(\d{4})_/.exec(name)?.[1])
    if (!Number.isInteger(number))
      throw new MigrationError(`${name} has no number of four digits before its name`)
    if (migrations.at(-1)?.number === number)
      throw new MigrationError(`two migrations have the number ${number}`)
    const sql = readFileSync(join(dir, name), 'utf8').replaceAll('\r\n', '\n')
    migrations.push({ number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') })
  }
  return migrations
}

async function readApplied(database: Queryable): Promise<Applied[]> {
  const [table] = await database.query<{ found: boolean }>(
    `SELECT to_regclass('schema_migrations') IS NOT NULL AS found`,
  )
  if (!table?.found) return []
  return await database.query<Applied>('SELECT number, name, checksum FROM schema_migrations ORDER BY number')
}

/** Everything applied must be known and unchanged, and nothing may be missing before the newest. */
function check(migrations: readonly Migration[], applied: readonly Applied[]): void {
  for (const [index, was] of applied.entries()) {
    const is = migrations[index]
    if (!is) {
      throw new MigrationError(
        `The database is newer than this release: it has ${was.name}, which this release does not know. ` +
          'Start the release that made it, or a later one. Nothing was changed.',
      )
    }
    if (is.number !== was.number) {
      throw new MigrationError(
        `The database has ${was.name} where this release has ${is.name}: it was made by another line of releases. ` +
          wayOut,
      )
    }
    if (is.checksum !== was.checksum) {
      throw new MigrationError(
        `${is.name} has another text than when it was applied to this database: the data was made by an unreleased ` +
          `or altered version of it (text ${was.checksum.slice(0, 12)}, here ${is.checksum.slice(0, 12)}). ${wayOut}`,
      )
    }
  }
}

async function applyWhenFree(
  database: Database,
  migration: Migration,
  all: readonly Migration[],
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction((tx) => apply(tx, migration, all))
    } catch (error) {
      if (error instanceof MigrationError) throw error
      const locked = error instanceof DatabaseError && error.details.code === '55P03'
      if (locked && attempt < ATTEMPTS) continue
      if (error instanceof DatabaseError && error.kind === 'unavailable') throw error
      const reason = error instanceof Error ? error.message : 'unknown'
      throw new MigrationError(`${migration.name} failed and was undone: ${reason}`, { cause: error })
    }
  }
}

/** In one transaction, behind the lock, after another look: another node may have been quicker. */
async function apply(tx: Queryable, migration: Migration, all: readonly Migration[]): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
  await tx.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL)`)
  const applied = await readApplied(tx)
  check(all, applied)
  if (applied.some(({ number }) => number === migration.number)) return false
  await tx.query('SET LOCAL statement_timeout = 0')
  await tx.query(migration.sql)
  await tx.query(
    `INSERT INTO schema_migrations (number, name, checksum, applied_at)
     VALUES ($1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)`,
    [migration.number, migration.name, migration.checksum],
  )
  return true
}
