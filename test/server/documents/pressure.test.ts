import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { updateFrame } from '../../../server/documents/frames.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import { type DocumentServer, realClock, startDocuments, storedText, until } from '../../helpers/documents.ts'

let server: DocumentServer | undefined
let ticking: ReturnType<typeof setInterval> | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
  clearInterval(ticking)
})

/** Some text that no compression or merging makes small. */
const chunk = 'x'.repeat(100_000)

describe('a peer that does not read', () => {
  it('misses frames, costs no more than the limit, and catches up whole when it reads again', async () => {
    server = await startDocuments({ limits: { softBufferBytes: 200_000 } })
    const maya = server.client('maya')
    const slow = server.client('slow')
    await Promise.all([maya.synced(), slow.synced()])
    const socket = slow.provider.ws as unknown as { _socket: { pause(): void; resume(): void } }
    socket._socket.pause()
    // More than the kernel's buffers hold, so that the rest stays with the server.
    const map = maya.doc.getMap('blobs')
    for (let i = 0; i < 120; i++) {
      map.set('k', `${i}${chunk}`)
      await until('it is stored', () => (server?.store.get('room').row.seq ?? 0) >= i + 2)
    }
    maya.doc.getText('notes').insert(0, 'the end')
    const other = server.client('tomas')
    await other.synced()
    expect(server.gateway.metrics().bytesOut).toBeLessThan(12_000_000)
    socket._socket.resume()
    await until('it has everything', () => slow.text() === 'the end')
    expect(slow.doc.getMap('blobs').get('k')).toBe(map.get('k'))
  }, 20_000)

  it('is sent away when it stays behind', async () => {
    const clock = createManualClock(1_700_000_000_000)
    ticking = setInterval(() => clock.advance(5), 5)
    server = await startDocuments({ clock, limits: { softBufferBytes: 1_000, pingMs: 1e9 } })
    const maya = server.client('maya')
    const slow = server.client('slow')
    await Promise.all([maya.synced(), slow.synced()])
    const ws = slow.provider.ws as unknown as { _socket: { pause(): void; resume(): void } }
    ws._socket.pause()
    for (let i = 0; i < 80; i++) {
      maya.doc.getMap('blobs').set('k', `${i}${chunk}`)
      await until('it is stored', () => (server?.store.get('room').row.seq ?? 0) >= i + 2)
    }
    expect(server.gateway.metrics().peers).toBe(2)
    clock.advance(31_000)
    await until('it is out', () => server?.gateway.metrics().peers === 1)
    expect(slow.closedWith()).toBeUndefined()
  }, 20_000)
})

describe('a peer that says too much', () => {
  it('is slowed down by not reading, and nothing of it is lost', async () => {
    server = await startDocuments({
      limits: { inboundBytesPerSecond: 1_000_000, inboundBurstBytes: 20_000 },
    })
    const { gateway, store } = server
    const socket = server.socket('maya')
    await new Promise((resolve) => socket.once('open', resolve))
    const doc = new Y.Doc()
    const started = realClock.now()
    let sent = 0
    doc.on('update', (update: Uint8Array) => {
      const frame = updateFrame(update)
      sent += frame.byteLength
      socket.send(frame)
    })
    for (let i = 0; i < 8_000; i++) doc.getText('notes').insert(0, 'ab')
    await until('all of it has come', () => gateway.metrics().bytesIn === sent, 8_000)
    expect(realClock.now() - started).toBeGreaterThan(300)
    await gateway.drain()
    expect((await storedText(store)).length).toBe(16_000)
  }, 10_000)
})

describe('connections that only listen', () => {
  it('hear something before a stock client gives up, and are dropped when they no longer answer', async () => {
    const clock = createManualClock(1_700_000_000_000)
    server = await startDocuments({ clock })
    const alive = server.socket('maya')
    const dead = server.socket('tomas')
    let heard = 0
    alive.on('message', () => heard++)
    await Promise.all([alive, dead].map((socket) => new Promise((resolve) => socket.once('open', resolve))))
    await until('both are greeted', () => heard === 1)
    dead.pause()
    const pinged = () => new Promise((resolve) => alive.once('ping', resolve))
    // Frames keep their order: an answer to this comes after the server has read the pong before it.
    const settled = () =>
      new Promise((resolve) => {
        alive.once('pong', resolve)
        alive.ping()
      })
    const ping = pinged()
    clock.advance(7_000)
    await ping
    await settled()
    // Fifteen seconds after its last sign of life it is gone.
    const second = pinged()
    clock.advance(8_000)
    await second
    await settled()
    await until('the dead one is dropped', () => server?.gateway.metrics().peers === 1)
    const again = pinged()
    clock.advance(7_000)
    await again
    await until('silence is broken', () => heard > 1)
    expect(server.gateway.metrics().peers).toBe(1)
  })
})
