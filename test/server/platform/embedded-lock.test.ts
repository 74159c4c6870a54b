import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockFolder } from '../../../server/platform/embedded/lock.ts'
import { FolderInUseError, openEmbedded } from '../../../server/platform/embedded/open.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { makeTestFolder } from '../../helpers/databases.ts'
import { startHelper } from '../../helpers/processes.ts'

const logger = createLogger('silent')
// Processes and real databases on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('the lock on the data folder', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'muster-lock-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  /** A holder in another container: no socket of it reaches us, only its file. */
  const foreign = (beat: number) =>
    writeFileSync(
      join(dir, 'lock'),
      JSON.stringify({ nonce: 'foreign', pid: 1, host: 'elsewhere', place: 'elsewhere', beat }),
    )

  it('refuses a second process in time and leaves the first alone; what kill -9 leaves is taken over', async () => {
    await makeTestFolder(dir)
    const first = startHelper('folder-holder.ts', dir)
    await first.line((line) => line === 'ready')

    const before = performance.now()
    const refused = openEmbedded({ dir, logger })
    await expect(refused).rejects.toBeInstanceOf(FolderInUseError)
    await expect(refused).rejects.toThrow(/in use by another Muster/)
    expect(performance.now() - before).toBeLessThan(2_000)
    const second = startHelper('folder-holder.ts', dir)
    expect(await second.ended).toBe(1)
    expect(second.errors.join()).toContain('FolderInUseError')

    const told = first.lines.length
    await vi.waitFor(() => expect(first.lines.length).toBeGreaterThan(told))
    first.process.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    expect(existsSync(join(dir, 'lock'))).toBe(true)

    const database = await openEmbedded({ dir, logger })
    const rows = await database.query<{ id: number }>('SELECT id FROM rows')
    const kept = new Set(rows.map((row) => String(row.id)))
    expect(first.lines.filter((line) => line !== 'ready' && !kept.has(line))).toEqual([])
    await database.close()
    expect(existsSync(join(dir, 'lock'))).toBe(false)
  })

  it('refuses a second opening in one process, and lets go when closed', async () => {
    const lock = await lockFolder(dir, () => undefined)
    await expect(lockFolder(dir, () => undefined)).rejects.toBeInstanceOf(FolderInUseError)
    await lock.release()
    await (await lockFolder(dir, () => undefined)).release()
  })

  it('respects a heartbeat from where no socket reaches', async () => {
    let beat = 0
    foreign(beat)
    const heart = setInterval(() => foreign(++beat), 1_000)
    const before = performance.now()
    await expect(lockFolder(dir, () => undefined)).rejects.toBeInstanceOf(FolderInUseError)
    clearInterval(heart)
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  it('takes over from there when the heart has stopped', async () => {
    foreign(7)
    const lock = await lockFolder(dir, () => undefined, 1_000)
    expect(readFileSync(join(dir, 'lock'), 'utf8')).not.toContain('foreign')
    await lock.release()
  })

  it('is not stopped by a lock file that is broken', async () => {
    writeFileSync(join(dir, 'lock'), 'half a fi')
    await (await lockFolder(dir, () => undefined)).release()
  })

  it('notices when another has taken the folder, and then leaves that one’s file alone', async () => {
    let lost = 0
    const lock = await lockFolder(dir, () => lost++)
    foreign(0)
    await vi.waitFor(() => expect(lost).toBe(1), { timeout: 3_000 })
    await lock.release()
    expect(readFileSync(join(dir, 'lock'), 'utf8')).toContain('foreign')
  })
})
