import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person, type PersonOptions } from './browser.ts'

/** What the browser says of a line that is cut on purpose. */
const cutOff = [/WebSocket connection to/, /ERR_INTERNET_DISCONNECTED/, /ERR_CONNECTION/]
const screens = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
]

let server: RunningServer
let browser: Browser
let address = ''
let wallId = ''
const walls: Person[] = []

const asRoot = <T>(method: string, path: string, body?: unknown) =>
  rest<T>(server.url, server.rootToken, method, path, body)
const advance = (time: string) => asRoot('POST', '/api/test/clock', { advance: time })
const declare = async (title: string, severity?: string) =>
  (
    await asRoot<{ id: string }>('POST', '/api/incidents', {
      title,
      playbook: 'freeagentics',
      ...(severity === undefined ? {} : { severity }),
    })
  ).id

async function hang(options: Partial<PersonOptions> = {}): Promise<Person> {
  const wall = await newPerson(browser, {
    baseUrl: server.url,
    viewport: { width: 1920, height: 1080 },
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  walls.push(wall)
  return wall
}

async function open(page: Page): Promise<void> {
  await page.goto(address)
  const icon = await page.locator('link[rel=icon]').getAttribute('href')
  expect((await page.request.get(icon ?? '/favicon.ico')).status()).toBe(200)
  await page.getByText('Live', { exact: true }).waitFor()
}

interface Text {
  words: string
  /** Clocks, severity, who leads: read from further away. */
  large: boolean
  /** Height of a capital on the screen, px, measured with the very font it is drawn in. */
  capital: number
  /** Lies within the screen and within what its ancestors show. */
  whole: boolean
}

const texts = (page: Page) =>
  page.evaluate((): Text[] => {
    const pen = document.createElement('canvas').getContext('2d')
    if (pen === null) throw new Error('no canvas')
    const found: Text[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? ''
      const parent = node.parentElement
      if (words === '' || parent === null || parent.closest('.visually-hidden, noscript, script') !== null)
        continue
      const style = getComputedStyle(parent)
      // Large, so that rounding to pixels is nothing.
      pen.font = `${style.fontWeight} 1000px ${style.fontFamily}`
      const range = document.createRange()
      range.selectNodeContents(node)
      const box = range.getBoundingClientRect()
      found.push({
        words,
        large: parent.closest('.badge, [role="timer"]:not(footer *), .commander-name') !== null,
        capital: (pen.measureText('H').actualBoundingBoxAscent / 1000) * Number.parseFloat(style.fontSize),
        whole:
          box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1,
      })
    }
    return found
  })

async function expectReadable(page: Page, layout: string): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  const scale = height / 1080
  const all = await texts(page)
  const what = `${layout} at ${width} x ${height}`
  expect(
    all.filter((t) => t.capital < 20 * scale - 0.1),
    what,
  ).toEqual([])
  const large = all.filter((t) => t.large)
  expect(
    large.filter((t) => t.capital < 36 * scale - 0.1),
    what,
  ).toEqual([])
  if (layout !== 'calm') expect(large.length, what).toBeGreaterThan(3)
  expect(
    all.filter((t) => !t.whole),
    what,
  ).toEqual([])
  expect(
    await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]),
    what,
  ).toEqual([height, width])
}

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_TEST_CLOCK: '1' } }), launchBrowser()])
  const made = await asRoot<{ id: string; url: string }>('POST', '/api/walls', { label: 'Hall' })
  address = made.url
  wallId = made.id
})
afterAll(async () => {
  for (const wall of walls) await wall.leave(cutOff)
  await browser?.close()
  await server?.stop()
})

