import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDocument } from '../../../server/documents/document-row.ts'
import { type CursorRelay, openRedisCursorRelay } from '../../../server/documents/index.ts'
import { createSqlJournal } from '../../../server/documents/sql-journal.ts'
import { buildTemplate } from '../../../server/documents/template.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import {
  openTestPostgres,
  type TestPostgres,
  testDatabaseUrl,
  testRedisUrl,
} from '../../helpers/databases.ts'
import { type DocumentServer, startDocuments, until } from '../../helpers/documents.ts'

const url = testRedisUrl ?? ''
const logger = createLogger('silent')
const name = 'cursors-of-two-nodes'

describe.skipIf(testRedisUrl === undefined || testDatabaseUrl === undefined)('cursors of two nodes', () => {
  let database: TestPostgres
  const relays: CursorRelay[] = []
  const nodes: DocumentServer[] = []
  const startNode = async (address = url) => {
    const cursors = openRedisCursorRelay({ url: address, logger })
    relays.push(cursors)
    const node = await startDocuments({ journal: createSqlJournal(database), cursors })
    nodes.push(node)
    return node
  }
  beforeAll(async () => {
    database = await openTestPostgres()
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO incidents (id, key, seq, hash, at, evolve, state, is_open, declared_at)
         VALUES ($1, 'ROOM', 0, '', 0, 1, '{}', true, 0)`,
        [name],
      )
      const template = buildTemplate([{ id: 'summary', title: 'Summary' }])
      await createDocument(tx, { incidentId: name, part: 'main', template, schema: 1, at: 0 })
    })
  })
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await Promise.all(relays.map((relay) => relay.close()))
    await database.close()
  })

  it('are seen on both, by who comes later too, and go with their owners', async () => {
    const [a, b] = [await startNode(), await startNode()]
    const maya = a.client('maya', { name })
    await maya.synced()
    maya.provider.awareness.setLocalState({ cursor: { anchor: 1, head: 2 } })
    const tomas = b.client('tomas', { name })
    const id = maya.doc.clientID
    const seenBy = (client: typeof tomas) => client.provider.awareness.getStates().get(id)
    await until('she is seen on the other node', () => seenBy(tomas) !== undefined)
    expect(seenBy(tomas)).toMatchObject({ user: { id: 'maya' }, cursor: { anchor: 1, head: 2 } })

    maya.provider.awareness.setLocalStateField('cursor', { anchor: 7, head: 7 })
    await until('she is seen to move', () => seenBy(tomas)?.cursor?.anchor === 7, 1_000)

    const late = (await startNode()).client('late', { name })
    await late.synced()
    await until('who comes to a third node sees her', () => seenBy(late) !== undefined, 1_000)

    maya.destroy()
    await until('she is gone', () => !seenBy(tomas) && !seenBy(late), 1_000)
  })

  it('are not shaken by what is forged on the channel', async () => {
    const b = await startNode()
    const tomas = b.client('tomas', { name })
    await tomas.synced()
    tomas.provider.awareness.setLocalState({ cursor: { anchor: 3 } })
    const stranger = createClient({ url })
    await stranger.connect()
    const forged = (clientId: number) =>
      JSON.stringify({
        node: 'stranger',
        document: name,
        states: [
          { clientId, clock: 900, state: { user: { id: 'x', name: 'X', color: 0 }, cursor: { anchor: 9 } } },
        ],
      })
    const states = tomas.provider.awareness.getStates()
    for (const text of ['', '{', 'null', '[]', '{"node":"n"}', forged(tomas.doc.clientID)])
      await stranger.publish('muster:cursors', text)
    // Its relay may still be on its way to Redis: the last packet is sent until it has come.
    while (!states.has(99)) await stranger.publish('muster:cursors', forged(99))
    await stranger.publish('muster:cursors', forged(tomas.doc.clientID))
    expect(states.get(tomas.doc.clientID)).toMatchObject({ cursor: { anchor: 3 } })
    await stranger.close()
  })

  it('stay local while Redis is away, and nothing else does', async () => {
    const alone = await startNode('redis://127.0.0.1:1')
    const [maya, tomas] = [alone.client('maya', { name }), alone.client('tomas', { name })]
    await Promise.all([maya.synced(), tomas.synced()])
    maya.provider.awareness.setLocalState({ cursor: { anchor: 4 } })
    maya.doc.getText('notes').insert(0, 'still saved')
    await until('both arrive', () => {
      const state = tomas.provider.awareness.getStates().get(maya.doc.clientID)
      return state?.cursor?.anchor === 4 && tomas.text() === 'still saved'
    })
  })
})
