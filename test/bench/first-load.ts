import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { loads, readManifest } from '../../scripts/lib/bundle-sizes.ts'
import { launchBrowser, newPerson } from '../e2e/browser.ts'
import type { Figure, Repetition } from './figures.ts'
import type { Rig } from './rig.ts'

/** Acts of others that arrive while somebody looks on. */
const others = 50

declare global {
  interface Window {
    /** Sum of every layout shift since the page began, those after a press too. */
    shifted?: number
  }
}

/**
 * A room opened for the first time: until it can be used, what moves in it afterwards, how many frames an own act
 * takes to show, and what the browser had to load for it.
 */
export async function measureFirstLoad(rig: Rig): Promise<Figure[]> {
  const database = rig.world.where
  const sizes = loads(readManifest())
  const size = (name: string, kilobytes: number, target: number): Figure => ({
    name,
    database,
    unit: 'kB',
    target,
    repetitions: [{ value: Math.round(kilobytes * 10) / 10 }],
    note: 'JavaScript, gzip',
  })
  const figures = [
    size('room, first load', sizes.room.kilobytes, 100),
    size('editor with replica', sizes.editor.kilobytes, 140),
    size('wall', sizes.wall.kilobytes, 70),
  ]
  const browser = await launchBrowser().catch(() => undefined)
  if (browser === undefined) return figures
  const [usable, moved, frames]: [Repetition[], Repetition[], Repetition[]] = [[], [], []]
  try {
    for (let i = 0; i < rig.repetitions; i++) {
      await rig.lookAround()
      const stop = rig.watch()
      const seen = await visit(rig, browser)
      const load = stop()
      usable.push({ value: seen.usableMs, load })
      moved.push({ value: seen.shifted, load })
      frames.push({ value: seen.frames, load })
    }
  } finally {
    await browser.close()
  }
  const figure = (name: string, unit: string, target: number, repetitions: Repetition[], note: string) => ({
    name,
    database,
    unit,
    target,
    repetitions,
    note,
  })
  return [
    ...figures,
    figure('room can be used', 'ms', 1_000, usable, 'empty cache, until a box can be ticked'),
    figure('layout shift', '', 0, moved, `after that: ${others} acts of others, three dialogs`),
    figure('own tick shows', 'frames', 1, frames, 'frames between the press and the tick on screen'),
  ]
}

async function visit(
  { world }: Rig,
  browser: Browser,
): Promise<{ usableMs: number; shifted: number; frames: number }> {
  const { url } = world.server
  const [mine = '', theirs = ''] = world.tokens
  const id = await declare(url, theirs)
  const me = await newPerson(browser, { baseUrl: url, token: mine, viewport: { width: 1440, height: 900 } })
  try {
    const { page } = me
    await page.addInitScript(() => {
      window.shifted = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if ('value' in entry && typeof entry.value === 'number')
            window.shifted = (window.shifted ?? 0) + entry.value
      }).observe({ type: 'layout-shift', buffered: true })
    })
    const started = performance.now()
    await page.goto(`/i/${id}`, { waitUntil: 'commit' })
    const box = page.locator('[data-task] button[role=checkbox]').first()
    await box.waitFor()
    const usableMs = performance.now() - started
    await page.evaluate(() => {
      window.shifted = 0
    })
    for (let i = 0; i < others; i++) await give(url, theirs, id, 'chat.send', { text: `Line ${i + 1}` })
    await page.getByText(`Line ${others}`, { exact: true }).waitFor()
    for (const key of ['r', 'f', '?']) await openAndClose(page, key)
    const frames = await framesUntilTicked(page)
    const shifted = await page.evaluate(() => window.shifted ?? 0)
    return { usableMs, shifted: Math.round(shifted * 10_000) / 10_000, frames }
  } finally {
    await me.leave()
  }
}

async function openAndClose(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

/** Presses a box that nobody ticked and counts the frames until it is drawn as ticked. */
function framesUntilTicked(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const box = document.querySelector<HTMLElement>('[data-task] button[role=checkbox][aria-checked=false]')
    if (box === null) throw new Error('No open task.')
    box.click()
    for (let frame = 1; frame <= 600; frame++) {
      await new Promise(requestAnimationFrame)
      if (box.getAttribute('aria-checked') === 'true') return frame
    }
    throw new Error('The tick never showed.')
  })
}

async function declare(url: string, token: string): Promise<string> {
  const answer = await post(url, token, '/api/incidents', { title: 'Opened for the first time' })
  if (typeof answer === 'object' && answer !== null && 'id' in answer) return String(answer.id)
  throw new Error('Declaring gave no id.')
}

const give = (url: string, token: string, id: string, type: string, data: object) =>
  post(url, token, `/api/incidents/${id}/commands/${type}`, data)

async function post(url: string, token: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