describe('the wall', () => {
  it('says that a link does not work, and nothing else', async () => {
    const wall = await hang()
    await wall.page.goto(`/wall#${'x'.repeat(43)}`)
    await wall.page.getByRole('heading', { name: 'This wall link does not work' }).waitFor()
    expect(await wall.page.getByRole('timer').count()).toBe(0)
  })

  it('is large enough for four metres in every layout, 1080 lines and 4K, and never scrolls (R214)', async () => {
    const pages: Page[] = []
    for (const viewport of screens) {
      const { page } = await hang({ viewport })
      await open(page)
      pages.push(page)
    }
    const layout = async (name: string, ready: (page: Page) => Promise<unknown>) => {
      for (const page of pages) {
        await ready(page)
        await expectReadable(page, name)
      }
      expect(await violationsOf(pages[0] as Page), name).toEqual([])
    }
    const open_ = (count: number) => (page: Page) =>
      page.getByText(`${count} open`, { exact: true }).waitFor()
    await layout('calm', (page) => page.getByRole('heading', { name: 'No open incidents' }).waitFor())
    const first = await declare('Search answers nobody', 'SEV-1')
    await layout('one', open_(1))
    const priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
    const asPriya = (type: string, data: unknown) =>
      rest(server.url, priya.token, 'POST', `/api/incidents/${first}/commands/${type}`, data)
    await asPriya('role.take', { role: 'ic' })
    await asPriya('entry.add', {
      kind: 'communication',
      audience: 'internal',
      text: 'Searches time out for everybody. We look at the index. '.repeat(3),
    })
    await declare('Card payments fail')
    await layout('two', open_(2))
    await declare(
      'Exports are late for everybody who asked for them this morning, and for all who ask now',
      'SEV-2',
    )
    await layout('three', open_(3))
    await declare('Mails wait', 'SEV-3')
    await layout('four', open_(4))
    await advance('PT6M')
    await layout('four, some overdue', (page) => page.getByText('Overdue').first().waitFor())
    await declare('Charts are empty', 'SEV-4')
    await layout('five', open_(5))
    await declare('Nobody can sign in by SSO', 'SEV-1')
    await layout('six', open_(6))
    await declare('Webhooks wait')
    await layout('seven', open_(7))
    for (let i = 8; i <= 12; i++) await declare(`Region ${i} is slow`, i % 2 === 0 ? 'SEV-2' : 'SEV-3')
    await layout('twelve', open_(12))
    for (const page of pages) await page.getByText('and 6 more', { exact: true }).waitFor()
  })

  it('says within ten seconds that it is cut off, counts on, and comes back by itself (R215)', async () => {
    const wall = await hang()
    const { page } = wall
    await open(page)
    const clock = page.getByRole('timer').first()
    const before = await clock.innerText()
    const cutAt = performance.now()
    await wall.context.setOffline(true)
    await page.getByText(/^Last data \d\d:\d\d:\d\d$/).waitFor({ timeout: 10_000 })
    expect(performance.now() - cutAt).toBeLessThan(10_000)
    await page.waitForFunction((was) => document.querySelector('[role="timer"]')?.textContent !== was, before)
    await expectReadable(page, 'cut off')
    const id = await declare('Declared while cut off', 'SEV-3')
    await wall.context.setOffline(false)
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
    await page.getByText('13 open', { exact: true }).waitFor()
    await asRoot('POST', `/api/incidents/${id}/commands/incident.close`, {
      reason: 'A test',
      as: 'false-positive',
    })
    await page.getByText('12 open', { exact: true }).waitFor()
  })

  it('comes back when the server was restarted', async () => {
    const { page } = await hang()
    await open(page)
    await server.kill('SIGKILL')
    await page.getByText(/^Last data/).waitFor({ timeout: 10_000 })
    await server.restart()
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
    await page.getByText('12 open', { exact: true }).waitFor()
  })

  it('is heard once for each event, not again after a cut or a reload, and not when muted (R219)', async () => {
    const wall = await hang()
    const { page } = wall
    const heard: number[] = []
    await wall.context.exposeFunction('heard', (pitch: number) => heard.push(pitch))
    await wall.context.addInitScript(() => {
      const start = OscillatorNode.prototype.start
      OscillatorNode.prototype.start = function (when) {
        void (window as unknown as { heard: (pitch: number) => void }).heard(this.frequency.value)
        start.call(this, when)
      }
    })
    await open(page)
    await page.getByRole('button', { name: 'Sound off, press a key' }).waitFor()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Sound on' }).waitFor()
    // Everything open was there before this wall.
    expect(heard).toEqual([])

    await declare('The gravest', 'SEV-1')
    await expect.poll(() => heard.length).toBe(2)
    const [low = 0, high = 0] = heard.splice(0)
    expect(high).toBeGreaterThan(low)

    await wall.context.setOffline(true)
    await page.getByText(/^Last data/).waitFor({ timeout: 10_000 })
    await wall.context.setOffline(false)
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 })
    await page.reload()
    await page.getByText('13 open', { exact: true }).waitFor()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Sound on' }).waitFor()
    expect(heard).toEqual([])

    // Within a minute after its five: its clocks break, and nothing else does.
    await advance('PT5M1S')
    await expect.poll(() => heard.length).toBe(3)
    expect(new Set(heard.splice(0)).size).toBe(1)

    await page.keyboard.press('m')
    await page.getByRole('button', { name: 'Muted' }).waitFor()
    await declare('Gravest again', 'SEV-1')
    await page.getByText('14 open', { exact: true }).waitFor()
    await page.keyboard.press('m')
    await page.getByRole('button', { name: 'Sound on' }).waitFor()
    expect(heard).toEqual([])
  })

  it('keeps quiet hours of its own, and says which keys do what', async () => {
    const { page } = await hang()
    await open(page)
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog', { name: 'This wall' })
    await dialog.getByLabel('From').fill('00:00')
    await dialog.getByLabel('To').fill('23:59')
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.reload()
    await page.keyboard.press('x')
    await page.getByRole('button', { name: 'Quiet until 23:59' }).waitFor()
  })

  it('is cleared when its link is ended', async () => {
    const { page } = await hang()
    await open(page)
    await asRoot('DELETE', `/api/walls/${wallId}`)
    await page.getByRole('heading', { name: 'This wall link does not work' }).waitFor()
    expect(await page.getByRole('timer').count()).toBe(0)
    expect(await page.locator('body').innerText()).not.toContain('Search answers nobody')
  })
})
