import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../e2e/browser.ts'
import { startServer } from '../helpers/server.ts'
import type { Figure, Repetition } from './figures.ts'
import { livelyServer } from './wall-server.ts'

const hours = 24
const megabyte = 1_000_000

/**
 * A wall that hangs for a day: the built page in a browser whose clock runs ahead, on a line that tells it a new
 * picture every half minute. What has grown after the garbage was collected, from the end of the first hour, and how
 * many timers wait at once at its end: one ticker, however many clocks.
 */
export async function measureWallDay(repetitions: number): Promise<Figure[]> {
  const server = await startServer()
  const browser = await launchBrowser()
  const grown: Repetition[] = []
  const timers: Repetition[] = []
  try {
    for (let i = 0; i < repetitions; i++) {
      const day = await oneDay(browser, server.url)
      grown.push({ value: day.grown })
      timers.push({ value: day.waiting })
      console.log(`   wall: ${day.words}`)
    }
  } finally {
    await browser.close()
    await server.stop()
  }
  return [
    { name: 'wall, growth over 24 h', database: 'embedded', unit: 'MB', target: 5, repetitions: grown },
    // The ticker, the line's own, the clock's and the pictures' questions, the look for a newer page, the cursor.
    { name: 'wall, timers waiting', database: 'embedded', unit: 'timers', target: 12, repetitions: timers },
  ]
}

interface Day {
  /** MB. */
  grown: number
  waiting: number
  words: string
}

async function oneDay(browser: Browser, url: string): Promise<Day> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  try {
    const page = await context.newPage()
    await page.clock.install({ time: new Date('2026-01-05T08:00:00Z') })
    page.on('pageerror', (error) => console.log(`   wall: ${error.message}`))
    // What runs this file names functions by a helper that the page does not have.
    await page.addInitScript({ content: `{ const __name = (f) => f; (${livelyServer})() }` })
    await page.goto(`${url}/wall#${'w'.repeat(43)}`)
    await run(page, 60)
    await page.getByText('Live', { exact: true }).waitFor()
    await run(page, 3600)
    const before = await weigh(page)
    for (let hour = 1; hour < hours; hour++) await run(page, 3600)
    const after = await weigh(page)
    const seen = await page.evaluate(() => document.querySelector('footer')?.textContent ?? '')
    if (!seen.includes('Live')) throw new Error(`After a day the wall says: ${seen}`)
    return {
      grown: Math.max(0, after.heap - before.heap) / megabyte,
      waiting: after.waiting,
      words: `${mb(before.heap)} MB after 1 h, ${mb(after.heap)} MB after ${hours} h; ${before.nodes} and ${after.nodes} nodes, ${before.listeners} and ${after.listeners} listeners; ${before.waiting} and ${after.waiting} timers waiting, ${after.pictures} pictures`,
    }
  } finally {
    await context.close()
  }
}

const mb = (bytes: number) => (bytes / megabyte).toFixed(2)

async function run(page: Page, seconds: number): Promise<void> {
  await page.clock.runFor(seconds * 1000)
}

/** Heap in bytes, DOM nodes and listeners after the garbage was collected; timers waiting and pictures told so far. */
async function weigh(page: Page) {
  const session = await page.context().newCDPSession(page)
  try {
    for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
    const counts = await page.evaluate(
      () => (window as unknown as { counts: { waiting: number; pictures: number } }).counts,
    )
    return { heap: usedSize, nodes, listeners: jsEventListeners, ...counts }
  } finally {
    await session.detach()
  }
}
