import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import type { DocumentAccess } from '../../../server/documents/access.ts'
import { updateFrame } from '../../../server/documents/frames.ts'
import { documentNameOfPath, parseDocumentName } from '../../../server/documents/names.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { documentCodes, documentSubprotocol } from '../../../shared/protocol/document-codes.ts'
import {
  type DocumentServer,
  headerAccess,
  startDocuments,
  storedText,
  until,
} from '../../helpers/documents.ts'
import { MemoryJournalStore } from '../../helpers/memory-journal.ts'

let server: DocumentServer
beforeEach(async () => {
  server = await startDocuments()
  server.store.create('secret')
})
afterEach(() => server.close())

/** The answer to a raw upgrade: 101, or the status it was refused with. */
function upgrade(path: string, headers: Record<string, string> = {}): Promise<number> {
  const { port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    })
    asked.on('response', (response) => resolve(response.statusCode ?? 0))
    asked.on('upgrade', (_, socket) => {
      socket.destroy()
      resolve(101)
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('names of documents', () => {
  it('are the incident’s id, or it with a part', () => {
    expect(parseDocumentName('abc')).toEqual({ incidentId: 'abc', part: 'main' })
    expect(parseDocumentName('abc~postmortem')).toEqual({ incidentId: 'abc', part: 'postmortem' })
    expect(documentNameOfPath('/documents/abc~draft-1?x=1')).toEqual({ incidentId: 'abc', part: 'draft-1' })
  })

  it('are nothing else', () => {
    const tricks = [
      '',
      '..',
      'a/b',
      'a%2fb',
      'a~',
      'a~main',
      'a~b~c',
      '~b',
      'a b',
      '\u0430',
      'a\u0000',
      'a.',
      '\u212a',
    ]
    for (const name of [...tricks, 'x'.repeat(65), `a~${'x'.repeat(81)}`, '__proto__/x'])
      expect(parseDocumentName(name), name).toBeUndefined()
    for (const path of ['/documents', '/Documents/a', '/documents//a', '/documents/a/', '/x/documents/a'])
      expect(documentNameOfPath(path), path).toBeUndefined()
    expect(documentNameOfPath(`/documents/a?${'x'.repeat(600)}`)).toBeUndefined()
  })
})

describe('who comes in is decided before the socket is accepted', () => {
  it('nobody without a session', async () => {
    expect(await upgrade('/documents/room')).toBe(401)
    expect(server.gateway.metrics().peers).toBe(0)
  })

  it('nobody, and a browser of ours is told so in a way it can read', async () => {
    const closing = new Promise<number>((resolve, reject) => {
      const ws = new WebSocket(`${server.url}/room`, documentSubprotocol)
      ws.on('close', resolve)
      ws.on('error', reject)
    })
    expect(await closing).toBe(documentCodes.signedOut)
    expect(server.gateway.metrics().peers).toBe(0)
  })

  it('no foreign pages', async () => {
    const as = { 'x-person': 'maya' }
    expect(await upgrade('/documents/room', { ...as, origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade('/documents/room', { ...as, origin: 'null' })).toBe(403)
    expect(await upgrade('/documents/room', { ...as, origin: 'https://muster.example' })).toBe(101)
  })

  it('foreign, missing and impossible documents are the same answer', async () => {
    const as = { 'x-person': 'eve' }
    for (const name of ['secret', 'nowhere', '..', 'room%2f..', 'room~', 'room~nothing', 'x'.repeat(200)])
      expect(await upgrade(`/documents/${name}`, as), name).toBe(404)
    expect(await upgrade('/documents/room', as)).toBe(101)
    expect(await upgrade('/documents/secret', { 'x-person': 'maya' })).toBe(101)
  })
})

describe('rights that end', () => {
  it('let nobody in whose right ended while the document was being opened', async () => {
    const store = new MemoryJournalStore()
    store.create('room')
    let revoked = false
    const journal = store.journal(async (operation) => {
      if (operation === 'rows') revoked = true
    })
    const authorize: DocumentAccess['authorize'] = async (asked) =>
      revoked ? { ok: false, status: 401 } : headerAccess.authorize(asked)
    await server.close()
    server = await startDocuments({ store, journal, access: { ...headerAccess, authorize } })
    expect(await upgrade('/documents/room', { 'x-person': 'maya' })).toBe(401)
    expect(server.gateway.metrics().peers).toBe(0)
  })

  const words = (text: string) => {
    const doc = new Y.Doc()
    doc.getText('notes').insert(0, text)
    return updateFrame(Y.encodeStateAsUpdate(doc))
  }

  it('end connections when their session expires, and no sooner', async () => {
    const start = 1_700_000_000_000
    const clock = createManualClock(start)
    await server.close()
    server = await startDocuments({ clock, limits: { pingMs: 1e9 } })
    const expiresAt = start + 60_000
    const maya = server.client('maya', { headers: { 'x-expires-at': `${expiresAt}` } })
    const tomas = server.client('tomas')
    await Promise.all([maya.synced(), tomas.synced()])
    clock.set(expiresAt - 1)
    expect(server.gateway.metrics().peers).toBe(2)
    clock.set(expiresAt + 1_000)
    expect(server.gateway.metrics().peers).toBe(1)
    await until('maya is out', () => maya.closedWith() === documentCodes.signedOut)
    expect(tomas.provider.wsconnected).toBe(true)
  })

  it('close the person’s connections and nobody else’s', async () => {
    const maya = server.client('maya')
    const tomas = server.client('tomas')
    await Promise.all([maya.synced(), tomas.synced()])
    server.gateway.closeFor({ sessionId: 'session-tomas' })
    await until('tomas is out', () => tomas.closedWith() === documentCodes.signedOut)
    expect(tomas.provider.shouldConnect).toBe(false)
    server.gateway.closeFor({ personId: 'maya', incidentId: 'elsewhere' })
    maya.doc.getText('notes').insert(0, 'still here')
    await until('maya writes on', () => server.store.get('room').row.seq === 2)
    server.gateway.closeFor({ incidentId: 'room' })
    await until('maya is out', () => maya.closedWith() === documentCodes.signedOut)
  })

  it('a closed incident: readers stay, a writer is told when trying to write', async () => {
    const reader = server.client('maya')
    const writer = server.client('tomas')
    await Promise.all([reader.synced(), writer.synced()])
    server.store.setAccess('room', { writable: false })
    await server.gateway.refresh()
    writer.doc.getText('notes').insert(0, 'too late')
    await until('tomas is told', () => writer.closedWith() === documentCodes.incidentClosed)
    expect(reader.provider.wsconnected).toBe(true)
    expect(await storedText(server.store)).toBe('')
    const again = server.client('nia')
    await again.synced()
    server.store.setAccess('room', { writable: true })
    await server.gateway.refresh()
    again.doc.getText('notes').insert(0, 'reopened')
    await until('maya sees it', () => reader.text() === 'reopened')
  })

  it('the commit itself refuses when nobody had told this node', async () => {
    const socket = server.socket('maya', { protocols: [documentSubprotocol] })
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(words('first'))
    await until('the first is stored', () => server.store.get('room').row.seq === 2)
    server.store.setAccess('room', { writable: false })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.send(words('second'))
    expect(await closed).toBe(documentCodes.incidentClosed)
    expect(await storedText(server.store)).toBe('first')
  })

  it('another epoch closes everybody', async () => {
    const maya = server.client('maya')
    await maya.synced()
    server.store.setAccess('room', { bumpEpoch: true })
    await until('maya is out', () => maya.closedWith() === documentCodes.epochChanged)
    const again = server.client('maya')
    await again.synced()
  })
})

describe('shutting down', () => {
  it('commits what came, closes with a passing code and lets nobody in', async () => {
    const socket = server.socket('maya')
    await new Promise((resolve) => socket.once('open', resolve))
    const doc = new Y.Doc()
    doc.getText('notes').insert(0, 'last words')
    socket.send(updateFrame(Y.encodeStateAsUpdate(doc)))
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await until('it has arrived', () => server.gateway.metrics().bytesIn > 0)
    await server.gateway.drain()
    expect(await closed).toBe(1012)
    expect(await storedText(server.store)).toBe('last words')
    expect(await upgrade('/documents/room', { 'x-person': 'maya' })).toBe(503)
    expect(server.gateway.metrics()).toMatchObject({ rooms: 0, peers: 0 })
  })
})
