import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

describe('who is called when', () => {
  let server: RunningServer
  let browser: Browser
  let priya: Person
  let page: Page

  const advance = (minutes: number) =>
    rest(server.url, server.rootToken, 'POST', '/api/test/clock', { advance: `PT${minutes}M` })
  const plan = () => page.getByRole('dialog', { name: 'Who is called when' })
  const step = (name: string) => plan().getByRole('listitem').filter({ hasText: name })
  const timeline = () => page.getByRole('region', { name: 'Timeline' })

  async function because(words: string, act: string) {
    const dialog = page.getByRole('dialog').last()
    await dialog.getByLabel('Reason').fill(words)
    await dialog.getByRole('button', { name: act }).click()
    await dialog.getByLabel('Reason').waitFor({ state: 'detached' })
  }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([
      startServer({ env: { MUSTER_TEST_CLOCK: '1' } }),
      launchBrowser(),
    ])
    const { token } = await makePerson(server.url, server.rootToken, 'Priya Nair')
    priya = await newPerson(browser, { baseUrl: server.url, token, viewport: { width: 1440, height: 900 } })
    page = priya.page
    const { id } = await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', {
      title: 'Coalitions time out',
      playbook: 'freeagentics',
      severity: 'SEV-1',
    })
    await page.goto(`/i/${id}`)
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
    await page.getByRole('button', { name: 'Take command' }).first().click()
    await page.getByText('L2, the team lead and the domain expert').first().waitFor()
  })
  afterAll(async () => {
    await priya?.leave()
    await browser?.close()
    await server?.stop()
  })

  it('is one key away: rungs by minutes, each step with its time in words (R28, R31)', async () => {
    await page.keyboard.press('w')
    await plan().waitFor()
    await plan().getByText('Muster does not call people yet').waitFor()
    const marks = await plan().locator('svg text').allTextContents()
    expect(marks).toEqual(expect.arrayContaining(['15 min', '30 min', 'no time yet']))
    await step('L1, the on-call engineer').getByText('Time to call since').waitFor()
    // Whoever is to be called still is, and no tick says otherwise.
    const look = step('L1, the on-call engineer').locator('.icon svg')
    expect(await look.getAttribute('class')).toContain('phone')
    await step('L2, the team lead')
      .getByText(/Due at \d\d:\d\d UTC, in 1[45]:\d\d/)
      .waitFor()
    await step('L4, the CEO')
      .getByText(/if “.*” is answered yes/)
      .waitFor()
    await step('L2, the team lead').getByText('no number entered for Team lead').waitFor()
  })

  it('tells in the record and in the next sentence whom to call once it is time (R43)', async () => {
    await advance(15)
    await step('L2, the team lead').getByText('Time to call since').waitFor()
    await page.keyboard.press('Escape')
    await timeline()
      .getByText(/^Time to call Team lead and the domain expert: “L2/)
      .waitFor()
    await page.getByText('Next: call Team lead and the domain expert.').waitFor()
    await page.getByRole('group', { name: 'Next 30 minutes' }).getByText('L3, VP Engineering').waitFor()
  })

  it('shows what another severity would change before it is set (R46)', async () => {
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog', { name: 'Severity' })
    await dialog.getByRole('radio', { name: /SEV-3/ }).click()
    await dialog.getByText(/L3, VP Engineering or the CTO, at \d\d:\d\d UTC would be cancelled$/).waitFor()
    await dialog.getByRole('radio', { name: /SEV-2/ }).click()
    await dialog.getByText('would be cancelled').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  it('is held back by the commander, with a reason, and falls due when the hold ends', async () => {
    await advance(8)
    await page.getByTitle(/^Who is called when: L3/).click()
    await step('L3, VP Engineering').getByRole('button', { name: 'Hold 10 min' }).click()
    await because('Both are on one plane', 'Hold 10 min')
    await advance(6)
    await step('L3, VP Engineering')
      .getByText(/Held by .* Both are on one plane/)
      .waitFor()
    await advance(5)
    await timeline()
      .getByText(/Time to call VP Engineering or CTO, whoever can be reached/)
      .waitFor({ state: 'attached' })
    await step('L3, VP Engineering').getByText('Time to call since').waitFor()
  })

  it('is skipped by the commander, with a reason', async () => {
    await step('L4, the CEO').getByRole('button', { name: 'Skip' }).click()
    await because('The CEO leads the call already', 'Skip')
    await step('L4, the CEO').getByText('Skipped by', { exact: false }).waitFor()
    expect(await step('L4, the CEO').getByRole('button').count()).toBe(0)
  })
})
