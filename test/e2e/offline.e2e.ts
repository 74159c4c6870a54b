import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'
import { Lines } from './lines.ts'

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

async function declare(): Promise<string> {
  const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
  return (await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)).id
}

async function roomOnLines(id: string): Promise<{ person: Person; lines: Lines }> {
  const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
  const lines = new Lines()
  await lines.watch(person.context)
  await enter(person.page, id)
  return { person, lines }
}

async function enter(page: Page, id: string): Promise<void> {
  await page.goto(`/i/${id}`)
  await lamp(page, 'all saved').waitFor()
}

const lamp = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words })
const row = (page: Page, words: string) => page.getByRole('article', { name: new RegExp(words) })

/** The words of the document, without the flags of others' carets, which may stand in the middle of one. */
const prose = (page: Page) =>
  page.locator('.ProseMirror').evaluate((editor) => {
    const copy = editor.cloneNode(true) as Element
    for (const caret of copy.querySelectorAll('.caret')) caret.remove()
    return copy.textContent ?? ''
  })

async function chat(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Write to the room' }).fill(words)
  await page.keyboard.press('Enter')
  await row(page, words).waitFor()
}

async function eventsOf(id: string): Promise<IncidentEvent[]> {
  const path = `/api/incidents/${id}/events`
  return (await rest<{ events: IncidentEvent[] }>(server.url, priya.token, 'GET', path)).events
}

async function chatOf(id: string): Promise<string[]> {
  return (await eventsOf(id)).flatMap((e) => (e.type === 'chat.sent' ? [e.data.text] : [])).sort()
}

const later = (advance: string) => rest(server.url, server.rootToken, 'POST', '/api/test/clock', { advance })

/** What a browser says about lines that are cut on purpose. */
const cutLines = [/WebSocket/, /ERR_/]

describe('what was made offline', () => {
  it('outlives the tab and a closed line, and comes back with its time', async () => {
    const id = await declare()
    const { person, lines } = await roomOnLines(id)
    const { page } = person
    await chat(page, 'still online')
    await row(page, 'still online').and(page.locator(':not(.pending)')).waitFor()
    await lines.break()
    await lamp(page, 'Offline').waitFor()
    const before = Date.now()
    await chat(page, 'written in the dark')
    const box = page.getByRole('checkbox', { checked: false }).first()
    const task = (await box.getAttribute('aria-label')) ?? ''
    await box.click()
    await page.getByRole('checkbox', { name: task, checked: true }).waitFor()
    await page.locator('.ProseMirror p').first().click()
    await page.keyboard.insertText('words of the cellar')
    await lamp(page, 'Offline, 3 kept here').waitFor()

    // The tab is gone, the line still cut: another one shows the room and what was kept.
    await page.close()
    await later('PT30M')
    const again = await person.newTab()
    await again.goto(`/i/${id}`)
    await lamp(again, 'Offline, 3 kept here. Last data').waitFor()
    await row(again, 'still online').waitFor()
    await row(again, 'written in the dark').waitFor()
    await again.getByRole('checkbox', { name: task, checked: true }).waitFor()
    await again.getByText('Ticked offline at').waitFor()
    await again.getByText('words of the cellar').waitFor()

    lines.cut = false
    await lamp(again, 'all saved').waitFor()
    await row(again, 'written in the dark').getByText('Made offline at').waitFor()
    expect(await chatOf(id)).toEqual(['still online', 'written in the dark'])
    const made = (await eventsOf(id)).filter((e) => ['chat.sent', 'task.ticked'].includes(e.type)).slice(1)
    expect(made.map((e) => e.type)).toEqual(['chat.sent', 'task.ticked'])
    for (const e of made) {
      expect(e.at - e.occurredAt).toBeGreaterThan(29 * 60_000)
      expect(Math.abs(e.occurredAt - before)).toBeLessThan(60_000)
    }
    const file = await fetch(`${server.url}/api/incidents/${id}/export.md`, {
      headers: { authorization: `Bearer ${priya.token}` },
    })
    const markdown = await file.text()
    expect(markdown).toContain('words of the cellar')
    expect(markdown.match(/made offline, recorded/g)?.length).toBeGreaterThanOrEqual(3)
    await person.leave(cutLines)
  })

  it('merges from two browsers that were both away', async () => {
    const id = await declare()
    const [one, two] = await Promise.all([roomOnLines(id), roomOnLines(id)])
    await Promise.all([one.lines.break(), two.lines.break()])
    await Promise.all([one, two].map(({ person }) => lamp(person.page, 'Offline').waitFor()))
    for (const [who, { person }] of Object.entries({ left: one, right: two })) {
      await chat(person.page, `from the ${who}`)
      await person.page.locator('.ProseMirror p').first().click()
      await person.page.keyboard.insertText(`prose of the ${who}. `)
    }
    one.lines.cut = false
    two.lines.cut = false
    for (const { person } of [one, two]) {
      await lamp(person.page, 'all saved').waitFor()
      for (const who of ['left', 'right']) {
        await row(person.page, `from the ${who}`).waitFor()
        await expect.poll(() => prose(person.page)).toContain(`prose of the ${who}.`)
      }
    }
    expect(await chatOf(id)).toEqual(['from the left', 'from the right'])
    await one.person.leave(cutLines)
    await two.person.leave(cutLines)
  })

  it('is taken over by the other tab when one dies, and sent once', async () => {
    const id = await declare()
    const { person, lines } = await roomOnLines(id)
    const other = await person.newTab()
    await enter(other, id)
    await lines.break()
    await Promise.all([person.page, other].map((page) => lamp(page, 'Offline').waitFor()))
    await chat(person.page, 'from the first tab')
    await chat(other, 'from the second tab')
    await person.page.close()
    await row(other, 'from the first tab').waitFor()
    await lamp(other, 'Offline, 2 kept here').waitFor()
    lines.cut = false
    await lamp(other, 'all saved').waitFor()
    expect(await chatOf(id)).toEqual(['from the first tab', 'from the second tab'])
    await person.leave(cutLines)
  })
})

