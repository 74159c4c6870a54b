import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/freshness.mjs'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person, type PersonOptions } from './browser.ts'
import { boardSurfaces, lookedAtElsewhere, roomSurfaces, type Surface } from './surfaces.ts'

let server: RunningServer
let browser: Browser
let me: { id: string; token: string }
let room = ''
let surfaces: Surface[] = []
const people: Person[] = []

const asRoot = <T>(method: string, path: string, body?: unknown) =>
  rest<T>(server.url, server.rootToken, method, path, body)
const command = (token: string, type: string, data: unknown = {}) =>
  rest<{ seq: number }>(server.url, token, 'POST', `/api/incidents/${room}/commands/${type}`, data)

interface Item {
  id: string
  bind?: { kind: string; fact?: string }
  items?: Item[]
}

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ env: { MUSTER_TEST_CLOCK: '1' } }), launchBrowser()])
  const { id } = await asRoot<{ id: string }>('POST', '/api/people', {
    name: 'Priya Nair',
    role: 'administrator',
  })
  me = { id, ...(await asRoot<{ token: string }>('POST', `/api/people/${id}/sessions`)) }
  const other = await makePerson(server.url, server.rootToken, 'Tomás Rivera')
  const declared = await asRoot<{ id: string }>('POST', '/api/incidents', {
    title: 'Card payments fail for customers in the whole of Europe, and some in Asia',
    playbook: 'freeagentics',
    severity: 'SEV-1',
  })
  room = declared.id
  await command(me.token, 'role.take', { role: 'ic' })
  await command(other.token, 'role.take', { role: 'tl' })
  await command(other.token, 'chat.send', { text: 'Is anybody there?' })
  await command(other.token, 'runbook.attach', { runbook: 'high-memory-usage' })
  await command(me.token, 'entry.add', { kind: 'action', text: 'Restarted once' })
  const { entries } = await asRoot<{ entries: { seq: number; type: string }[] }>(
    'GET',
    `/api/incidents/${room}/entries`,
  )
  const ref = entries.findLast((entry) => entry.type === 'entry.added')?.seq
  await command(me.token, 'entry.amend', { ref, text: 'Restarted twice' })
  await command(me.token, 'entry.add', { kind: 'decision', text: 'Roll back', reason: 'It began then' })
  const { state } = await asRoot<{ state: { playbook: { hash: string } } }>('GET', `/api/incidents/${room}`)
  const { checklists } = await asRoot<{ checklists: { items: Item[] }[] }>(
    'GET',
    `/api/playbooks/${state.playbook.hash}`,
  )
  const leaves = (items: readonly Item[]): Item[] =>
    items.flatMap((item) =>
      item.items === undefined || item.items.length === 0 ? [item] : leaves(item.items),
    )
  const all = checklists.flatMap((list) => leaves(list.items))
  const free = all.find((item) => item.bind === undefined)
  const bound = all.find(
    (item) => item.bind !== undefined && /update|scribe|resolved/.test(JSON.stringify(item.bind)),
  )
  surfaces = roomSurfaces({ task: free?.id ?? '', bound: bound?.id ?? '' })
})
afterAll(async () => {
  for (const person of people) await person.leave([/.*/])
  await browser?.close()
  await server?.stop()
})

async function sit(options: Partial<PersonOptions> = {}): Promise<Page> {
  const person = await newPerson(browser, {
    baseUrl: server.url,
    token: me.token,
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  people.push(person)
  return person.page
}

async function enterRoom(page: Page): Promise<void> {
  await page.goto(`/i/${room}`)
  await page.locator('[data-pane]').first().waitFor()
  await page.getByText(/^Live/).first().waitFor()
  // What greets who arrives goes with the first key.
  await page.keyboard.press('Escape')
}

/** What axe says of the page or, where something lies over it, of that: what lies beneath was looked at without it. */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const covered = (await page.locator(over).count()) > 0
  return violationsOf(page, { ...(rules && { rules }), ...(covered && { within: over }) })
}

/** What axe knows of colours; all its other rules find the same in the light and in the dark. */
const ofColours = ['color-contrast', 'link-in-text-block']

/** One look in the light by every rule, one in the dark at the colours, one at what forced colours take away. */
async function looks(page: Page, name: string, findings: Findings): Promise<void> {
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color)
  findings.add(`${name}, light`, await violations(page))
  const light = await ink()
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await ink()).not.toBe(light)
  findings.add(`${name}, dark`, await violations(page, ofColours))
  await page.emulateMedia({ colorScheme: 'light' })
  findings.add(`${name}, forced colours`, await vanished(page))
  await page.emulateMedia({ forcedColors: 'none' })
}

