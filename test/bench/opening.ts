import type { Browser } from 'playwright-core'
import { launchBrowser, newPerson } from '../e2e/browser.ts'
import { joinRoom, openDocument } from '../helpers/room-client.ts'
import type { Figure, Repetition } from './figures.ts'
import { lastWord } from './history.ts'
import type { Rig } from './rig.ts'
import { sizes } from './world.ts'

const limitMs = 2_000

/** Start with data, and a long incident opened by somebody who has nothing of it, right after that start. */
export async function measureOpening(rig: Rig): Promise<Figure[]> {
  const starts: Repetition[] = []
  const joins: Repetition[] = []
  const pages: Repetition[] = []
  const browser = await launchBrowser().catch(() => undefined)
  try {
    for (let i = 0; i < rig.repetitions; i++) {
      starts.push(await measured(rig, () => start(rig)))
      joins.push(await measured(rig, () => join(rig)))
      if (browser === undefined) continue
      // Another cold start, so that the page does not find the document loaded.
      await start(rig)
      pages.push(await measured(rig, () => openPage(rig, browser)))
    }
  } finally {
    await browser?.close()
  }
  const database = rig.world.where
  const figure = (name: string, repetitions: Repetition[], note: string): Figure => ({
    name,
    database,
    unit: 'ms',
    target: limitMs,
    repetitions,
    note,
  })
  return [
    figure('start until ready', starts, 'built, with data, after SIGKILL'),
    figure('long incident opens', joins, 'join and document, first client after a start'),
    ...(pages.length > 0
      ? [figure('long incident in a browser', pages, 'until its text is visible, empty cache')]
      : []),
  ]
}

async function measured(rig: Rig, work: () => Promise<number>): Promise<Repetition> {
  await rig.lookAround()
  const stop = rig.watch()
  const value = await work()
  return { value, load: stop() }
}

async function start({ world }: Rig): Promise<number> {
  await world.server.kill()
  const started = performance.now()
  await world.server.restart()
  return performance.now() - started
}

async function join({ world }: Rig): Promise<number> {
  const [token = ''] = world.tokens
  const { url } = world.server
  const started = performance.now()
  const document = openDocument(url, token, world.opening)
  const [room] = await Promise.all([joinRoom(url, token, world.opening), document.synced])
  const took = performance.now() - started
  const text = document.doc.getXmlFragment('document').toString()
  document.close()
  room.close()
  if (!text.includes(lastWord)) throw new Error('the document was not whole')
  if (room.fresh.seq < sizes.events) throw new Error('the log was not whole')
  return took
}

async function openPage({ world }: Rig, browser: Browser): Promise<number> {
  const person = await newPerson(browser, { baseUrl: world.server.url, token: world.tokens[1] ?? '' })
  const started = performance.now()
  await person.page.goto(`/i/${world.opening}`, { waitUntil: 'commit' })
  await person.page.getByText(lastWord).first().waitFor({ state: 'visible', timeout: 30_000 })
  const took = performance.now() - started
  await person.leave()
  return took
}
