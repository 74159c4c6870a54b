import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'
import { type LivedIn, liveIn } from './lived-in.ts'
import { shiftsOf, watchShifts } from './shifts.ts'

const screens = {
  laptop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const
type Screen = keyof typeof screens

describe('nothing moves after the first paint (layout shift 0)', () => {
  let server: RunningServer
  let browser: Browser
  let lived: LivedIn
  const people: Person[] = []

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    lived = await liveIn(server, 'Agent coordination down, coalitions time out')
  })
  afterAll(async () => {
    lived?.leave()
    for (const person of people) await person.leave()
    await browser?.close()
    await server?.stop()
  })

  /**
   * The screen of somebody who was never here, watched. Over a line where every answer takes a while the parts of a
   * page come one by one.
   */
  async function sit(viewport: { width: number; height: number }): Promise<Page> {
    const { token } = await makePerson(server.url, server.rootToken, `Jonas Weber ${people.length}`)
    const person = await newPerson(browser, { baseUrl: server.url, viewport, token })
    people.push(person)
    await watchShifts(person.context)
    const cdp = await person.context.newCDPSession(person.page)
    await cdp.send('Network.enable')
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 60,
      downloadThroughput: 1_000_000,
      uploadThroughput: 1_000_000,
    })
    return person.page
  }

  /** Waits until all parts of the room stand. */
  async function roomStands(page: Page): Promise<void> {
    await page.getByRole('region', { name: 'Brief' }).waitFor()
    await page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
    await page
      .getByRole('region', { name: 'What is next' })
      .getByText(/^Next: /)
      .waitFor()
    await page.locator('[data-pane=document] .ProseMirror').waitFor({ state: 'attached' })
    await page.locator('[data-scribe]').first().waitFor()
  }

  it('sees what moves', async () => {
    const page = await sit(screens.laptop)
    await page.goto('/')
    await page.getByRole('heading').first().waitFor()
    await shiftsOf(page)
    await page.evaluate(() => {
      const pushes = document.createElement('div')
      pushes.style.height = '60px'
      document.body.prepend(pushes)
    })
    const seen = await shiftsOf(page)
    expect(seen.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThan(0)
    expect(seen.flatMap(({ moved }) => moved).join()).toContain('to ')
  })

  describe('while it opens', () => {
    it.each<Screen>(['phone'])('in the room, %s', async (screen) => {
      const page = await sit(screens[screen])
      await page.goto(`/i/${lived.id}`)
      await roomStands(page)
      expect(await shiftsOf(page)).toEqual([])
    })

    it.each<Screen>(['laptop', 'phone'])('on the board, %s', async (screen) => {
      const page = await sit(screens[screen])
      await page.goto('/')
      await page.getByRole('link', { name: 'Agent coordination down' }).first().waitFor()
      expect(await shiftsOf(page)).toEqual([])
    })

    it('on the wall, with one incident and with three', async () => {
      const { url } = await rest<{ url: string }>(server.url, server.rootToken, 'POST', '/api/walls', {
        label: 'Hall',
      })
      const page = await sit({ width: 1920, height: 1080 })
      for (const open of [1, 3]) {
        await page.goto('about:blank')
        await page.goto(new URL(url).pathname + new URL(url).hash)
        await page.getByText('Live', { exact: true }).waitFor()
        await page.getByText(`${open} open`, { exact: true }).waitFor()
        expect(await shiftsOf(page), `${open} open`).toEqual([])
        if (open === 3) return
        for (const severity of ['SEV-2', 'SEV-3'])
          await rest(server.url, server.rootToken, 'POST', '/api/incidents', {
            title: `Exports are late, ${severity}`,
            playbook: 'freeagentics',
            severity,
          })
        await page.getByText('3 open', { exact: true }).waitFor()
      }
    })
  })
})