/** What lies over the page and takes its place until it is closed. */
const over = 'dialog[open], [role=menu]:popover-open'

/** What does not fit: the page scrolling sideways, controls beyond the edge or in a box that cuts them. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = []
    const words = (el: Element) =>
      (el.getAttribute('aria-label') ?? el.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 50)
    const over = document.documentElement.scrollWidth - innerWidth
    if (over > 0) found.push(`the page is ${over} px too wide`)
    const open = document.querySelector('dialog[open]')
    if (open !== null && open.scrollWidth > open.clientWidth) found.push('the dialog scrolls sideways')
    const controls = (open ?? document).querySelectorAll(
      'button, a[href], input, select, textarea, [role=menuitem]',
    )
    for (const el of controls) {
      const box = el.getBoundingClientRect()
      if (box.width === 0 || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        continue
      if (el.closest('.visually-hidden') !== null) continue
      let scrolls = false
      for (let up = el.parentElement; up !== null; up = up.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth)
          scrolls = true
      }
      if (!scrolls && (box.left < -1 || box.right > innerWidth + 1))
        found.push(`beyond the edge: ${words(el)}`)
    }
    return found
  })

/** Controls smaller than `least` px on either side; words in a line of text, `.link` too, and boxes inside a label are let be. */
const small = (page: Page, least: number) =>
  page.evaluate((min) => {
    const found: string[] = []
    const open = document.querySelector('dialog[open]') ?? document
    for (const el of open.querySelectorAll('button, a[href], input, select, [role=menuitem], [role=tab]')) {
      const box = el.getBoundingClientRect()
      if (box.width === 0 || !el.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        continue
      if (el.closest('.visually-hidden, [contenteditable], .link') !== null) continue
      const inline = getComputedStyle(el).display.startsWith('inline') && el.closest('p') !== null
      if (inline || (el instanceof HTMLInputElement && el.closest('label') !== null)) continue
      if (box.width < min - 0.5 || box.height < min - 0.5)
        found.push(
          `${Math.round(box.width)} x ${Math.round(box.height)}: ${(el.getAttribute('aria-label') ?? el.textContent ?? el.id).trim().slice(0, 40)}`,
        )
    }
    return [...new Set(found)]
  }, least)

/**
 * What forced colours take away: shapes without words that were told by their ground alone, and choices that look
 * like those beside them.
 */
async function vanished(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'none' })
  await page.evaluate(() => {
    for (const el of document.querySelectorAll('body *')) {
      el.removeAttribute('data-ground')
      if (!(el instanceof HTMLElement) || (el.textContent ?? '').trim() !== '' || el.children.length > 0)
        continue
      if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      const { width, height } = el.getBoundingClientRect()
      if (width < 1 || height < 1 || el.closest('.visually-hidden') !== null) continue
      const ground = getComputedStyle(el).backgroundColor
      let under: Element | null = el.parentElement
      while (under !== null && /^rgba.*, 0\)$/.test(getComputedStyle(under).backgroundColor))
        under = under.parentElement
      const beneath = under === null ? '' : getComputedStyle(under).backgroundColor
      if (!/^rgba.*, 0\)$/.test(ground) && ground !== beneath) el.setAttribute('data-ground', '')
    }
  })
  await page.emulateMedia({ forcedColors: 'active' })
  const found = await page.evaluate(() => {
    const name = (el: Element) =>
      `${el.tagName.toLowerCase()}.${el.className} in ${el.parentElement?.className ?? ''}`.replace(
        / ?svelte-\w+/g,
        '',
      )
    const lines = (el: Element) => {
      const style = getComputedStyle(el)
      const edges = ['Top', 'Right', 'Bottom', 'Left'] as const
      const borders = edges.map(
        (edge) =>
          `${style[`border${edge}Width`]} ${style[`border${edge}Style`]} ${style[`border${edge}Color`]}`,
      )
      const outline = style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`
      return { style, borders, outline }
    }
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.backgroundColor = 'Canvas'
    const canvas = getComputedStyle(probe).backgroundColor
    probe.remove()
    const lost: string[] = []
    for (const el of document.querySelectorAll('[data-ground]')) {
      const { style, borders, outline } = lines(el)
      const bordered = borders.some((b) => !b.startsWith('0px') && !b.includes(' none '))
      const grounded = style.forcedColorAdjust === 'none' || style.backgroundImage !== 'none'
      const differs = !/^rgba.*, 0\)$/.test(style.backgroundColor) && style.backgroundColor !== canvas
      if (!bordered && outline === '' && !grounded && !differs) lost.push(`vanishes: ${name(el)}`)
    }
    const look = (el: Element) => {
      const { style, borders, outline } = lines(el)
      const inside = el.querySelector('svg, .dot') === null ? '' : String(el.querySelectorAll('svg').length)
      return JSON.stringify([
        borders,
        outline,
        style.fontWeight,
        style.backgroundColor,
        style.color,
        style.textDecorationLine,
        inside,
      ])
    }
    for (const state of ['aria-checked', 'aria-selected', 'aria-pressed']) {
      for (const on of document.querySelectorAll(`[${state}=true]`)) {
        const off = on.parentElement?.querySelector(`:scope > [${state}=false]`)
        if (off && on.checkVisibility() && look(on) === look(off))
          lost.push(`looks like the others: ${name(on)}`)
      }
    }
    return [...new Set(lost)]
  })
  return found
}

/** What was found, by where; asserted at the end, so that one run tells all. */
class Findings {
  readonly #found: Record<string, string[]> = {}

  add(where: string, found: readonly string[]): void {
    if (found.length > 0) this.#found[where] = [...found]
  }

  none(): void {
    expect(this.#found).toEqual({})
  }
}

/** Opens each surface, looks, and closes it again; says which could not be opened. */
async function overEach(page: Page, list: readonly Surface[], look: (name: string) => Promise<void>) {
  for (const surface of list) {
    const opened = await surface.open(page)
    await opened.first().waitFor()
    await look(surface.component)
    const open = page.locator(over)
    for (let tries = 0; tries < 3 && (await open.count()) > 0; tries++) await page.keyboard.press('Escape')
    await expect.poll(() => open.count()).toBe(0)
  }
}

describe('everything that opens', () => {
  it('is named here, so that a new dialog or menu is looked at too', () => {
    const drawing = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) return drawing(path)
        if (!entry.name.endsWith('.svelte')) return []
        return /<(?:Dialog|dialog|Menu)\b/.test(readFileSync(path, 'utf8'))
          ? [basename(entry.name, '.svelte')]
          : []
      })
    const named = new Set([
      ...surfaces.map((s) => s.component),
      ...boardSurfaces.map((s) => s.component),
      ...Object.keys(lookedAtElsewhere),
    ])
    expect(drawing(join(root, 'client')).filter((name) => !named.has(name))).toEqual([])
  })
})

describe('in the light, in the dark and in forced colours nothing is found', () => {
  // A colour that is still on its way is no finding.
  const still = { colorScheme: 'light', reducedMotion: 'reduce' } as const

  it('on the pages before signing in', async () => {
    const findings = new Findings()
    const page = await sit({ ...still, token: '' })
    for (const path of ['/sign-in', '/setup', '/join', '/nowhere']) {
      await page.goto(path)
      await page.locator('h1').first().waitFor()
      await looks(page, path, findings)
    }
    findings.none()
  })

  it('on the board, in the settings and in what opens there', async () => {
    const findings = new Findings()
    const page = await sit(still)
    await page.goto('/settings')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await looks(page, 'settings', findings)
    await page.goto('/')
    await page.getByText('Card payments fail').first().waitFor()
    await looks(page, 'board', findings)
    await overEach(page, boardSurfaces, (name) => looks(page, name, findings))
    findings.none()
  })

  it('in the room and in each dialog and menu of it', { timeout: 240_000 }, async () => {
    const findings = new Findings()
    const page = await sit(still)
    await enterRoom(page)
    await looks(page, 'room', findings)
    await overEach(page, surfaces, async (name) => {
      await looks(page, name, findings)
      findings.add(`${name}, targets`, await small(page, 24))
    })
    findings.none()
  })
})

describe('whoever needs it larger', () => {
  /** Sets the size of text, 100 being usual. */
  /** The size of letters in the browser's settings: what the page measures in `em` and `rem` goes with it. */
  const enlarge = (cdp: CDPSession, percent: number) => {
    const of = (px: number) => Math.round((px * percent) / 100)
    return cdp.send('Page.setFontSizes', { fontSizes: { standard: of(16), fixed: of(13) } })
  }

  it.each([
    ['at 200 % text', 1280, [200]],
    ['at 320 px, also with 200 % text,', 320, [100, 200]],
    ['at a desk with 130 % text', 1920, [130]],
  ])('%s loses nothing', { timeout: 180_000 }, async (_words, width, sizes) => {
    const findings = new Findings()
    const page = await sit({ viewport: { width, height: 800 } })
    const cdp = await page.context().newCDPSession(page)
    const look = async (name: string) => {
      for (const percent of sizes) {
        await enlarge(cdp, percent)
        findings.add(`${name} at ${percent} %`, await cutOff(page))
      }
      await enlarge(cdp, sizes[0] ?? 100)
    }
    for (const path of ['/settings', '/']) {
      await page.goto(path)
      await page.locator('h1, h2').first().waitFor()
      await look(path)
    }
    await overEach(page, boardSurfaces, look)
    await enterRoom(page)
    // With letters twice as large a desk has the room of a phone.
    const desk = width / Math.max(...sizes) > 10
    for (const tab of desk ? [] : [/Tasks/, /Doc/, /Timeline/]) {
      await page.getByRole('tab', { name: tab }).click()
      await look(`room ${tab}`)
    }
    await look('room')
    // A pasted conversation is split at a desk.
    const here = surfaces.filter((surface) => desk === (surface.component === 'ThreadDialog'))
    await overEach(page, here, look)
    findings.none()
  })

  it('with a finger finds targets of 44 px', { timeout: 120_000 }, async () => {
    const findings = new Findings()
    const page = await sit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await page.goto('/')
    await page.getByText('Card payments fail').first().waitFor()
    findings.add('board', await small(page, 44))
    await enterRoom(page)
    for (const tab of [/Tasks/, /Doc/, /Timeline/]) {
      await page.getByRole('tab', { name: tab }).click()
      findings.add(`room ${tab}`, await small(page, 44))
    }
    findings.none()
  })
})

describe('whoever does not see it', () => {
  it('goes round the panes by F6, both ways', async () => {
    const page = await sit()
    await enterRoom(page)
    const inPane = () =>
      page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane'))
    for (const [key, there] of [
      ['F6', 'tasks'],
      ['F6', 'document'],
      ['F6', 'timeline'],
      ['F6', 'tasks'],
      ['Shift+F6', 'timeline'],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(inPane, { message: `${key} to ${there}` }).toBe(there)
    }
  })

  it('is told of clocks at thresholds only', async () => {
    const page = await sit()
    const fresh = await asRoot<{ id: string }>('POST', '/api/incidents', {
      title: 'Mails wait',
      playbook: 'freeagentics',
      severity: 'SEV-2',
    })
    await page.goto(`/i/${fresh.id}`)
    await page.getByText(/^Live/).first().waitFor()
    await page.keyboard.press('Escape')
    await page.evaluate(() => {
      const told: string[] = []
      Object.assign(window, { told })
      for (const region of document.querySelectorAll('.visually-hidden[aria-live]')) {
        new MutationObserver(() =>
          told.push(`${region.getAttribute('aria-live') ?? ''}: ${region.textContent?.trim()}`),
        ).observe(region, { childList: true, characterData: true, subtree: true })
      }
    })
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told)
    const speaking = () =>
      page.evaluate(
        () =>
          [...document.querySelectorAll('[role=timer]')].filter((t) => t.getAttribute('aria-live') !== 'off')
            .length,
      )
    expect(await speaking()).toBe(0)
    const before = (await told()).length
    // Two minutes, a piece at a time: nothing crosses a threshold, so nothing is said.
    for (let i = 0; i < 8; i++) await asRoot('POST', '/api/test/clock', { advance: 'PT15S' })
    await expect.poll(() => page.getByText(/^02:[345]\d$/).count()).toBeGreaterThan(0)
    expect((await told()).slice(before)).toEqual([])
    await asRoot('POST', '/api/test/clock', { advance: 'PT2M5S' })
    await expect.poll(async () => (await told()).join()).toMatch(/polite: Acknowledge at risk/)
    await asRoot('POST', '/api/test/clock', { advance: 'PT1M' })
    await expect.poll(async () => (await told()).join()).toMatch(/assertive: Acknowledge is overdue/)
  })
})

describe('what was not taken', () => {
  it('lies in a tray and is asked about on signing out, both without a finding', async () => {
    const page = await sit()
    const { id } = await asRoot<{ id: string }>('POST', '/api/incidents', {
      title: 'Charts are empty',
      playbook: 'freeagentics',
      severity: 'SEV-3',
    })
    await page.goto(`/i/${id}`)
    await page.getByText(/^Live/).first().waitFor()
    await page.context().setOffline(true)
    await page
      .getByText(/^Offline/)
      .first()
      .waitFor({ timeout: 20_000 })
    await page.locator('[data-scribe]').first().fill('Written while cut off')
    await page.keyboard.press('Enter')
    await asRoot('POST', `/api/incidents/${id}/commands/incident.close`, {
      reason: 'A test',
      as: 'false-positive',
    })
    await page.context().setOffline(false)
    await page.getByRole('button', { name: /not accepted/ }).click({ timeout: 20_000 })
    await page.getByRole('dialog', { name: 'Not accepted' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.goto('/')
    await page.getByRole('button', { name: /^You, / }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('dialog', { name: 'Sign out' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Stay signed in' }).click()
  })
})
