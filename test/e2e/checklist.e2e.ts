import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

let server: RunningServer
let browser: Browser
let priya: { id: string; token: string }
let maya: { id: string; token: string }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
  maya = await makePerson(server.url, server.rootToken, 'Maya Okafor')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function declare(severity: string | null, playbook = 'freeagentics'): Promise<string> {
  const body = { title: 'Coordination down', playbook, ...(severity === null ? {} : { severity }) }
  return (await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', body)).id
}

const give = (id: string, type: string, data: unknown, who = priya) =>
  rest(server.url, who.token, 'POST', `/api/incidents/${id}/commands/${type}`, data)

/** Two people in the room, past whatever greets them. */
async function inRoom(id: string, ...who: { token: string }[]): Promise<Person[]> {
  return Promise.all(
    who.map(async ({ token }) => {
      const person = await newPerson(browser, { baseUrl: server.url, token })
      await person.page.goto(`/i/${id}`)
      await tasksOf(person.page).getByRole('checkbox').first().waitFor()
      await person.page.locator('.ProseMirror').waitFor()
      return person
    }),
  )
}

const tasksOf = (page: Page) => page.locator('[data-pane="tasks"]')
const timelineOf = (page: Page) => page.locator('[data-pane="timeline"]')
const row = (page: Page, task: string): Locator => page.locator(`[data-task="${task}"]`)
const box = (page: Page, task: string): Locator => row(page, task).locator('[data-focus]')

describe('the checklist, two people', () => {
  it('acknowledging ticks the item that is bound to it, and ticking that item acknowledges', async () => {
    const first = await declare('SEV-2')
    const [a, b] = await inRoom(first, priya, maya)
    if (a === undefined || b === undefined) throw new Error('nobody came')
    await row(b.page, 'immediate/acknowledge').getByText('Ticks itself when somebody acknowledges').waitFor()
    await give(first, 'incident.acknowledge', {})
    await row(b.page, 'immediate/acknowledge')
      .getByText(/By Muster, from\s+Priya’s acknowledgement/)
      .waitFor()
    expect(await box(b.page, 'immediate/acknowledge').getAttribute('aria-checked')).toBe('true')
    await timelineOf(b.page)
      .getByText(/Priya acknowledged, which ticked .*“Alert acknowledged”/)
      .waitFor()
    await Promise.all([a.leave(), b.leave()])

    const second = await declare('SEV-2')
    const [c, d] = await inRoom(second, priya, maya)
    if (c === undefined || d === undefined) throw new Error('nobody came')
    await box(c.page, 'immediate/acknowledge').click()
    await row(d.page, 'initial-response/acknowledge')
      .getByText(/from\s+Priya’s acknowledgement/)
      .waitFor()
    const { state } = await rest<{ state: { times: Record<string, number> } }>(
      server.url,
      server.rootToken,
      'GET',
      `/api/incidents/${second}`,
    )
    expect(state.times.acknowledged).toEqual(expect.any(Number))
    expect(state.times.first_action).toBeUndefined()
    await Promise.all([c.leave(), d.leave()])
  })

  it('ticking by hand what has not happened offers the act, and is marked where it is done all the same', async () => {
    const id = await declare('SEV-2')
    const [a, b] = await inRoom(id, priya, maya)
    if (a === undefined || b === undefined) throw new Error('nobody came')
    await box(a.page, 'immediate/commander').click()
    const asked = a.page.getByRole('dialog', { name: 'Not seen by Muster yet' })
    await asked.getByRole('button', { name: 'Tick by hand' }).click()
    await row(b.page, 'immediate/commander').getByText('Not seen by Muster').waitFor()
    await box(a.page, 'immediate/commander').click()
    await row(b.page, 'immediate/commander').getByText('Ticks itself').waitFor()
    await box(a.page, 'immediate/commander').click()
    await asked.getByRole('button', { name: 'Take command' }).click()
    await row(b.page, 'immediate/commander').getByText('Priya taking command').waitFor()
    await Promise.all([a.leave(), b.leave()])
  })

  it('an item for SEV-1 and SEV-2 says why it waits at SEV-3, and is due when the severity rises', async () => {
    const id = await declare('SEV-3')
    const [a] = await inRoom(id, maya)
    if (a === undefined) throw new Error('nobody came')
    const channel = row(a.page, 'immediate/channel')
    await channel.getByText('Only for SEV-1 or SEV-2').waitFor()
    await channel.getByText('Not applicable now, this is SEV-3').waitFor()
    await give(id, 'severity.set', { to: 'SEV-2', reason: 'More are hit' })
    await channel.getByText('Not applicable now').waitFor({ state: 'detached' })
    await box(a.page, 'immediate/channel').click()
    await channel.getByText(/^You, \d\d:\d\d/).waitFor()
    await a.leave()
  })

  it('a note under a task is written by two at once, and says so at its row', async () => {
    const id = await declare('SEV-2')
    const [a, b] = await inRoom(id, priya, maya)
    if (a === undefined || b === undefined) throw new Error('nobody came')
    const open = async ({ page }: Person) => {
      await box(page, 'investigation/resources').focus()
      await page.keyboard.press('n')
      const field = row(page, 'investigation/resources').getByRole('textbox')
      await field.waitFor()
      return field
    }
    const one = await open(a)
    await one.pressSequentially('CPU is fine')
    await row(b.page, 'investigation/resources').getByText('Priya writes a note').waitFor()
    const two = await open(b)
    await expect.poll(() => two.inputValue()).toBe('CPU is fine')
    // Both at once: one at the beginning, one at the end, and nobody loses a letter or their place.
    await two.press('End')
    await one.press('Home')
    await Promise.all([one.pressSequentially('1. '), two.pressSequentially('\nRedis at 95 %')])
    for (const field of [one, two])
      await expect.poll(() => field.inputValue()).toBe('1. CPU is fine\nRedis at 95 %')
    expect(await one.evaluate((f: HTMLTextAreaElement) => f.selectionStart)).toBe(3)
    // Undo takes back one's own words only.
    await two.press('Control+z')
    await expect.poll(() => one.inputValue()).toBe('1. CPU is fine')
    await two.press('Control+Shift+z')
    await two.press('Escape')
    await one.press('Escape')
    await row(b.page, 'investigation/resources').getByText('Note, 2 lines').waitFor()
    expect(await box(a.page, 'investigation/resources').evaluate((n) => n === document.activeElement)).toBe(
      true,
    )

    // It is in the export, and it is there for whoever comes later.
    const file = await fetch(`${server.url}/api/incidents/${id}/export.md`, {
      headers: { Authorization: `Bearer ${server.rootToken}` },
    })
    expect(await file.text()).toMatch(/Resource use checked\n\s+> 1\\?\. CPU is fine/)
    await b.page.reload()
    await row(b.page, 'investigation/resources').getByText('Note, 2 lines').waitFor()
    await Promise.all([a.leave(), b.leave()])
  })

  it('a task of a role is whoever’s the role is', async () => {
    const id = await declare('SEV-2')
    const [a, b] = await inRoom(id, priya, maya)
    if (a === undefined || b === undefined) throw new Error('nobody came')
    await box(a.page, 'immediate/recent-changes').focus()
    await a.page.keyboard.press('a')
    await a.page
      .getByRole('dialog', { name: 'Assign' })
      .getByRole('button', { name: /^Scribe/ })
      .click()
    await row(b.page, 'immediate/recent-changes').getByText('Scribe (nobody yet)').waitFor()
    await give(id, 'role.take', { role: 'scribe' }, maya)
    await row(a.page, 'immediate/recent-changes').getByText('Scribe (Maya)').waitFor()
    await row(b.page, 'immediate/recent-changes').getByText('Scribe (you)').waitFor()
    await b.page.getByRole('region', { name: 'Yours' }).getByText('Recent deploys').waitFor()
    await give(id, 'role.release', { role: 'scribe' }, maya)
    await row(a.page, 'immediate/recent-changes').getByText('Scribe (nobody yet)').waitFor()
    await Promise.all([a.leave(), b.leave()])
  })

  it('of two ticks at the same moment the first is kept, and the second is told whose', async () => {
    const id = await declare('SEV-2')
    const slow = await newPerson(browser, { baseUrl: server.url, token: maya.token })
    let hold = false
    const held: (() => void)[] = []
    await slow.page.routeWebSocket(/socket\.io/, (socket) => {
      const upstream = socket.connectToServer()
      const later = (run: () => void) => (hold ? void held.push(run) : run())
      socket.onMessage((message) => later(() => upstream.send(message)))
      upstream.onMessage((message) => later(() => socket.send(message)))
    })
    await slow.page.goto(`/i/${id}`)
    await box(slow.page, 'investigation/resources').waitFor()
    await slow.page.locator('.ProseMirror').waitFor()
    hold = true
    await give(id, 'task.tick', { task: 'investigation/resources' })
    await box(slow.page, 'investigation/resources').click()
    hold = false
    for (const run of held) run()
    await slow.page.getByText(/Priya did “Resource use checked” at \d\d:\d\d:\d\d, before you\./).waitFor()
    await row(slow.page, 'investigation/resources')
      .getByText(/^Priya, /)
      .waitFor()
    await slow.leave()
  })

  it('a step before its turn is taken, marked, and in the record', async () => {
    const id = await declare(null, 'agent-platform')
    const [a] = await inRoom(id, maya)
    if (a === undefined) throw new Error('nobody came')
    await box(a.page, 'resolution/deploy').click()
    await row(a.page, 'resolution/deploy').getByTitle('Out of order, before step 1').waitFor()
    await a.page.getByText('Out of order, and noted so: step 1 is open').waitFor()
    await timelineOf(a.page)
      .getByText(/ticked “Bring it to production”, out of order: before “Find the root cause”/)
      .waitFor()
    await a.leave()
  })

  it('a role is handed over with a note that the next one reads before accepting', async () => {
    const id = await declare('SEV-2')
    await give(id, 'role.take', { role: 'ic' })
    const [a, b] = await inRoom(id, priya, maya)
    if (a === undefined || b === undefined) throw new Error('nobody came')
    await a.page.getByTitle('Roles: take, ask, offer, release').click()
    const roles = (page: Page) => page.getByRole('dialog', { name: 'Roles' })
    await roles(a.page).getByText('Usually: a senior engineer or a lead. Nobody is kept from it.').waitFor()
    await roles(a.page).getByRole('button', { name: 'Hand over Incident Commander to' }).click()
    await a.page.getByRole('menuitem', { name: 'Maya Okafor' }).click()
    await roles(a.page).getByRole('textbox').fill('Rollback at two of six')
    await roles(a.page).getByRole('button', { name: 'Offer to Maya Okafor' }).click()
    await b.page.getByRole('button', { name: 'Read, then accept' }).click()
    await roles(b.page).locator('blockquote', { hasText: 'Rollback at two of six' }).waitFor()
    await roles(b.page).getByText('Until it is accepted, Priya Nair stays Incident Commander.').waitFor()
    await roles(b.page).getByRole('button', { name: 'I have read it, accept' }).click()
    const history = roles(b.page).getByRole('table')
    await history.getByText('read the hand-over of Priya Nair: Rollback at two of six').waitFor()
    expect(await history.getByRole('row').count()).toBe(3)
    await Promise.all([a.leave(), b.leave()])
  })
})

describe('the checklist without a mouse', () => {
  it('is walked, ticked, assigned, set aside and noted by keys', async () => {
    const id = await declare('SEV-2')
    const [a] = await inRoom(id, maya)
    if (a === undefined) throw new Error('nobody came')
    const { page } = a
    const { keyboard } = page
    await box(page, 'immediate/severity-impact').focus()
    await keyboard.press('Space')
    await row(page, 'immediate/severity-impact')
      .getByText(/^You, /)
      .waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    expect(
      await page.evaluate(() => document.activeElement?.closest('[data-task]')?.getAttribute('data-task')),
    ).toBe('immediate/monitoring')
    // The first of the list is oneself: Enter takes the task.
    await keyboard.press('a')
    await page.getByRole('dialog', { name: 'Assign' }).waitFor()
    await keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Assign' }).waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Yours' }).getByText('Monitoring tools open').waitFor()
    expect(await box(page, 'immediate/monitoring').evaluate((n) => n === document.activeElement)).toBe(true)
    await keyboard.press('ArrowDown')
    await keyboard.press('x')
    await page.getByRole('dialog', { name: 'Not applicable' }).waitFor()
    await keyboard.type('No deploy today')
    await keyboard.press('Enter')
    await row(page, 'immediate/recent-changes').getByText('Not applicable: No deploy today.').waitFor()
    // The event may come before the answer that closes the dialog; until then keys are the dialog's.
    await page.getByRole('dialog', { name: 'Not applicable' }).waitFor({ state: 'detached' })
    await keyboard.press('n')
    await row(page, 'immediate/recent-changes').getByRole('textbox').waitFor()
    await keyboard.type('asked Lena')
    await keyboard.press('Escape')
    await row(page, 'immediate/recent-changes').getByText('Note, 1 line').waitFor()
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    expect(await violationsOf(page, { within: '[data-pane="tasks"]', tags })).toEqual([])
    await a.leave()
  })
})
