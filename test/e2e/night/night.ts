import type { Browser, Page } from 'playwright-core'
import { makePerson, rest } from '../../helpers/room-client.ts'
import { type RunningServer, startServer } from '../../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from '../browser.ts'
import { Lines } from '../lines.ts'
import { seconds, until } from './hands.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** Who works this night, each at a screen of their own; Maya has her phone beside her laptop. */
export const names = {
  priya: 'Priya Nair',
  lena: 'Lena Brandt',
  tomas: 'Tomás Rivera',
  maya: 'Maya Okafor',
} as const
type Name = keyof typeof names

/** One night: a server whose clock stands at three, four people, a phone and a wall. */
export interface Night {
  readonly server: RunningServer
  readonly people: Readonly<Record<Name, { id: string; token: string }>>
  readonly priya: Page
  readonly lena: Page
  readonly tomas: Page
  readonly maya: Page
  readonly phone: Page
  readonly wall: Page
  /** The addresses of the rooms, as they are declared: `/i/…`. */
  readonly rooms: { coordination: string; payments: string }
  /** Moves the clock on to this minute of the night, and waits until the rooms on the laptops know. */
  minute(minute: number): Promise<void>
  /** Breaks every line of somebody's laptop, until `mend`. */
  cut(name: 'tomas' | 'maya'): Promise<void>
  mend(name: 'tomas' | 'maya'): Promise<void>
  /** One more tab of somebody. */
  newTab(name: Name): Promise<Page>
  /** The Markdown of an incident, as it is downloaded. */
  exported(room: string): Promise<string>
  /**
   * Ends it all.
   * @throws when a page reported an error that a cut line does not explain
   */
  end(): Promise<void>
}

/** What a browser says about lines that are cut on purpose. */
const cutLines = [/WebSocket/, /ERR_/]

/** Starts the night: everybody looks at the board, the wall hangs. */
export async function beginNight(): Promise<Night> {
  const [server, browser] = await Promise.all([
    startServer({ env: { MUSTER_TEST_CLOCK: '1', LOG_LEVEL: 'warn' } }),
    launchBrowser(),
  ])
  const { url, rootToken } = server
  const asRoot = <T>(method: string, path: string, body?: unknown) =>
    rest<T>(url, rootToken, method, path, body)
  const advance = (ms: number) =>
    asRoot<{ now: number }>('POST', '/api/test/clock', {
      advance: `PT${Math.max(1, Math.ceil(ms / 1000))}S`,
    })
  const { now } = await advance(1000)
  const today = Math.floor(now / dayMs) * dayMs + 3 * 60 * minuteMs
  const three = today > now ? today : today + dayMs
  await advance(three - now)

  const people = {
    priya: await makePerson(url, rootToken, names.priya),
    lena: await makePerson(url, rootToken, names.lena),
    tomas: await makePerson(url, rootToken, names.tomas),
    maya: await makePerson(url, rootToken, names.maya),
  }
  const { url: wallUrl } = await asRoot<{ url: string }>('POST', '/api/walls', { label: 'Hall' })
  const seated = await seat(browser, url, people)
  const { priya, lena, tomas, maya, phone, wall } = seated
  const away = new Set<Person>()
  const lines = { tomas: new Lines(), maya: new Lines() }
  await lines.tomas.watch(tomas.context)
  await lines.maya.watch(maya.context)
  await Promise.all([priya, lena, tomas, maya, phone].map(({ page }) => page.goto('/')))
  await wall.page.goto(new URL(wallUrl).pathname + new URL(wallUrl).hash)

  return {
    server,
    people,
    priya: priya.page,
    lena: lena.page,
    tomas: tomas.page,
    maya: maya.page,
    phone: phone.page,
    wall: wall.page,
    rooms: { coordination: '', payments: '' },
    async minute(minute) {
      const { now: at } = await advance(1000)
      const left = three + minute * minuteMs - at
      if (left > 0) await advance(left)
      const live = [priya, lena, tomas, maya].filter((person) => !away.has(person))
      await Promise.all(live.map(({ page }) => knows(page, minute)))
    },
    cut(name) {
      away.add(seated[name])
      return lines[name].break()
    },
    async mend(name) {
      away.delete(seated[name])
      lines[name].cut = false
      // As a browser tells its pages when the network is there again.
      await seated[name].page.evaluate(() => window.dispatchEvent(new Event('online')))
    },
    newTab: (name) => seated[name].newTab(),
    async exported(room) {
      const path = `/api${room.replace('/i/', '/incidents/')}/export.md`
      const file = await fetch(url + path, { headers: { Authorization: `Bearer ${people.maya.token}` } })
      return file.text()
    },
    async end() {
      const left = await Promise.allSettled(Object.values(seated).map((person) => person.leave(cutLines)))
      await browser.close()
      await server.stop()
      for (const one of left) if (one.status === 'rejected') throw one.reason
    },
  }
}

/** A room of the first incident shows this minute: what is written from now on carries it. */
async function knows(page: Page, minute: number): Promise<void> {
  if (!page.url().includes('/i/')) return
  const elapsed = page.locator('.elapsed')
  await until(
    () => seconds(elapsed),
    (shown) => shown >= minute * 60 - 45,
  )
}

type Seats = Record<Name | 'phone' | 'wall', Person>

async function seat(browser: Browser, baseUrl: string, people: Night['people']): Promise<Seats> {
  const laptop = { baseUrl, viewport: { width: 1440, height: 900 } }
  const touch = { baseUrl, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
  return {
    priya: await newPerson(browser, { ...laptop, token: people.priya.token, colorScheme: 'dark' }),
    lena: await newPerson(browser, { ...laptop, token: people.lena.token }),
    tomas: await newPerson(browser, { ...laptop, token: people.tomas.token, colorScheme: 'dark' }),
    maya: await newPerson(browser, { ...laptop, token: people.maya.token }),
    phone: await newPerson(browser, { ...touch, token: people.maya.token, colorScheme: 'dark' }),
    wall: await newPerson(browser, { baseUrl, viewport: { width: 1920, height: 1080 } }),
  }
}
