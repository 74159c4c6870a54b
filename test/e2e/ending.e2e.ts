import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

let server: RunningServer
let browser: Browser
let maya: { id: string; token: string }
const people: Person[] = []

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_TEST_CLOCK: '1' } }), launchBrowser()])
  maya = await makePerson(server.url, server.rootToken, 'Maya Okafor')
})
afterAll(async () => {
  for (const person of people) await person.leave()
  await browser?.close()
  await server?.stop()
})

const asRoot = <T>(method: string, path: string, body?: unknown) =>
  rest<T>(server.url, server.rootToken, method, path, body)
const advance = (minutes: number) => asRoot('POST', '/api/test/clock', { advance: `PT${minutes}M` })

/** Maya in a room of her own under this playbook, past what greets her. */
async function inRoom(playbook: string, severity: string | null) {
  const { id } = await asRoot<{ id: string }>('POST', '/api/incidents', {
    title: `Ends under ${playbook}`,
    playbook,
    ...(severity === null ? {} : { severity }),
  })
  const person = await newPerson(browser, { baseUrl: server.url, token: maya.token })
  people.push(person)
  const { page } = person
  await page.goto(`/i/${id}`)
  await page.getByRole('checkbox').first().waitFor()
  await page.getByText(/^Live/).first().waitFor()
  await page.keyboard.press('Escape')
  const events = async () =>
    (await asRoot<{ events: IncidentEvent[] }>('GET', `/api/incidents/${id}/events?after=0`)).events
  const last = async <T extends IncidentEvent['type']>(type: T) =>
    (await events()).findLast((e): e is Extract<IncidentEvent, { type: T }> => e.type === type)?.data
  return { page, last }
}

const dialog = (page: Page, name: string) => page.getByRole('dialog', { name })
const pressed = async (part: Locator) => {
  await part.focus()
  await part.press('Enter')
}

