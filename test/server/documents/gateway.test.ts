import { afterEach, describe, expect, it } from 'vitest'
import { type DocumentServer, startDocuments, storedText, until } from '../../helpers/documents.ts'

let server: DocumentServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
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
})
