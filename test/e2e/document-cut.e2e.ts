import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

/** A room in a page whose document line can be cut or made deaf while everything else goes on. */
async function roomOnALine() {
  const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
  const { id } = await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)
  const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
  const { page } = person
  const line = { cut: false, deaf: false, open: new Set<WebSocketRoute>() }
  await page.routeWebSocket(/\/documents\//, (socket) => {
    if (line.cut) {
      void socket.close({ code: 1012 })
      return
    }
    line.open.add(socket)
    const upstream = socket.connectToServer()
    socket.onMessage((message) => {
      if (!line.deaf) upstream.send(message)
    })
  })
  await page.goto(`/i/${id}`)
  await lamp(page, 'all saved').waitFor()
  await paragraph(page).waitFor()
  return { id, person, page, line }
}

const lamp = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words })
const paragraph = (page: Page) => page.locator('.ProseMirror p').first()

describe('the document line alone', () => {
  it('says offline while it is cut, and saved only when the words are there', async () => {
    const { id, person, page, line } = await roomOnALine()
    line.cut = true
    for (const socket of line.open) await socket.close({ code: 1012 })
    await lamp(page, 'Offline').waitFor()
    await paragraph(page).click()
    await page.keyboard.insertText('written while cut off')
    await lamp(page, 'Offline, 1 kept here').waitFor()
    // Everything else goes on: the other line lives.
    await page.getByRole('textbox', { name: 'Write to the room' }).fill('still here')
    await page.keyboard.press('Enter')
    await page
      .getByRole('article', { name: /still here/ })
      .and(page.locator(':not(.pending)'))
      .waitFor()
    expect(await lamp(page, 'all saved').count()).toBe(0)
    line.cut = false
    await lamp(page, 'all saved').waitFor()
    const other = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    await other.page.goto(`/i/${id}`)
    await other.page.getByText('written while cut off').waitFor()
    await other.leave()
    await person.leave([/WebSocket/])
  })

  it('does not say saved when the server takes words and never answers', async () => {
    const { person, page, line } = await roomOnALine()
    line.deaf = true
    await paragraph(page).click()
    await page.keyboard.insertText('into silence')
    await lamp(page, 'Saving 1').waitFor()
    await person.leave([/WebSocket/])
  })

  it('does not say saved for a word deleted that the server never took, nor for one deleted while cut off', async () => {
    const { id, person, page, line } = await roomOnALine()
    await paragraph(page).click()
    await page.keyboard.type('one two')
    await lamp(page, 'all saved').waitFor()
    const other = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    await other.page.goto(`/i/${id}`)
    await other.page.getByText('one two').waitFor()
    line.deaf = true
    await page.keyboard.press('ControlOrMeta+Backspace')
    await lamp(page, 'Saving 1').waitFor()
    expect(await paragraph(other.page).innerText()).toContain('two')
    line.cut = true
    line.deaf = false
    for (const socket of line.open) await socket.close({ code: 1012 })
    await lamp(page, 'Offline, 1 kept here').waitFor()
    // What comes after a pause is another act, and is counted.
    const cutAt = await page.evaluate(() => performance.now())
    await page.waitForFunction((at) => performance.now() - at > 2_000, cutAt)
    await page.keyboard.press('ControlOrMeta+Backspace')
    await lamp(page, 'Offline, 2 kept here').waitFor()
    expect(await lamp(page, 'all saved').count()).toBe(0)
    line.cut = false
    await lamp(page, 'all saved').waitFor()
    await other.page.waitForFunction(
      () => !document.querySelector('.ProseMirror p')?.textContent?.includes('one'),
    )
    await other.leave()
    await person.leave([/WebSocket/])
  })

  it('hands over the words that only a copy of an earlier epoch holds, and clears that copy', async () => {
    const { person, page, line, id } = await roomOnALine()
    line.cut = true
    for (const socket of line.open) await socket.close({ code: 1012 })
    await lamp(page, 'Offline').waitFor()
    await paragraph(page).click()
    await page.keyboard.insertText('words of an earlier epoch')
    await lamp(page, 'Offline, 1 kept here').waitFor()
    // Access changes while the page is away: the next join tells another epoch.
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const upstream = socket.connectToServer()
      upstream.onMessage((message) => {
        socket.send(typeof message === 'string' ? message.replace(/"epoch":\d+/, '"epoch":77') : message)
      })
    })
    line.cut = false
    await page.reload()
    await page.getByRole('button', { name: '1 not accepted' }).click()
    const tray = page.getByRole('dialog', { name: 'Not accepted' })
    expect(await tray.locator('pre').innerText()).toBe('words of an earlier epoch')
    const copies = () =>
      page.evaluate(
        (database) =>
          new Promise<IDBValidKey[]>((resolve, reject) => {
            const opening = indexedDB.open(database)
            opening.onerror = () => reject(opening.error)
            opening.onsuccess = () => {
              const asked = opening.result.transaction('copies').objectStore('copies').getAllKeys()
              asked.onsuccess = () => {
                opening.result.close()
                resolve(asked.result)
              }
            }
          }),
        `muster-${priya.id}`,
      )
    await expect
      .poll(async () => (await copies()).filter((name) => String(name).startsWith(id)))
      .toEqual([`${id}/77`])
    await person.leave([/WebSocket/])
  })
})

describe('a guest', () => {
  it('whose link was ended reads that, and is not asked for a password', async () => {
    const { id, person } = await roomOnALine()
    const made = await rest<{ id: string; url: string }>(
      server.url,
      priya.token,
      'POST',
      `/api/incidents/${id}/links`,
      { role: 'responder' },
    )
    const guest = await newPerson(browser, { baseUrl: server.url })
    await guest.page.goto(made.url)
    await guest.page.getByLabel('Your name').fill('Gus')
    await guest.page.getByRole('button', { name: 'Join' }).click()
    await guest.page.getByRole('textbox', { name: 'Write to the room' }).waitFor()
    await rest(server.url, priya.token, 'DELETE', `/api/links/${made.id}`)
    await guest.page.getByRole('heading', { name: 'Your link has ended.' }).waitFor()
    // What the page was just asking for is refused like all else.
    await guest.leave([/status of 401/])
    await person.leave()
  })
})
