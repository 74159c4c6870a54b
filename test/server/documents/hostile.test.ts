import { createConnection } from 'node:net'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type WebSocket from 'ws'
import * as Y from 'yjs'
import { awarenessFrame, step1Frame, step2Frame, updateFrame } from '../../../server/documents/frames.ts'
import { documentCodes, documentSubprotocol } from '../../../shared/protocol/document-codes.ts'
import {
  type DocumentServer,
  type StockClient,
  startDocuments,
  storedText,
  until,
} from '../../helpers/documents.ts'

let server: DocumentServer
let maya: StockClient
beforeEach(async () => {
  server = await startDocuments()
  maya = server.client('maya')
  await maya.synced()
  maya.doc.getText('notes').insert(0, 'database is slow. ')
  await until('it is stored', () => server.store.get('room').row.seq === 2)
})
afterEach(() => server.close())

/** Connects as somebody, sends frames, and gives the code the server closed with. */
async function attack(frames: Uint8Array[], as = 'eve', role?: 'viewer'): Promise<number> {
  const socket = server.socket(as, role === undefined ? {} : { role })
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  await new Promise((resolve) => socket.once('open', resolve))
  for (const frame of frames) socket.send(frame)
  return closed
}

/** Everybody else goes on, and a node that knows nothing but the journal sees the same text. */
async function unharmed(): Promise<void> {
  const tomas = server.client('tomas')
  await tomas.synced()
  const word = `ok ${Math.random()} `
  maya.doc.getText('notes').insert(0, word)
  await until('tomas sees it', () => tomas.text().startsWith(word))
  expect(tomas.text()).toBe(maya.text())
  expect(await storedText(server.store)).toBe(maya.text())
  expect(maya.text()).toContain('database is slow. ')
  expect(maya.provider.wsconnected).toBe(true)
}

function rawUpdate(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  write(encoder)
  return encoding.toUint8Array(encoder)
}

/** One client, one collected struct of that length, no deletes. */
function collected(client: number, clock: number, length: number): Uint8Array {
  return rawUpdate((encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint(encoder, length)
    encoding.writeVarUint(encoder, 0)
  })
}

function editOf(base: Y.Doc, clientId: number, work: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(base))
  doc.clientID = clientId
  const before = Y.encodeStateVector(doc)
  work(doc)
  return Y.encodeStateAsUpdate(doc, before)
}

