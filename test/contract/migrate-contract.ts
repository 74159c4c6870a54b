import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../server/platform/database.ts'
import { MigrationError, migrate } from '../../server/platform/migrate.ts'

const ONE = `-- First.\nCREATE TABLE one (id bigint, word text DEFAULT 'semi;colon');\nCREATE INDEX one_id ON one (id);\n`
const TWO = 'CREATE TABLE two (id bigint);\nINSERT INTO two VALUES (2);\n'

/** `open` gives an empty database and a way to open it once more, as another node would. */
export function migrateContract(
  name: string,
  open: () => Promise<{ database: Database; again: () => Promise<Database>; close: () => Promise<void> }>,
): void {
  describe(`migrations on ${name}`, () => {
    let dir: string
    let opened: Awaited<ReturnType<typeof open>>

    beforeEach(async () => {
      dir = mkdtempSync(join(tmpdir(), 'muster-migrations-'))
      writeFileSync(join(dir, '0001_one.sql'), ONE)
      writeFileSync(join(dir, '0002_two.sql'), TWO)
      writeFileSync(join(dir, 'README.md'), 'not a migration')
      opened = await open()
    })
    afterEach(async () => {
      await opened.close()
      rmSync(dir, { recursive: true })
    })

    const applied = () => opened.database.query('SELECT number, name FROM schema_migrations ORDER BY number')
    const tableExists = async (table: string) => {
      const rows = await opened.database.query('SELECT to_regclass($1) IS NOT NULL AS found', [table])
      return rows[0]?.found
    }

    it('applies each file once, in order', async () => {
      expect(await migrate(opened.database, dir)).toEqual(['0001_one.sql', '0002_two.sql'])
      expect(await migrate(opened.database, dir)).toEqual([])
      expect(await opened.database.query('SELECT id FROM two')).toEqual([{ id: 2 }])
      writeFileSync(join(dir, '0003_three.sql'), 'ALTER TABLE one ADD COLUMN third boolean')
      expect(await migrate(opened.database, dir)).toEqual(['0003_three.sql'])
      expect(await applied()).toHaveLength(3)
    })

    it('undoes a file that fails, keeps those before it, and can go on once it is mended', async () => {
      writeFileSync(join(dir, '0002_two.sql'), `${TWO}CREATE TABLE three (id nonsense);`)
      await expect(migrate(opened.database, dir)).rejects.toThrow(MigrationError)
      await expect(migrate(opened.database, dir)).rejects.toThrow(/0002_two\.sql failed and was undone/)
      expect(await applied()).toEqual([{ number: 1, name: '0001_one.sql' }])
      expect(await tableExists('two')).toBe(false)
      writeFileSync(join(dir, '0002_two.sql'), TWO)
      expect(await migrate(opened.database, dir)).toEqual(['0002_two.sql'])
    })

    it('refuses a database that is newer, and changes nothing', async () => {
      await migrate(opened.database, dir)
      rmSync(join(dir, '0002_two.sql'))
      await expect(migrate(opened.database, dir)).rejects.toThrow(
        /newer than this release: it has 0002_two\.sql/,
      )
      expect(await applied()).toHaveLength(2)
    })

    it('refuses a file that has changed since, before it applies another', async () => {
      await migrate(opened.database, dir)
      writeFileSync(join(dir, '0001_one.sql'), `${ONE}-- a harmless word\n`)
      writeFileSync(join(dir, '0003_three.sql'), 'CREATE TABLE three (id bigint)')
      const refused = await migrate(opened.database, dir).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(MigrationError)
      const message = refused instanceof Error ? refused.message : ''
      expect(message).toMatch(/^0001_one\.sql has another text/)
      for (const help of [
        'Nothing was changed',
        'version that made this data',
        'backup',
        'DATA_DIR',
        'DATABASE_URL',
      ])
        expect(message).toContain(help)
      expect(await tableExists('three')).toBe(false)
    })

    it('refuses a file that comes too late', async () => {
      rmSync(join(dir, '0001_one.sql'))
      await migrate(opened.database, dir)
      writeFileSync(join(dir, '0001_one.sql'), ONE)
      await expect(migrate(opened.database, dir)).rejects.toThrow(
        /has 0002_two\.sql where this release has 0001_one/,
      )
      expect(await tableExists('one')).toBe(false)
    })

    it('takes other line endings for the same file', async () => {
      await migrate(opened.database, dir)
      writeFileSync(join(dir, '0001_one.sql'), ONE.replaceAll('\n', '\r\n'))
      expect(await migrate(opened.database, dir)).toEqual([])
    })

    /** Brings the database as far as a release had it that knew migrations up to number `until`. */
    const release = async (until: number) => {
      const older = join(dir, 'older')
      mkdirSync(older, { recursive: true })
      for (const file of readdirSync('migrations').filter((each) => Number(each.slice(0, 4)) <= until))
        copyFileSync(join('migrations', file), join(older, file))
      await migrate(opened.database, older)
    }

    it('tells of every older incident how bad it is, without opening its state', async () => {
      await release(9)
      const states = [
        { id: 'bad', playbook: { hash: 'h1' }, severity: { key: 'P0' } },
        { id: 'unset', playbook: { hash: 'h2' }, severity: null },
      ]
      for (const { id, ...state } of states)
        await opened.database.query(
          `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, declared_at)
           VALUES ($1, $1, 1, 'h', 1, 1, $2, true, 1)`,
          [id, JSON.stringify(state)],
        )
      await release(10)
      expect(
        await opened.database.query('SELECT id, playbook_hash, severity FROM incidents ORDER BY id'),
      ).toEqual([
        { id: 'bad', playbook_hash: 'h1', severity: 'P0' },
        { id: 'unset', playbook_hash: 'h2', severity: null },
      ])
    })

    it('tells of every event in an older log which one it speaks about', async () => {
      await release(4)
      await opened.database.query(
        `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, declared_at)
         VALUES ('i', 'K7QF', 4, 'h', 1, 1, '{}', true, 1)`,
      )
      const events = [
        [1, 'incident.declared', '{"key":"K7QF"}'],
        [2, 'chat.sent', '{"text":"the ref is 1","mentions":[],"snippet":false}'],
        [3, 'entry.pinned', '{"ref":2,"kind":"event","text":"x","author":"kim","sentAt":1}'],
        [4, 'chat.deleted', null],
      ] as const
      for (const [seq, type, payload] of events)
        await opened.database.query(
          `INSERT INTO events (incident_id, seq, type, v, at, occurred_at, actor_kind, actor_id, command_id, payload,
             payload_digest, hash, is_entry) VALUES ('i', $1, $2, 1, 1, 1, 'person', 'kim', 'c', $3, 'd', 'h', true)`,
          [seq, type, payload],
        )
      await release(5)
      expect(await opened.database.query('SELECT seq, ref FROM events ORDER BY seq')).toEqual([
        { seq: 1, ref: null },
        { seq: 2, ref: null },
        { seq: 3, ref: 2 },
        { seq: 4, ref: null },
      ])
    })

    it('refuses two files of one number, and a file without', async () => {
      writeFileSync(join(dir, '0002_again.sql'), 'SELECT 1')
      await expect(migrate(opened.database, dir)).rejects.toThrow(/two migrations have the number 2/)
      rmSync(join(dir, '0002_again.sql'))
      writeFileSync(join(dir, 'next.sql'), 'SELECT 1')
      await expect(migrate(opened.database, dir)).rejects.toThrow(/next\.sql has no number/)
    })

    it('lets nodes start at the same time', async () => {
      const nodes = [opened.database, await opened.again(), await opened.again()]
      const done = await Promise.all(nodes.map((node) => migrate(node, dir)))
      expect(done.flat().sort()).toEqual(['0001_one.sql', '0002_two.sql'])
      expect(await opened.database.query('SELECT id FROM two')).toEqual([{ id: 2 }])
    })
  })
}
