import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createDocument, setAccess } from '../../server/documents/document-row.ts'
import type { Journal, NewBatch } from '../../server/documents/journal.ts'
import { loadReplica } from '../../server/documents/replica.ts'
import { createSqlJournal } from '../../server/documents/sql-journal.ts'
import { buildTemplate, documentSchema, systemClientId } from '../../server/documents/template.ts'
import { addPerson, addSession, disablePerson, endSession } from '../../server/people/people-store.ts'
import { createRevocations } from '../../server/people/revocations.ts'
import { addLink, redeemLink, revokeLink } from '../../server/people/share-links.ts'
import { createMemoryBus } from '../../server/platform/bus-memory.ts'
import { type Database, DatabaseError } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logger.ts'

const at = 1_700_000_000_000

/** An update that inserts `text` by a client of its own. */
function typed(text: string): { update: Uint8Array; client: number } {
  const doc = new Y.Doc()
  doc.getText('notes').insert(0, text)
  return { update: Y.encodeStateAsUpdate(doc), client: doc.clientID }
}

function batch(name: string, text: string, extra: Partial<NewBatch> = {}): NewBatch {
  const { update, client } = typed(text)
  return {
    name,
    epoch: 1,
    at,
    updates: [{ actorId: 'maya', update }],
    claims: new Map([[client, 'maya']]),
    ...extra,
  }
}

