import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

const password = 'correct horse battery'

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
    const playbooks = page.getByRole('group', { name: 'Default playbook' })
    // Each says in one line what it is for.
    await playbooks.getByText(/^One standard way through .* \d severities\.$/).waitFor()
    const chosen = await playbooks.locator('b').nth(1).innerText()
    await playbooks.getByRole('radio', { name: chosen }).check()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Set up Muster' }).click()
    await page.getByRole('heading', { name: 'No open incidents' }).waitFor()
    expect(await violationsOf(page)).toEqual([])

    await page.keyboard.press('c')
    await page.getByText(`Under ${chosen}`).waitFor()
    await page.keyboard.type('Search answers nobody')
    await page.keyboard.press('Alt+2')
    expect(await violationsOf(page)).toEqual([])
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
    await sam.page.getByText('Search answers nobody').waitFor()
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

    // An address that means nothing leads on, typed or linked to.
    for (const path of ['/i/%E0%A4%A', '/playbooks/%E0%A4%A/edit', '/%E0%A4%A']) {
      await page.goto(path)
      await page.getByRole('heading', { name: 'There is no such page.' }).waitFor()
      await page.getByRole('link', { name: 'Go to the board' }).click()
      await page.waitForURL(`${server.url}/`)
    }
    await page.goto('/settings')
    await page.getByRole('button', { name: /^Links of/ }).waitFor()
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
