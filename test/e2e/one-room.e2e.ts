import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { createEmptyPostgres, testDatabaseUrl, testRedisUrl } from '../helpers/databases.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

/** What a restart may make a browser say: its sockets and its fetches lost their server for a moment. */
const duringRestart = [
  /ERR_CONNECTION_REFUSED/,
  /WebSocket connection to/,
  /ERR_CONNECTION_RESET/,
  /Failed to load resource/,
]

interface Deployment {
  /** Where each person works; the same server twice when there is only one node. */
  urls: [string, string]
  rootToken: string
  killAndRestart(): Promise<void>
  stop(): Promise<void>
}

async function oneEmbeddedNode(): Promise<Deployment> {
  const server = await startServer()
  return {
    urls: [server.url, server.url],
    rootToken: server.rootToken,
    killAndRestart: async () => {
      await server.kill('SIGKILL')
      await server.restart()
    },
    stop: async () => void (await server.stop()),
  }
}

async function twoNodes(): Promise<Deployment> {
  const database = await createEmptyPostgres()
  const options = {
    databaseUrl: database.url,
    ...(testRedisUrl === undefined ? {} : { redisUrl: testRedisUrl }),
  }
  const first = await startServer(options)
  const second = await startServer(options)
  const nodes: RunningServer[] = [first, second]
  return {
    urls: [first.url, second.url],
    rootToken: first.rootToken,
    killAndRestart: async () => {
      await Promise.all(nodes.map((n) => n.kill('SIGKILL')))
      await Promise.all(nodes.map((n) => n.restart()))
    },
    stop: async () => {
      await Promise.all(nodes.map((n) => n.stop()))
      await database.drop()
    },
  }
}

const sayIn = (page: Page) => page.getByRole('textbox', { name: 'Write to the room' })
const timelineOf = (page: Page) => page.locator('[data-pane="timeline"]')
const editorOf = (page: Page) => page.locator('[data-pane="document"] .ProseMirror')

async function appears(page: Page, pane: 'timeline' | 'document' | 'tasks', text: string): Promise<void> {
  await page.locator(`[data-pane="${pane}"]`).getByText(text, { exact: false }).first().waitFor()
}

async function wholeLog(url: string, token: string, incidentId: string): Promise<IncidentEvent[]> {
  const all: IncidentEvent[] = []
  for (;;) {
    const path = `/api/incidents/${incidentId}/events?after=${all.length}`
    const page = await rest<{ events: IncidentEvent[] }>(url, token, 'GET', path)
    if (page.events.length === 0) return all
    all.push(...page.events)
  }
}

