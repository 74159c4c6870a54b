import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openEmbedded } from '../../server/platform/embedded/open.ts'
import { createLogger } from '../../server/platform/logger.ts'

/** A real small disk. Needs the right to mount one; without it only the guard with a pretended disk is tested. */
const logger = createLogger('silent')
const MB = 1024 * 1024

function mountSmallDisk(): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'muster-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', dir], { stdio: 'ignore' })
    return dir
  } catch {
    rmSync(dir, { recursive: true })
    return undefined
  }
}

const disk = mountSmallDisk()
if (disk === undefined) console.warn('skipped: a full disk (mounting a small one is not allowed here)')

describe.skipIf(disk === undefined)('a full disk', () => {
  const mounted = disk ?? ''
  const ballast = join(mounted, 'ballast')
  /** Leaves `free` bytes. */
  const fill = (free: number) => {
    const { bavail, bsize } = statfsSync(mounted)
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)))
  }
  const relieve = () => rmSync(ballast, { force: true })
  afterAll(() => {
    execFileSync('umount', ['-l', mounted])
    rmSync(mounted, { recursive: true })
  })

  it('is met before it is full: writes refused at once, reads go on, all is well when there is room', async () => {
    const dir = join(mounted, 'guarded')
    mkdirSync(dir)
    const db = await openEmbedded({ dir, logger })
    await db.query('CREATE TABLE t (id bigint PRIMARY KEY)')
    for (let cycle = 0; cycle < 5; cycle++) {
      await db.query('INSERT INTO t VALUES ($1)', [cycle])
      fill(60 * MB)
      await vi
        .waitFor(
          async () => {
            const before = performance.now()
            await expect(db.query('INSERT INTO t VALUES (1000)')).rejects.toMatchObject({ kind: 'full' })
            expect(performance.now() - before).toBeLessThan(1_000)
          },
          { timeout: 3_000 },
        )
        .catch((error: unknown) => {
          throw new Error(`cycle ${cycle}`, { cause: error })
        })
      await db.query('DELETE FROM t WHERE id = 1000').catch(() => undefined)
      expect(await db.query('SELECT count(*) AS n FROM t WHERE id < 1000')).toEqual([{ n: cycle + 1 }])
      expect(db.health()).toEqual({ kind: 'full' })
      relieve()
      await vi.waitFor(() => db.query('DELETE FROM t WHERE id = 1000'), { timeout: 3_000 })
      expect(db.health()).toEqual({ kind: 'ok' })
    }
    await db.close()
    rmSync(dir, { recursive: true })
  })

  it('that takes the guard by surprise ends the database, once and for all, with nothing acknowledged lost', async () => {
    const dir = join(mounted, 'unguarded')
    mkdirSync(dir)
    const fatal: string[] = []
    const onFatal = (error: { kind: string }) => fatal.push(error.kind)
    const db = await openEmbedded({ dir, logger, headroomBytes: 0, onFatal, withoutMaintenance: true })
    await db.query('CREATE TABLE t (id bigint PRIMARY KEY, body bytea)')
    fill(2 * MB)
    const body = randomBytes(100_000)
    const acknowledged: number[] = []
    const kinds: string[] = []
    const before = performance.now()
    for (let id = 0; id < 400 && kinds.length < 3; id++) {
      try {
        await db.query('INSERT INTO t VALUES ($1, $2)', [id, body])
        acknowledged.push(id)
      } catch (error) {
        kinds.push(String(Reflect.get(error as object, 'kind')))
      }
    }
    expect(kinds).toEqual(['unknown-outcome', 'unavailable', 'unavailable'])
    expect(performance.now() - before).toBeLessThan(30_000)
    expect(fatal).toEqual(['full'])
    expect(db.health()).toMatchObject({ kind: 'failed' })
    await db.close()

    relieve()
    const again = await openEmbedded({ dir, logger })
    const kept = new Set((await again.query<{ id: number }>('SELECT id FROM t')).map((row) => row.id))
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(0)
    await again.query('INSERT INTO t (id) VALUES (1000)')
    await again.close()
  })
})
