import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { createPlaybookDrafts } from '../../../server/playbooks/drafts.ts'
import { createPlaybookStore } from '../../../server/playbooks/store.ts'
import { changeWords } from '../../../shared/playbook/diff.ts'
import { sample } from '../../shared/playbook/sample.ts'

const now = Date.UTC(2026, 10, 21, 3, 0)
const shipped = (text: string) => [{ name: 'sample.yaml', text }]
const withTarget = (target: string) => sample.replace('target: 5m', `target: ${target}`)

/** What both databases must do. `open` gives a migrated, empty database of its own. */
export function playbookDraftsContract(name: string, open: () => Promise<Database>): void {
  describe(`playbook drafts on ${name}`, () => {
    let database: Database
    beforeAll(async () => {
      database = await open()
    })
    afterAll(() => database.close())
    beforeEach(async () => {
      for (const table of ['playbook_drafts', 'playbook_files', 'playbook_versions'])
        await database.query(`DELETE FROM ${table}`)
    })

    function parts() {
      const store = createPlaybookStore(database)
      return { store, drafts: createPlaybookDrafts(database, store) }
    }

    /** Saves a file as a draft and publishes it, as somebody who looked at it. */
    async function edit(text: string, by = 'kim') {
      const { store, drafts } = parts()
      const saved = await drafts.save(text, 'sample.yaml', by, now)
      if (!saved.ok) throw new Error(JSON.stringify(saved.problems))
      const seen = { hash: saved.hash, against: saved.against?.hash ?? null }
      const outcome = await drafts.publish(saved.id, 'edited', seen, by, now)
      if (outcome.kind !== 'published') throw new Error(outcome.kind)
      return { store, drafts, published: outcome.published }
    }

    it('refuses a wrong file with line and path, and keeps nothing of it', async () => {
      const { store, drafts } = parts()
      await store.publishShipped(shipped(sample), now)
      const saved = await drafts.save(sample.replace('order: 2', 'order: 3'), 'mine.yaml', 'kim', now)
      expect(saved).toMatchObject({
        ok: false,
        problems: [{ path: 'phases[1].order', line: expect.any(Number) }],
      })
      expect(await drafts.list()).toEqual([])
      expect((await store.latest('sample'))?.playbook.version).toBe(1)
    })

    it('refuses one that holds more than an incident can keep, before anybody runs by it', async () => {
      const { drafts } = parts()
      const begin = sample.indexOf('    items:\n') + '    items:\n'.length
      const many = Array.from(
        { length: 700 },
        (_, i) => `      - {id: extra-${i}, text: One more ${i}}\n`,
      ).join('')
      const checked = await drafts.check(sample.slice(0, begin) + many + sample.slice(begin), 'sample.yaml')
      expect(checked).toMatchObject({
        ok: false,
        problems: [{ message: expect.stringMatching(/more tasks/) }],
      })
    })

    it('keeps a draft beside what is published, says what it changes, and publishes it as the next version', async () => {
      const { store, drafts } = parts()
      const [first] = await store.publishShipped(shipped(sample), now)
      const saved = await drafts.save(withTarget('7m'), 'sample.yaml', 'kim', now + 1)
      expect(saved).toMatchObject({ ok: true, id: 'sample', against: { hash: first?.hash, version: 1 } })
      expect((await store.latest('sample'))?.playbook.version).toBe(1)
      const draft = await drafts.get('sample', 'edited')
      expect(draft?.changes.map(changeWords)).toEqual(['Clocks, Acknowledge, target: 5 min → 7 min'])
      expect(draft).toMatchObject({ editedBy: 'kim', editedAt: now + 1, source: withTarget('7m') })

      const seen = { hash: draft?.hash ?? '', against: first?.hash ?? null }
      const outcome = await drafts.publish('sample', 'edited', seen, 'kim', now + 2)
      expect(outcome).toMatchObject({ kind: 'published', published: { playbook: { version: 2 } } })
      expect(await drafts.list('sample')).toEqual([])
      expect(await store.versions('sample')).toMatchObject([
        { version: 2, origin: 'edited', publishedBy: 'kim', publishedAt: now + 2 },
        { version: 1, origin: 'shipped', publishedBy: null, hash: first?.hash },
      ])
      expect(await store.source(seen.hash)).toBe(withTarget('7m'))
      // An incident that runs finds its own version as it was.
      expect((await store.byHash(first?.hash ?? ''))?.playbook).toEqual(first?.playbook)
    })

    it('keeps every version for good, with its words, its author and its day; a lesson takes none away (R104)', async () => {
      const { store } = parts()
      const [first] = await store.publishShipped(shipped(sample), now)
      const lessons = ['7m', '8m', '9m']
      for (const [i, target] of lessons.entries()) await edit(withTarget(target), `author-${i}`)
      const kept = await store.versions('sample')
      expect(kept.map((one) => [one.version, one.publishedBy, one.publishedAt])).toEqual([
        [4, 'author-2', now],
        [3, 'author-1', now],
        [2, 'author-0', now],
        [1, null, now],
      ])
      for (const [i, { hash, version }] of kept.entries()) {
        const target = ['9m', '8m', '7m', '5m'][i] ?? ''
        expect(await store.source(hash)).toBe(withTarget(target))
        expect((await store.byHash(hash))?.playbook.version).toBe(version)
      }
      // A room that was declared before the first lesson still runs by what it was declared under.
      expect((await store.byHash(first?.hash ?? ''))?.playbook).toEqual(first?.playbook)
    })

    it('publishes only what was looked at: another draft, or another version meanwhile, is refused', async () => {
      const { store, drafts } = parts()
      const [first] = await store.publishShipped(shipped(sample), now)
      const old = await drafts.save(withTarget('7m'), 'sample.yaml', 'kim', now)
      const fresh = await drafts.save(withTarget('8m'), 'sample.yaml', 'lee', now)
      if (!old.ok || !fresh.ok) throw new Error('both are right')
      const against = first?.hash ?? null
      expect(await drafts.publish('sample', 'edited', { hash: old.hash, against }, 'kim', now)).toEqual({
        kind: 'changed',
      })
      await store.publishShipped(shipped(withTarget('9m')), now)
      expect(await drafts.publish('sample', 'edited', { hash: fresh.hash, against }, 'kim', now)).toEqual({
        kind: 'behind',
        version: 2,
      })
      expect((await store.latest('sample'))?.playbook.version).toBe(2)
    })

    it('two who publish at once: one wins, the other is told', async () => {
      const { store, drafts, published } = await edit(withTarget('7m'))
      await store.publishShipped(shipped(withTarget('8m')), now)
      const saved = await drafts.save(withTarget('9m'), 'sample.yaml', 'kim', now)
      if (!saved.ok) throw new Error('it is right')
      const update = await drafts.get('sample', 'shipped')
      const against = published.hash
      // Both have looked at what is newest before either writes.
      let looked = 0
      let go: () => void = () => undefined
      const both = new Promise<void>((resolve) => {
        go = resolve
      })
      const publisher = () =>
        createPlaybookDrafts(database, {
          ...store,
          async latest(id) {
            const latest = await store.latest(id)
            looked += 1
            if (looked === 2) go()
            await both
            return latest
          },
        })
      const outcomes = await Promise.all([
        publisher().publish('sample', 'edited', { hash: saved.hash, against }, 'kim', now),
        publisher().publish('sample', 'shipped', { hash: update?.hash ?? '', against }, 'lee', now),
      ])
      expect(outcomes.map((one) => one.kind).sort()).toEqual(['behind', 'published'])
      expect(await store.versions('sample')).toHaveLength(2)
      expect(await drafts.list('sample')).toHaveLength(1)
    })

    it('knows words that are a version already', async () => {
      const { drafts, published } = await edit(withTarget('7m'))
      await edit(withTarget('8m'))
      const back = await drafts.save(withTarget('7m'), 'sample.yaml', 'kim', now)
      if (!back.ok) throw new Error('it is right')
      const seen = { hash: back.hash, against: back.against?.hash ?? null }
      expect(await drafts.publish('sample', 'edited', seen, 'kim', now)).toEqual({
        kind: 'same',
        version: published.playbook.version,
      })
    })

    it('publishes a shipped update by itself while nobody has edited, and as a draft once somebody has', async () => {
      const { store } = parts()
      await store.publishShipped(shipped(sample), now)
      await store.publishShipped(shipped(withTarget('6m')), now)
      expect((await store.latest('sample'))?.playbook.version).toBe(2)

      const { drafts, published } = await edit(withTarget('7m'))
      const answer = await parts().store.publishShipped(shipped(withTarget('8m')), now + 9)
      expect(answer).toEqual([published])
      expect(await drafts.list()).toMatchObject([
        { id: 'sample', origin: 'shipped', editedBy: null, editedAt: now + 9 },
      ])
      expect((await drafts.get('sample', 'shipped'))?.changes.map(changeWords)).toEqual([
        'Clocks, Acknowledge, target: 7 min → 8 min',
      ])
    })

    it('does not bring a shipped update again that was set aside, but brings the next one', async () => {
      const { store, drafts } = await edit(withTarget('7m'))
      await store.publishShipped(shipped(withTarget('8m')), now)
      expect(await drafts.discard('sample', 'shipped')).toBe(true)
      expect(await drafts.discard('sample', 'shipped')).toBe(false)
      await parts().store.publishShipped(shipped(withTarget('8m')), now)
      expect(await drafts.list()).toEqual([])
      await parts().store.publishShipped(shipped(withTarget('9m')), now)
      expect((await drafts.list()).map((one) => one.origin)).toEqual(['shipped'])
    })

    it('taking the shipped update follows what ships from then on', async () => {
      const { store, drafts, published } = await edit(withTarget('7m'))
      await store.publishShipped(shipped(withTarget('8m')), now)
      const draft = await drafts.get('sample', 'shipped')
      const seen = { hash: draft?.hash ?? '', against: published.hash }
      expect(await drafts.publish('sample', 'shipped', seen, 'kim', now)).toMatchObject({ kind: 'published' })
      await store.publishShipped(shipped(withTarget('9m')), now)
      expect((await store.latest('sample'))?.playbook.version).toBe(3)
    })

    it('takes a playbook that never was, and gives its file back', async () => {
      const { store, published } = await edit(sample)
      expect(published.playbook).toMatchObject({ id: 'sample', version: 1 })
      expect(await store.source(published.hash)).toBe(sample)
    })
  })
}