describe('hostile frames end one connection and nothing else', () => {
  it('a frame with reserved bits set', async () => {
    const { port } = new URL(server.url)
    const raw = createConnection(Number(port), '127.0.0.1')
    raw.on('error', () => {})
    raw.write(
      'GET /documents/room HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nx-person: eve\r\n\r\n',
    )
    await new Promise<void>((resolve) => raw.once('data', () => resolve()))
    raw.write(Buffer.from([0xf2, 0x85, 1, 2, 3, 4, 1, 2, 3, 4, 5]))
    await new Promise((resolve) => raw.once('close', resolve))
    await unharmed()
  })

  it('messages that are none', async () => {
    for (const bytes of [[], [0], [0, 9, 1, 1], [0, 2, 200], [0, 2, 3, 1, 2, 3], [1, 2, 1, 1]])
      expect(await attack([new Uint8Array(bytes)])).toBe(documentCodes.badUpdate)
    await unharmed()
  })

  it('a text message', async () => {
    const socket = server.socket('eve')
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send('hello')
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(documentCodes.badUpdate)
    await unharmed()
  })

  it('collected structs without end, and the end of the clock', async () => {
    for (const update of [
      collected(maya.doc.clientID, 18, 2 ** 50),
      collected(77, 0, 2 ** 50),
      collected(77, 2 ** 52, 10),
    ])
      expect(await attack([updateFrame(update)])).toBe(documentCodes.badUpdate)
    await unharmed()
  })

  it('words under another person’s client id, new or yet to come', async () => {
    const forged = editOf(maya.doc, maya.doc.clientID, (doc) => doc.getText('notes').insert(0, 'I lie. '))
    expect(await attack([updateFrame(forged)])).toBe(documentCodes.foreignClient)
    expect(await attack([step2Frame(forged)])).toBe(documentCodes.foreignClient)
    const later = collected(maya.doc.clientID, 18, 5)
    expect(await attack([updateFrame(later)])).toBe(documentCodes.foreignClient)
    const system = editOf(maya.doc, 1, (doc) => doc.getText('notes').insert(0, 'as the system'))
    expect(await attack([updateFrame(system)])).toBe(documentCodes.foreignClient)
    await unharmed()
  })

  it('anything that changes something from one who may only read', async () => {
    const words = editOf(maya.doc, 4711, (doc) => doc.getText('notes').insert(0, 'x'))
    const removal = editOf(maya.doc, 4711, (doc) => doc.getText('notes').delete(0, 5))
    for (const frame of [updateFrame(words), step2Frame(words), updateFrame(removal), step2Frame(removal)])
      expect(await attack([frame], 'vera', 'viewer')).toBe(documentCodes.readOnly)
    await unharmed()
  })

  it('nesting without end', async () => {
    const deep = editOf(maya.doc, 4712, (doc) => {
      let node = doc.getXmlFragment('document')
      for (let i = 0; i < 200; i++) {
        const inner = new Y.XmlElement('blockquote')
        node.insert(0, [inner])
        node = inner
      }
    })
    expect(await attack([updateFrame(deep)])).toBe(documentCodes.badUpdate)
    let value: unknown = 1
    for (let i = 0; i < 10_000; i++) value = [value]
    const embedded = editOf(maya.doc, 4713, (doc) => {
      let json: Record<string, unknown> = {}
      for (let i = 0; i < 300; i++) json = { json }
      doc.getMap('m').set('k', json)
    })
    expect(await attack([updateFrame(embedded)])).toBe(documentCodes.badUpdate)
    await unharmed()
  })

  it('frames over the limit', async () => {
    const large = editOf(maya.doc, 4714, (doc) => doc.getText('notes').insert(0, 'x'.repeat(1_000_001)))
    expect(await attack([updateFrame(large)])).toBe(documentCodes.tooLarge)
    expect(await attack([new Uint8Array(100_000_000)])).toBe(1009)
    await unharmed()
  })

  it('state vectors and presences without end', async () => {
    const vector = rawUpdate((encoder) => {
      encoding.writeVarUint(encoder, 100_000)
      for (let i = 0; i < 100_000; i++) {
        encoding.writeVarUint(encoder, i + 1)
        encoding.writeVarUint(encoder, 1)
      }
    })
    expect(await attack([step1Frame(vector)])).toBe(documentCodes.tooLarge)
    const crowd = Array.from({ length: 20_000 }, (_, i) => ({ clientId: i, clock: 1, state: '{"user":{}}' }))
    expect(await attack([awarenessFrame(crowd)])).toBe(documentCodes.tooLarge)
    await unharmed()
  })

  it('a gap that never closes: nothing of it is stored, the others go on', async () => {
    const doc = new Y.Doc()
    doc.getText('notes').insert(0, 'first')
    const after = Y.encodeStateVector(doc)
    doc.getText('notes').insert(5, ' second')
    const gap = Y.encodeStateAsUpdate(doc, after)
    const socket = server.socket('eve')
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(updateFrame(gap))
    await unharmed()
    expect(server.store.get('room').batches.length).toBe(3)
    socket.send(updateFrame(Y.encodeStateAsUpdate(doc)))
    await until('the rest closed it', () => maya.text().includes('first second'))
  })

  it('a thousand client ids', async () => {
    const frames = Array.from({ length: 1_100 }, (_, i) => {
      const doc = new Y.Doc()
      doc.clientID = 100_000 + i
      doc.getText('other').insert(0, 'x')
      return updateFrame(Y.encodeStateAsUpdate(doc))
    })
    expect(await attack(frames)).toBe(documentCodes.tooManyClients)
    const tomas = server.client('tomas')
    await tomas.synced()
    expect(tomas.text()).toBe(maya.text())
  })
})

