import { afterEach, describe, expect, it } from 'vitest'
import type WebSocket from 'ws'
import * as Y from 'yjs'
import { readFrame, step1Frame, updateFrame } from '../../../server/documents/frames.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { documentCodes, passingCodes } from '../../../shared/protocol/document-codes.ts'
import { type DocumentServer, startDocuments, storedText, until } from '../../helpers/documents.ts'
import { MemoryJournalStore } from '../../helpers/memory-journal.ts'

let server: DocumentServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function opened(to: DocumentServer, person: string): Promise<{ socket: WebSocket; code(): number }> {
  const socket = to.socket(person)
  let code = 0
  socket.on('close', (closed) => {
    code = closed
  })
  await new Promise((resolve) => socket.once('open', resolve))
  return { socket, code: () => code }
}

/** One letter by a client id of its own. */
function letterOf(clientId: number): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = clientId
  doc.getText('other').insert(0, 'x')
  return updateFrame(Y.encodeStateAsUpdate(doc))
}

describe('new client ids', () => {
  it('are counted over connections, freed rooms and nodes: some for each person, some for the document', async () => {
    const store = new MemoryJournalStore()
    store.create('room')
    const limits = { newClientsPerPersonPerHour: 3, newClientsPerHour: 5, emptyRoomMs: 5 }
    server = await startDocuments({ store, journal: store.journal(), limits })
    const other = await startDocuments({ store, journal: store.journal(), limits })
    const announce = async (on: DocumentServer, person: string, clientId: number): Promise<number> => {
      const seq = store.get('room').row.seq
      const { socket, code } = await opened(on, person)
      socket.send(letterOf(clientId))
      await until('it is decided', () => code() !== 0 || store.get('room').row.seq > seq)
      const decided = code()
      socket.terminate()
      await until('the room is freed', () => on.gateway.metrics().rooms === 0)
      return decided
    }
    expect(await announce(server, 'eve', 101)).toBe(0)
    expect(await announce(server, 'eve', 102)).toBe(0)
    expect(await announce(other, 'eve', 103)).toBe(0)
    expect(await announce(server, 'eve', 104)).toBe(documentCodes.tooManyClients)
    expect(await announce(other, 'eve', 104)).toBe(documentCodes.tooManyClients)
    expect(await announce(server, 'maya', 201)).toBe(0)
    expect(await announce(server, 'tomas', 301)).toBe(0)
    expect(await announce(other, 'lena', 401)).toBe(documentCodes.tooManyClients)
    await other.close()
  })
})

describe('the history of a document', () => {
  it('is bounded although the document stays small, says so, and stays readable', async () => {
    server = await startDocuments({ limits: { historyBytes: 100_000 } })
    const maya = server.client('maya')
    await maya.synced()
    const text = maya.doc.getText('notes')
    for (let i = 0; i < 20 && maya.closedWith() === undefined; i++) {
      const seq = server.store.get('room').row.seq
      maya.doc.transact(() => {
        text.delete(0, text.length)
        text.insert(0, `${i} ${'x'.repeat(20_000)}`)
      })
      const { row } = server.store.get('room')
      await until('it is decided', () => row.seq > seq || maya.closedWith() !== undefined)
    }
    expect(maya.closedWith()).toBe(documentCodes.historyFull)
    expect(server.store.get('room').row.bytes).toBeLessThanOrEqual(100_000)
    const tomas = server.client('tomas')
    await tomas.synced()
    expect(tomas.text()).toBe(await storedText(server.store))
    expect(tomas.text()).toHaveLength(20_002)
  })
})

describe('frames that wait', () => {
  it('count with all they hold in memory, not with their letters only', async () => {
    const store = new MemoryJournalStore()
    store.create('room')
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const journal = store.journal(async (operation) => {
      if (operation === 'append') await held
    })
    server = await startDocuments({ store, journal, limits: { queueBytes: 300_000 } })
    const { socket, code } = await opened(server, 'eve')
    const doc = new Y.Doc()
    let sent = 0
    doc.on('update', (update: Uint8Array) => {
      sent += update.byteLength
      socket.send(updateFrame(update))
    })
    for (let i = 0; i < 2_000; i++) doc.getText('notes').insert(0, 'x')
    expect(sent).toBeLessThan(100_000)
    await until('it is sent away', () => code() === passingCodes.tryLater)
    release()
  })
})

describe('asking for the whole document', () => {
  it('again and again is answered once while it waits, then at a pace; others are not held up', async () => {
    const clock = createManualClock(1_700_000_000_000)
    server = await startDocuments({
      clock,
      limits: { answerBurstBytes: 150_000, answerBytesPerSecond: 100_000, pingMs: 1e9 },
    })
    const maya = server.client('maya')
    await maya.synced()
    maya.doc.getText('notes').insert(0, 'x'.repeat(100_000))
    await until('it is stored', () => server?.store.get('room').row.seq === 2)
    const { socket } = await opened(server, 'eve')
    let answers = 0
    socket.on('message', (data: Buffer) => {
      if (readFrame(new Uint8Array(data)).kind === 'step2') answers++
    })
    const nothing = Y.encodeStateVector(new Y.Doc())
    for (let i = 0; i < 50; i++) socket.send(step1Frame(nothing))
    await until('it is answered', () => answers > 0)
    const tomas = server.client('tomas')
    await tomas.synced()
    for (let i = 0; i < 50; i++) socket.send(step1Frame(nothing))
    const lena = server.client('lena')
    await lena.synced()
    const before = answers
    expect(before).toBeLessThanOrEqual(2)
    for (let i = 0; i < 50; i++) socket.send(step1Frame(nothing))
    clock.advance(3_000)
    await until('it is answered again', () => answers > before)
    expect(answers).toBeLessThanOrEqual(before + 2)
    expect(tomas.text()).toBe(maya.text())
  })
})
