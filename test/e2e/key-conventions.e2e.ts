import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

/** For machines that do other things as well. */
const patience = { timeout: 15_000 }

describe('the keys of a room', () => {
  let server: RunningServer
  let browser: Browser
  let person: Person
  let page: Page
  let other: { id: string; token: string }
  let id = ''

  const asOther = async (type: string, data: unknown = {}) =>
    void (await rest(server.url, other.token, 'POST', `/api/incidents/${id}/commands/${type}`, data))
  const events = async () =>
    (
      await rest<{ events: IncidentEvent[] }>(
        server.url,
        server.rootToken,
        'GET',
        `/api/incidents/${id}/events`,
      )
    ).events
  const severities = async () =>
    (await events()).flatMap((e) => (e.type === 'severity.changed' ? [[e.data.to, e.data.reason]] : []))
  const dialog = (name: string) => page.getByRole('dialog', { name })
  const toast = (text: string | RegExp) => page.locator('.toast').filter({ hasText: text })

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    const me = await makePerson(server.url, server.rootToken, 'Maya Okafor')
    other = await makePerson(server.url, server.rootToken, 'Tomás Rivera')
    const permissions = ['clipboard-read', 'clipboard-write']
    person = await newPerson(browser, { baseUrl: server.url, token: me.token, permissions })
    page = person.page
  })
  afterAll(async () => {
    await person?.leave()
    await browser?.close()
    await server?.stop()
  })
  beforeEach(async () => {
    const body = { title: 'Payments fail', playbook: 'agent-platform', severity: 'P2' }
    ;({ id } = await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', body))
    await page.goto(`/i/${id}`)
    await page.getByRole('checkbox').first().waitFor()
    await page.evaluate(() => document.fonts.ready)
  })

  /** Raises the severity by S, an arrow, the reason, Enter. */
  async function raise() {
    await page.keyboard.press('s')
    await dialog('Severity').waitFor()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Everybody is hit')
    await page.keyboard.press('Enter')
    await toast('Severity raised to P1.').waitFor()
  }

  it('open with a letter and commit with Enter only; the focus returns', async () => {
    const button = page.getByRole('button', { name: /^Severity P2/ })
    await button.focus()
    await page.keyboard.press('s')
    await dialog('Severity').waitFor()
    await page.keyboard.press('Escape')
    await dialog('Severity').waitFor({ state: 'detached' })
    await expect.poll(() => button.evaluate((node) => node === document.activeElement), patience).toBe(true)
    await page.keyboard.press('a')
    await dialog('Acknowledge').waitFor()
    expect((await events()).some((e) => e.type === 'incident.acknowledged')).toBe(false)
    await page.keyboard.press('Enter')
    await expect
      .poll(async () => (await events()).some((e) => e.type === 'incident.acknowledged'), patience)
      .toBe(true)
  })

  it('rest while somebody writes and just after, and go two by two', async () => {
    await page.keyboard.press('/')
    const bar = page.getByRole('textbox', { name: 'Write to the room' })
    await expect.poll(() => bar.evaluate((node) => node === document.activeElement), patience).toBe(true)
    await page.keyboard.type('rs')
    expect(await bar.inputValue()).toBe('rs')
    await bar.evaluate((node) => node instanceof HTMLElement && node.blur())
    await page.keyboard.press('s')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await bar.focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await dialog('Roles').waitFor()
    await page.keyboard.press('Escape')
  })

  it('leave the document with Esc, so that the next letter is a key again', async () => {
    // Whoever comes is told what is going on; the first key ends that.
    await page.keyboard.press('Escape')
    await page.locator('.ProseMirror[contenteditable=true] p').first().click()
    await page.keyboard.type('half a sen')
    await page.keyboard.press('Escape')
    const place = page.locator('[data-pane=document]')
    await expect.poll(() => place.evaluate((node) => node === document.activeElement), patience).toBe(true)
    await page.keyboard.press('s')
    await dialog('Severity').waitFor()
    await page.keyboard.press('Escape')
    await dialog('Severity').waitFor({ state: 'detached' })
    expect(await page.locator('.ProseMirror').innerText()).toContain('half a sen')
  })

  it('undo a severity for ten seconds, as one more event', async () => {
    await raise()
    await page.keyboard.press('Control+z')
    await expect.poll(severities, patience).toEqual([
      ['P1', 'Everybody is hit'],
      ['P2', 'Undone by Maya Okafor within 10 s'],
    ])
    await toast('Undone.').waitFor()
  })

  it('do not undo what somebody chose since, and say so', async () => {
    await raise()
    await asOther('severity.set', { to: 'P3', reason: 'Nearly nobody' })
    await page.keyboard.press('Control+z')
    await toast(/^Not undone\. Severity is P3 now/).waitFor()
    expect((await severities()).length).toBe(2)
  })

  it('offer no way back in another place than the one it leads back in', async () => {
    await raise()
    const undo = page.getByRole('button', { name: /^Undo/ })
    await undo.waitFor()
    await page.getByRole('link', { name: 'Board' }).click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    expect(await undo.count()).toBe(0)
    await page.goBack()
    await page.getByRole('checkbox').first().waitFor()
    await page.keyboard.press('Control+z')
    expect((await severities()).length).toBe(1)
  })

  it('keep a half-written line for whoever comes back, and forget it once it is sent', async () => {
    const bar = page.locator('[data-scribe]')
    await page
      .getByRole('radiogroup', { name: 'Kind of entry' })
      .getByRole('radio', { name: 'Decision' })
      .click()
    await bar.fill('Drain the old pool')
    await page.getByRole('textbox', { name: 'Because' }).fill('Nothing')
    await page.getByRole('link', { name: 'Board' }).click()
    await page.getByRole('button', { name: 'Declare incident' }).waitFor()
    await page.goBack()
    await expect.poll(() => bar.inputValue(), patience).toBe('Drain the old pool')
    expect(await page.getByRole('textbox', { name: 'Because' }).inputValue()).toBe('Nothing')
    await page.reload()
    await expect.poll(() => bar.inputValue(), patience).toBe('Drain the old pool')
    await bar.press('Enter')
    await expect.poll(async () => (await events()).at(-1)?.type, patience).toBe('entry.added')
    await page.reload()
    await bar.waitFor()
    expect(await bar.inputValue()).toBe('')
  })

  it('say whose time a line has that was left half written for days, and give it that of now', async () => {
    const bar = page.locator('[data-scribe]')
    await page
      .getByRole('radiogroup', { name: 'Kind of entry' })
      .getByRole('radio', { name: 'Event' })
      .click()
    await bar.fill('Pool drained')
    const first = await page.evaluate((room) => {
      const key = Object.keys(sessionStorage).find((name) => name.endsWith(`scribe/${room}`)) ?? ''
      const left = JSON.parse(sessionStorage.getItem(key) ?? '')
      const before = left.since - 2 * 24 * 60 * 60_000
      sessionStorage.setItem(key, JSON.stringify({ ...left, since: before, until: before }))
      return before
    }, id)
    await page.reload()
    await expect.poll(() => bar.inputValue(), patience).toBe('Pool drained')
    const told = page.getByRole('status').filter({ hasText: 'The time is that of your first key' })
    await told.waitFor()
    const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
    const shown = page.getByTitle('When it happened, UTC')
    expect(await shown.innerText()).toContain(day.format(first))
    await page.getByRole('button', { name: 'Take now instead' }).click()
    expect(await told.count()).toBe(0)
    expect(await shown.innerText()).not.toContain(day.format(first))
    await bar.press('Enter')
    await expect.poll(async () => (await events()).at(-1)?.type, patience).toBe('entry.added')
    expect((await events()).at(-1)?.occurredAt).toBeGreaterThan(first + 24 * 60 * 60_000)
  })

  it('undo the end of an incident', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('/not-real A probe was broken')
    await page.keyboard.press('Enter')
    await toast('Incident closed.').waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(async () => (await events()).at(-1)?.type, patience).toBe('incident.reopened')
  })

  it('give slash commands with their answers, and ask for what is missing', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('/severity p1 It burns')
    await page.keyboard.press('Enter')
    await expect.poll(severities, patience).toEqual([['P1', 'It burns']])
    await page.keyboard.type('/decision Roll back')
    await page.keyboard.press('Enter')
    await dialog('Record').waitFor()
    await page.keyboard.type('It worked before')
    await page.keyboard.press('Enter')
    await expect
      .poll(async () => (await events()).flatMap((e) => (e.type === 'entry.added' ? [e.data] : [])), patience)
      .toEqual([{ kind: 'decision', text: 'Roll back', reason: 'It worked before' }])
    const bar = page.getByRole('textbox', { name: 'Write to the room' })
    await bar.focus()
    await page.keyboard.type('/nosuch thing')
    await page.keyboard.press('Enter')
    await page.getByText('There is no command /nosuch.').waitFor()
    expect(await bar.inputValue()).toBe('/nosuch thing')
  })

  it('copy the status as a message', async () => {
    await page.keyboard.press('y')
    await toast(/^Copied:/).waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    expect(text).toContain('P2 Medium · Payments fail')
    expect(text).toContain('Status: Investigating since')
  })

  it('keep in the dialog what was refused, with the words', async () => {
    await page.keyboard.press('i')
    await dialog('Status').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await dialog('Status').getByText('Say why the status changes.').waitFor()
    await page.keyboard.type('Rolling back')
    await asOther('status.set', { to: 'monitoring', reason: 'Seems fine' })
    await page.keyboard.press('Enter')
    await dialog('Status').getByText('Status is monitoring now.').waitFor()
    expect(await dialog('Status').getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('Rolling back')
    await page.keyboard.press('Escape')
  })

  it('say in the palette why something is not possible now', async () => {
    await page.keyboard.press('Control+k')
    await dialog('Find and do anything').waitFor()
    await page.keyboard.type('reopen')
    const line = page.getByRole('option', { name: /Reopen incident/ })
    await line.getByText('The incident is open already.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Reopen incident: not now.').waitFor()
    await page.keyboard.press('Escape')
    await dialog('Find and do anything').waitFor({ state: 'detached' })
  })

  it('go to a task that the palette finds', async () => {
    await page.keyboard.press('Control+k')
    await dialog('Find and do anything').waitFor()
    await page.keyboard.type('Build the fix')
    await page.keyboard.press('Enter')
    const task = page.getByRole('checkbox', { name: /Build the fix/ }).first()
    await expect.poll(() => task.evaluate((node) => node === document.activeElement), patience).toBe(true)
    await page.keyboard.press('Space')
    await expect.poll(async () => (await events()).some((e) => e.type === 'task.ticked'), patience).toBe(true)
  })

  it('can be switched off, and say so', async () => {
    await page.keyboard.press('?')
    await dialog('Keys').waitFor()
    const told = await dialog('Keys').locator('section').last().locator('dt').allInnerTexts()
    expect(told).toEqual([...new Set(told)])
    expect(told).toContain('Record')
    await page
      .getByRole('radiogroup', { name: 'Single letters' })
      .getByRole('radio', { checked: true })
      .focus()
    await page.keyboard.press('ArrowRight')
    await dialog('Keys').getByText('Single letters are switched off in this browser.').waitFor()
    await page.keyboard.press('Escape')
    await dialog('Keys').waitFor({ state: 'detached' })
    await page.keyboard.press('s')
    await page.keyboard.press('Control+k')
    await dialog('Find and do anything').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.evaluate(() => localStorage.removeItem('muster.single-keys'))
  })
})
