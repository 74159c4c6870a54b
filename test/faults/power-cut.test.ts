import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Queryable } from '../../server/platform/database.ts'
import { type EmbeddedDatabase, openEmbedded } from '../../server/platform/embedded/open.ts'
import type { RecordedWrite } from '../../server/platform/embedded/recorder.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { type Kept, rebuildAfterCut, seeded } from '../helpers/power-cut.ts'

/**
 * Power cuts, simulated: everything the database does to its folder is recorded with its syncs, and
 * the folder is rebuilt as a cut at some moment could have left it. Every row whose commit had been
 * answered before that moment must be there. The same without syncing must lose rows; otherwise this
 * test would prove nothing.
 */
const logger = createLogger('silent')
const CUTS = Number(process.env.MUSTER_CUTS ?? 10)
const CUTS_PER_RECORDING = 5
const SEED = Number(process.env.MUSTER_SEED ?? Date.now() % 1_000_000)

interface Acknowledged {
  id: number
  word: string
  /** So many writes had been recorded when the answer was sent. */
  mark: number
}

interface Recording {
  before: string
  writes: RecordedWrite[]
  rows: Acknowledged[]
}

describe('a power cut', () => {
  let root: string
  let empty: string

  beforeAll(async () => {
    // In memory where there is such a place: recovery syncs every file, and the disk is simulated anyway.
    root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'muster-power-'))
    empty = join(root, 'empty')
    const database = await openEmbedded({ dir: empty, logger })
    await database.query('CREATE TABLE kept (id bigint PRIMARY KEY, word text NOT NULL, body bytea)')
    await database.query('CREATE TABLE counter (n bigint)')
    await database.query('INSERT INTO counter VALUES (0)')
    await database.close()
  }, 60_000)
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** Several writers, with checkpoints, upkeep, new tables and changes of the log file between them. */
  async function work(db: EmbeddedDatabase, random: () => number): Promise<Acknowledged[]> {
    const rows: Acknowledged[] = []
    let next = 0
    const insert = async (on: Queryable, id: number, word: string) => {
      const body = new Uint8Array(random() < 0.1 ? 60_000 : 40).fill(id % 251)
      await on.query('INSERT INTO kept VALUES ($1, $2, $3)', [id, word, body])
    }
    const writer = async () => {
      for (let i = 0; i < 40; i++) {
        const id = next++
        const word = `word ${Math.floor(random() * 1e9)}`
        if (random() < 0.5) {
          await insert(db, id, word)
        } else {
          await db.transaction(async (tx) => {
            await tx.query('UPDATE counter SET n = n + 1')
            await insert(tx, id, word)
          })
        }
        rows.push({ id, word, mark: db.testing.mark() })
        const other = random()
        if (other < 0.02) await db.query('CHECKPOINT')
        else if (other < 0.03) await db.query('VACUUM (ANALYZE) kept')
        else if (other < 0.05) await db.query('SELECT pg_switch_wal()')
        else if (other < 0.06) await db.query(`CREATE TABLE extra_${id} (id bigint PRIMARY KEY)`)
      }
    }
    await Promise.all(Array.from({ length: 4 }, writer))
    return rows
  }

  async function record(name: string, seed: number, withoutSync: boolean): Promise<Recording> {
    const dir = join(root, name)
    cpSync(empty, dir, { recursive: true })
    const db = await openEmbedded({ dir, logger, recordWrites: true, withoutSync, withoutMaintenance: true })
    const rows = await work(db, seeded(seed))
    const writes = await db.testing.recording()
    await db.close()
    rmSync(dir, { recursive: true })
    return { before: join(empty, 'database'), writes, rows }
  }

  /** Rows that had been acknowledged before the cut and are not there, or not as they were. */
  async function missingAfter(recording: Recording, at: number, kept: Kept, seed: number): Promise<number[]> {
    const dir = join(root, `cut-${seed}`)
    const { before, writes } = recording
    rebuildAfterCut({ before, writes, at, kept, random: seeded(seed) }, join(dir, 'database'))
    try {
      const db = await openEmbedded({ dir, logger, withoutMaintenance: true })
      const found = await db.query<{ id: number; word: string; n: number; right: boolean }>(
        `SELECT id, word, length(body) AS n,
           body = decode(repeat(lpad(to_hex(id % 251), 2, '0'), length(body)), 'hex') AS right FROM kept`,
      )
      await db.query('INSERT INTO counter VALUES (1)')
      await db.close()
      const words = new Map(found.filter((row) => row.right && row.n > 0).map((row) => [row.id, row.word]))
      const acknowledged = recording.rows.filter((row) => row.mark <= at)
      return acknowledged.filter((row) => words.get(row.id) !== row.word).map((row) => row.id)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }

  it(
    `loses nothing that was acknowledged, in ${CUTS} cuts (MUSTER_SEED=${SEED})`,
    async () => {
      const random = seeded(SEED)
      let recording: Recording | undefined
      let checked = 0
      for (let cut = 0; cut < CUTS; cut++) {
        if (cut % CUTS_PER_RECORDING === 0 || !recording) {
          recording = await record(`work-${cut}`, SEED + cut, false)
          expect(recording.writes.filter((write) => write.kind === 'sync').length).toBeGreaterThan(50)
        }
        const at = Math.floor(random() * (recording.writes.length + 1))
        const kept: Kept = cut % 5 === 3 ? 'none' : cut % 5 === 4 ? 'all' : 'some'
        const missing = await missingAfter(recording, at, kept, SEED + cut)
        expect({ seed: SEED, cut, at, kept, missing }).toEqual({ seed: SEED, cut, at, kept, missing: [] })
        checked += recording.rows.filter((row) => row.mark <= at).length
      }
      console.log(`power cuts: ${CUTS}, acknowledged rows looked for: ${checked}, lost: 0, seed ${SEED}`)
      expect(checked).toBeGreaterThan(0)
    },
    Math.max(180_000, CUTS * 20_000),
  )

  it('loses rows when nothing is synced, which is how we know that the test above can fail', async () => {
    const recording = await record('unsynced', SEED, true)
    expect(recording.writes.filter((write) => write.kind.startsWith('sync'))).toEqual([])
    const missing = await Promise.race([
      missingAfter(recording, recording.writes.length, 'none', SEED),
      delay(30_000).then(() => 'it did not even open'),
    ])
    expect(missing.length).toBeGreaterThan(0)
    expect(recording.rows.length).toBe(160)
  })
})
