import { setTimeout as pause } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'

/** What people of the night do at a room, and what they look at: each waits until the page shows it. */

/**
 * Looks until `look` gives what `wanted` says.
 * @throws after 20 s, with what was seen last
 */
export async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean): Promise<void> {
  const end = performance.now() + 20_000
  for (;;) {
    const seen = await look()
    if (wanted(seen)) return
    if (performance.now() > end) throw new Error(`Waited in vain, seen last: ${JSON.stringify(seen)}`)
    await pause(50)
  }
}

const empty = (page: Page) =>
  until(
    () => field(page).inputValue(),
    (text) => text === '',
  )

export const pane = (page: Page, name: 'tasks' | 'document' | 'timeline') =>
  page.locator(`[data-pane="${name}"]`)
export const field = (page: Page) => page.locator('[data-scribe]')
export const dialog = (page: Page, name: string) => page.getByRole('dialog', { name })
export const lamp = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words })
export const task = (page: Page, id: string) => page.locator(`[data-task="${id}"]`)
export const box = (page: Page, id: string) => task(page, id).locator('[data-focus]')
export const editor = (page: Page) => pane(page, 'document').locator('.ProseMirror')

/** The row of chat or entry with these words, in a room that shows its timeline. */
export const row = (page: Page, words: string) =>
  pane(page, 'timeline').locator('article').filter({ hasText: words }).last()

/** Declares from the board by keyboard; resolves with the room's path when the room stands. */
export async function declare(
  page: Page,
  { title, playbook, level }: { title: string; playbook: string; level: number },
): Promise<string> {
  await page
    .getByRole('button', { name: /Declare/ })
    .first()
    .waitFor()
  await page.keyboard.press('c')
  const form = dialog(page, 'Declare an incident')
  await form.getByRole('button', { name: /^Playbook:/ }).click()
  await page.getByRole('menuitemradio', { name: playbook }).click()
  await form.getByLabel('What is happening?').fill(title)
  await page.keyboard.press(`Alt+${level}`)
  await form.getByText(new RegExp(`^Under ${playbook}, as `)).waitFor()
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(/\/i\/[^/]+$/)
  await lamp(page, 'all saved').waitFor()
  return new URL(page.url()).pathname
}

/** From the board into a room, past what greets whoever comes. */
export async function enter(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('region', { name: 'Brief' }).waitFor()
  await lamp(page, 'all saved').waitFor()
  await page.getByRole('region', { name: 'Brief' }).getByRole('button', { name: 'Close' }).click()
}

/** Says or records one thing in the bar that stands there, and waits for it to be committed. */
export async function write(page: Page, text: string, because?: string): Promise<void> {
  await field(page).fill(text)
  if (because !== undefined) await page.getByLabel('Because').fill(because)
  await field(page).press('Enter')
  await empty(page)
}

export async function record(page: Page, kind: string, text: string, because?: string): Promise<void> {
  const picker = page.getByRole('radiogroup', { name: 'Kind of entry' })
  await picker.getByRole('radio', { name: kind, exact: true }).click()
  await write(page, text, because)
}

/** Gives a slash command, with what it does shown when it is taken. */
export async function slash(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
  await empty(page)
}

/** A pane of the phone. */
export async function thumbTo(page: Page, tab: RegExp): Promise<void> {
  await page.getByRole('tab', { name: tab }).tap()
}

/** A heading's section of the document: the caret stands in its first paragraph. */
export async function caretIn(page: Page, heading: string): Promise<void> {
  await editor(page).locator(`h2:has-text("${heading}") + p`).first().click()
}

/** Seconds that the clock inside `part` shows; those beyond the target are negative. */
export async function seconds(part: Locator): Promise<number> {
  const words = (await part.getByRole('timer').first().innerText()).replaceAll(/\s/g, '')
  const [, sign, hours, minutes, rest] = /(\+?)(?:(\d+):)?(\d+):(\d\d)/.exec(words) ?? []
  if (minutes === undefined) throw new Error(`no digits in ${words}`)
  const size = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(rest)
  return sign === '+' ? -size : size
}

/** Screens show one clock alike, within a second, and between these bounds (s). */
export async function inStep(parts: readonly Locator[], from: number, to: number): Promise<void> {
  await until(
    () => Promise.all(parts.map(seconds)),
    (shown) =>
      Math.max(...shown) - Math.min(...shown) <= 1 && shown.every((left) => left >= from && left <= to),
  )
}
