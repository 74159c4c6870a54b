import type { Logger } from '../logger.ts'
import type { EmbeddedDatabase } from './embedded-database.ts'

/**
 * PGlite runs no autovacuum and no timed checkpoint, so we do: one small piece at a time, in quiet
 * moments. Both stop every other statement while they run.
 */
const REST_MS = 5_000
/** After a rest, how often a quiet moment is looked for. */
const LOOK_MS = 250
/** After this many looks without one upkeep goes ahead all the same. */
const LOOKS_AT_MOST = 40

const CHECKPOINT_WAL_BYTES = 8 * 1024 * 1024

/** The table with the most to gain: dead rows to sweep, or counts that the planner should know. */
const NEEDY_TABLE = `SELECT relname FROM pg_stat_user_tables
  WHERE n_dead_tup > 500 + n_live_tup / 10 OR n_mod_since_analyze > 1000 + n_live_tup / 5
  ORDER BY n_dead_tup + n_mod_since_analyze DESC LIMIT 1`

const WAL_SINCE_CHECKPOINT = `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint AS bytes
  FROM pg_control_checkpoint()`

/** Does one piece of upkeep when one is due; tells whether it was. */
export async function maintainOnce(database: EmbeddedDatabase): Promise<boolean> {
  const [wal] = await database.query<{ bytes: number }>(WAL_SINCE_CHECKPOINT)
  if (wal && wal.bytes > CHECKPOINT_WAL_BYTES) {
    await database.query('CHECKPOINT')
    return true
  }
  // Sweeping writes; while the disk is nearly full only a checkpoint, which frees old log files, helps.
  if (database.health().kind !== 'ok') return false
  const [table] = await database.query<{ relname: string }>(NEEDY_TABLE)
  if (!table) return false
  await database.query(`VACUUM (ANALYZE) "${table.relname.replaceAll('"', '""')}"`)
  return true
}

/** What upkeep sees of the database. */
export type Kept = Pick<EmbeddedDatabase, 'writes' | 'onWrite' | 'idle' | 'ended' | 'maintain'>

/** Keeps house until the database is closed; sleeps while nobody has written since there was nothing left to do. */
export function startMaintenance(database: Kept, logger: Logger): void {
  let seen = database.writes
  let looks = 0
  let awake = false

  const after = (ms: number): void => {
    setTimeout(() => void look(), ms).unref()
  }

  const rest = (): void => {
    looks = 0
    awake = !database.ended && database.writes !== seen
    if (awake) after(REST_MS)
  }

  const look = async (): Promise<void> => {
    if (database.ended) return
    if (!database.idle && looks++ < LOOKS_AT_MOST) return after(LOOK_MS)
    try {
      const writes = database.writes
      // Its own statements count as writes too: after a piece there is always another look.
      if (!(await database.maintain())) seen = writes
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      if (!database.ended) logger.warn({ reason }, 'upkeep of the embedded database failed')
    }
    rest()
  }

  database.onWrite = () => {
    if (!awake) rest()
  }
}
