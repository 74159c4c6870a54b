import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { readPlaybookFolder, shippedFolder } from '../../../server/playbooks/shipped.ts'
import { createPlaybookStore, PlaybookFileError } from '../../../server/playbooks/store.ts'
import { sample } from '../../shared/playbook/sample.ts'

const now = Date.UTC(2026, 10, 21, 3, 0)
const file = (text: string, name = 'sample.yaml') => [{ name, text }]
const changed = sample.replace('target: 5m', 'target: 6m')

/** What both databases must do. `open` gives a migrated, empty database of its own. */
export function playbookStoreContract(name: string, open: () => Promise<Database>): void {
  describe(`playbook store on ${name}`, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      await database.query('DELETE FROM playbook_files')
      await database.query('DELETE FROM playbook_versions')
      await database.query('DELETE FROM settings')
    })

    it('publishes the shipped five as version 1, and nothing more at the next start', async () => {
      const first = await createPlaybookStore(database).publishShipped(shippedFolder(), now)
      expect(first.map((one) => [one.playbook.id, one.playbook.version])).toEqual([
        ['agent-factory', 1],
        ['agent-lab', 1],
        ['agent-network', 1],
        ['agent-platform', 1],
        ['freeagentics', 1],
      ])
      const files = await readPlaybookFolder(shippedFolder())
      expect(await createPlaybookStore(database).publishShipped(files, now + 1)).toEqual(first)
      expect(await rows()).toEqual(first.map((one) => ({ hash: one.hash, version: 1, published_at: now })))
    })

    it('gives changed content the next number and leaves the old version as it was', async () => {
      const store = createPlaybookStore(database)
      const [one] = await store.publishShipped(file(sample), now)
      const [two] = await store.publishShipped(file(changed), now + 5)
      expect([one?.playbook.version, two?.playbook.version]).toEqual([1, 2])
      expect(one?.hash).not.toBe(two?.hash)
      expect(await store.publishShipped(file(`# only a comment\n${changed}`), now + 9)).toEqual([two])
      for (const reader of [store, createPlaybookStore(database)]) {
        expect(await reader.byHash(one?.hash ?? '')).toEqual(one)
        expect(await reader.latest('sample')).toEqual(two)
        expect(await reader.list()).toEqual([two])
      }
      expect((await rows()).map((row) => row.published_at)).toEqual([now, now + 5])
    })

    it('two servers that start together publish one version', async () => {
      const results = await Promise.all(
        [1, 2, 3, 4].map(() => createPlaybookStore(database).publishShipped(file(sample), now)),
      )
      expect(results.map(([one]) => one?.playbook.version)).toEqual([1, 1, 1, 1])
      expect(await rows()).toHaveLength(1)
    })

    it('two that publish different content at once get different numbers', async () => {
      const texts = [5, 6, 7, 8].map((minutes) => sample.replace('target: 5m', `target: ${minutes}m`))
      await Promise.all(texts.map((text) => createPlaybookStore(database).publishShipped(file(text), now)))
      expect((await rows()).map((row) => row.version)).toEqual([1, 2, 3, 4])
    })

    it('publishes nothing when one file is wrong, and says what is', async () => {
      const store = createPlaybookStore(database)
      const files = [...file(sample), ...file(sample.replace('order: 2', 'order: 3'), 'wrong.yaml')]
      const error = await store.publishShipped(files, now).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PlaybookFileError)
      expect(String(error)).toMatch(/wrong\.yaml:\d+ phases\[1\]\.order/)
      expect(await rows()).toEqual([])
    })

    it('refuses two files with one playbook id', async () => {
      const files = [...file(sample), ...file(changed, 'again.yaml')]
      await expect(createPlaybookStore(database).publishShipped(files, now)).rejects.toThrow(
        /again\.yaml.*"sample"/,
      )
    })

    describe('a build that published a file before', () => {
      /** Says that `build` published from `text` what it published from `from`. */
      async function forge(build: string, text: string, from: string): Promise<void> {
        const hash = (of: string) => createHash('sha256').update(of, 'utf8').digest('hex')
        const forged = await database.query(
          `INSERT INTO playbook_files (build, text_hash, version_hash)
           SELECT build, $3::text, version_hash FROM playbook_files WHERE build = $1 AND text_hash = $2
           RETURNING build`,
          [build, hash(from), hash(text)],
        )
        expect(forged).toHaveLength(1)
      }
      const broken = sample.replace('order: 2', 'order: 3')

      it('does not read it again, and gives the same', async () => {
        const first = await createPlaybookStore(database, 'one').publishShipped(file(sample), now)
        expect(await createPlaybookStore(database, 'one').publishShipped(file(sample), now + 1)).toEqual(
          first,
        )
        // A text that could not be read is taken for what the row says: so it was not read.
        await forge('one', broken, sample)
        expect(await createPlaybookStore(database, 'one').publishShipped(file(broken), now + 2)).toEqual(
          first,
        )
        expect(await rows()).toHaveLength(1)
      })

      it('is not believed by another build, nor by one without a name', async () => {
        await createPlaybookStore(database, 'one').publishShipped(file(sample), now)
        await forge('one', broken, sample)
        for (const build of ['two', undefined])
          await expect(
            createPlaybookStore(database, build).publishShipped(file(broken), now),
          ).rejects.toBeInstanceOf(PlaybookFileError)
      })

      it('reads what changed, refuses what is wrong in it, and remembers nothing of that', async () => {
        await createPlaybookStore(database, 'one').publishShipped(file(sample), now)
        const store = createPlaybookStore(database, 'one')
        for (let start = 0; start < 2; start += 1)
          await expect(
            store.publishShipped([...file(sample), ...file(broken, 'wrong.yaml')], now),
          ).rejects.toThrow(/wrong\.yaml:\d+ phases\[1\]\.order/)
        const [two] = await store.publishShipped(file(changed), now + 1)
        expect(two?.playbook.version).toBe(2)
      })

      it('still refuses two files with one playbook id', async () => {
        const files = [...file(sample), ...file(changed, 'again.yaml')]
        const store = createPlaybookStore(database, 'one')
        await store.publishShipped(file(sample), now)
        await store.publishShipped(file(changed), now)
        await expect(store.publishShipped(files, now)).rejects.toThrow(/again\.yaml.*"sample"/)
      })

      it('notices that the version it published is damaged', async () => {
        await createPlaybookStore(database, 'one').publishShipped(file(sample), now)
        await database.query("UPDATE playbook_versions SET body = replace(body, '300000', '400000')")
        await expect(createPlaybookStore(database, 'one').publishShipped(file(sample), now)).rejects.toThrow(
          /damaged/,
        )
      })
    })

    it('knows nothing of hashes and ids nobody published', async () => {
      const store = createPlaybookStore(database)
      expect(await store.byHash('0'.repeat(64))).toBeUndefined()
      expect(await store.latest('sample')).toBeUndefined()
      expect(await store.list()).toEqual([])
    })

    it('gives out what nobody can change', async () => {
      const [one] = await createPlaybookStore(database).publishShipped(file(sample), now)
      expect(() => one?.playbook.severities.pop()).toThrow(TypeError)
      expect(() => Object.assign(one?.playbook.clocks[0] ?? {}, { label: 'x' })).toThrow(TypeError)
    })

    it('notices a body that is no longer what was published', async () => {
      const [one] = await createPlaybookStore(database).publishShipped(file(sample), now)
      await database.query("UPDATE playbook_versions SET body = replace(body, '300000', '400000')")
      await expect(createPlaybookStore(database).byHash(one?.hash ?? '')).rejects.toThrow(/damaged/)
    })

    it('keeps which playbook declaring begins with', async () => {
      const store = createPlaybookStore(database)
      await store.publishShipped(shippedFolder(), now)
      expect(await store.defaultId()).toBeNull()
      await expect(store.setDefault('nowhere')).rejects.toThrow(/no playbook "nowhere"/)
      expect(await store.defaultId()).toBeNull()
      await store.setDefault('agent-lab')
      await store.setDefault('freeagentics')
      expect(await createPlaybookStore(database).defaultId()).toBe('freeagentics')
    })

    function rows(): Promise<{ hash: string; version: number; published_at: number }[]> {
      return database.query(
        'SELECT hash, version, published_at FROM playbook_versions ORDER BY playbook_id, version',
      )
    }
  })
}
