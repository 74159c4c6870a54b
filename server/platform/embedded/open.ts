import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError } from '../database.ts'
import type { KillAt } from '../kill-points.ts'
import type { Logger } from '../logger.ts'
import { createIfMissing } from './create.ts'
import { EmbeddedDatabase } from './embedded-database.ts'
import { type FolderLock, lockFolder } from './lock.ts'
import { startMaintenance } from './maintenance.ts'
import type { WorkerOptions } from './messages.ts'
import { WorkerLink } from './worker-link.ts'

export { EmbeddedDatabase, type EmbeddedHealth } from './embedded-database.ts'
export { FolderInUseError } from './lock.ts'

export interface EmbeddedOptions {
  /** The data folder; made when it is missing, readable by its owner only. Not used with `memory`. */
  dir: string
  logger: Logger
  /** Tests: no folder, no lock, nothing kept. */
  memory?: boolean
  /** Tests: file with the tar to start from in memory, made by `testing.dump()`. */
  template?: string
  /** Called once when the database can no longer be used: end the process and start anew. */
  onFatal?: (error: DatabaseError) => void
  /** Free bytes below which writes are refused; 64 MB by default. */
  headroomBytes?: number
  killAt?: KillAt
  /** Tests: keep every write of the data folder in memory. */
  recordWrites?: boolean
  /** Tests: as if the disk never synced. */
  withoutSync?: boolean
  /** Tests: no upkeep but by `maintain()`. */
  withoutMaintenance?: boolean
}

const HEADROOM_BYTES = 64 * 1024 * 1024

/**
 * Opens the embedded PostgreSQL (PGlite in a worker thread) in `dir`. Throws {@link FolderInUseError}
 * within two seconds when another process has the folder.
 *
 * One session serves everybody and no time-out fires in it: give every query a row limit, keep every
 * statement under 10 ms, and wait for nothing but the database inside a transaction.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { logger } = options
  const cell: { database?: EmbeddedDatabase; lock?: FolderLock } = {}
  let dataDir = ''
  if (!options.memory) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 })
    chmodSync(options.dir, 0o700)
    const dir = realpathSync(options.dir)
    cell.lock = await lockFolder(dir, () => {
      const reason = 'another process has taken the data folder'
      void cell.database?.fail(new DatabaseError('unavailable', reason))
    })
    dataDir = join(dir, 'database')
  }
  try {
    if (dataDir !== '') await createIfMissing(join(dataDir, '..'), dataDir)
    const workerOptions: WorkerOptions = {
      dataDir,
      ...(options.template ? { template: options.template } : {}),
      ...(options.killAt ? { killAt: options.killAt } : {}),
      create: false,
      headroomBytes: options.headroomBytes ?? HEADROOM_BYTES,
      recordWrites: options.recordWrites ?? false,
      withoutSync: options.withoutSync ?? false,
    }
    const link = await WorkerLink.start(workerOptions, {
      headroom: (low) => {
        cell.database?.headroomChanged(low)
        if (low) logger.error({}, 'the disk is nearly full: writes are refused until there is room')
        else logger.info({}, 'there is room on the disk again: writes are accepted')
      },
      failed: (error) => {
        if (!cell.database) return
        cell.database.stopped(error)
        logger.error({ reason: error.message }, 'the embedded database stopped')
        options.onFatal?.(error)
      },
    })
    const database = new EmbeddedDatabase(link, cell.lock)
    cell.database = database
    if (!options.memory && !options.withoutMaintenance) startMaintenance(database, logger)
    return database
  } catch (error) {
    await cell.lock?.release()
    throw error
  }
}
