import { networkInterfaces } from 'node:os'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

declare global {
  interface Window {
    broken?: string[]
  }
}

/** An address of this machine that is no loopback: there browsers are as strict as on any LAN. */
const lanAddress = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find((entry) => entry.family === 'IPv4' && !entry.internal)?.address

/** Notes what the page's policy forbids, from the first script on. */
async function watched(person: Person): Promise<Page> {
  await person.context.addInitScript(() => {
    const broken: string[] = []
    window.broken = broken
    document.addEventListener('securitypolicyviolation', (e) => {
      broken.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample} (${e.sourceFile}:${e.lineNumber})`)
    })
  })
  return person.page
}

async function nothingBroken(page: Page): Promise<void> {
  expect(await page.evaluate(() => window.broken)).toEqual([])
}

const pastes = [
  ['text/html', '<p>From <b style="color: red">elsewhere</b></p><table><tr><td>cell</td></tr></table>'],
  [
    'text/plain',
    '# Plan\n\n- [ ] roll back\n- [x] tell\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n',
  ],
] as const

describe.skipIf(lanAddress === undefined)('over plain http on a LAN', () => {
  let server: RunningServer
  let browser: Browser
  let url = ''
  let incidentId = ''

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([
      startServer({ env: { HOST: '0.0.0.0', PUBLIC_URL: '' } }),
      launchBrowser(),
    ])
    url = `http://${lanAddress}:${server.port}`
    const made = await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', {
      title: 'Nothing answers',
      playbook: 'freeagentics',
      severity: 'SEV-1',
    })
    incidentId = made.id
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  it('room, board, declare and settings run within the policy, and the console stays empty', async () => {
    const people: Person[] = []
    const rooms: Page[] = []
    for (const name of ['Maya', 'Tomás']) {
      const { token } = await makePerson(server.url, server.rootToken, name)
      const person = await newPerson(browser, { baseUrl: url, token })
      people.push(person)
      const page = await watched(person)
      rooms.push(page)
      await page.goto(`/i/${incidentId}`)
      await page.locator('.ProseMirror').first().waitFor()
    }
    const [maya, tomas] = rooms
    if (maya === undefined || tomas === undefined) throw new Error('two people are needed')
    const editor = maya.locator('.ProseMirror').first()
    // The brief lies over the document for who has just come.
    await editor.focus()
    await maya.keyboard.type('Redis is slow ')
    for (const [type, text] of pastes)
      await editor.evaluate(
        (element, [kind, words]) => {
          const data = new DataTransfer()
          data.setData(kind, words)
          element.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
          )
        },
        [type, text] as const,
      )
    await tomas.getByText('Redis is slow').waitFor()
    await tomas.locator('.ProseMirror').first().focus()
    await tomas.keyboard.type('seen ')
    await maya.getByText('seen').first().waitFor()
    await maya.getByText('elsewhere').waitFor()
    await maya.getByText('roll back').first().waitFor()
    for (const page of rooms) await nothingBroken(page)

    for (const path of ['/', '/settings']) {
      await maya.goto(path)
      await maya.getByRole('heading').first().waitFor()
      await nothingBroken(maya)
    }
    await maya.goto('/')
    await maya.getByRole('heading').first().waitFor()
    await maya.keyboard.press('c')
    await maya.getByRole('dialog').or(maya.getByLabel('What is wrong?')).first().waitFor()
    await nothingBroken(maya)
    for (const person of people) await person.leave()
  })

  it('so does the wall', async () => {
    const made = await rest<{ token: string }>(server.url, server.rootToken, 'POST', '/api/walls', {
      label: 'Hall',
    })
    const person = await newPerson(browser, { baseUrl: url })
    const page = await watched(person)
    await page.goto(`/wall#${made.token}`)
    await page.getByText('Nothing answers').first().waitFor()
    await nothingBroken(page)
    await person.leave()
  })

  it('names what it forbids: a socket to another host, and a style sheet in the page', async () => {
    const person = await newPerson(browser, { baseUrl: url })
    const page = await watched(person)
    await page.goto('/')
    await page.evaluate(() => {
      new WebSocket('ws://127.0.0.1:9')
      const sheet = document.createElement('style')
      sheet.textContent = 'body { color: red }'
      document.head.append(sheet)
    })
    await page.waitForFunction(() => (window.broken?.length ?? 0) >= 2)
    const broken = (await page.evaluate(() => window.broken)) ?? []
    for (const directive of ['connect-src', 'style-src'])
      expect(
        broken.some((line) => line.startsWith(directive)),
        directive,
      ).toBe(true)
    await person.context.close()
  })
})
