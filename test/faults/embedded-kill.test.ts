import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openEmbedded } from '../../server/platform/embedded/open.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { makeTestFolder } from '../helpers/databases.ts'
import { startHelper } from '../helpers/processes.ts'

const logger = createLogger('silent')

describe('a process that is killed', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'muster-kill-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('while it makes the database leaves nothing that the next start minds', async () => {
    const left = startHelper('folder-holder.ts', dir)
    await vi.waitFor(() => expect(readdirSync(dir).join()).toContain('creating-'), {
      timeout: 20_000,
      interval: 5,
    })
    left.process.kill('SIGKILL')
    await left.ended
    const fresh = await openEmbedded({ dir, logger })
    expect(await fresh.query('SELECT 1 AS x')).toEqual([{ x: 1 }])
    expect(readdirSync(dir).filter((name) => name.startsWith('creating-'))).toEqual([])
    await fresh.close()
  })

  it.each(['before-commit:3', 'in-commit:3', 'after-commit:3', 'checkpoint:1'])(
    'at %s has kept every acknowledged row',
    async (killAt) => {
      await makeTestFolder(dir)
      const child = startHelper('folder-holder.ts', dir, killAt)
      expect(await child.ended).toBe('SIGKILL')
      const told = child.lines.filter((line) => line !== 'ready').map(Number)
      if (killAt === 'checkpoint:1') expect(told.length).toBeGreaterThanOrEqual(10)
      const db = await openEmbedded({ dir, logger })
      const rows = await db.query<{ id: number }>('SELECT id FROM rows')
      await db.close()
      const kept = new Set(rows.map((row) => row.id))
      expect(told.filter((id) => !kept.has(id))).toEqual([])
    },
  )
})
