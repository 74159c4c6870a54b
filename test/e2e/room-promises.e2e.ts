import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

let server: RunningServer
let browser: Browser
let priya: { id: string; token: string }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function declare(): Promise<string> {
  const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
  return (await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)).id
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

describe('the room', () => {
  it('keeps the words of a refused edit, and does not ask again and again', async () => {
    const id = await declare()
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    const documents: string[] = []
    page.on('websocket', (socket) => {
      if (socket.url().includes('/documents/')) documents.push(socket.url())
    })
    // The page must not learn that the incident was closed before it has typed.
    let deaf = false
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const upstream = socket.connectToServer()
      upstream.onMessage((message) => {
        if (!deaf) socket.send(message)
      })
    })
    await page.goto(`/i/${id}`)
    const first = page.locator('.ProseMirror p').first()
    await first.click()
    deaf = true
    await rest(server.url, priya.token, 'POST', `/api/incidents/${id}/commands/incident.close`, {
      reason: 'Over',
      as: 'false-positive',
    })
    await page.keyboard.insertText('words that came too late')
    await page.getByRole('button', { name: '1 not accepted' }).click()
    const tray = page.getByRole('dialog', { name: 'Not accepted' })
    expect(await tray.locator('pre').innerText()).toBe('words that came too late')
    expect(await tray.innerText()).toContain('closed')
    await first.waitFor({ state: 'attached' })
    expect(await page.locator('.ProseMirror').innerText()).not.toContain('too late')
    // One connection before the refusal, one afresh: the second lives, so there is nothing to wait for.
    expect(documents).toHaveLength(2)
    await person.leave()
  })

  it('shows a document from a newer version and changes not a byte of it', async () => {
    const id = await declare()
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    await page.goto(`/i/${id}`)
    await page.locator('.ProseMirror p').first().click()
    await page.keyboard.insertText('known words')

    const peer = openDocument(server.url, server.rootToken, id)
    await peer.synced
    await new Promise<void>((seen) => {
      const look = () => {
        if (peer.doc.getXmlFragment('document').toString().includes('known words')) seen()
      }
      peer.onRemote(look)
      look()
    })
    await peer.edit((doc) => {
      const poll = new Y.XmlElement('poll')
      poll.insert(0, [new Y.XmlText('a poll from the future')])
      doc.getXmlFragment('document').insert(1, [poll])
    })
    const after = Y.encodeStateAsUpdate(peer.doc)
    await page.getByText('This document was written by a newer version. Reload.').waitFor()
    await page.getByText('a poll from the future').waitFor()
    await page.reload()
    await page.getByText('a poll from the future').waitFor()
    // A change of the page would reach this fresh peer with its first answer.
    const witness = openDocument(server.url, server.rootToken, id)
    await witness.synced
    expect(Y.encodeStateAsUpdate(witness.doc)).toEqual(after)
    peer.close()
    witness.close()
    await person.leave()
  })

  it.each([
    ['light', { width: 1440, height: 900 }, 'light'],
    ['dark', { width: 1440, height: 900 }, 'dark'],
    ['on a phone', { width: 390, height: 844 }, 'light'],
  ] as const)('passes axe, %s', async (_name, viewport, colorScheme) => {
    const id = await declare()
    const person = await newPerson(browser, {
      baseUrl: server.url,
      token: priya.token,
      viewport,
      colorScheme,
    })
    await person.page.goto(`/i/${id}`)
    await person.page.getByRole('checkbox').first().waitFor()
    expect(await violationsOf(person.page, { tags })).toEqual([])
    await person.leave()
  })
})
