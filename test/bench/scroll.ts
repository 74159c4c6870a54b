import type { Page } from 'playwright-core'
import { launchBrowser, newPerson } from '../e2e/browser.ts'
import { type Figure, quantile, type Repetition } from './figures.ts'
import type { Rig } from './rig.ts'

/** A frame of a screen that draws 60 of them a second, ms; a little more than that is what timers round to. */
const frameMs = 17
/** Rows of the timeline that are loaded before anybody scrolls through them. */
const rows = 5_000

/** How long a frame takes while somebody scrolls through a long timeline in the room, and the slowest twentieth. */
export async function measureScroll(rig: Rig): Promise<Figure[]> {
  const browser = await launchBrowser().catch(() => undefined)
  if (browser === undefined) return []
  const medians: Repetition[] = []
  const slow: number[] = []
  try {
    const { world } = rig
    const viewport = { width: 1440, height: 900 }
    const person = await newPerson(browser, {
      baseUrl: world.server.url,
      token: world.tokens[2] ?? '',
      viewport,
    })
    await openRows(person.page, world.big, rows)
    for (let i = 0; i < rig.repetitions; i++) {
      await rig.lookAround()
      const stop = rig.watch()
      const frames = await scrollThrough(person.page, 5_000)
      medians.push({ value: quantile(frames, 0.5), load: stop() })
      slow.push(Math.round(quantile(frames, 0.95)))
    }
    await person.leave()
  } finally {
    await browser.close()
  }
  const note = `p95 ${slow.join(', ')} ms; ${rows} rows loaded, 2,400 px a second both ways`
  return [
    {
      name: 'scrolling the timeline, a frame, p50',
      database: rig.world.where,
      unit: 'ms',
      target: frameMs,
      repetitions: medians,
      note,
    },
  ]
}

/** Opens a room and loads its timeline by scrolling up, as people do, until so many rows are there. */
export async function openRows(page: Page, incidentId: string, wanted: number): Promise<void> {
  let loaded = 200
  page.on('response', (response) => {
    if (response.url().includes('/entries?before=')) loaded += 200
  })
  await page.goto(`/i/${incidentId}`)
  await page.locator('[role=feed] [data-row]').last().waitFor()
  while (loaded < wanted) {
    const before = loaded
    await page.evaluate(() => {
      const scroller = document.querySelector('[role=feed]')?.parentElement
      if (scroller) scroller.scrollTop = 0
    })
    if (loaded === before) await page.waitForResponse(/entries\?before=/)
  }
}

/** Scrolls up and down again at a reader's hurry. @returns every frame's length, ms */
export async function scrollThrough(page: Page, ms: number): Promise<number[]> {
  return page.evaluate(async (span) => {
    const scroller = document.querySelector('[role=feed]')?.parentElement
    if (!scroller) throw new Error('there is no timeline')
    scroller.scrollTop = scroller.scrollHeight / 2
    const frames: number[] = []
    const began = performance.now()
    for (let last = began; last - began < span; ) {
      const now = await new Promise<number>((drawn) => requestAnimationFrame(drawn))
      frames.push(now - last)
      scroller.scrollTop += (now - began < span / 2 ? -2.4 : 2.4) * (now - last)
      last = now
    }
    return frames.slice(2)
  }, ms)
}
