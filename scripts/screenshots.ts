import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchBrowser, newPerson } from '../test/e2e/browser.ts'
import { rest } from '../test/helpers/room-client.ts'
import { startServer } from '../test/helpers/server.ts'
import { root } from './lib/freshness.mjs'
import { nightSheet, settled } from './lib/night-sheet.ts'
import { leaveBrief, stageAfternoon } from './lib/stage.ts'

// The pictures of the README: a staged incident on the built server at two in the afternoon, and the scripted night.

const into = join(root, 'docs/images')
mkdirSync(into, { recursive: true })

const server = await startServer({ env: { MUSTER_TEST_CLOCK: '1', LOG_LEVEL: 'warn' } })
const browser = await launchBrowser()
const { url, rootToken } = server
const wallOf = (await rest<{ url: string }>(url, rootToken, 'POST', '/api/walls', { label: 'Hall' })).url
const wallPath = new URL(wallOf).pathname + new URL(wallOf).hash
const wall = await newPerson(browser, { baseUrl: url, viewport: { width: 1920, height: 1080 } })
const stage = await stageAfternoon(server, browser)
const { id, slow, asRoot, declare, close, advance, tokenOf } = stage

const shoot = async (
  name: string,
  path: string,
  options: {
    theme?: 'light' | 'dark'
    width?: number
    height?: number
    /** What is done before the picture is taken. */
    first?: (page: Page) => Promise<unknown>
  } = {},
) => {
  const person = await newPerson(browser, {
    baseUrl: url,
    token: tokenOf('Lena'),
    colorScheme: options.theme ?? 'light',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  })
  const { page } = person
  await page.goto(path)
  await page.waitForLoadState('networkidle')
  if (path.startsWith('/i/')) await leaveBrief(page)
  await options.first?.(page)
  await settled(page)
  await page.screenshot({ path: join(into, `${name}.png`) })
  await person.leave([/.*/])
  console.log(`docs/images/${name}.png`)
}
/** Two others are just writing. */
const writing = async (page: Page) => {
  await stage.write()
  await page.getByText('are writing').waitFor()
}
const shootWall = async (name: string) => {
  await wall.page.goto('about:blank')
  await wall.page.goto(wallPath)
  await wall.page.getByText('Live', { exact: true }).waitFor()
  await settled(wall.page)
  await wall.page.screenshot({ path: join(into, `${name}.png`) })
  console.log(`docs/images/${name}.png`)
}

await shoot('room-light', `/i/${id}`, { first: writing })
await shoot('room-dark', `/i/${id}`, { theme: 'dark', first: writing })
await shoot('room-phone', `/i/${id}`, { width: 390, height: 844 })
await shoot('palette', `/i/${id}`, {
  async first(page) {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'What to do, or where to go' }).waitFor()
    await page.keyboard.type('roll')
    await page.getByRole('option').first().waitFor()
  },
})
await shoot('history', `/i/${id}`, {
  async first(page) {
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByRole('slider').waitFor()
    await page.getByText('Template').click()
    await page.getByText('As it stands now').waitFor({ state: 'detached' })
  },
})
await shoot('playbook', '/playbooks/agent-platform', {
  async first(page) {
    const ladder = page.locator('figure').first()
    await ladder.getByText('P2').click()
    await page
      .getByRole('heading', { name: 'Escalation', exact: true })
      .evaluate((h) => h.closest('section')?.scrollIntoView())
  },
})
await close(slow, 'Back to normal')
await shootWall('wall-one')
await asRoot('POST', `/api/incidents/${slow}/commands/incident.reopen`, { reason: 'Slow again' })
const cards = await declare('Card payments fail for EU customers', 'agent-platform', null)
await advance(4 * 60_000)
const outage = await declare('WebSocket outage in Frankfurt', 'agent-network', 'P1')
await shootWall('wall-four')
await shoot('board', '/')
await shoot('declare', '/', {
  async first(page) {
    await page.keyboard.press('c')
    await page.getByRole('button', { name: /^Playbook:/ }).click()
    await page.getByRole('menuitemradio', { name: 'FreeAgentics' }).click()
    await page.getByLabel('What is happening?').fill('Agent runs fail in Frankfurt')
    await page.keyboard.press('Alt+1')
  },
})
for (const incident of [id, slow, cards, outage]) await close(incident, 'Back to normal')
await advance(3 * 60 * 60_000)
await shootWall('wall-calm')

await stage.leave()
await browser.close()
await server.stop()

await nightSheet(join(into, 'night.jpg'))
console.log('docs/images/night.jpg')
