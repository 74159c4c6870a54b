import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { joinRoom, makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

const paneOf = (page: Page) => page.locator('[data-pane="timeline"]')
const fieldOf = (page: Page) => page.locator('[data-scribe]')
const rowWith = (page: Page, words: string) =>
  paneOf(page).locator('article').filter({ hasText: words }).last()
const kind = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'Kind of entry' }).getByRole('radio', { name, exact: true }).click()

/** A row takes the focus once it has its height. */
const focusRow = async (row: Locator) => {
  await row.waitFor()
  await row.focus()
}

const shown = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'Show' }).getByRole('radio', { name, exact: true }).click()

/** Where the first row below the top stands, and which one it is. */
const reading = (page: Page) =>
  page.evaluate(() => {
    const scroller = document.querySelector('[role=feed]')?.parentElement
    if (!scroller) throw new Error('there is no timeline')
    const top = scroller.getBoundingClientRect().top
    for (const row of scroller.querySelectorAll('[data-row]')) {
      const at = row.getBoundingClientRect().top - top
      if (at > 40) return { id: row.id, at: Math.round(at) }
    }
    return null
  })

describe('the timeline, by two people', () => {
  let server: RunningServer
  let browser: Browser
  let priya: Person
  let maya: Person
  let mayaToken = ''
  let id = ''

  const asRoot = <T>(method: string, path: string, body?: unknown) =>
    rest<T>(server.url, server.rootToken, method, path, body)
  const log = async () => {
    const all: IncidentEvent[] = []
    for (;;) {
      const page = await asRoot<{ events: IncidentEvent[] }>(
        'GET',
        `/api/incidents/${id}/events?after=${all.length}`,
      )
      if (page.events.length === 0) return all
      all.push(...page.events)
    }
  }
  const added = async (text: string) => {
    const found = (await log()).find((e) => e.type === 'entry.added' && e.data.text === text)
    if (found?.type !== 'entry.added') throw new Error(`no entry ${text}`)
    return found
  }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([
      startServer({ env: { MUSTER_TEST_CLOCK: '1' } }),
      launchBrowser(),
    ])
    const first = await makePerson(server.url, server.rootToken, 'Priya Nair')
    const second = await makePerson(server.url, server.rootToken, 'Maya Chen')
    mayaToken = second.token
    // Ten in the morning, so that 23:59 lies ahead and 09:00 behind.
    const { now } = await asRoot<{ now: number }>('POST', '/api/test/clock', { advance: 'PT1S' })
    const ten = Math.floor(now / dayMs) * dayMs + 10 * hourMs
    const seconds = Math.round(((ten > now ? ten : ten + dayMs) - now) / 1_000)
    await asRoot('POST', '/api/test/clock', { advance: `PT${seconds}S` })
    ;({ id } = await asRoot<{ id: string }>('POST', '/api/incidents', {
      title: 'Agent coordination down',
      playbook: 'freeagentics',
      severity: 'SEV-1',
    }))
    priya = await newPerson(browser, { baseUrl: server.url, token: first.token })
    maya = await newPerson(browser, { baseUrl: server.url, token: second.token })
    for (const { page } of [priya, maya]) {
      await page.goto(`/i/${id}`)
      await fieldOf(page).waitFor()
      // Whoever comes is told what is going on; the first key ends that.
      await page.keyboard.press('Escape')
    }
  })
  afterAll(async () => {
    await priya?.leave()
    await maya?.leave()
    await browser?.close()
    await server?.stop()
  })

  it('dates an entry back, in words before Enter, and stands it where it happened', async () => {
    const { page } = priya
    await kind(page, 'Event')
    await fieldOf(page).fill('The API answers nobody')
    await page.keyboard.press('Enter')
    await fieldOf(page).fill('-45m Release 4.18 went out')
    await paneOf(page)
      .getByText(/ 09:1\d:\d\d UTC, today, 45 min ago/)
      .waitFor()
    await page.keyboard.press('Enter')
    const row = rowWith(maya.page, 'Release 4.18 went out')
    await row.getByText(/Recorded 10:0\d, 45 min after it happened/).waitFor()
    const texts = await paneOf(maya.page).locator('article').allInnerTexts()
    const place = (words: string) => texts.findIndex((text) => text.includes(words))
    expect(place('Release 4.18')).toBeLessThan(place('The API answers nobody'))
  })

  it('asks before a time that has not come becomes yesterday’s', async () => {
    const { page } = priya
    await kind(page, 'Event')
    await fieldOf(page).fill('23:59 Mistyped')
    await paneOf(page)
      .getByText(/^23:59 today is in 13 h \d+ min\.$/)
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'Enter again for' }).waitFor()
    expect(await fieldOf(page).inputValue()).toBe('23:59 Mistyped')
    // The way out is as near as the way on.
    await page.getByRole('button', { name: /^Now, 10:/ }).click()
    await rowWith(maya.page, 'Mistyped').waitFor()
    const mistyped = await added('Mistyped')
    expect(mistyped.at - mistyped.occurredAt).toBeLessThan(5 * 60_000)

    await fieldOf(page).fill('23:30 The night shift saw it')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'yesterday' }).waitFor()
    await page.keyboard.press('Enter')
    await rowWith(maya.page, 'The night shift saw it').waitFor()
    const night = await added('The night shift saw it')
    expect(new Date(night.occurredAt).toISOString().slice(11, 16)).toBe('23:30')
    expect(Math.floor(night.at / dayMs) - Math.floor(night.occurredAt / dayMs)).toBe(1)
  })

  it('folds a long paste to a snippet, and says what is too long before Enter', async () => {
    const { page } = priya
    await kind(page, 'Chat')
    const lines = Array.from(
      { length: 214 },
      (_, n) => `10:19:${String(n % 60).padStart(2, '0')} ERROR lock wait ${n}`,
    )
    await fieldOf(page).fill(lines.join('\n'))
    await paneOf(page)
      .getByText(/Becomes a snippet: 214 lines, 6 KiB of 256 KiB/)
      .waitFor()
    await page.keyboard.press('Enter')
    const row = rowWith(maya.page, 'lock wait 0')
    expect(await row.innerText()).not.toContain('lock wait 20\n')
    await row.getByRole('button', { name: 'Show 214 lines' }).click()
    await row.getByText('lock wait 213').waitFor()
    await row.getByRole('button', { name: 'Copy' }).waitFor()
    await row.getByRole('button', { name: 'Show less' }).click()
    await row.getByRole('button', { name: 'Show 214 lines' }).waitFor()

    await fieldOf(page).fill('x'.repeat(262_145))
    await paneOf(page)
      .getByText(/Too long: 256 KiB of 256 KiB/)
      .waitFor()
    await page.keyboard.press('Enter')
    expect((await fieldOf(page).inputValue()).length).toBe(262_145)
    await fieldOf(page).fill('')
  })

  it('splits a copied conversation into lines of their own authors and times', async () => {
    const { page } = priya
    await kind(page, 'Event')
    await fieldOf(page).fill(
      'Maya Chen  8:14 AM\nCheckout is down\nstill looking\nsam.support  8:16 AM\n31 tickets so far',
    )
    await page.getByRole('button', { name: /Split into 2 lines/ }).waitFor()
    await page.keyboard.press('Alt+Enter')
    const dialog = page.getByRole('dialog', { name: 'Split into 2 lines' })
    await dialog.getByText('known here').waitFor()
    await dialog.getByText('08:14:00').waitFor()
    await page.keyboard.press('Enter')
    const row = rowWith(maya.page, '31 tickets so far')
    await row.getByText(/Said by sam\.support, recorded 10:\d\d by Priya/).waitFor()
    expect(await fieldOf(page).inputValue()).toBe('')
    const [checkout, tickets] = [
      await added('Checkout is down\nstill looking'),
      await added('31 tickets so far'),
    ]
    expect(checkout.data.saidBy?.name).toBe('Maya Chen')
    expect(checkout.data.saidBy?.person).toBeDefined()
    expect(tickets.data.saidBy).toEqual({ name: 'sam.support' })
    expect(tickets.seq).toBe(checkout.seq + 1)
    expect(tickets.commandId).toBe(checkout.commandId)
    expect(new Date(tickets.occurredAt).toISOString().slice(11, 19)).toBe('08:16:00')
  })

  it('offers what may be worth pinning, and pins by one key', async () => {
    await fieldOf(maya.page).fill('Redis at 95 % of memory')
    await maya.page.keyboard.press('Enter')
    const { page } = priya
    await paneOf(page).getByText('Redis at 95 % of memory').waitFor()
    await page.getByRole('button', { name: /worth pinning/ }).click()
    const row = rowWith(page, 'Redis at 95 %')
    await row.getByText('names a figure').waitFor()
    await focusRow(row)
    await page.keyboard.press('p')
    await row.waitFor({ state: 'detached' })
    await paneOf(page).getByRole('button', { name: 'Show all' }).click()
    await rowWith(page, 'pinned from chat')
      .getByText(/^Pinned 10:\d\d by you/)
      .waitFor()
    // Among everything its words stand once: in the record.
    expect(await paneOf(page).locator('article').filter({ hasText: 'Redis at 95 %' }).count()).toBe(1)
    // Its author changes the words: the entry keeps those that were pinned.
    await maya.page.keyboard.press('Escape')
    await shown(maya.page, 'Chat')
    const message = paneOf(maya.page).locator('article').filter({ hasText: 'Pinned as finding' })
    await focusRow(message)
    await maya.page.keyboard.press('e')
    await maya.page.getByRole('textbox', { name: 'Message' }).fill('Redis at 59 % of memory')
    await maya.page.keyboard.press('Enter')
    const entry = rowWith(page, 'pinned from chat')
    await entry.getByText(/edited since/).waitFor()
    expect(await entry.innerText()).toContain('95 %')
    await entry.getByRole('button', { name: 'See in chat' }).click()
    await page.locator('article:focus').filter({ hasText: '59 %' }).waitFor()
    for (const { page } of [priya, maya]) await shown(page, 'All')
  })

  it('moves the focus with the words that are pinned', async () => {
    const { page } = priya
    await fieldOf(maya.page).fill('The lock keys never expire')
    await maya.page.keyboard.press('Enter')
    const row = rowWith(page, 'The lock keys never expire')
    await focusRow(row)
    await page.keyboard.press('p')
    const entry = page.locator('article:focus').filter({ hasText: 'The lock keys never expire' })
    await entry.filter({ hasText: 'pinned from chat' }).waitFor()
    // And with those whose kind is chosen first.
    await fieldOf(maya.page).fill('We drain the old pool')
    await maya.page.keyboard.press('Enter')
    const other = rowWith(page, 'We drain the old pool')
    await focusRow(other)
    await other.getByRole('button', { name: 'More for this message' }).click()
    await page.getByRole('menuitem', { name: 'Pin to the timeline' }).click()
    await page.getByRole('dialog').getByRole('radio', { name: 'Action' }).click()
    await page.getByRole('dialog').getByRole('button', { name: /^Pin/ }).click()
    await page
      .locator('article:focus')
      .filter({ hasText: 'We drain the old pool' })
      .filter({ hasText: 'pinned from chat' })
      .waitFor()
  })

  it('follows its end by whole rows, and moves nothing under a pointer that is down', async () => {
    const { page } = priya
    const say = async (text: string) => {
      await fieldOf(maya.page).fill(text)
      await maya.page.keyboard.press('Enter')
    }
    await page.keyboard.press('End')
    const below = () =>
      page.evaluate(() => {
        const scroller = document.querySelector('[role=feed]')?.parentElement
        return scroller
          ? Math.round(scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight)
          : null
      })
    await expect.poll(below).toBeLessThan(32)
    await say(Array.from({ length: 7 }, (_, n) => `tall ${n}`).join('\n'))
    const tall = rowWith(page, 'tall 6')
    await tall.waitFor()
    await expect.poll(below).toBe(0)

    const at = await tall.boundingBox()
    if (at === null) throw new Error('the row is not in sight')
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2)
    await page.mouse.down()
    await say('said under a pressed pointer')
    await rowWith(page, 'said under a pressed pointer').waitFor()
    expect(await tall.boundingBox()).toEqual(at)
    await page.mouse.up()
    await expect.poll(below).toBe(0)

    // A click counts right after a scroll, also one of the list's own.
    const hit = await page.evaluate(async () => {
      const scroller = document.querySelector('[role=feed]')?.parentElement
      if (!scroller) throw new Error('there is no timeline')
      scroller.scrollTop -= 60
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      const { left, top, width, height } = scroller.getBoundingClientRect()
      return document.elementFromPoint(left + width / 2, top + height / 2)?.closest('[data-item]') !== null
    })
    expect(hit).toBe(true)
    await page.getByRole('button', { name: 'Jump to now' }).click()
    await expect.poll(below).toBe(0)
  })

  it('amends an entry in a dialog that keeps what is refused, and shows what it said before', async () => {
    const { page } = priya
    await kind(page, 'Event')
    await fieldOf(page).fill('The pool is emty')
    await page.keyboard.press('Enter')
    const row = rowWith(page, 'The pool is emty')
    await row.hover()
    await row.getByRole('button', { name: 'More for this entry' }).click()
    await page.getByRole('menuitem', { name: 'Amend' }).click()
    const dialog = page.getByRole('dialog', { name: 'Amend entry' })
    await dialog.getByLabel('Text').fill('The pool is empty')
    await dialog.getByRole('radio', { name: 'Decision' }).click()
    await dialog.getByRole('button', { name: 'Amend' }).click()
    // A decision stands with its reason: the words stay, and the focus is where it is missing.
    const because = dialog.getByLabel('Because')
    await expect.poll(() => because.getAttribute('aria-invalid')).toBe('true')
    expect(await because.evaluate((node) => node === document.activeElement)).toBe(true)
    expect(await dialog.getByLabel('Text').inputValue()).toBe('The pool is empty')
    await because.fill('Nothing answers')
    await dialog.getByRole('button', { name: 'Amend' }).click()
    await dialog.waitFor({ state: 'detached' })
    const amended = rowWith(maya.page, 'The pool is empty')
    await amended.getByText(/^Amended 10:\d\d by Priya, was “The pool is emty”/).waitFor()
    await amended.getByText('Because Nothing answers').waitFor()
    await amended.getByRole('button', { name: '2 versions' }).click()
    const versions = maya.page.getByRole('dialog')
    for (const words of ['The pool is emty', 'The pool is empty']) await versions.getByText(words).waitFor()
    await maya.page.keyboard.press('Escape')
    await versions.waitFor({ state: 'detached' })
  })

  it('finds what is not loaded, and takes nobody’s place while others write', async () => {
    const room = await joinRoom(server.url, mayaToken, id)
    const say = async (text: string) => {
      const answer = await room.send('chat.send', { text })
      if (!answer.ok) throw new Error(answer.error.message)
    }
    await say('a needle in the log')
    for (let n = 0; n < 3; n++) {
      const lines = Array.from({ length: 150 }, (_, k) => ({ text: `straw ${n * 150 + k}` }))
      const answer = await room.send('entry.add-thread', { kind: 'event', lines })
      if (!answer.ok) throw new Error(answer.error.message)
    }
    const { page } = priya
    await page.reload()
    await rowWith(page, 'straw 449').waitFor()
    await page.keyboard.press('Escape')

    // Only what is in sight is in the page.
    expect(await paneOf(page).locator('article').count()).toBeLessThan(80)
    await page.getByRole('button', { name: 'Search and filter' }).click()
    await page.getByRole('searchbox', { name: 'Search the timeline' }).fill('needle')
    await paneOf(page).getByText('1 found in the whole log').waitFor()
    await paneOf(page).locator('mark').getByText('needle').waitFor()
    await page.getByRole('combobox', { name: 'Person' }).selectOption({ label: 'Priya Nair' })
    await paneOf(page).getByText('Nothing found in the whole log.').waitFor()
    expect(await violationsOf(page, { within: '[data-pane="timeline"]' })).toEqual([])
    await paneOf(page).getByRole('button', { name: 'Show all' }).click()
    await rowWith(page, 'straw 449').waitFor()

    // Up, beyond what came first; each page stands above what is read.
    await paneOf(page).hover()
    while ((await paneOf(page).getByText('a needle in the log').count()) === 0) {
      await page.mouse.wheel(0, -2_500)
      await page.evaluate(() => new Promise(requestAnimationFrame))
    }
    await paneOf(page).getByText('a needle in the log').waitFor()
    const before = await reading(page)
    await say('written meanwhile')
    await page.getByRole('button', { name: '1 new below' }).waitFor()
    expect(await reading(page)).toEqual(before)
    await page.getByRole('button', { name: '1 new below' }).click()
    await rowWith(page, 'written meanwhile').waitFor()
    room.close()
  })

  it('goes by keys through rows that are not in the page', async () => {
    const { page } = priya
    await focusRow(rowWith(page, 'written meanwhile'))
    // Faster than a row can be drawn: no key is lost on the way to one that is not there yet.
    await page.evaluate(() => {
      for (let n = 0; n < 60; n++)
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'k', bubbles: true, cancelable: true }),
        )
    })
    await page.locator('article:focus').filter({ hasText: 'straw 390' }).waitFor()
    await page.keyboard.press('End')
    await page.locator('article:focus').filter({ hasText: 'written meanwhile' }).waitFor()
    expect(await page.locator('article:focus').getAttribute('aria-posinset')).not.toBeNull()
  })

  it('shows who was away where they left off', async () => {
    await priya.page.goto('/')
    await priya.page.getByText('Agent coordination down').first().waitFor()
    await fieldOf(maya.page).fill('While you were away')
    await maya.page.keyboard.press('Enter')
    await rowWith(maya.page, 'While you were away').waitFor()
    const { page } = priya
    await page.goto(`/i/${id}`)
    await rowWith(page, 'While you were away').waitFor()
    await paneOf(page)
      .getByText(/^New since 10:\d\d$/)
      .waitFor()
    await page.keyboard.press('Escape')
  })

  it('shows it all on one axis, for eyes, for keys and as a table', async () => {
    const { page } = priya
    await page.getByRole('button', { name: 'On one axis' }).click()
    const dialog = page.getByRole('dialog', { name: 'On one axis' })
    await dialog.getByText('SEV-1').first().waitFor()
    await dialog.locator('[data-mark="0"]').focus()
    await page.keyboard.press('ArrowRight')
    await dialog.locator('[data-mark="1"]:focus').waitFor()
    expect(await violationsOf(page, { within: 'dialog' })).toEqual([])
    await dialog.getByRole('button', { name: 'As a table' }).click()
    await dialog
      .getByRole('row')
      .filter({ hasText: 'Release 4.18 went out' })
      .getByRole('button', { name: 'See it' })
      .click()
    await page.locator('article:focus').filter({ hasText: 'Release 4.18 went out' }).waitFor()
  })
})
