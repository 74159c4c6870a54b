import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

let server: RunningServer
let browser: Browser
let priya: { id: string; token: string }
let maya: { id: string; token: string }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_TEST_CLOCK: '1' } }), launchBrowser()])
  priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
  maya = await makePerson(server.url, server.rootToken, 'Maya Okafor')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function declare(playbook: string, severity: string, title: string): Promise<string> {
  const body = { title, playbook, severity }
  return (await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', body)).id
}
const give = (id: string, type: string, data: unknown, who = priya) =>
  rest(server.url, who.token, 'POST', `/api/incidents/${id}/commands/${type}`, data)
const advance = (by: string) => rest(server.url, server.rootToken, 'POST', '/api/test/clock', { advance: by })
async function entries(id: string): Promise<IncidentEvent[]> {
  return (
    await rest<{ events: IncidentEvent[] }>(
      server.url,
      server.rootToken,
      'GET',
      `/api/incidents/${id}/events?after=0`,
    )
  ).events
}

async function inRoom(id: string, who: { token: string }): Promise<Person> {
  const person = await newPerson(browser, { baseUrl: server.url, token: who.token })
  await person.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await person.page.goto(`/i/${id}`)
  await person.page.locator('[data-pane="tasks"]').getByRole('checkbox').first().waitFor()
  await person.page.locator('.ProseMirror').waitFor()
  return person
}
const row = (page: Page, task: string): Locator => page.locator(`[data-task="${task}"]`)
const box = (page: Page, task: string): Locator => row(page, task).locator('[data-focus]')
const violations = (page: Page, within: string) => violationsOf(page, { within, tags })
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Runbooks and commands' })
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())

