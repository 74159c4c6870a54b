import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

const source = readFileSync('shared/playbooks/freeagentics.yaml', 'utf8')
const wrong = source.replace('order: 2', 'order: 3').replace('Alert acknowledged', 'Somebody has it')
const wrongLine = wrong.split('\n').findIndex((line) => line.includes('id: investigation, name')) + 1
const mended = wrong.replace(
  'order: 3, window: none, base: alert_fired, src: [FA-27]',
  'order: 2, window: none, base: alert_fired, src: [FA-27]',
)

let server: RunningServer
let browser: Browser
let ada = ''
let rob = ''
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  ada = (await makePerson(server.url, server.rootToken, 'Ada Park', 'administrator')).token
  rob = (await makePerson(server.url, server.rootToken, 'Rob Stone')).token
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const come = (token: string, width = 1440, colorScheme: 'light' | 'dark' = 'light') =>
  newPerson(browser, { baseUrl: server.url, token, colorScheme, viewport: { width, height: 900 } })

const file = (text: string) => ({
  name: 'freeagentics.yaml',
  mimeType: 'application/yaml',
  buffer: Buffer.from(text),
})
const versionsNow = () =>
  rest<{ version: number }[]>(server.url, server.rootToken, 'GET', '/api/playbooks/freeagentics/versions')

describe('a playbook as a product', () => {
  it('a file with a mistake, mended, drafted, compared, published, and taken up by a room that runs', {
    timeout: 240_000,
  }, async () => {
    const { id } = await rest<{ id: string }>(server.url, rob, 'POST', '/api/incidents', {
      title: 'Agents drop out',
      playbook: 'freeagentics',
      severity: 'SEV-2',
    })
    const responder = await come(rob)
    await responder.page.goto(`/i/${id}`)
    await responder.page.getByText('Alert acknowledged').waitFor()

    const editor = await come(ada)
    const { page } = editor
    await page.goto('/playbooks')
    await page.getByRole('link', { name: 'Import a file' }).click()
    await page.locator('input[type=file]').setInputFiles(file(wrong))
    await page.getByText('One mistake.').waitFor()
    const line = page.getByRole('button', { name: `Line ${wrongLine}` })
    await page.getByText('Order 3 at place 2').waitFor()
    await page.getByText('Expected: phases written in order, counted from 1').waitFor()
    expect(await violationsOf(page)).toEqual([])
    expect(await page.getByRole('button', { name: 'Save the draft' }).count()).toBe(0)
    await line.click()
    const area = page.getByRole('textbox', { name: /YAML/ })
    const chosen = await area.evaluate((field: HTMLTextAreaElement) =>
      field.value.slice(field.selectionStart, field.selectionEnd),
    )
    expect(chosen).toContain('id: investigation')

    await area.fill(mended)
    await page.getByText('Checklists, The first 15 minutes, Somebody has it, text').waitFor()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.waitForURL('**/playbooks/freeagentics/edit')
    // Saved is not published.
    expect(await versionsNow()).toHaveLength(1)
    await page.getByRole('heading', { name: 'What version 2 would change, 1' }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Publish version 2' }).click()
    await page.waitForURL('**/playbooks/freeagentics')
    await page.getByText('Somebody has it').first().waitFor()
    await page.getByText('Versions', { exact: true }).click()
    await page.getByRole('button', { name: 'What it changed' }).click()
    await page.getByText('“Alert acknowledged”').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'File' }).first().click(),
    ])
    expect(readFileSync(await download.path(), 'utf8')).toBe(mended)

    // The room runs by its version until somebody there takes the new one.
    expect(await responder.page.getByText('Alert acknowledged').isVisible()).toBe(true)
    await responder.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await responder.page.getByText('Version 2 of the playbook is published.').waitFor()
    await responder.page.getByRole('button', { name: 'What would change' }).click()
    const dialog = responder.page.getByRole('dialog', { name: 'Update the playbook to version 2' })
    await dialog.getByText('“Somebody has it”').waitFor()
    expect(await violationsOf(responder.page)).toEqual([])
    await dialog.getByRole('button', { name: 'Run by version 2' }).click()
    await responder.page.getByText('Somebody has it', { exact: true }).first().waitFor()
    await responder.page
      .getByText(/updated the playbook to version 2/)
      .first()
      .waitFor()
    expect(await responder.page.getByText('Version 2 of the playbook is published.').count()).toBe(0)
    const { events } = await rest<{ events: { type: string; data: { told: string[] } }[] }>(
      server.url,
      rob,
      'GET',
      `/api/incidents/${id}/events?after=0`,
    )
    expect(events.find((e) => e.type === 'playbook.adopted')?.data.told).toEqual([
      'Checklists, The first 15 minutes, Somebody has it, text: “Alert acknowledged” → “Somebody has it”',
    ])
    await editor.leave()
    await responder.leave()
  })

  it('keeps what is not saved for whoever comes back, until it is saved or thrown away', async () => {
    const editor = await come(ada)
    const { page } = editor
    const area = page.getByRole('textbox', { name: /YAML/ })
    const home = page.getByRole('link', { name: 'Incidents', exact: true })
    await page.goto('/playbooks/agent-lab/edit')
    const before = await area.inputValue()
    const mine = before.replace('target: 5m', 'target: 6m')
    await area.fill(mine)
    await home.click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    await page.goBack()
    await page.getByText('What you wrote here is back.').waitFor()
    expect(await area.inputValue()).toBe(mine)
    // What somebody saves meanwhile is not written over unseen.
    await home.click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    const theirs = before.replace('target: 5m', 'target: 7m')
    await rest(server.url, server.rootToken, 'POST', '/api/playbooks', { source: theirs })
    await page.goBack()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByRole('alert', { name: 'Another draft came in between' }).waitFor()
    expect(await area.inputValue()).toBe(mine)
    await page.getByRole('button', { name: 'Take what is saved instead' }).click()
    expect(await area.inputValue()).toBe(theirs)
    await home.click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    await page.goBack()
    await area.waitFor()
    expect(await area.inputValue()).toBe(theirs)
    expect(await page.getByText('What you wrote here is back.').count()).toBe(0)
    await page.getByRole('button', { name: 'Discard the draft' }).click()
    await page.waitForURL('**/playbooks/agent-lab')
    await editor.leave([/409/])
  })

  it('is edited by administrators only; responders take the file away', { timeout: 120_000 }, async () => {
    const responder = await come(rob, 390)
    await responder.page.goto('/playbooks/agent-lab')
    await responder.page.getByRole('heading', { level: 1 }).waitFor()
    expect(await responder.page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
    expect(await responder.page.getByRole('link', { name: 'File' }).count()).toBe(1)
    await responder.page.goto('/playbooks/agent-lab/edit')
    await responder.page.getByText('Administrators edit playbooks.').waitFor()
    await expect(rest(server.url, rob, 'POST', '/api/playbooks', { source })).rejects.toThrow(
      /administrators/i,
    )
    await responder.leave([/403/])
  })

  it('fits a phone, in the dark', { timeout: 120_000 }, async () => {
    const editor = await come(ada, 390, 'dark')
    await editor.page.goto('/playbooks/agent-lab/edit')
    const area = editor.page.getByRole('textbox', { name: /YAML/ })
    await area.fill((await area.inputValue()).replace('target: 5m', 'target: -5m'))
    await editor.page.getByText(/is negative/).waitFor()
    expect(await violationsOf(editor.page)).toEqual([])
    const wide = await editor.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(wide).toBe(false)
    await editor.leave()
  })
})
