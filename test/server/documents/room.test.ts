import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { updateFrame } from '../../../server/documents/frames.ts'
import type { Journal } from '../../../server/documents/journal.ts'
import { loadReplica } from '../../../server/documents/replica.ts'
import { DatabaseError } from '../../../server/platform/database.ts'
import { type DocumentServer, startDocuments, storedText, textOf, until } from '../../helpers/documents.ts'
import { MemoryJournalStore } from '../../helpers/memory-journal.ts'

let server: DocumentServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

/** A journal whose operations wait while it is held. */
function heldJournal() {
  const store = new MemoryJournalStore()
  store.create('room')
  const waiting: (() => void)[] = []
  const calls: (keyof Journal)[] = []
  const state = { held: new Set<keyof Journal>(), fail: [] as DatabaseError[] }
  const journal = store.journal(async (operation) => {
    calls.push(operation)
    if (state.held.has(operation)) await new Promise<void>((resolve) => waiting.push(resolve))
    const error = operation === 'append' ? state.fail.shift() : undefined
    if (error !== undefined) throw error
  })
  const release = () => {
    state.held.clear()
    for (const go of waiting.splice(0)) go()
  }
  return { store, journal, state, waiting, calls, release }
}

describe('a room', () => {
  it('shows nobody a letter before it is committed, and commits together what came meanwhile', async () => {
    const held = heldJournal()
    server = await startDocuments(held)
    const maya = server.client('maya')
    const tomas = server.client('tomas')
    await Promise.all([maya.synced(), tomas.synced()])
    held.state.held.add('append')
    maya.doc.getText('notes').insert(0, 'a')
    await until('the first waits for its commit', () => held.waiting.length === 1)
    for (const letter of 'bcdefg') maya.doc.getText('notes').insert(maya.text().length, letter)
    const late = server.client('nia')
    await until('nia has arrived', () => server?.gateway.metrics().peers === 3)
    // A sign that left after the words and needs no commit: whatever the server would send of them stands before it.
    maya.provider.awareness.setLocalStateField('cursor', { anchor: null, head: null })
    const moved = (peer: typeof tomas) =>
      peer.provider.awareness.getStates().get(maya.doc.clientID)?.cursor !== undefined
    await until('tomas sees where maya is', () => moved(tomas))
    expect(tomas.text()).toBe('')
    expect(late.provider.synced).toBe(false)
    held.release()
    await until('tomas sees all', () => tomas.text() === 'abcdefg')
    await until('nia, too', () => late.text() === 'abcdefg')
    expect(held.store.get('room').batches).toHaveLength(3)
  })

  it('keeps what comes while it loads, and loads once for all', async () => {
    const held = heldJournal()
    held.state.held.add('readAfter')
    server = await startDocuments(held)
    const clients = ['maya', 'tomas', 'nia'].map((person) => {
      const doc = new Y.Doc()
      doc.getText('notes').insert(0, `${person} was offline. `)
      return server?.client(person, { doc })
    })
    await until('all are there', () => server?.gateway.metrics().peers === 3)
    await until('it loads', () => held.waiting.length === 1)
    expect(held.calls.filter((call) => call === 'readAfter')).toHaveLength(1)
    held.release()
    await until('everybody has everything', () =>
      clients.every((client) => (client?.text().match(/offline/g) ?? []).length === 3),
    )
    expect((await storedText(held.store)).length).toBe(clients[0]?.text().length)
  })

  it('stores the last words of one who has already gone', async () => {
    const held = heldJournal()
    server = await startDocuments(held)
    const maya = server.client('maya')
    await maya.synced()
    held.state.held.add('append')
    maya.doc.getText('notes').insert(0, 'first ')
    await until('it waits', () => held.waiting.length === 1)
    maya.doc.getText('notes').insert(0, 'last ')
    const bytes = () => server?.gateway.metrics().bytesIn ?? 0
    const before = bytes()
    await until('the server has it', () => bytes() > before || bytes() > 60)
    maya.destroy()
    await until('she has gone', () => server?.gateway.metrics().peers === 0)
    held.release()
    await until('both are stored', () => held.store.get('room').batches.length === 3)
    expect(await storedText(held.store)).toBe('last first ')
  })

  it.each(['unavailable', 'unknown-outcome', 'conflict', 'full'] as const)(
    'survives a commit that ends in "%s"',
    async (kind) => {
      const held = heldJournal()
      server = await startDocuments(held)
      const maya = server.client('maya')
      const tomas = server.client('tomas')
      await Promise.all([maya.synced(), tomas.synced()])
      held.state.fail.push(new DatabaseError(kind, 'planned'), new DatabaseError(kind, 'planned'))
      maya.doc.getText('notes').insert(0, 'kept')
      await until('tomas sees it', () => tomas.text() === 'kept')
      expect(await storedText(held.store)).toBe('kept')
      expect(held.state.fail).toHaveLength(0)
      expect(maya.provider.wsconnected).toBe(true)
    },
  )

  it('sends everybody away with a passing code when it cannot save at all', async () => {
    const held = heldJournal()
    server = await startDocuments({ ...held, limits: { failuresBeforeClosing: 2 } })
    const socket = server.socket('maya')
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await new Promise((resolve) => socket.once('open', resolve))
    for (let i = 0; i < 4; i++) held.state.fail.push(new DatabaseError('unavailable', 'planned'))
    const doc = new Y.Doc()
    doc.getText('notes').insert(0, 'unsaved')
    socket.send(updateFrame(Y.encodeStateAsUpdate(doc)))
    expect(await closed).toBe(1013)
    held.state.fail.length = 0
    const again = server.client('maya', { doc })
    await again.synced()
    await until('it is saved after all', () => held.store.get('room').batches.length === 2)
  })

  it('makes a snapshot of a long tail, from which the document loads as from the batches', async () => {
    const held = heldJournal()
    server = await startDocuments(held)
    const maya = server.client('maya')
    await maya.synced()
    const text = maya.doc.getText('notes')
    for (let i = 0; i < 30; i++) {
      const seq = held.store.get('room').row.seq
      text.insert(0, `${i} ${'words '.repeat(1_500)}`)
      text.delete(20, 4_000)
      await until('it is stored', () => held.store.get('room').row.seq > seq)
    }
    await until('there is a snapshot', () => held.store.get('room').snapshots.length === 1)
    const snapshot = held.store.get('room').snapshots[0]
    expect(snapshot?.ref.seq).toBeGreaterThan(5)
    const { doc } = await loadReplica(held.store.journal(), 'room')
    await until('all is stored', () => held.store.get('room').row.seq > 30)
    const late = server.client('tomas')
    await late.synced()
    expect(late.text()).toBe(maya.text())
    expect(textOf(doc).length).toBeGreaterThan(0)
    expect(await storedText(held.store)).toBe(maya.text())
  })

  it('refuses what makes the document too large, and still lets it be made smaller', async () => {
    const held = heldJournal()
    server = await startDocuments({ ...held, limits: { documentBytes: 200_000 } })
    const maya = server.client('maya')
    await maya.synced()
    maya.doc.getText('notes').insert(0, 'x'.repeat(150_000))
    await until('it is stored', () => held.store.get('room').row.seq === 2)
    const tomas = server.client('tomas')
    await tomas.synced()
    tomas.doc.getText('notes').insert(0, 'y'.repeat(80_000))
    await until('it is refused', () => tomas.closedWith() === 4413)
    maya.doc.getText('notes').delete(0, 140_000)
    await until('it is smaller', () => held.store.get('room').row.seq === 3)
    maya.doc.getText('notes').insert(0, 'z'.repeat(80_000))
    await until('there is room again', () => held.store.get('room').row.seq === 4)
    expect(maya.provider.wsconnected).toBe(true)
  })

  it('is freed when everybody has left, and whole when they return', async () => {
    const held = heldJournal()
    server = await startDocuments({ ...held, limits: { emptyRoomMs: 30 } })
    const maya = server.client('maya')
    await maya.synced()
    maya.doc.getText('notes').insert(0, 'x'.repeat(20_000))
    await until('it is stored', () => held.store.get('room').row.seq === 2)
    maya.destroy()
    await until('the room is freed', () => server?.gateway.metrics().rooms === 0)
    expect(held.store.get('room').snapshots).toHaveLength(1)
    const again = server.client('maya')
    await again.synced()
    expect(again.text()).toHaveLength(20_000)
  })
})