describe('a runbook, without a mouse', () => {
  it('is found by what one sees, attached, worked through, and its command copied and noted', async () => {
    const id = await declare('agent-platform', 'P1', 'Checkout is slow')
    const [a, b] = [await inRoom(id, maya), await inRoom(id, priya)]
    const { page } = a
    const { keyboard } = page
    await keyboard.press('p')
    await dialog(page).waitFor()
    // The field has the focus: what one sees is typed at once.
    await keyboard.type('pods do not answer')
    await dialog(page)
      .getByText(/^Fits:/)
      .first()
      .waitFor()
    await dialog(page).locator('li').first().getByText('API Service Down').waitFor()
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await dialog(page).waitFor({ state: 'detached' })
    const pods = 'run/api-down/investigation/pods'
    await row(b.page, pods).waitFor()

    await box(page, pods).focus()
    await keyboard.press('Space')
    await row(b.page, pods)
      .getByText(/^Maya, /)
      .waitFor()
    // Into the buttons of the row: its command.
    const command = row(page, pods).getByRole('button', { name: 'State of the pods', exact: true })
    await command.focus()
    await keyboard.press('Enter')
    await row(page, pods).getByRole('button', { name: 'Copy AP-C1' }).focus()
    await keyboard.press('Enter')
    await expect.poll(() => clipboard(page)).toBe('kubectl get pods -n agent-platform')
    await row(page, pods).getByLabel('Ran it? Paste what came of it').fill('api-7f9 CrashLoopBackOff')
    await row(page, pods).getByRole('button', { name: 'Note that it ran' }).press('Enter')
    const noted = async () =>
      (await entries(id)).flatMap((e) =>
        e.type === 'entry.added' ? [[e.data.kind, e.data.text, e.data.command]] : [],
      )
    await expect.poll(noted).toEqual([
      [
        'event',
        'Copied AP-C1, State of the pods:\nkubectl get pods -n agent-platform',
        { id: 'AP-C1', how: 'copied', task: pods },
      ],
      [
        'action',
        'Ran AP-C1, State of the pods:\nkubectl get pods -n agent-platform\nOutcome:\napi-7f9 CrashLoopBackOff',
        { id: 'AP-C1', how: 'run', task: pods },
      ],
    ])
    await b.page.locator('[data-pane="timeline"]').getByText('CrashLoopBackOff').waitFor()

    // A finding brings its steps; the others stay where they are, not taken.
    const finding = (p: Page, name: RegExp) =>
      p.getByRole('group', { name: /What/ }).getByRole('button', { name })
    await finding(page, /Resources are exhausted/).focus()
    await keyboard.press('Enter')
    await row(b.page, 'run/api-down/if.resources/scale').waitFor()
    await finding(b.page, /Resources are exhausted.*found, Maya/).waitFor()
    await finding(b.page, /There was a deploy shortly before.*not taken, 1 step/).waitFor()
    expect(await row(b.page, 'run/api-down/if.deploy/rollback').count()).toBe(0)
    expect(await violations(page, '[data-pane="tasks"]')).toEqual([])

    // Detached with a reason it is gone for everybody, and the record says why.
    await page.getByRole('button', { name: 'More for the runbook API Service Down' }).focus()
    await keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Detach…' }).press('Enter')
    await page.getByRole('dialog', { name: 'Detach the runbook' }).waitFor()
    await keyboard.type('It was the database')
    await keyboard.press('Enter')
    await row(b.page, pods).waitFor({ state: 'detached' })
    await b.page
      .locator('[data-pane="timeline"]')
      .getByText(/detached the runbook “API Service Down”/)
      .waitFor()
    await Promise.all([a.leave(), b.leave()])
  })

  it('what destroys is copied only after its id was typed, and an empty parameter never', async () => {
    const id = await declare('agent-platform', 'P1', 'Keys were stolen')
    await give(id, 'runbook.attach', { runbook: 'security-incident' })
    await give(id, 'runbook.find', { runbook: 'security-incident', branch: 'credentials', taken: true })
    const a = await inRoom(id, maya)
    const { page } = a
    const step = row(page, 'run/security-incident/if.credentials/revoke-key')
    await step.getByRole('button', { name: 'Revoke a key', exact: true }).click()
    await page.evaluate(() => navigator.clipboard.writeText('before'))
    await step.getByRole('button', { name: 'Copy AP-C23' }).click()
    await step.getByText('Enter “Id of the key”.').waitFor()
    await step.getByLabel('Id of the key').fill("k'1")
    await step.getByRole('button', { name: 'Copy AP-C23' }).first().click()
    await step.getByLabel(/Type AP-C23 to copy it/).waitFor()
    expect(await clipboard(page)).toBe('before')
    await step.getByLabel(/Type AP-C23 to copy it/).fill('AP-C23')
    await page.keyboard.press('Enter')
    await expect.poll(() => clipboard(page)).toBe("UPDATE api_keys SET revoked_at = NOW() WHERE id = 'k''1';")
    await a.leave()
  })

  it('that is not written says so, has no steps of ours, and takes one’s own', async () => {
    const id = await declare('agent-network', 'P1', 'API quota exhaustion')
    const a = await inRoom(id, maya)
    const { page } = a
    await page.keyboard.press('p')
    const first = dialog(page).locator('li').first()
    await first.getByRole('heading', { name: 'API Quota Exhaustion' }).waitFor()
    await first.getByText('missing, not written yet').waitFor()
    await first.getByRole('button', { name: /^Attach/ }).press('Enter')
    await dialog(page).waitFor({ state: 'detached' })
    const book = page.locator('[data-runbook="api-quota"]')
    await book.getByText('missing, not written yet').waitFor()
    expect(await book.getByRole('checkbox').count()).toBe(0)
    await book.getByRole('button', { name: /^Add a task to/ }).press('Enter')
    await book.locator('input:focus').waitFor()
    await page.keyboard.type('Ask for a higher quota')
    await page.keyboard.press('Enter')
    await book.getByRole('checkbox', { name: 'Ask for a higher quota' }).waitFor()
    await a.leave()
  })

  it('emergency commands stand apart and need one press more', async () => {
    const id = await declare('freeagentics', 'SEV-1', 'Cache is broken')
    const a = await inRoom(id, maya)
    const { page } = a
    await page.keyboard.press('p')
    await dialog(page)
      .getByRole('radio', { name: /^Commands/ })
      .click()
    expect(await dialog(page).getByText('Empty the Redis cache').count()).toBe(0)
    await dialog(page).getByRole('button', { name: 'Show 4 emergency commands' }).press('Enter')
    await dialog(page).getByText('Empty the Redis cache').waitFor()
    await a.leave()
  })

  it('where to look: an address with a part that nobody set is no link, and says which', async () => {
    const id = await declare('agent-factory', 'P1', 'Errors climb')
    const a = await inRoom(id, maya)
    const { page } = a
    await page.keyboard.press('p')
    await dialog(page)
      .getByRole('radio', { name: /^Where to look/ })
      .click()
    const sentry = dialog(page).getByRole('listitem').filter({ hasText: 'Sentry' })
    await sentry.getByText('org not set').waitFor()
    expect(await sentry.getByRole('link').count()).toBe(0)
    const vercel = dialog(page).getByRole('listitem').filter({ hasText: 'Vercel' })
    expect(await vercel.getByRole('link').getAttribute('href')).toBe('https://vercel.com/dashboard')
    await a.leave()
  })

  it('the mirror comes in its order while GitHub is away, and a restore takes the date of the day it is run', async () => {
    const id = await declare('agent-lab', 'P1', 'GitHub is away')
    await give(id, 'flag.set', { flag: 'github_down', value: 'yes' })
    await give(id, 'runbook.attach', { runbook: 'recovery' })
    const a = await inRoom(id, maya)
    const { page } = a
    const code = page.getByRole('region', { name: 'By hand, 1: the code' })
    const steps = code.getByRole('checkbox')
    await steps.first().waitFor()
    expect(await steps.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).toEqual([
      'Clone the GitLab mirror',
      'Go into the checkout',
      'Check out the last good commit',
    ])
    const restore = row(page, 'run/recovery/manual-data/sessions')
    await restore.getByRole('button', { name: /^Restore the sessions from today/, expanded: false }).click()
    await restore.getByText('$(date +%Y%m%d)').waitFor()
    await a.leave()
  })
})