/** What the documents' journal promises on every database. */
export function documentsContract(kind: string, open: () => Promise<Database>): void {
  describe(`the documents' journal on ${kind}`, () => {
    let database: Database
    let journal: Journal
    beforeAll(async () => {
      database = await open()
      journal = createSqlJournal(database)
    })
    afterAll(() => database.close())

    const create = async (part = 'main', incident = `i${randomBytes(6).toString('hex')}`) => {
      await database.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, declared_at)
           VALUES ($1, $2, 0, '', $3, 1, '{}', true, $3) ON CONFLICT DO NOTHING`,
          [incident, incident.slice(-8), at],
        )
        const template = buildTemplate([{ id: 'summary', title: 'Summary' }])
        await createDocument(tx, { incidentId: incident, part, template, schema: documentSchema, at })
      })
      return part === 'main' ? incident : `${incident}~${part}`
    }

    it('starts a document with its template, written by the system', async () => {
      const name = await create()
      expect(await journal.rows([name, 'nothing'])).toEqual([
        expect.objectContaining({
          name,
          incidentId: name,
          seq: 1,
          writable: true,
          epoch: 1,
          schema: documentSchema,
        }),
      ])
      const [first] = await journal.readAfter(name, 0)
      expect(first).toMatchObject({ seq: 1, at, updates: [{ actorId: 'system' }] })
      expect(await journal.owners(name)).toEqual(new Map([[systemClientId, 'system']]))
      const { doc } = await loadReplica(journal, name)
      expect(doc.getXmlFragment('document').toString()).toContain('Summary')
    })

    it('gives each document its own unbroken sequence, several in one transaction', async () => {
      const names = [await create(), await create('postmortem')]
      for (let round = 0; round < 3; round++) {
        const results = await journal.append(names.map((name) => batch(name, `round ${round}`)))
        expect(results).toEqual(names.map(() => ({ kind: 'committed', seq: round + 2 })))
      }
      for (const name of names) {
        const stored = await journal.readAfter(name, 1)
        expect(stored.map(({ seq }) => seq)).toEqual([2, 3, 4])
        expect(stored[0]?.updates[0]?.actorId).toBe('maya')
      }
    })

    it('counts the client ids that each person announced of late', async () => {
      const name = await create()
      await journal.append([batch(name, 'old', { at: at - 3_600_000 })])
      for (let i = 0; i < 3; i++) await journal.append([batch(name, `new ${i}`)])
      expect(await journal.newClients(name, at - 3_600_000)).toEqual(new Map([['maya', 3]]))
      expect(await journal.newClients(name, at)).toEqual(new Map())
      expect(await journal.newClients('nowhere', 0)).toEqual(new Map())
    })

    it('reads long journals in pages without a gap', async () => {
      const name = await create()
      for (let i = 0; i < 130; i++) await journal.append([batch(name, `${i}`, { claims: new Map() })])
      const seqs: number[] = []
      for (let after = 0; ; ) {
        const page = await journal.readAfter(name, after)
        if (page.length === 0) break
        seqs.push(...page.map(({ seq }) => seq))
        after = seqs.at(-1) ?? 0
      }
      expect(seqs).toEqual(Array.from({ length: 131 }, (_, i) => i + 1))
    })

    it('keeps the sequence unbroken with four writers at once', async () => {
      const name = await create()
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, i) => journal.append([batch(name, `writer ${i}`)])),
      )
      const seqs = results.flat().map((result) => (result.kind === 'committed' ? result.seq : 0))
      expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 2))
    })

    it('refuses by itself what is closed, restricted, unknown or somebody else’s', async () => {
      const [open_, closed, restricted] = [await create(), await create(), await create()]
      await database.transaction((tx) => setAccess(tx, closed, { writable: false }))
      await database.query('UPDATE documents SET epoch = epoch + 1 WHERE name = $1', [restricted])
      const stolen = batch(open_, 'x', { claims: new Map([[systemClientId, 'maya']]) })
      const results = await journal.append([
        batch(open_, 'fine'),
        batch(closed, 'late'),
        batch(restricted, 'old epoch'),
        batch('nowhere', 'x'),
      ])
      expect(results).toEqual([
        { kind: 'committed', seq: 2 },
        { kind: 'closed' },
        { kind: 'epoch', epoch: 2 },
        { kind: 'unknown' },
      ])
      expect(await journal.append([stolen])).toEqual([
        { kind: 'foreign', owners: new Map([[systemClientId, 'system']]) },
      ])
      expect((await journal.rows([open_]))[0]?.seq).toBe(2)
      await database.transaction((tx) => setAccess(tx, closed, { writable: true }))
      expect(await journal.append([batch(closed, 'reopened')])).toEqual([{ kind: 'committed', seq: 2 }])
    })

    describe('of somebody whose right has ended', () => {
      const visit = 3_600_000
      const revocations = () =>
        createRevocations({ database, bus: createMemoryBus(), logger: createLogger('silent') })
      const sessionOf = async (person: string) =>
        (await database.query<{ id: string }>('SELECT id FROM sessions WHERE person_id = $1', [person])).map(
          ({ id }) => id,
        )
      const member = async (sessions = 1) => {
        const id = await addPerson(database, { name: 'Bea', role: 'responder' }, at)
        for (let n = 0; n < sessions; n++) await addSession(database, { personId: id, lifetime: visit }, at)
        return id
      }
      const guest = async (incidentId: string) => {
        const terms = {
          incidentId,
          role: 'responder' as const,
          uses: 1,
          expiresAt: at + visit,
          createdBy: 'x',
        }
        const link = await addLink(database, terms, at)
        await redeemLink(database, { token: link.token, name: 'Gus' }, at)
        const [row] = await database.query<{ id: string }>('SELECT id FROM people WHERE link_id = $1', [
          link.id,
        ])
        return { link: link.id, id: row?.id ?? '' }
      }
      const writes = async (name: string, author: string, extra: Partial<NewBatch> = {}) => {
        const { update, client } = typed('late')
        const updates = [
          { actorId: 'system', update: typed('by another').update },
          { actorId: author, update },
        ]
        const quick = batch(name, '', { updates, claims: new Map(), ...extra })
        const slow = batch(name, '', { updates, claims: new Map([[client, author]]), ...extra })
        return [...(await journal.append([quick])), ...(await journal.append([slow]))]
      }
      const refused = (id: string) => [
        { kind: 'ended', people: [id] },
        { kind: 'ended', people: [id] },
      ]
      const taken = [
        { kind: 'committed', seq: 2 },
        { kind: 'committed', seq: 3 },
      ]

      it('refuses guests from the commit that revokes their link', async () => {
        const name = await create()
        const { link, id } = await guest(name)
        expect(await writes(name, id)).toEqual(taken)
        await revokeLink(revocations(), link, at)
        expect(await writes(name, id)).toEqual(refused(id))
        expect((await journal.rows([name]))[0]).toMatchObject({ seq: 3, epoch: 1 })
      })

      it('refuses who is shut out, and nobody else', async () => {
        const name = await create()
        const [out, stays] = [await member(), await member()]
        expect(await writes(name, out)).toEqual(taken)
        await disablePerson(revocations(), out, { now: at, keepOne: false })
        expect(await writes(name, out)).toEqual(refused(out))
        expect((await writes(name, stays)).map(({ kind }) => kind)).toEqual(['committed', 'committed'])
      })

      it('refuses who has signed out everywhere, and not before', async () => {
        const name = await create()
        const id = await member(2)
        const [first, second] = await sessionOf(id)
        await endSession(revocations(), first ?? '', at)
        expect(await writes(name, id)).toEqual(taken)
        await endSession(revocations(), second ?? '', at)
        expect(await writes(name, id)).toEqual(refused(id))
      })

      it('refuses from the moment the last session expires', async () => {
        const name = await create()
        const id = await member()
        expect(await writes(name, id, { at: at + visit - 1 })).toEqual(taken)
        expect(await writes(name, id, { at: at + visit })).toEqual(refused(id))
      })
    })

    it('lets the first announcer of a client id win, also when two ask at once', async () => {
      const name = await create()
      const id = 4_000_000_000
      const claim = (person: string) => batch(name, person, { claims: new Map([[id, person]]) })
      const [a, b] = await Promise.all([journal.append([claim('maya')]), journal.append([claim('tomas')])])
      const kinds = [a?.[0]?.kind, b?.[0]?.kind].sort()
      expect(kinds).toEqual(['committed', 'foreign'])
      const owner = (await journal.owners(name)).get(id)
      expect(owner).toBe(a?.[0]?.kind === 'committed' ? 'maya' : 'tomas')
      expect((await journal.append([claim(owner ?? '')]))[0]?.kind).toBe('committed')
    })

    it('creates a document once', async () => {
      const name = await create()
      await expect(create('main', name)).rejects.toMatchObject({ kind: 'unique' })
      await expect(create('main', name)).rejects.toBeInstanceOf(DatabaseError)
    })

    it('keeps the previous snapshot until the next is whole', async () => {
      const name = await create()
      const first = randomBytes(70_000)
      await journal.saveSnapshot(name, 1, first)
      const [ref] = await journal.snapshots(name)
      if (ref === undefined) throw new Error('no snapshot')
      expect(ref).toMatchObject({ seq: 1, chunks: 3 })
      expect(Buffer.compare((await journal.readSnapshot(name, ref)) ?? new Uint8Array(), first)).toBe(0)
      // Half of a newer one, as a process that died would leave it.
      await database.query(
        `INSERT INTO document_snapshots (name, seq, id, chunk, chunks, bytes) VALUES ($1, 9, 'half', 0, 2, $2)`,
        [name, randomBytes(10)],
      )
      expect((await journal.snapshots(name)).map(({ seq }) => seq)).toEqual([1])
      await journal.saveSnapshot(name, 12, randomBytes(10))
      expect((await journal.snapshots(name)).map(({ seq }) => seq)).toEqual([12])
      const left = await database.query('SELECT 1 FROM document_snapshots WHERE name = $1', [name])
      expect(left).toHaveLength(1)
    })

    it('loads the same document from a snapshot as from the first batch', async () => {
      const name = await create()
      for (const text of ['one ', 'two ', 'three ']) await journal.append([batch(name, text)])
      const whole = await loadReplica(journal, name)
      await journal.saveSnapshot(name, whole.seq, Y.encodeStateAsUpdate(whole.doc))
      await journal.append([batch(name, 'four ')])
      const again = await loadReplica(journal, name)
      expect(again.seq).toBe(5)
      expect(again.doc.getText('notes').toString()).toContain('four')
      expect(again.doc.getText('notes').length).toBe(whole.doc.getText('notes').length + 5)
      // Bytes that are no state: the batches still say everything.
      await journal.saveSnapshot(name, 5, Buffer.from([1, 2, 3, 4, 5, 6]))
      const without = await loadReplica(journal, name)
      expect(without.doc.getText('notes').toString()).toBe(again.doc.getText('notes').toString())
    })
  })
}
