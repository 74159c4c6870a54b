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

  it('loses no word of two who write at once, whichever draft is opened, changed and saved', {
    timeout: 240_000,
  }, async () => {
    const editor = await come(ada)
    const { page } = editor
    const area = page.getByRole('textbox', { name: /YAML/ })
    const conflict = page.getByRole('alert', { name: 'Another draft came in between' })
    const save = page.getByRole('button', { name: 'Save the draft' })
    const back = page.getByRole('button', { name: 'Back to mine' })
    const discard = page.getByRole('button', { name: 'Discard the draft' })
    const drafted = () =>
      rest<{ source: string; mark: string }>(
        server.url,
        server.rootToken,
        'GET',
        '/api/playbooks/agent-lab/drafts/edited',
      )
    const theirs = async (source: string, seen: string | null) => {
      await rest(server.url, server.rootToken, 'POST', '/api/playbooks', { source, seen })
    }
    await page.goto('/playbooks/agent-lab/edit')
    const before = await area.inputValue()
    const target = (minutes: number) => before.replace('target: 5m', `target: ${minutes}m`)
    await area.fill(target(6))
    await theirs(target(7), null)
    await save.click()
    await conflict.getByRole('button', { name: 'Open theirs here' }).click()
    await back.waitFor()
    expect(await area.inputValue()).toBe(target(7))
    expect(await violationsOf(page)).toEqual([])
    // Mine waits also through a reload, and while a change of theirs is saved.
    await page.reload()
    await back.waitFor()
    await area.fill(target(8))
    await save.click()
    await page.getByText('Saved. New incidents run by it once it is published').waitFor()
    expect((await drafted()).source).toBe(target(8))
    // What is changed in theirs waits while mine is here.
    await area.fill(target(9))
    await back.click()
    expect(await area.inputValue()).toBe(target(6))
    await back.click()
    expect(await area.inputValue()).toBe(target(9))
    // A third draft takes the place of neither.
    await theirs(target(10), (await drafted()).mark)
    await save.click()
    await conflict.getByRole('button', { name: 'Open theirs here' }).click()
    await page.getByText('2 texts of yours are set aside').waitFor()
    expect(await area.inputValue()).toBe(target(10))
    await back.click()
    expect(await area.inputValue()).toBe(target(6))
    await back.click()
    expect(await area.inputValue()).toBe(target(9))
    await back.click()
    await theirs(target(11), (await drafted()).mark)
    await save.click()
    await conflict.getByRole('button', { name: 'Save mine over it' }).click()
    await page.getByText('Saved. New incidents run by it once it is published').waitFor()
    expect((await drafted()).source).toBe(target(6))
    await back.click()
    expect(await area.inputValue()).toBe(target(9))
    await discard.click()
    await page.waitForURL('**/playbooks/agent-lab')
    expect(
      await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('agent-lab'))),
    ).toEqual([])
    await editor.leave([/409/])
  })

  it('keeps what is typed while a file is saved or a draft discarded', { timeout: 240_000 }, async () => {
    const editor = await come(ada)
    const { page } = editor
    const area = page.getByRole('textbox', { name: /YAML/ })
    /** Does something whose answer comes only after the text was typed. */
    const during = async (path: string, button: string, text: string) => {
      let answer = () => {}
      const typed = new Promise<void>((resolve) => {
        answer = resolve
      })
      await page.route(path, async (route) => {
        await typed
        await route.continue()
      })
      const asked = page.waitForRequest(path)
      await page.getByRole('button', { name: button }).click()
      await asked
      await area.fill(text)
      answer()
    }
    await page.goto('/playbooks/agent-lab/edit')
    const before = await area.inputValue()
    const target = (minutes: number) => before.replace('target: 5m', `target: ${minutes}m`)
    await page.goto('/import-playbook')
    await area.fill(target(6))
    await during('**/api/playbooks', 'Save the draft', target(7))
    await page.waitForURL('**/playbooks/agent-lab/edit')
    await page.getByText('What you wrote here is back.').waitFor()
    expect(await area.inputValue()).toBe(target(7))
    await during('**/api/playbooks/agent-lab/drafts/edited', 'Discard the draft', target(8))
    await page.getByText('Draft discarded.').waitFor()
    await page.getByRole('button', { name: 'Save the draft' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/playbooks/agent-lab/edit')
    expect(await area.inputValue()).toBe(target(8))
    await page.reload()
    await page.getByText('What you wrote here is back.').waitFor()
    expect(await area.inputValue()).toBe(target(8))
    await page.getByRole('button', { name: 'Take what is saved instead' }).click()
    expect(await area.inputValue()).toBe(before)
    await editor.leave()
  })

  it('warns who signs out of what another tab holds unsaved', async () => {
    const { token } = await makePerson(server.url, server.rootToken, 'Priya Nair', 'administrator')
    const writer = await come(token)
    await writer.page.goto('/import-playbook')
    await writer.page.getByRole('textbox', { name: /YAML/ }).fill('id: half')
    const other = await writer.newTab()
    await other.goto('/')
    await other.getByRole('button', { name: /^You, / }).click()
    await other.getByRole('menuitem', { name: 'Sign out' }).click()
    const dialog = other.getByRole('dialog', { name: 'Sign out' })
    await dialog.getByText('One thing you wrote is in this browser only').waitFor()
    await dialog.getByRole('button', { name: 'Stay signed in' }).click()
    await writer.leave()
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