describe('items that count', () => {
  it('a timer of one’s own rings for everybody, and is the next thing until it is looked at', async () => {
    const id = await declare('agent-platform', 'P3', 'A page is slow')
    await give(id, 'incident.acknowledge', {})
    await give(id, 'incident.respond', {})
    await give(id, 'role.take', { role: 'ic' }, maya)
    const [a, b] = [await inRoom(id, maya), await inRoom(id, priya)]
    const task = 'triage/related'
    await row(a.page, task).hover()
    await row(a.page, task)
      .getByRole('button', { name: /^More for/ })
      .click()
    await a.page.getByRole('menuitem', { name: 'Timer…' }).click()
    const timer = a.page.getByRole('dialog', { name: 'Timer' })
    await timer.getByLabel('Minutes').fill('15')
    await a.page.keyboard.press('Enter')
    await timer.waitFor({ state: 'detached' })
    await row(b.page, task)
      .getByText(/Timer of Maya, rings \d\d:\d\d, in/)
      .waitFor()
    await b.page
      .getByRole('group', { name: 'Next 30 minutes' })
      .getByText('Looked for related alerts')
      .waitFor()
    await advance('PT15M')
    await row(b.page, task)
      .getByText(/^Rang at \d\d:\d\d/)
      .waitFor()
    await b.page.getByText('Timer over: “Looked for related alerts”.').waitFor()
    await b.page.getByText(/Next: looked for related alerts, by Maya\./).waitFor()
    await b.page.getByRole('button', { name: 'Show it' }).press('Enter')
    expect(await box(b.page, task).evaluate((node) => node === document.activeElement)).toBe(true)
    await b.page.keyboard.press('Space')
    await row(a.page, task)
      .getByText(/^Priya, /)
      .waitFor()
    await a.page.getByText(/Next: looked for/).waitFor({ state: 'detached' })
    await Promise.all([a.leave(), b.leave()])
  })

  it('progress to the team comes again after each time, and the watch after the fix begins anew when it shows again', async () => {
    const id = await declare('freeagentics', 'SEV-2', 'Coordination drops')
    await give(id, 'incident.acknowledge', {})
    await give(id, 'incident.respond', {})
    await give(id, 'status.set', { to: 'mitigating', reason: 'Rolling back' })
    const a = await inRoom(id, maya)
    const { page } = a
    const progress = 'mitigation/progress'
    await row(page, progress)
      .getByText(/^Every 30 min/)
      .waitFor()
    await box(page, progress).press('Space')
    await row(page, progress)
      .getByText(/Every 30 min, last \d\d:\d\d, you/)
      .waitFor()
    expect(await box(page, progress).getAttribute('aria-checked')).toBe('false')
    await advance('PT31M')
    await row(page, progress)
      .getByText(/Overdue/)
      .waitFor()

    const watch = 'verification/watch'
    await row(page, watch).getByRole('button', { name: 'fix deployed now' }).press('Enter')
    await row(page, watch)
      .getByText(/Counts since \d\d:\d\d, fix deployed/)
      .waitFor()
    await advance('PT10M')
    await row(page, watch).getByRole('button', { name: 'It shows again' }).press('Enter')
    await page.getByRole('dialog').locator('input:focus, textarea:focus').waitFor()
    await page.keyboard.type('Errors are back')
    await page.keyboard.press('Enter')
    await row(page, watch)
      .getByText(/Counts since \d\d:\d\d, regression/)
      .waitFor()
    await advance('PT14M')
    expect(await box(page, watch).getAttribute('aria-checked')).toBe('false')
    await advance('PT1M1S')
    await row(page, watch)
      .getByText(/By Muster, the watch was over/)
      .waitFor()
    expect(await box(page, watch).getAttribute('aria-checked')).toBe('true')
    await a.leave()
  })
})