describe('what is refused', () => {
  it('at once, with the reason, where others may have changed it; the reason typed stays', async () => {
    const { person, lines } = await roomOnLines(await declare())
    const { page } = person
    await lines.break()
    await lamp(page, 'Offline').waitFor()
    await page.getByRole('button', { name: 'Acknowledge' }).first().click()
    await page.getByText('not while you are offline. Others may have changed it').waitFor()
    // Said before anybody types, and gone with the line.
    await page.keyboard.press('s')
    const severity = page.getByRole('dialog', { name: 'Severity' })
    await severity.getByText('A severity waits for the line').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Close incident' }).click()
    const dialog = page.getByRole('dialog', { name: 'Close incident' })
    await dialog.getByRole('radio', { name: 'It was not real' }).click()
    await dialog.getByLabel('Reason').fill('It was the cache')
    await dialog.getByRole('button', { name: 'Close as false positive' }).click()
    await dialog.getByText('Close incident: not while you are offline').waitFor()
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('It was the cache')
    await person.leave(cutLines)
  })

  it('on return waits in the tray with its words, reason and time, over a reload, until it is discarded', async () => {
    const id = await declare()
    const { person, lines } = await roomOnLines(id)
    const { page } = person
    await lines.break()
    await lamp(page, 'Offline').waitFor()
    await chat(page, 'too late to matter')
    await page.getByRole('checkbox', { checked: false }).first().click()
    await lamp(page, 'Offline, 2 kept here').waitFor()
    await rest(server.url, priya.token, 'POST', `/api/incidents/${id}/commands/incident.close`, {
      reason: 'Over',
      as: 'false-positive',
    })
    lines.cut = false
    await page.getByRole('button', { name: '2 not accepted' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: '2 not accepted' }).click()
    const tray = page.getByRole('dialog', { name: 'Not accepted' })
    expect(await tray.locator('pre').allInnerTexts()).toEqual(
      expect.arrayContaining(['too late to matter', expect.stringMatching(/^Tick task: \S/)]),
    )
    expect(await tray.innerText()).toContain('The incident is closed')
    expect(await tray.getByText(/^Made \d\d:\d\d/).count()).toBe(2)
    const first = tray.getByRole('region').filter({ hasText: 'too late to matter' })
    await first.getByRole('button', { name: 'Discard' }).click()
    await first.getByRole('button', { name: 'Keep' }).click()
    expect(await tray.locator('pre').count()).toBe(2)
    await first.getByRole('button', { name: 'Discard' }).click()
    await first.getByRole('button', { name: 'Discard' }).click()
    await first.waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: '1 not accepted' }).waitFor()
    expect(await chatOf(id)).toEqual([])
    await person.leave(cutLines)
  })
})