describe('ending an incident by hand (R125, R126, R132)', () => {
  it('lists what comes first, item by item, and waits for the watch', async () => {
    const { page, last } = await inRoom('freeagentics', 'SEV-3')
    await page.keyboard.press('i')
    const status = dialog(page, 'Status')
    await status.getByRole('radio', { name: 'Investigating' }).waitFor()
    await status.getByText('Not from this playbook: Monitoring.').waitFor()
    // Along the statuses by arrows: resolved stands behind monitoring.
    for (const _ of ['Mitigating', 'Monitoring', 'Resolved']) await page.keyboard.press('ArrowRight')
    const gate = status.getByRole('region', { name: 'It is really over' })
    await gate.getByText('0 of 5').waitFor()
    expect(await status.getByRole('button', { name: 'Set Resolved' }).isDisabled()).toBe(true)

    for (const text of ['Metrics are going back', 'Synthetic monitoring', 'The journeys'])
      await pressed(gate.getByRole('checkbox', { name: new RegExp(text) }))
    await gate.getByText('3 of 5').waitFor()
    const page5 = gate.getByRole('listitem').filter({ hasText: 'Status page brought up to date' })
    await pressed(page5.getByRole('button', { name: 'Does not apply' }))
    await page.keyboard.press('Enter')
    await page5.getByText('Say why it does not apply.').waitFor()
    await page.keyboard.type('No customer noticed')
    await page.keyboard.press('Enter')
    await page5.getByText('Does not apply: No customer noticed').waitFor()
    await gate.getByText('Begins with fix deployed, which nobody has stated').waitFor()
    await pressed(gate.getByRole('button', { name: 'Fix deployed just now' }))
    await gate.getByText(/^Until \d\d:\d\d UTC, in/).waitFor()
    expect(await status.getByRole('button', { name: 'Set Resolved' }).isDisabled()).toBe(true)
    // Nobody may end it without while nobody is in command.
    await status.getByText('Nobody holds Incident Commander.').waitFor()

    await advance(15)
    await gate.getByText('5 of 5').waitFor()
    await status.getByRole('textbox', { name: 'What fixed it?' }).fill('Rolled back to 41')
    await page.keyboard.press('Enter')
    await status.waitFor({ state: 'detached' })
    expect(await last('status.changed')).toMatchObject({
      to: 'resolved',
      reason: 'Rolled back to 41',
      verifiedBy: [maya.id],
    })
    expect(await last('status.changed')).not.toHaveProperty('override')

    await pressed(page.getByRole('button', { name: 'Status Resolved. Change it.' }))
    const resolved = dialog(page, 'Resolved')
    await resolved.getByText('not stated').waitFor()
    await pressed(resolved.getByRole('button', { name: 'Reopen…' }))
    const reopen = dialog(page, 'Reopen incident')
    await reopen.getByText(/a watch begins with the next fix/).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.type('It is back')
    await page.keyboard.press('Enter')
    await reopen.waitFor({ state: 'detached' })
    await pressed(page.getByRole('button', { name: 'Status Investigating. Change it.' }))
    await dialog(page, 'Status').getByRole('radio', { name: 'Resolved' }).click()
    await dialog(page, 'Status').getByText('1 of 5').waitFor()
  })

  it('may be overridden by who commands, with the reason, which stands on the record', async () => {
    const { page, last } = await inRoom('agent-network', 'P2')
    await page.keyboard.press('i')
    const status = dialog(page, 'Status')
    await status.getByRole('radio', { name: 'Resolved' }).click()
    await pressed(status.getByRole('button', { name: 'Take Incident Commander' }))
    await pressed(status.getByRole('button', { name: 'Resolve all the same' }).first())
    await page.keyboard.type('The tenant was deleted')
    await status.getByRole('textbox', { name: 'What fixed it?' }).fill('Nothing is left to fix')
    await status.getByRole('textbox', { name: 'What was the cause?' }).fill('A test tenant')
    await page.keyboard.press('Enter')
    await status.waitFor({ state: 'detached' })
    expect(await last('status.changed')).toMatchObject({
      cause: 'A test tenant',
      override: { reason: 'The tenant was deleted', open: ['It is truly over'] },
    })
    await page
      .getByText(/although 1 thing was not done \(It is truly over\): The tenant was deleted/)
      .waitFor()
  })

  it('tells at closing what is left, and ends what was not real without any of it (R8)', async () => {
    const { page, last } = await inRoom('agent-lab', 'P0')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Close incident' }).click()
    const close = dialog(page, 'Close incident')
    for (const name of ['The recovery is sound', 'Tests and remediation are done', 'Owed after the incident'])
      await close.getByRole('region', { name }).waitFor()
    await close.getByText(/Left as it is: \d+ tasks are open\. \d clocks run: Acknowledge/).waitFor()
    await close.getByRole('radio', { name: 'It was not real' }).click()
    await close.getByRole('region', { name: 'The recovery is sound' }).waitFor({ state: 'detached' })
    await close.getByRole('textbox', { name: 'Reason' }).fill('The probe was broken')
    await page.keyboard.press('Enter')
    await close.waitFor({ state: 'detached' })
    expect(await last('incident.closed')).toMatchObject({ falsePositive: true, from: 'investigating' })
    await page.getByText('Closed, false positive').first().waitFor()
  })

  it('merges a duplicate: it ends, leads to where it goes on, and that one leads back to every word of it (R9)', async () => {
    const { id: kept } = await rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', {
      title: 'Search answers slowly',
      playbook: 'agent-lab',
      severity: 'P0',
    })
    const { state } = await rest<{ state: { key: string } }>(
      server.url,
      server.rootToken,
      'GET',
      `/api/incidents/${kept}`,
    )
    const { page, last } = await inRoom('agent-lab', 'P0')
    await page.getByRole('textbox', { name: 'Write to the room' }).fill('Seen by support at noon')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Close incident' }).click()
    const close = dialog(page, 'Close incident')
    await close.getByRole('radio', { name: 'It is a duplicate' }).click()
    await close.getByRole('textbox', { name: 'Reason' }).fill('The same outage')
    await page.keyboard.press('Enter')
    await close.getByText('Name the incident that goes on.').waitFor()
    await close.getByRole('textbox', { name: 'Key of the incident that goes on' }).fill('2222')
    await page.keyboard.press('Enter')
    await close.getByText(/There is no other incident 2222 that you can see/).waitFor()
    await close.getByRole('textbox', { name: 'Key of the incident that goes on' }).fill(state.key)
    await page.keyboard.press('Enter')
    await close.waitFor({ state: 'detached' })
    expect(await last('incident.closed')).toMatchObject({ duplicateOf: { id: kept, key: state.key } })
    await page.getByText(`Closed, duplicate of ${state.key}`).first().waitFor()
    await page.getByRole('link', { name: `Open ${state.key}` }).click()
    await page.getByRole('heading', { name: 'Search answers slowly' }).waitFor()
    await page.getByRole('link', { name: /^Open / }).click()
    await page.getByText('Seen by support at noon').first().waitFor()
  })
})

