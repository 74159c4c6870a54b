import type { Browser, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DocumentCodeName,
  documentCodes,
  documentReasons,
} from '../../shared/protocol/document-codes.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
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

/** Signed out is not refused; of all the others the words go to the tray. */
const refusals = (Object.keys(documentCodes) as DocumentCodeName[]).filter((name) => name !== 'signedOut')
/** Causes that end the document here; after all others it is loaded afresh. */
const final: ReadonlySet<string> = new Set<DocumentCodeName>(['unknownDocument'])

describe('words that are on screen when the server says no', () => {
  it.each(refusals)(
    'are in the tray with the reason, and nobody knocks again and again: %s',
    async (name) => {
      const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
      const { id } = await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)
      const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
      const { page } = person
      const sockets: WebSocketRoute[] = []
      let deaf = false
      await page.routeWebSocket(/\/documents\//, (socket) => {
        sockets.push(socket)
        const mine = sockets.length
        const upstream = socket.connectToServer()
        socket.onMessage((message) => {
          if (!deaf || mine > 1) upstream.send(message)
        })
      })
      await page.goto(`/i/${id}`)
      const saved = page.getByRole('status').filter({ hasText: 'all saved' })
      await saved.waitFor()
      await page.locator('.ProseMirror p').first().click()
      deaf = true
      await page.keyboard.insertText('words nobody has yet')
      await page.getByRole('status').filter({ hasText: 'Saving' }).waitFor()
      await sockets[0]?.close({ code: documentCodes[name], reason: documentReasons[name] })
      await page.getByRole('button', { name: '1 not accepted' }).click()
      const tray = page.getByRole('dialog', { name: 'Not accepted' })
      expect(await tray.locator('pre').innerText()).toBe('words nobody has yet')
      expect(await tray.innerText()).toContain(documentReasons[name])
      await page.keyboard.press('Escape')
      if (final.has(name)) {
        await page.locator('[data-pane=document]').getByText(documentReasons[name]).waitFor()
        expect(sockets).toHaveLength(1)
      } else {
        // The fresh copy lives: what is typed into it is committed, and no third connection was needed.
        const first = page.locator('.ProseMirror p').first()
        await first.click()
        expect(await page.locator('.ProseMirror').innerText()).not.toContain('words nobody has yet')
        await page.keyboard.insertText('words that arrive')
        const other = await newPerson(browser, { baseUrl: server.url, token: priya.token })
        await other.page.goto(`/i/${id}`)
        await other.page.getByText('words that arrive').waitFor()
        await other.leave()
        expect(sockets).toHaveLength(2)
      }
      await person.leave([/WebSocket/])
    },
  )
})

describe('words that are on screen when somebody is signed out elsewhere', () => {
  it('wait in this browser until they sign in again, and stand in no tray', async () => {
    const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
    const { id } = await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    const sockets: WebSocketRoute[] = []
    let deaf = false
    await page.routeWebSocket(/\/documents\//, (socket) => {
      const mine = sockets.push(socket)
      const upstream = socket.connectToServer()
      socket.onMessage((message) => {
        if (!deaf || mine > 1) upstream.send(message)
      })
    })
    await page.goto(`/i/${id}`)
    await page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
    await page.locator('.ProseMirror p').first().click()
    deaf = true
    await page.keyboard.insertText('written before the end')
    await page.getByRole('status').filter({ hasText: 'Saving' }).waitFor()
    await sockets[0]?.close({ code: documentCodes.signedOut, reason: documentReasons.signedOut })
    await page.getByText('What you wrote is kept here and goes out when you sign in again.').waitFor()
    expect(await page.getByRole('button', { name: /not accepted/ }).count()).toBe(0)
    // The same person again.
    await page.reload()
    const other = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    await other.page.goto(`/i/${id}`)
    await other.page.getByText('written before the end').waitFor()
    await page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
    expect(await page.getByRole('button', { name: /not accepted/ }).count()).toBe(0)
    await other.leave()
    await person.leave([/WebSocket/])
  })
})

describe('words that an earlier visit left', () => {
  it('are brought again when the server says no before it heard of them', async () => {
    const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
    const { id } = await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    let line: 'open' | 'cut' | 'silent' = 'open'
    const sockets: WebSocketRoute[] = []
    await page.routeWebSocket(/\/documents\//, (socket) => {
      if (line === 'cut') return void socket.close({ code: 1012 })
      sockets.push(socket)
      const upstream = socket.connectToServer()
      const silent = line === 'silent'
      upstream.onMessage((message) => {
        if (!silent) socket.send(message)
      })
    })
    await page.goto(`/i/${id}`)
    await page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
    line = 'cut'
    for (const socket of sockets.splice(0)) await socket.close({ code: 1012 })
    await page.getByRole('status').filter({ hasText: 'Offline' }).waitFor()
    await page.locator('.ProseMirror p').first().click()
    await page.keyboard.insertText('left by an earlier visit')
    await page.getByRole('status').filter({ hasText: 'Offline, 1 kept here' }).waitFor()
    // What the page keeps is written when the next thing it keeps can be read.
    await page.evaluate(async (person) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(`muster-${person}`)
        asked.onsuccess = () => resolve(asked.result)
        asked.onerror = () => reject(asked.error)
      })
      for (;;) {
        const copies = await new Promise<{ unsentBy: string[] }[]>((resolve) => {
          const read = database.transaction('copies').objectStore('copies').getAll()
          read.onsuccess = () => resolve(read.result)
        })
        if (copies.some((copy) => copy.unsentBy.length > 0)) break
      }
      database.close()
    }, priya.id)

    line = 'silent'
    await page.reload({ waitUntil: 'commit' })
    // The page before may have tried once more on its way out.
    sockets.length = 0
    await page.getByText('left by an earlier visit').waitFor()
    await expect.poll(() => sockets.length).toBe(1)
    line = 'open'
    await sockets[0]?.close({ code: documentCodes.epochChanged, reason: documentReasons.epochChanged })
    const other = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    await other.page.goto(`/i/${id}`)
    await other.page.getByText('left by an earlier visit').waitFor()
    await other.leave()
    await page.getByText('left by an earlier visit').waitFor()
    await person.leave([/WebSocket/])
  })
})

describe('words that were not accepted', () => {
  it('become one entry, however often Send is pressed', async () => {
    const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
    const { id } = await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    const sockets: WebSocketRoute[] = []
    await page.routeWebSocket(/\/documents\//, (socket) => {
      const upstream = socket.connectToServer()
      const deaf = sockets.push(socket) === 1
      let heard = 0
      socket.onMessage((message) => {
        heard += 1
        // What the page says when it opens, and nothing that is typed.
        if (!deaf || heard <= 3) upstream.send(message)
      })
    })
    await page.goto(`/i/${id}`)
    await page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
    await page.locator('.ProseMirror p').first().click()
    await page.keyboard.insertText('said once')
    await page.getByRole('status').filter({ hasText: 'Saving' }).waitFor()
    await sockets[0]?.close({ code: documentCodes.readOnly, reason: documentReasons.readOnly })
    await page.getByRole('button', { name: '1 not accepted' }).click()
    await page.getByRole('button', { name: 'Send as entry' }).dblclick()
    await page.getByText('Nothing is left here.').waitFor()
    const log = await rest<{ entries: { data: { text?: string } }[] }>(
      server.url,
      server.rootToken,
      'GET',
      `/api/incidents/${id}/entries`,
    )
    expect(log.entries.filter(({ data }) => data.text === 'said once')).toHaveLength(1)
    await person.leave([/WebSocket/])
  })
})