/** Two people in Chromium and a program with the stock y-websocket client in one room. */
function story(name: string, deploy: () => Promise<Deployment>): void {
  describe(`one room, ${name}`, () => {
    let deployment: Deployment
    let browser: Browser
    let maya: Person
    let tomas: Person
    let provider: WebsocketProvider | null = null
    const doc = new Y.Doc()
    let incidentId = ''

    beforeAll(async () => {
      ;[deployment, browser] = await Promise.all([deploy(), launchBrowser()])
      const { urls, rootToken } = deployment
      const [first, second] = [
        await makePerson(urls[0], rootToken, 'Maya Okafor'),
        await makePerson(urls[0], rootToken, 'Tomás Rivera'),
      ]
      const declared = await rest<{ id: string }>(urls[0], rootToken, 'POST', '/api/incidents', {
        title: 'Agent coordination down',
        playbook: 'freeagentics',
        severity: 'SEV-1',
      })
      incidentId = declared.id
      maya = await newPerson(browser, { baseUrl: urls[0], token: first.token })
      tomas = await newPerson(browser, { baseUrl: urls[1], token: second.token })
      class Authorized extends WebSocket {
        constructor(address: string | URL, protocols?: string | string[]) {
          super(address, protocols, { headers: { Authorization: `Bearer ${rootToken}` } })
        }
      }
      provider = new WebsocketProvider(`${urls[1].replace('http', 'ws')}/documents`, incidentId, doc, {
        WebSocketPolyfill: Authorized as unknown as typeof globalThis.WebSocket,
        disableBc: true,
      })
    })
    afterAll(async () => {
      provider?.destroy()
      await maya?.leave(duringRestart)
      await tomas?.leave(duringRestart)
      await browser?.close()
      await deployment?.stop()
    })

    it('shares edits, ticks, chat, timeline and a pin, and has them all after kill -9', async () => {
      await Promise.all([maya, tomas].map((p) => p.page.goto(`/i/${incidentId}`)))
      await Promise.all([maya, tomas].map((p) => editorOf(p.page).waitFor()))
      // Whoever comes is told what is going on; the first key ends that.
      for (const { page } of [maya, tomas]) {
        await page.getByRole('region', { name: 'Brief' }).waitFor()
        await page.keyboard.press('Escape')
      }

      // Words: each of the three sees those of the others.
      await editorOf(maya.page).locator('p').first().click()
      await maya.page.keyboard.type('No new coalition forms since 14:01.')
      await appears(tomas.page, 'document', 'No new coalition forms since 14:01.')
      const root = doc.getXmlFragment('document')
      await contains(doc, 'No new coalition forms since 14:01.')
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText('Written by a program.')])
      root.insert(root.length, [paragraph])
      await appears(maya.page, 'document', 'Written by a program.')
      await appears(tomas.page, 'document', 'Written by a program.')

      // A tick by one is a tick for the other.
      const box = (page: Page) => page.getByRole('checkbox', { name: 'Severity and impact judged' })
      await box(maya.page).click()
      await tomas.page
        .locator('[data-pane="tasks"]')
        .getByText(/1 done|Maya/)
        .first()
        .waitFor()

      // Talk, an entry, and a pin that keeps both links.
      await sayIn(tomas.page).fill('Lock keys have no expiry')
      await tomas.page.keyboard.press('Enter')
      await appears(maya.page, 'timeline', 'Lock keys have no expiry')
      await timelineOf(maya.page).getByText('Lock keys have no expiry').hover()
      await rest(
        deployment.urls[0],
        deployment.rootToken,
        'POST',
        `/api/incidents/${incidentId}/commands/entry.pin`,
        {
          ref: (await wholeLog(deployment.urls[0], deployment.rootToken, incidentId)).find(
            (e) => e.type === 'chat.sent',
          )?.seq,
          kind: 'finding',
        },
      )
      await maya.page.getByRole('radio', { name: 'Decision', exact: true }).click()
      await maya.page.getByRole('textbox', { name: 'Record: decision' }).fill('Roll back to 4.17.3')
      await maya.page.getByRole('textbox', { name: 'Because' }).fill('It began with the release')
      await maya.page.keyboard.press('Enter')
      await appears(tomas.page, 'timeline', 'Roll back to 4.17.3')
      await appears(tomas.page, 'timeline', 'It began with the release')

      const before = await wholeLog(deployment.urls[0], deployment.rootToken, incidentId)
      const seen = await Promise.all(
        [maya, tomas].map((p) => timelineOf(p.page).locator('[data-row]').allInnerTexts()),
      )
      expect(seen[0]?.length).toBeGreaterThan(3)
      await deployment.killAndRestart()

      const after = await wholeLog(deployment.urls[0], deployment.rootToken, incidentId)
      expect(after.slice(0, before.length).map((e) => e.hash)).toEqual(before.map((e) => e.hash))
      for (const person of [maya, tomas]) {
        await person.page.reload()
        await appears(person.page, 'document', 'No new coalition forms since 14:01.')
        await appears(person.page, 'document', 'Written by a program.')
        await appears(person.page, 'timeline', 'Lock keys have no expiry')
        await appears(person.page, 'timeline', 'Roll back to 4.17.3')
      }
      // The same rows in the same order, on both screens, as before.
      const again = await Promise.all(
        [maya, tomas].map((p) => timelineOf(p.page).locator('[data-row]').count()),
      )
      expect(again[0]).toBe(again[1])
      await contains(doc, 'Written by a program.')

      // And it goes on.
      await sayIn(maya.page).fill('We are back')
      await maya.page.keyboard.press('Enter')
      await appears(tomas.page, 'timeline', 'We are back')
    })
  })
}

/** Waits until the stock client's replica has these words. */
function contains(doc: Y.Doc, words: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!doc.getXmlFragment('document').toString().includes(words)) return
      doc.off('update', look)
      resolve()
    }
    doc.on('update', look)
    look()
  })
}

story('one embedded node', oneEmbeddedNode)
if (testDatabaseUrl !== undefined) story('two nodes over PostgreSQL and Redis', twoNodes)
else it.skip('one room, two nodes: needs TEST_DATABASE_URL', () => {})
