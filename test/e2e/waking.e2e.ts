import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson } from './browser.ts'

let server: RunningServer
let browser: Browser
let priya: { id: string; token: string }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_TEST_CLOCK: '1' } }), launchBrowser()])
  priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const asRoot = <T>(method: string, path: string, body?: unknown) =>
  rest<T>(server.url, server.rootToken, method, path, body)
const lamp = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words })
/** A room that is looked at; `dead` lets nothing more through on the lines that are open, and says so to nobody. */
async function inRoom() {
  const { id } = await asRoot<{ id: string }>('POST', '/api/incidents', {
    title: 'Checkout fails',
    playbook: 'freeagentics',
    severity: 'SEV-1',
  })
  const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
  const { page } = person
  await page.clock.install()
  let generation = 0
  let lines = 0
  await page.routeWebSocket(/socket\.io|documents/, (socket: WebSocketRoute) => {
    const mine = generation
    lines += 1
    const upstream = socket.connectToServer()
    socket.onMessage((message) => mine === generation && upstream.send(message))
    upstream.onMessage((message) => mine === generation && socket.send(message))
    socket.onClose(() => mine === generation && upstream.close())
    upstream.onClose(() => mine === generation && socket.close({ code: 1012 }))
  })
  await page.goto(`/i/${id}`)
  await page.locator('.ProseMirror').waitFor()
  await lamp(page, 'all saved').waitFor()
  const dead = () => {
    generation += 1
  }
  return { id, person, page, dead, lines: () => lines }
}

function aParagraph(words: string): Y.XmlElement {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  return paragraph
}

/** An hour passes in which others talk and write. */
async function anHourOfOthers(id: string): Promise<void> {
  await asRoot('POST', '/api/test/clock', { advance: 'PT1H' })
  await asRoot('POST', `/api/incidents/${id}/commands/chat.send`, { text: 'said meanwhile' })
  const other = openDocument(server.url, server.rootToken, id)
  await other.synced
  await other.edit((doc) => {
    doc.getXmlFragment('document').insert(1, [aParagraph('written meanwhile')])
  })
  other.close()
}

/** Everything is as the server has it, within five seconds of waking. */
async function isRight(page: Page): Promise<void> {
  const timeout = 5_000
  await Promise.all([
    page.getByRole('article', { name: /said meanwhile/ }).waitFor({ timeout }),
    page.locator('.ProseMirror').getByText('written meanwhile').waitFor({ timeout }),
    lamp(page, 'all saved').waitFor({ timeout }),
    page
      .getByText(/overdue/i)
      .first()
      .waitFor({ timeout }),
  ])
}

/** The lid was closed: no timer ran for an hour, then each that is due runs once. */
const lidOpens = (page: Page) => page.clock.fastForward('01:00:00')

const saysAgain = async (page: Page) => {
  await page.getByRole('textbox', { name: 'Write to the room' }).fill('back')
  await page.keyboard.press('Enter')
  await page.getByRole('article', { name: /back/ }).and(page.locator(':not(.pending)')).waitFor()
}

describe('a page that slept for an hour', () => {
  it('shows what others did and what the clocks say within five seconds', async () => {
    const { id, person, page } = await inRoom()
    await anHourOfOthers(id)
    await lidOpens(page)
    await isRight(page)
    await saysAgain(page)
    await person.leave()
  })

  it('so also when both its lines died without a word', async () => {
    const { id, person, page, dead } = await inRoom()
    dead()
    await anHourOfOthers(id)
    await lidOpens(page)
    await isRight(page)
    await saysAgain(page)
    await person.leave()
  })
})

describe('a network that changed', () => {
  it('opens both lines anew within five seconds when the old ones are dead, though they look open', async () => {
    const { id, person, page, dead, lines } = await inRoom()
    const before = lines()
    dead()
    await anHourOfOthers(id)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await isRight(page)
    expect(lines()).toBe(before + 2)
    await saysAgain(page)
    await person.leave()
  })

  it('leaves lines alone that answer', async () => {
    const { person, page, lines } = await inRoom()
    const before = lines()
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    const asked = await page.evaluate(() => performance.now())
    await page.waitForFunction((at) => performance.now() - at > 2_500, asked)
    await saysAgain(page)
    expect(lines()).toBe(before)
    await person.leave()
  })
})