describe('phases, procedures and the end', () => {
  it('a phase over its window says so and does not end by itself; two may be open', async () => {
    const id = await declare('agent-lab', 'P2', 'Sessions do not load')
    const a = await inRoom(id, maya)
    const { page } = a
    await page.getByRole('button', { name: 'Begin the phase Detection & Assessment' }).press('Enter')
    await page.getByText(/, begun \d\d:\d\d/).waitFor()
    await advance('PT20M')
    await page.getByText(/Over its window since \d\d:\d\d/).waitFor()
    await page
      .getByText(/, expected now/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Begin the phase Containment' }).press('Enter')
    await page.getByRole('button', { name: 'End the phase Containment' }).waitFor({ state: 'attached' })
    await page
      .getByRole('button', { name: 'End the phase Detection & Assessment' })
      .waitFor({ state: 'attached' })
    await a.leave()
  })

  it('a procedure keeps what goes in and what comes out, and its steps are asked of somebody', async () => {
    const id = await declare('agent-network', 'P1', 'Sockets drop')
    const a = await inRoom(id, maya)
    const { page } = a
    await page
      .getByRole('button', { name: 'Start the procedure Escalate, when it does not move' })
      .press('Enter')
    const starting = page.getByRole('dialog', { name: /^Start: / })
    expect(await starting.getByLabel('Identifier of the incident').inputValue()).toMatch(/^[A-Z0-9]{4,5}$/)
    expect(await violations(page, 'dialog')).toEqual([])
    await starting.getByLabel('Why it is escalated').fill('Nobody knows the gateway')
    await page.keyboard.press('Enter')
    await page.getByText(/^Started .*Nobody knows the gateway\. Asked of Maya/).waitFor()
    await page.getByRole('region', { name: 'Yours' }).getByText('Choose the level by severity').waitFor()
    await starting.waitFor({ state: 'detached' })
    await page
      .getByRole('button', { name: 'End the procedure Escalate, when it does not move' })
      .press('Enter')
    const ending = page.getByRole('dialog', { name: /^End: / })
    await ending.getByLabel('Did the escalation work?').selectOption('It worked')
    await ending.getByRole('button', { name: 'End it' }).press('Enter')
    await page.getByText(/It worked, \d\d:\d\d/).waitFor()
    await a.leave()
  })

  it('closing asks for what is still on and for short-term steps; points of a runbook are noted for afterwards', async () => {
    const id = await declare('agent-factory', 'P0', 'Tokens leaked')
    await give(id, 'runbook.attach', { runbook: 'security-incident' })
    await give(id, 'runbook.attach', { runbook: 'maintenance-mode' })
    await give(id, 'task.tick', { task: 'run/maintenance-mode/variable/set' })
    const a = await inRoom(id, maya)
    const { page } = a
    const points = page.locator('[data-runbook="security-incident"]')
    await points.getByRole('button', { name: /^So that it does not come back/ }).press('Enter')
    await points.getByRole('button', { name: 'Note for afterwards: Regular audits' }).press('Enter')
    await points.getByText('Noted for afterwards').waitFor()
    await page.getByRole('button', { name: /^More$/ }).click()
    await page.getByRole('menuitem', { name: 'Close incident' }).click()
    const left = page
      .getByRole('dialog', { name: 'Close incident' })
      .getByRole('region', { name: 'Still on, or undecided' })
    await left.getByText('0 of 4').waitFor()
    await left.getByRole('checkbox', { name: 'Maintenance mode is off again' }).press('Space')
    for (const name of ['Review the security policies', 'Update who may do what']) {
      const item = left.getByRole('listitem').filter({ hasText: name })
      await item.getByRole('button', { name: 'Do it afterwards' }).press('Enter')
      await item.waitFor({ state: 'detached' })
    }
    const waived = left.getByRole('listitem').filter({ hasText: 'Better monitoring' })
    await waived.getByRole('button', { name: 'Does not apply' }).press('Enter')
    await page.keyboard.type('There is enough')
    await page.keyboard.press('Enter')
    await left.waitFor({ state: 'detached' })
    const { state } = await rest<{ state: { followUps: { text: string }[] } }>(
      server.url,
      server.rootToken,
      'GET',
      `/api/incidents/${id}`,
    )
    expect(state.followUps.map((one) => one.text)).toEqual([
      'Regular audits',
      'Review the security policies',
      'Update who may do what',
    ])
    await a.leave()
  })
})
