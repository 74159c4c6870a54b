import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson } from './browser.ts'

const password = 'correct horse battery'

async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
}

describe('from an empty server to a room', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    // Without a root token the server prints its one-time set-up link.
    ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_ROOT_TOKEN: '' } }), launchBrowser()])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  it('sets up by the link, declares by keyboard, lets a guest in by a share link, signs out and in', async () => {
    const link = /https?:\S+\/setup#\S+/.exec(server.stdout())?.[0]
    if (link === undefined) throw new Error(`No set-up link in:\n${server.stdout()}`)
    const ada = await newPerson(browser, { baseUrl: server.url, viewport: { width: 1440, height: 900 } })
    const page = ada.page

    await page.goto(`/setup${new URL(link).hash}`)
    expect(page.url()).not.toContain('#')
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('Password').fill(password)
    const chosen = await page.getByLabel('Default playbook').locator('option').nth(1).innerText()
    await page.getByLabel('Default playbook').selectOption({ label: chosen })
    await page.getByRole('button', { name: 'Set up Muster' }).click()
    await page.getByRole('heading', { name: 'No open incidents' }).waitFor()
    expect(await violations(page)).toEqual([])

    await page.keyboard.press('c')
    await page.getByText(`Under ${chosen}`).waitFor()
    await page.keyboard.type('Search answers nobody')
    await page.keyboard.press('Alt+2')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/i\/[^/]+$/)
    const room = new URL(page.url()).pathname

    await page.goto('/settings')
    await page.getByRole('button', { name: /^Links of/ }).click()
    await page.getByRole('button', { name: 'Make a link' }).click()
    const share = await page.getByLabel('Shown only now. Copy it.').inputValue()
    const sam = await newPerson(browser, { baseUrl: server.url, viewport: { width: 390, height: 844 } })
    await sam.page.goto(share)
    expect(sam.page.url()).not.toContain('#')
    await sam.page.getByLabel('Your name').fill('Sam')
    await sam.page.getByRole('button', { name: 'Join' }).click()
    await sam.page.waitForURL(`**${room}`)
    await sam.page.goto('/')
    await sam.page.getByText('Your link opens one incident.').waitFor()

    await page.getByRole('button', { name: 'End link' }).click()
    await page.getByText('Links that work').waitFor({ state: 'detached' })
    await sam.page.goto(room)
    await sam.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await sam.leave()

    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'You, Ada' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('not this one')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    await ada.leave([/api\/sign-in/])
  })
})

describe('the wall', () => {
  let server: RunningServer
  let browser: Browser
  let address = ''

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    const wall = await rest<{ url: string }>(server.url, server.rootToken, 'POST', '/api/walls', {
      label: 'Hall',
    })
    address = wall.url
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const declare = (title: string, severity?: string) =>
    rest(server.url, server.rootToken, 'POST', '/api/incidents', {
      title,
      playbook: 'freeagentics',
      ...(severity === undefined ? {} : { severity }),
    })

  /** Height of the type in px of everything that is read, by what it says. */
  const typeSizes = (page: Page) =>
    page.evaluate(() => {
      const sizes: [string, number][] = []
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const text = node.textContent?.trim() ?? ''
        const parent = node.parentElement
        if (text === '' || parent === null || parent.closest('.visually-hidden, noscript, script') !== null)
          continue
        sizes.push([text, Number.parseFloat(getComputedStyle(parent).fontSize)])
      }
      return sizes
    })

  it('is calm, then shows what is declared, large enough for four metres, and says when it is cut off', async () => {
    const hall = await newPerson(browser, {
      baseUrl: server.url,
      viewport: { width: 1920, height: 1080 },
      timezoneId: 'UTC',
    })
    const page = hall.page
    await page.goto(address)
    await page.getByRole('heading', { name: 'No open incidents' }).waitFor()

    await declare('Search answers nobody', 'SEV-1')
    await page.getByRole('heading', { name: 'Search answers nobody' }).waitFor()
    await declare('Card payments fail')
    await declare('Exports are late', 'SEV-2')
    await page.getByText('Exports are late').waitFor()
    await page.getByText('3 open', { exact: true }).waitFor()

    const sizes = await typeSizes(page)
    expect(sizes.filter(([, px]) => px < 27.9)).toEqual([])
    // Capitals of Inter are 0.727 of the type: 36 px for severity, clocks and commander.
    const large = sizes.filter(([text]) => /^(?:SEV-\d|NO COMMANDER|\+?\d\d:\d\d)$/.test(text))
    expect(large.length).toBeGreaterThan(6)
    expect(large.filter(([, px]) => px * 0.727 < 36)).toEqual([])
    expect(await violations(page)).toEqual([])

    const clock = page.getByRole('timer').first()
    await hall.context.setOffline(true)
    await page.getByText(/^Last data \d\d:\d\d:\d\d$/).waitFor({ timeout: 20_000 })
    const before = await clock.innerText()
    await page.waitForFunction((was) => document.querySelector('[role="timer"]')?.textContent !== was, before)
    await declare('Declared while cut off', 'SEV-3')
    await hall.context.setOffline(false)
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
    await page.getByText('Declared while cut off').waitFor()
    await hall.leave([/WebSocket connection to/, /ERR_INTERNET_DISCONNECTED/])
  })

  it('says that a link does not work, and nothing else', async () => {
    const hall = await newPerson(browser, { baseUrl: server.url, viewport: { width: 1920, height: 1080 } })
    await hall.page.goto(`/wall#${'x'.repeat(43)}`)
    await hall.page.getByRole('heading', { name: 'This wall link does not work' }).waitFor()
    expect(await hall.page.getByRole('timer').count()).toBe(0)
    await hall.leave([/WebSocket connection to/])
  })
})
