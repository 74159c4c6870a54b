import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import type { Check } from '../../../server/playbooks/checker.ts'
import { createPlaybookDrafts, type PlaybookDrafts } from '../../../server/playbooks/drafts.ts'
import { createPlaybookStore } from '../../../server/playbooks/store.ts'
import { changeWords } from '../../../shared/playbook/diff.ts'
import { checkPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from '../../shared/playbook/sample.ts'

const check: Check = async (source, file) => checkPlaybook(source, file)
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
      return { store, drafts: createPlaybookDrafts(database, store, check) }
    }

    /** Saves a file as whoever saw the draft that is there. */
    async function keep(drafts: PlaybookDrafts, text: string, by = 'kim', at = now) {
      const seen = (await drafts.get('sample', 'edited'))?.mark ?? null
      const saved = await drafts.save(text, 'sample.yaml', seen, by, at)
      if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved))
      return saved
    }

    /** Saves a file as a draft and publishes it, as somebody who looked at it. */
    async function edit(text: string, by = 'kim') {
      const { store, drafts } = parts()
      const saved = await keep(drafts, text, by)
      const seen = { hash: saved.hash, against: saved.against?.hash ?? null }
      const outcome = await drafts.publish(saved.id, 'edited', seen, by, now)
      if (outcome.kind !== 'published') throw new Error(outcome.kind)
      return { store, drafts, published: outcome.published }
    }

    it('refuses a wrong file with line and path, and keeps nothing of it', async () => {
      const { store, drafts } = parts()
      await store.publishShipped(shipped(sample), now)
      const saved = await drafts.save(sample.replace('order: 2', 'order: 3'), 'mine.yaml', null, 'kim', now)
      expect(saved).toMatchObject({
        kind: 'wrong',
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
      const saved = await keep(drafts, withTarget('7m'), 'kim', now + 1)
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
      const old = await keep(drafts, withTarget('7m'))
      const fresh = await keep(drafts, withTarget('8m'), 'lee')
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
      const saved = await keep(drafts, withTarget('9m'))
      const update = await drafts.get('sample', 'shipped')
      const against = published.hash
      // Both have looked at what is newest before either writes.
      let looked = 0
      let go: () => void = () => undefined
      const both = new Promise<void>((resolve) => {
        go = resolve
      })
      const publisher = () =>
        createPlaybookDrafts(
          database,
          {
            ...store,
            async latest(id) {
              const latest = await store.latest(id)
              looked += 1
              if (looked === 2) go()
              await both
              return latest
            },
          },
          check,
        )
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
      const back = await keep(drafts, withTarget('7m'))
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

    it('a draft that this Muster can no longer read keeps its text, and is mended, replaced or discarded', async () => {
      const { store, drafts } = parts()
      await store.publishShipped(shipped(sample), now)
      const old = sample.replace('order: 2', 'order: 3')
      const kept = async () => {
        await database.query(
          `INSERT INTO playbook_drafts (playbook_id, origin, source, hash, edited_at, edited_by)
           VALUES ('sample', 'edited', $1, $2, $3, 'kim')`,
          [old, '0'.repeat(64), now],
        )
        const draft = await drafts.get('sample', 'edited')
        expect(draft).toMatchObject({
          source: old,
          findings: [],
          against: null,
          changes: [],
          editedBy: 'kim',
        })
        return draft?.mark ?? ''
      }
      const seen = await kept()
      expect(await drafts.list()).toHaveLength(1)
      const against = (await store.latest('sample'))?.hash ?? null
      const publish = drafts.publish('sample', 'edited', { hash: '0'.repeat(64), against }, 'kim', now)
      expect(await publish).toEqual({ kind: 'changed' })
      // Who did not see it is told of it, though nothing can be compared.
      const other = await drafts.save(withTarget('7m'), 'sample.yaml', null, 'lee', now)
      expect(other).toMatchObject({ kind: 'moved', draft: { editedBy: 'kim' }, changes: [] })
      const mended = await drafts.save(withTarget('7m'), 'sample.yaml', seen, 'lee', now)
      if (mended.kind !== 'saved') throw new Error(mended.kind)
      expect(await drafts.discard('sample', 'edited', mended.mark)).toEqual({ kind: 'gone' })
      expect(await drafts.discard('sample', 'edited', await kept())).toEqual({ kind: 'gone' })
      expect(await drafts.list()).toEqual([])
    })

    describe('a draft that somebody else saved in between', () => {
      it('is not written over by who did not see it: its text stays, and who saved it when is told', async () => {
        const { store, drafts } = parts()
        await store.publishShipped(shipped(sample), now)
        const seen = (await keep(drafts, withTarget('7m'))).mark
        const lees = await drafts.save(withTarget('8m'), 'sample.yaml', seen, 'lee', now + 1)
        expect(lees).toMatchObject({ kind: 'saved' })
        const kims = await drafts.save(withTarget('9m'), 'sample.yaml', seen, 'kim', now + 2)
        if (kims.kind !== 'moved') throw new Error(kims.kind)
        expect(kims.draft).toMatchObject({ editedBy: 'lee', editedAt: now + 1 })
        expect(kims.changes.map(changeWords)).toEqual(['Clocks, Acknowledge, target: 8 min → 9 min'])
        expect((await drafts.get('sample', 'edited'))?.source).toBe(withTarget('8m'))
        // Who looked at it may save over it.
        const over = await drafts.save(withTarget('9m'), 'sample.yaml', kims.draft.mark, 'kim', now + 3)
        expect(over).toMatchObject({ kind: 'saved' })
        expect((await drafts.get('sample', 'edited'))?.source).toBe(withTarget('9m'))
      })

      it('is not written over by who saw none, nor where only its comments differ', async () => {
        const { drafts } = parts()
        const { mark } = await keep(drafts, sample)
        const first = await drafts.save(withTarget('7m'), 'sample.yaml', null, 'lee', now)
        expect(first).toMatchObject({ kind: 'moved', draft: { editedBy: 'kim' } })
        const noted = `${sample}# ask legal\n`
        expect(await drafts.save(noted, 'sample.yaml', mark, 'lee', now)).toMatchObject({ kind: 'saved' })
        const back = await drafts.save(withTarget('7m'), 'sample.yaml', mark, 'kim', now)
        expect(back).toMatchObject({ kind: 'moved', draft: { editedBy: 'lee' } })
        expect((await drafts.get('sample', 'edited'))?.source).toBe(noted)
      })

      it('is saved once more with the very same text, whose answer was lost', async () => {
        const { drafts } = parts()
        await keep(drafts, sample)
        expect(await drafts.save(sample, 'sample.yaml', null, 'kim', now)).toMatchObject({ kind: 'saved' })
      })

      it('two who save at once over the same draft: one is saved, the other is told', async () => {
        const { drafts } = parts()
        const { mark } = await keep(drafts, sample)
        const outcomes = await Promise.all(
          ['7m', '8m'].map((target) =>
            drafts.save(withTarget(target), 'sample.yaml', mark, `by ${target}`, now),
          ),
        )
        expect(outcomes.map((one) => one.kind).sort()).toEqual(['moved', 'saved'])
      })

      it('is not discarded', async () => {
        const { drafts } = parts()
        const { mark } = await keep(drafts, sample)
        await drafts.save(withTarget('7m'), 'sample.yaml', mark, 'lee', now + 1)
        expect(await drafts.discard('sample', 'edited', mark)).toMatchObject({
          kind: 'moved',
          draft: { editedBy: 'lee', editedAt: now + 1 },
        })
        expect((await drafts.get('sample', 'edited'))?.source).toBe(withTarget('7m'))
      })
    })

    it('does not bring a shipped update again that was set aside, but brings the next one', async () => {
      const { store, drafts } = await edit(withTarget('7m'))
      await store.publishShipped(shipped(withTarget('8m')), now)
      const mark = (await drafts.get('sample', 'shipped'))?.mark ?? ''
      expect(await drafts.discard('sample', 'shipped', mark)).toEqual({ kind: 'gone' })
      expect(await drafts.discard('sample', 'shipped', mark)).toEqual({ kind: 'missing' })
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
