import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentsOf } from '../../client/views/playbook/contents.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

let server: RunningServer
let browser: Browser
let token = ''
let names: string[] = []

const asRoot = <T>(path: string) => rest<T>(server.url, server.rootToken, 'GET', path)

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  token = (await makePerson(server.url, server.rootToken, 'Ada Park')).token
  names = (await asRoot<{ id: string }[]>('/api/playbooks')).map((one) => one.id)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const come = (colorScheme: 'light' | 'dark' = 'light', width = 1440) =>
  newPerson(browser, { baseUrl: server.url, token, colorScheme, viewport: { width, height: 900 } })

/** What is on the clipboard, kept by the page itself: a browser without a person has none to read. */
async function keepCopies(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const copies: string[] = []
    Object.assign(window, { copies })
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text: string) => void copies.push(text) },
    })
  })
  return () => page.evaluate(() => Reflect.get(window, 'copies'))
}

describe('the pages of the playbooks', () => {
  it('are listed, and each opens whole, in light and dark and on a phone', { timeout: 480_000 }, async () => {
    const ada = await come()
    const night = await come('dark')
    const phone = await come('light', 390)
    await ada.page.goto('/')
    await ada.page.getByRole('link', { name: 'Playbooks' }).click()
    expect(names.length).toBeGreaterThanOrEqual(5)
    for (const name of names) {
      const playbook = await asRoot<Playbook>(`/api/playbooks/${name}`)
      await ada.page.getByRole('link', { name: playbook.product, exact: true }).click()
      await ada.page.getByRole('heading', { level: 1, name: playbook.title }).waitFor()
      expect(new URL(ada.page.url()).pathname).toBe(`/playbooks/${name}`)

      const rows = ada.page.locator('#severities [data-severity]')
      expect(await rows.count()).toBe(playbook.severities.length)
      for (const severity of playbook.severities)
        await ada.page.locator(`[data-severity="${severity.key}"]`, { hasText: severity.name }).waitFor()
      const told = await ada.page
        .getByRole('navigation', { name: /^Contents/ })
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => link.textContent?.replace(/\s+/g, ' ').trim()))
      expect(told).toEqual(contentsOf(playbook).map((entry) => `${entry.title}${entry.count}`))
      expect(await ada.page.locator('#commands article').count()).toBe(playbook.commands.length)
      expect(await ada.page.getByText(`Not stated, ${playbook.notStated.length}`).isVisible()).toBe(true)
      expect(await ada.page.getByText(`Looks wrong, ${playbook.looksWrong.length}`).count()).toBe(
        playbook.looksWrong.length === 0 ? 0 : 1,
      )
      expect(await violationsOf(ada.page)).toEqual([])

      await night.page.goto(`/playbooks/${name}`)
      await night.page.getByRole('heading', { level: 1 }).waitFor()
      // In the dark only the colours are others.
      expect(await violationsOf(night.page, { rules: ['color-contrast'] })).toEqual([])

      await phone.page.goto(`/playbooks/${name}`)
      await phone.page.getByRole('heading', { level: 1 }).waitFor()
      expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)

      await ada.page.getByRole('link', { name: 'Playbooks' }).click()
      await ada.page.getByRole('heading', { level: 1, name: 'Playbooks' }).waitFor()
    }
    expect(await violationsOf(ada.page)).toEqual([])
    await Promise.all([ada.leave(), night.leave(), phone.leave()])
  })

  it('go to a section by keyboard, and by an address that names it', async () => {
    const ada = await come()
    const { page } = ada
    await page.goto(`/playbooks/${names[0]}#roles`)
    const top = (id: string) => page.locator(`#${id}`).evaluate((node) => node.getBoundingClientRect().top)
    await page.locator('#roles').waitFor()
    await expect.poll(() => top('roles')).toBeLessThan(120)
    await page.getByRole('link', { name: /^Checklists/ }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => top('checklists')).toBeLessThan(120)
    expect(page.url()).toContain('#checklists')
    await page.locator('nav [aria-current=location]', { hasText: 'Checklists' }).waitFor()
    await ada.leave()
  })

  it('give a command with its parameter made safe, refuse an empty one, and ask before what destroys', async () => {
    const ada = await come()
    const { page } = ada
    const copies = await keepCopies(page)
    const playbooks = await Promise.all(names.map((name) => asRoot<Playbook>(`/api/playbooks/${name}`)))
    const found = playbooks
      .flatMap((playbook) => playbook.commands.map((command) => ({ playbook, command })))
      .find(({ command }) => command.effect === 'destroy' && command.params[0]?.quoting === 'sql')
    const param = found?.command.params[0]
    if (found === undefined || param === undefined) throw new Error('no playbook has a command that destroys')
    const { command, playbook } = found
    await page.goto(`/playbooks/${playbook.id}`)
    const card = page.locator('#commands').getByRole('article', { name: command.id })
    const copy = card.getByRole('button', { name: `Copy ${command.id}`, exact: true })

    await copy.first().click()
    await card.getByText(`Enter “${param.label}”.`).waitFor()
    expect(await copies()).toEqual([])

    await card.getByLabel(param.label).fill("o'neil")
    await copy.first().click()
    const field = card.getByLabel(`Type ${command.id} to copy it`)
    await field.fill('something else')
    await field.press('Enter')
    await card.getByText(`Type ${command.id} as it is written.`).waitFor()
    expect(await copies()).toEqual([])
    await field.fill(command.id)
    await field.press('Enter')
    await card.getByRole('button', { name: `Copied ${command.id}` }).waitFor()
    expect(await copies()).toEqual([command.text.replaceAll(param.token, "o''neil")])
    await ada.leave()
  })

  it('open from the room in the version the incident runs under; a playbook nobody has is said so', async () => {
    const ada = await come()
    const { page } = ada
    const { id } = await rest<{ id: string }>(server.url, token, 'POST', '/api/incidents', {
      title: 'Search is slow',
      playbook: names[0],
    })
    await page.goto(`/i/${id}`)
    await page.getByRole('link', { name: /playbook v1$/ }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/playbooks\/[0-9a-f]{64}$/)
    await page.goto('/playbooks/nobody-has-this')
    await page.getByText('There is no playbook with this id').waitFor()
    await ada.leave([/404/])
  })
})