describe('the lamp', () => {
  it('says offline within seconds of silence, and live again when the server speaks', async () => {
    const { person, lines } = await roomOnLines(await declare())
    const { page } = person
    const from = Date.now()
    lines.deaf = true
    await lamp(page, 'Offline').waitFor()
    expect(await lamp(page, 'Offline').innerText()).toBe('Offline')
    expect(Date.now() - from).toBeLessThan(7_000)
    lines.deaf = false
    await lamp(page, 'all saved').waitFor()
    await person.leave(cutLines)
  })
})

describe('a browser that keeps nothing', () => {
  const broken = {
    'has no storage': () => {
      Object.defineProperty(window, 'indexedDB', { value: undefined })
    },
    'forbids it': () => {
      const open = () => {
        throw new DOMException('no', 'SecurityError')
      }
      Object.defineProperty(window, 'indexedDB', { value: { open } })
    },
    'never answers': () => {
      // A request of a database that is not there is never answered after its page let go of it.
      const open = () => Object.create(IDBOpenDBRequest.prototype, { addEventListener: { value: () => {} } })
      Object.defineProperty(window, 'indexedDB', { value: { open } })
    },
    'is full': () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no', 'QuotaExceededError')
      }
    },
  }

  it.each(Object.entries(broken))('because it %s goes on, and says so', async (_why, breakIt) => {
    const id = await declare()
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const lines = new Lines()
    await lines.watch(person.context)
    await person.context.addInitScript(breakIt)
    const { page } = person
    await enter(page, id)
    await chat(page, 'live all the same')
    await page.locator('.ProseMirror p').first().click()
    await page.keyboard.insertText('so is the document')
    await lines.break()
    await chat(page, 'only in this tab')
    await lamp(page, 'in this tab only. This browser keeps nothing').waitFor()
    lines.cut = false
    await lamp(page, 'all saved').waitFor()
    expect(await chatOf(id)).toEqual(['live all the same', 'only in this tab'])
    await person.leave(cutLines)
  })
})

describe('signing out', () => {
  it('warns of what is unsent, clears the browser, and is seen by the other tab', async () => {
    const ravi = await makePerson(server.url, server.rootToken, 'Ravi Shah')
    const id = await declare()
    const person = await newPerson(browser, { baseUrl: server.url, token: ravi.token })
    const lines = new Lines()
    await lines.watch(person.context)
    await enter(person.page, id)
    const other = await person.newTab()
    await other.goto('/')
    await lines.break()
    await lamp(person.page, 'Offline').waitFor()
    await chat(person.page, 'never sent')
    await lamp(person.page, 'Offline, 1 kept here').waitFor()
    await other.getByRole('button', { name: /^You, / }).click()
    await other.getByRole('menuitem', { name: 'Sign out' }).click()
    const dialog = other.getByRole('dialog', { name: 'Sign out' })
    expect(await dialog.innerText()).toContain('in this browser only')
    await dialog.getByRole('button', { name: 'Sign out and discard' }).click()
    for (const page of [other, person.page]) await page.getByLabel('Password').waitFor()
    const left = await other.evaluate(async (database) => {
      return await new Promise<number>((resolve) => {
        const opening = indexedDB.open(database)
        opening.onsuccess = () => {
          const asked = opening.result.transaction('commands').objectStore('commands').count()
          asked.onsuccess = () => resolve(asked.result)
        }
      })
    }, `muster-${ravi.id}`)
    expect(left).toBe(0)
    await person.leave(cutLines)
  })
})
