import { afterEach, describe, expect, it } from 'vitest'
import { documentCodes } from '../../../shared/protocol/document-codes.ts'
import { type DocumentServer, realClock, startDocuments, storedText, until } from '../../helpers/documents.ts'

let server: DocumentServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

describe('an endpoint that nobody uses', () => {
  it('sleeps: nothing is looked at again and again, before anybody came and after the last has left', async () => {
    let waiting = 0
    const clock = {
      now: realClock.now,
      wakeAt(at: number, wake: () => void) {
        waiting++
        let over = false
        const end = () => {
          if (!over) waiting--
          over = true
        }
        const cancel = realClock.wakeAt(at, () => {
          end()
          wake()
        })
        return () => {
          end()
          cancel()
        }
      },
    }
    server = await startDocuments({ clock, limits: { emptyRoomMs: 20, rereadMs: 20, pingMs: 20 } })
    expect(waiting).toBe(0)
    const maya = server.client('maya')
    await maya.synced()
    expect(waiting).toBeGreaterThan(2)
    maya.destroy()
    await until('nothing waits', () => waiting === 0, 10_000)
    expect(server.gateway.metrics()).toMatchObject({ rooms: 0, peers: 0 })
  })
})

describe('stock y-websocket clients', () => {
  it('meet in one document and find it again after everybody left', async () => {
    server = await startDocuments()
    const maya = server.client('maya')
    const tomas = server.client('tomas')
    await Promise.all([maya.synced(), tomas.synced()])
    expect(maya.doc.getXmlFragment('document').toString()).toContain('Summary')
    maya.doc.getText('notes').insert(0, 'pages are slow')
    await until('tomas sees it', () => tomas.text() === 'pages are slow')
    tomas.doc.getText('notes').insert(0, 'all ')
    await until('maya sees it', () => maya.text() === 'all pages are slow')
    expect(await storedText(server.store)).toBe('all pages are slow')
    const late = server.client('nia')
    await late.synced()
    expect(late.text()).toBe('all pages are slow')
  })

  it('bring what they wrote offline', async () => {
    server = await startDocuments()
    const maya = server.client('maya')
    await maya.synced()
    maya.provider.disconnect()
    maya.doc.getText('notes').insert(0, 'written on a train')
    maya.provider.connect()
    const tomas = server.client('tomas')
    await until('tomas sees it', () => tomas.text() === 'written on a train')
  })

  it('that no longer may write are sent away by the refused commit; what others wrote with them stays', async () => {
    server = await startDocuments()
    const maya = server.client('maya')
    const tomas = server.client('tomas')
    const gone = server.client('maya')
    await Promise.all([maya.synced(), tomas.synced(), gone.synced()])
    server.store.ended.add('maya')
    maya.doc.getText('notes').insert(0, 'after the end')
    tomas.doc.getText('notes').insert(0, 'at the same time')
    // A socket that closes behind its last words must not keep the room trying for ever.
    gone.doc.getText('notes').insert(0, 'goodbye')
    gone.provider.disconnect()
    await until('maya is out', () => maya.closedWith() === documentCodes.signedOut)
    const nia = server.client('nia')
    await nia.synced()
    nia.doc.getText('notes').insert(0, 'we go on, ')
    const both = (text: string) => text.includes('we go on, ') && text.includes('at the same time')
    await until('the room goes on', () => both(tomas.text()) && both(nia.text()))
    expect(await storedText(server.store)).not.toMatch(/after the end|goodbye/)
  })
})
