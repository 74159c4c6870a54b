import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { createDocument } from '../../../server/documents/document-row.ts'
import { readDocumentText } from '../../../server/documents/read-document.ts'
import { createSqlJournal } from '../../../server/documents/sql-journal.ts'
import { buildTemplate } from '../../../server/documents/template.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import { documentCodes } from '../../../shared/protocol/document-codes.ts'
import { openTestPostgres, type TestPostgres } from '../../helpers/databases.ts'
import { type DocumentServer, startDocuments, until } from '../../helpers/documents.ts'

describe('two nodes on one database', () => {
  let database: TestPostgres
  let deaf: DocumentServer
  let nodes: DocumentServer[]
  beforeAll(async () => {
    database = await openTestPostgres()
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, declared_at)
         VALUES ('room', 'ROOM', 0, '', 0, 1, '{}', true, 0)`,
      )
      const template = buildTemplate([{ id: 'summary', title: 'Summary' }])
      await createDocument(tx, { incidentId: 'room', part: 'main', template, schema: 1, at: 0 })
    })
    const journal = createSqlJournal(database)
    const bus = createMemoryBus()
    nodes = [await startDocuments({ journal, bus }), await startDocuments({ journal, bus })]
    // Hears no hints: the reread of every second must do.
    deaf = await startDocuments({ journal })
  })
  afterAll(async () => {
    await Promise.all([...nodes, deaf].map((node) => node.close()))
    await database.close()
  })

  it('are one document: everybody types at once, nobody misses a letter', async () => {
    const clients = [...nodes, deaf].flatMap((node, n) =>
      [1, 2, 3].map((i) => node.client(`person-${n}-${i}`)),
    )
    await Promise.all(clients.map((client) => client.synced()))
    for (let round = 0; round < 20; round++) {
      for (const client of clients) client.doc.getText('notes').insert(0, `${round} `)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const [first] = clients
    const length = clients.length * (10 * 2 + 10 * 3)
    await until('all have all', () => clients.every((client) => client.text().length === length), 10_000)
    expect(new Set(clients.map((client) => client.text())).size).toBe(1)
    const vectors = clients.map((client) => Buffer.from(Y.encodeStateVector(client.doc)).toString('hex'))
    expect(new Set(vectors).size).toBe(1)
    const stored = await readDocumentText(createSqlJournal(database), 'room')
    expect(stored?.document).toBe('## Summary\n')
    expect(first?.text()).toContain('19 ')
    const seqs = await database.query<{ seq: number }>('SELECT seq FROM document_batches ORDER BY seq')
    expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, i) => i + 1))
  })

  it('close a restricted document on all of them', async () => {
    const clients = [...nodes, deaf].map((node) => node.client('maya'))
    await Promise.all(clients.map((client) => client.synced()))
    await database.query(`UPDATE documents SET epoch = epoch + 1 WHERE name = 'room'`)
    await until('all are out', () =>
      clients.every((client) => client.closedWith() === documentCodes.epochChanged),
    )
  })
})
