import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

const plan = readFileSync('test/fixtures/plans/lists.md', 'utf8')
const pictures = process.env.PICTURES

let server: RunningServer
let browser: Browser
let ada = ''
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  ada = (await makePerson(server.url, server.rootToken, 'Ada Park', 'administrator')).token
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const picture = async (page: Page, name: string) => {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` })
}

describe("a team's own plan", () => {
  it('is pasted, found line by line, and becomes a draft', { timeout: 120_000 }, async () => {
    const { page } = await newPerson(browser, {
      baseUrl: server.url,
      token: ada,
      colorScheme: 'light',
      viewport: { width: 1440, height: 900 },
    })
    await page.goto('/playbooks')
    await page.getByRole('link', { name: 'Import a plan' }).click()
    await page.getByRole('heading', { name: 'Bring your own plan' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Your plan' }).fill(plan)
    await page.getByRole('button', { name: 'Read the plan' }).click()

    await page.getByRole('heading', { name: /findings in your plan/ }).waitFor()
    await page.getByText('Not stated, to be settled by you: who leads, who writes.').waitFor()
    const left = page.getByRole('region', { name: /Not understood, 3/ })
    await left.getByText('Ask Kim about the printer.').waitFor()
    await page.getByText(/Severities, \d+/).click()
    await page.getByText('P1 is answered within 15 min').waitFor()
    await left.getByRole('button', { name: 'Line 52' }).click()
    const line = page.getByRole('list', { name: 'The plan, line by line' }).getByRole('listitem').nth(51)
    await expect.poll(() => line.evaluate((item) => document.activeElement === item)).toBe(true)
    expect(await line.textContent()).toContain('not understood')
    expect(await violationsOf(page)).toEqual([])
    await picture(page, 'plan-laptop')
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await picture(page, 'plan-phone')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violationsOf(page)).toEqual([])
    await picture(page, 'plan-dark')

    // Taken away it is no longer only here.
    const unsaved = () =>
      page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes(':plan')).length)
    expect(await unsaved()).toBe(1)
    await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Take the YAML away' }).click(),
    ])
    expect(await unsaved()).toBe(0)

    await page.getByRole('button', { name: 'Make a draft' }).click()
    await page.getByRole('heading', { name: 'Edit the playbook' }).waitFor()
    await page.getByRole('button', { name: 'Publish version 1' }).waitFor()
    const drafts = await rest<{ id: string; origin: string }[]>(
      server.url,
      ada,
      'GET',
      '/api/playbook-drafts',
    )
    expect(drafts.map((one) => [one.id, one.origin])).toContainEqual(['orchard', 'edited'])
  })
})