describe('triage in the room (R4, R5, R6)', () => {
  it('asks, shows what the rules suggest and why, and sets nothing by itself', async () => {
    const { page, last } = await inRoom('agent-network', null)
    await page.keyboard.press('q')
    const triage = dialog(page, 'Triage')
    await triage.getByText('0 of 3 answered').waitFor()
    const scope = triage.getByRole('radiogroup', { name: 'How many users' })
    expect(await scope.getByRole('radio', { checked: true }).count()).toBe(0)
    await scope.getByRole('radio', { name: 'Individual' }).click()
    await triage.getByLabel('Type of incident').selectOption({ label: 'API quota exhaustion, begins as P1' })
    const suggested = triage.getByRole('status')
    await suggested.getByText('The type “API quota exhaustion” is P1').waitFor()
    await suggested.getByText('How many users: “Individual” is P3').waitFor()
    await suggested.getByText(/The rules do not agree/).waitFor()
    expect(await last('severity.changed')).toBeUndefined()

    await suggested.getByRole('button', { name: 'Choose P1' }).click()
    const severity = dialog(page, 'Severity')
    await severity.getByRole('radio', { name: /^P3/ }).click()
    await page.keyboard.press('Enter')
    await severity.getByText('Say why it is another than the rules suggest.').waitFor()
    await severity.getByRole('textbox', { name: 'Reason' }).fill('One customer only')
    await page.keyboard.press('Enter')
    await severity.waitFor({ state: 'detached' })
    expect(await last('severity.changed')).toMatchObject({ to: 'P3', suggested: 'P1' })
  })
})

describe('triage with the declaration (R5)', () => {
  it('is there for who wants it, and another severity than suggested asks why', async () => {
    const person = await newPerson(browser, { baseUrl: server.url, token: maya.token })
    people.push(person)
    const { page } = person
    await page.goto('/')
    await page
      .getByRole('button', { name: /^Declare/ })
      .first()
      .waitFor()
    await page.keyboard.press('c')
    const form = dialog(page, 'Declare an incident')
    await form.getByRole('button', { name: /^Playbook:/ }).click()
    await page.getByRole('menuitemradio', { name: 'AI Agent Network' }).click()
    await form.getByLabel('What is happening?').fill('Quota is gone')
    await pressed(form.getByRole('button', { name: 'Triage: 0 of 7 answered' }))
    await form.getByRole('radiogroup', { name: 'How many users' }).getByRole('radio', { name: 'All' }).click()
    await form
      .getByRole('radiogroup', { name: 'Is security concerned?' })
      .getByRole('radio', { name: 'Not known' })
      .click()
    await form.getByText('How many users: “All” is P1').waitFor()
    await form.getByRole('button', { name: 'Triage: 2 of 7 answered' }).waitFor()
    // Suggested is not chosen.
    await form.getByText('Under AI Agent Network, without a severity').waitFor()
    await form.getByLabel('What is happening?').press('Alt+3')
    await page.keyboard.press('Control+Enter')
    await form.getByText('The rules suggest P1. Say why it is another.').waitFor()
    await form.getByRole('textbox', { name: 'Why is it P3, not P1?' }).fill('A test tenant')
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/i\/[^/]+$/)
    const id = page.url().split('/').at(-1)
    const { events } = await asRoot<{ events: IncidentEvent[] }>('GET', `/api/incidents/${id}/events?after=0`)
    expect(events.slice(0, 3).map(({ type, data }) => [type, data])).toMatchObject([
      ['incident.declared', { severity: 'P3', suggested: { severity: 'P1', reason: 'A test tenant' } }],
      ['flag.set', { flag: 'security', value: 'unknown' }],
      ['triage.answered', { about: 'dimension/user-scope', value: 'All' }],
    ])
  })
})