describe('presence', () => {
  const listen = (socket: WebSocket) => {
    const heard: Buffer[] = []
    socket.on('message', (data: Buffer) => heard.push(data))
    return () => Buffer.concat(heard).toString('latin1')
  }

  it('shows everybody under the name of the session', async () => {
    const tomas = server.client('tomas')
    await tomas.synced()
    tomas.provider.awareness.setLocalState({ user: { name: 'Maya, commander', id: 'maya' }, cursor: 3 })
    const seen = () => maya.provider.awareness.getStates().get(tomas.doc.clientID)
    await until('maya sees tomas', () => seen()?.cursor === 3)
    expect(seen()?.user).toMatchObject({ id: 'tomas', name: 'Name of tomas' })
  })

  it('is not taken from others, nor ended for them', async () => {
    await until('maya is known', () => maya.provider.awareness.meta.get(maya.doc.clientID) !== undefined)
    maya.provider.awareness.setLocalState({ cursor: 1 })
    const tomas = server.client('tomas')
    await tomas.synced()
    const seen = () => tomas.provider.awareness.getStates().get(maya.doc.clientID)
    await until('tomas sees maya', () => seen()?.cursor === 1)
    const eve = server.socket('eve')
    const heard = listen(eve)
    await new Promise((resolve) => eve.once('open', resolve))
    const forged = (state: string, clock: number) =>
      eve.send(awarenessFrame([{ clientId: maya.doc.clientID, clock, state }]))
    forged('{"cursor":666}', 2 ** 40)
    forged('null', 2 ** 40)
    eve.send(
      awarenessFrame([
        { clientId: 31337, clock: 1, state: '{"mine":true}' },
        { clientId: 31338, clock: 1, state: '{"ghost":true}' },
      ]),
    )
    eve.send(awarenessFrame([{ clientId: 31337, clock: 1, state: '{"mine":true}' }]))
    await until('eve hears her own', () => heard().includes('mine'))
    maya.provider.awareness.setLocalState({ cursor: 2 })
    await until('maya still moves', () => seen()?.cursor === 2)
    expect(tomas.provider.awareness.getStates().has(31338)).toBe(false)
    eve.close()
    await until('eve has gone', () => !tomas.provider.awareness.getStates().has(31337))
  })

  it('comes back after a reconnect at once, though the clock is the same', async () => {
    const tomas = server.client('tomas')
    await tomas.synced()
    const seen = () => maya.provider.awareness.getStates().has(tomas.doc.clientID)
    await until('maya sees tomas', seen)
    tomas.provider.disconnect()
    await until('he has gone', () => !seen())
    tomas.provider.connect()
    await until('he is back', seen, 3_000)
  })
})

describe('counts and refusals for clients that ask', () => {
  it('counts committed frames, no-ops included, and says why a frame was refused', async () => {
    const socket = server.socket('tomas', { protocols: [documentSubprotocol] })
    const heard: Buffer[] = []
    socket.on('message', (data: Buffer) => heard.push(data))
    await new Promise((resolve) => socket.once('open', resolve))
    expect(socket.protocol).toBe(documentSubprotocol)
    const counted = () => heard.filter((m) => m[0] === 100).map((m) => m[1])
    const words = editOf(maya.doc, 4711, (doc) => doc.getText('notes').insert(0, 'x'))
    socket.send(updateFrame(words))
    await until('one is committed', () => counted().includes(1))
    socket.send(step2Frame(words))
    await until('a no-op counts', () => counted().includes(2))
    const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
    socket.send(updateFrame(collected(77, 0, 2 ** 50)))
    expect(await closed).toBe(documentCodes.badUpdate)
    const detail = heard.find((m) => m[0] === 101)?.toString('utf8') ?? ''
    expect(detail).toContain('"code":4422')
    expect(detail).toContain('"frame":3')
  })

  it('tells plain clients nothing of the kind', async () => {
    const socket = server.socket('tomas')
    const kinds = new Set<number | undefined>()
    socket.on('message', (data: Buffer) => kinds.add(data[0]))
    await new Promise((resolve) => socket.once('open', resolve))
    expect(socket.protocol).toBe('')
    socket.send(updateFrame(editOf(maya.doc, 4711, (doc) => doc.getText('notes').insert(0, 'x'))))
    await until('maya sees it', () => maya.text().startsWith('x'))
    expect([...kinds].filter((kind) => kind !== 0 && kind !== 1)).toEqual([])
  })
})
