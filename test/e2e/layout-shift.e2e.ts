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

/** What somebody else does, and what tells that this screen shows it. */
interface OthersAct {
  what: string
  /** The panes of a phone it is seen in; everywhere unless it is said. */
  pane?: 'tasks' | 'timeline'
  give(lived: LivedIn): Promise<unknown>
  shown(page: Page): Promise<unknown>
}

const task = (page: Page, id: string) => page.locator(`[data-task="${id}"]`)
const ticked = (page: Page, id: string, is: boolean) =>
  task(page, id).locator(`[aria-checked=${is}]`).waitFor()
const next = (page: Page) => page.getByRole('region', { name: 'What is next' })
const said = (page: Page, words: string) =>
  page.locator('[data-pane=timeline]').getByText(words).first().waitFor()

/** How far below the top of the screen the row with these words stands, px. */
const placeOf = async (page: Page, words: string) => {
  const box = await page.locator('[data-pane=timeline] [data-row]').filter({ hasText: words }).boundingBox()
  return box?.y ?? null
}

/** How many are here; a phone has no room for them. */
const here = (page: Page, count: number) =>
  page.getByText(`${count} here`, { exact: true }).waitFor({ state: 'attached' })
const bridge = (page: Page) => page.locator('header a[href^="https://meet."]')
/** Those who came, to be let go. */
const guests: (() => void)[] = []

const othersActs: OthersAct[] = [
  {
    what: 'enters the room',
    give: async ({ comes }) => guests.push(await comes('Li Wei')),
    shown: (page) => here(page, 5),
  },
  {
    what: 'enters it with three more, whose names are long',
    async give({ comes }) {
      for (const name of ['Aoife Ní Bhriain', 'Konstantin Wischnewski', 'Sam Lee'])
        guests.push(await comes(name))
    },
    shown: (page) => here(page, 8),
  },
  {
    what: 'leaves it with those who came',
    async give() {
      for (const leave of guests.splice(0)) leave()
    },
    shown: (page) => here(page, 4),
  },
  {
    what: 'says where the bridge is',
    give: ({ acts }) => acts.priya('bridge.set', { url: 'https://meet.example.org/t7zn' }),
    shown: (page) => bridge(page).waitFor({ state: 'attached' }),
  },
  {
    what: 'takes the bridge away',
    give: ({ acts }) => acts.priya('bridge.remove'),
    shown: (page) => bridge(page).waitFor({ state: 'detached' }),
  },
  {
    what: 'ticks a task',
    pane: 'tasks',
    give: ({ acts }) => acts.tomas('task.tick', { task: 'immediate/recent-changes' }),
    shown: (page) => ticked(page, 'immediate/recent-changes', true),
  },
  {
    what: 'takes the tick back',
    pane: 'tasks',
    give: ({ acts }) => acts.tomas('task.untick', { task: 'immediate/recent-changes' }),
    shown: (page) => ticked(page, 'immediate/recent-changes', false),
  },
  {
    what: 'ticks a step that has a condition, out of order',
    pane: 'tasks',
    give: ({ acts }) => acts.tomas('task.tick', { task: 'initial-response/channel' }),
    shown: (page) => ticked(page, 'initial-response/channel', true),
  },
  {
    what: 'ticks a part of a task',
    pane: 'tasks',
    give: ({ acts }) => acts.tomas('task.tick', { task: 'investigation/grafana' }),
    shown: (page) => ticked(page, 'investigation/grafana', true),
  },
  {
    what: 'gives a task to somebody',
    pane: 'tasks',
    give: ({ acts, people }) =>
      acts.priya('task.assign', { task: 'immediate/channel', to: { kind: 'person', id: people.maya } }),
    shown: (page) =>
      task(page, 'immediate/channel')
        .getByText(/^Maya.* has it$/)
        .waitFor(),
  },
  {
    what: 'gives a task to a role',
    pane: 'tasks',
    give: ({ acts }) =>
      acts.priya('task.assign', { task: 'immediate/channel', to: { kind: 'role', id: 'cl' } }),
    shown: (page) => task(page, 'immediate/channel').getByText('CL (nobody yet)').waitFor(),
  },
  {
    what: 'tells the customers, which ticks a task',
    pane: 'tasks',
    give: ({ acts }) =>
      acts.maya('entry.add', { kind: 'communication', audience: 'customers', text: 'We know of it.' }),
    shown: (page) => ticked(page, 'immediate/status-page', true),
  },
  {
    what: 'says something long',
    pane: 'timeline',
    give: ({ acts }) =>
      acts.maya('chat.send', {
        text: 'Somebody has to tell the customers what we know so far, and what we do about it. I write it now.',
      }),
    shown: (page) => said(page, 'Somebody has to tell the customers'),
  },
  {
    what: 'records a finding',
    pane: 'timeline',
    give: ({ acts }) => acts.tomas('entry.add', { kind: 'finding', text: 'The lock keys are gone.' }),
    shown: (page) => said(page, 'The lock keys are gone.'),
  },
  {
    what: 'records what happened before everything else',
    pane: 'timeline',
    async give({ acts }) {
      const occurredAt = Date.now() - 20 * 60_000
      await acts.tomas('entry.add', { kind: 'event', text: 'The first alert came in.', occurredAt })
      await acts.maya('chat.send', { text: 'So it was earlier than we thought.' })
    },
    shown: (page) => said(page, 'So it was earlier than we thought.'),
  },
  {
    what: 'gives it a long title',
    give: ({ acts }) =>
      acts.priya('title.set', {
        title: 'All coalitions of all agents time out since the release of this morning, in every region',
      }),
    shown: (page) => page.getByRole('heading', { name: 'All coalitions of all agents' }).waitFor(),
  },
  {
    what: 'gives it a short title',
    give: ({ acts }) => acts.priya('title.set', { title: 'Down' }),
    shown: (page) => page.getByRole('heading', { name: 'Down', exact: true }).waitFor(),
  },
  ...['SEV-3', 'SEV-2'].map(
    (to): OthersAct => ({
      what: `sets the severity to ${to}`,
      give: ({ acts }) => acts.priya('severity.set', { to, reason: 'As far as we see' }),
      shown: (page) => page.getByRole('button', { name: `Severity ${to}` }).waitFor(),
    }),
  ),
  ...['mitigating', 'monitoring'].map(
    (to): OthersAct => ({
      what: `sets the status to ${to}`,
      give: ({ acts }) => acts.priya('status.set', { to, reason: 'The rollback' }),
      shown: (page) => page.getByRole('button', { name: new RegExp(`^Status ${to}`, 'i') }).waitFor(),
    }),
  ),
  {
    what: 'lets go of command',
    give: ({ acts }) => acts.priya('role.release', { role: 'ic' }),
    shown: (page) => next(page).getByText('Next: take command').waitFor(),
  },
  {
    what: 'takes command',
    give: ({ acts }) => acts.maya('role.take', { role: 'ic' }),
    shown: (page) => next(page).getByText('Next: take command').waitFor({ state: 'detached' }),
  },
]

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
    it.each<Screen>(['laptop', 'phone'])('in the room, %s', async (screen) => {
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

    it.each<Screen>(['laptop', 'phone'])('in the form to declare, %s', async (screen) => {
      const page = await sit(screens[screen])
      await page.goto('/')
      const declare = page.getByRole('button', { name: /^Declare/ }).first()
      await declare.waitFor()
      await shiftsOf(page)
      await declare.evaluate((button: HTMLElement) => button.click())
      await page.getByRole('dialog').getByText('If you declare').waitFor()
      await page.getByRole('dialog').getByRole('radio').nth(3).waitFor({ state: 'attached' })
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

  describe('when others act', () => {
    it.each<{ screen: Screen; pane: 'tasks' | 'timeline' | 'all' }>([
      { screen: 'laptop', pane: 'all' },
      { screen: 'phone', pane: 'tasks' },
      { screen: 'phone', pane: 'timeline' },
    ])('in the room, $screen, $pane', { timeout: 120_000 }, async ({ screen, pane }) => {
      const room = await liveIn(server, 'Agent coordination down, coalitions time out')
      try {
        const page = await sit(screens[screen])
        await page.goto(`/i/${room.id}`)
        await roomStands(page)
        // By hand of the page itself: what a person presses would excuse what moves in the half second after it.
        await page.evaluate(() => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' })))
        await page.getByRole('region', { name: 'Brief' }).waitFor({ state: 'detached' })
        if (pane === 'timeline') {
          await page.evaluate(() => document.getElementById('tab-timeline')?.click())
          await said(page, 'coordinator-0 is on 4.17.3')
        }
        await shiftsOf(page)
        const moved: Record<string, unknown> = {}
        for (const act of othersActs) {
          if (pane !== 'all' && act.pane !== undefined && act.pane !== pane) continue
          await act.give(room)
          await act.shown(page)
          const shifts = await shiftsOf(page)
          if (shifts.length > 0) moved[act.what] = shifts
        }
        expect(moved).toEqual({})
      } finally {
        room.leave()
      }
    })

    it.each<Screen>(['laptop', 'phone'])(
      'in a row of the board, %s',
      { timeout: 120_000 },
      async (screen) => {
        const room = await liveIn(server, 'Exports wait')
        const { priya, maya } = room.acts
        try {
          const page = await sit(screens[screen])
          await page.goto('/')
          const row = page.getByRole('listitem').filter({ has: page.locator(`a[href="/i/${room.id}"]`) })
          // Next deadline first, but in their places while somebody reads them.
          await row.first().hover()
          await shiftsOf(page)
          const acts: [act: () => Promise<number>, words: string][] = [
            [() => priya('title.set', { title: 'Exports wait, all of them' }), 'Exports wait, all of them'],
            [() => priya('status.set', { to: 'mitigating', reason: 'Begun' }), 'Mitigating for'],
            [() => priya('role.release', { role: 'ic' }), 'No commander'],
            [() => maya('role.take', { role: 'ic' }), 'Maya Okafor'],
          ]
          const moved: Record<string, unknown> = {}
          for (const [act, words] of acts) {
            await act()
            await row.first().getByText(words).first().waitFor()
            const shifts = await shiftsOf(page)
            if (shifts.length > 0) moved[words] = shifts
          }
          expect(moved).toEqual({})
        } finally {
          room.leave()
        }
      },
    )

    it('in the order of the board, under a pointer', async () => {
      const asRoot = <T>(method: string, path: string, body?: unknown) =>
        rest<T>(server.url, server.rootToken, method, path, body)
      const declare = (title: string, severity: string) =>
        asRoot<{ id: string }>('POST', '/api/incidents', { title, playbook: 'freeagentics', severity })
      const first = await declare('Payments fail', 'SEV-2')
      const { id } = await declare('Invoices wait', 'SEV-3')
      const page = await sit(screens.laptop)
      await page.goto('/')
      const rows = page.locator('main ul').first().getByRole('listitem')
      const titles = async () => {
        const links = await rows.getByRole('link', { name: /Payments fail|Invoices wait/ }).allInnerTexts()
        return links.map((text) => (text.includes('Payments fail') ? 'payments' : 'invoices'))
      }
      await rows.filter({ hasText: 'Invoices wait' }).waitFor()
      expect(await titles()).toEqual(['payments', 'invoices'])
      // Rows keep their places for as long as somebody points at them: what is pressed is what was read.
      await rows.filter({ hasText: 'Payments fail' }).hover()
      // The list beside them is a queue by time: what is due earlier comes in above.
      const places = async () => [
        await rows.filter({ hasText: 'Payments fail' }).boundingBox(),
        await rows.filter({ hasText: 'Invoices wait' }).boundingBox(),
      ]
      const before = await places()
      const reason = 'Everybody is hit'
      await asRoot('POST', `/api/incidents/${id}/commands/severity.set`, { to: 'SEV-1', reason })
      const { token } = await makePerson(server.url, server.rootToken, 'Li Wei')
      await rest(server.url, token, 'POST', `/api/incidents/${first.id}/commands/incident.acknowledge`, {})
      await rows.filter({ hasText: 'Payments fail' }).getByText('Acknowledge').waitFor({ state: 'detached' })
      await rows.filter({ hasText: 'Invoices wait' }).getByText('SEV-1').first().waitFor()
      expect(await places()).toEqual(before)
      expect(await titles()).toEqual(['payments', 'invoices'])
      await page.mouse.move(4, 400)
      await expect.poll(titles).toEqual(['invoices', 'payments'])
    })

    it('on the wall, while the order of what is due stays', async () => {
      // Next breach first is what a wall is for: what is due earlier than before moves up at once. All else stays.
      const own = await startServer()
      try {
        const asRoot = <T>(method: string, path: string, body?: unknown) =>
          rest<T>(own.url, own.rootToken, method, path, body)
        const declare = (title: string, severity: string) =>
          asRoot<{ id: string }>('POST', '/api/incidents', { title, playbook: 'freeagentics', severity })
        await declare('Agent coordination down', 'SEV-1')
        await declare('Exports are late', 'SEV-2')
        const third = await declare('Invoices wait', 'SEV-3')
        const { url } = await asRoot<{ url: string }>('POST', '/api/walls', { label: 'Hall' })
        const person = await newPerson(browser, {
          baseUrl: own.url,
          viewport: { width: 1920, height: 1080 },
        })
        await watchShifts(person.context)
        const { page } = person
        await page.goto(new URL(url).pathname + new URL(url).hash)
        await page.getByText('3 open', { exact: true }).waitFor()
        await shiftsOf(page)
        await declare('A report is wrong', 'SEV-4')
        await page.getByText('4 open', { exact: true }).waitFor()
        expect(await shiftsOf(page)).toEqual([])
        // Inside its own card other clocks stand now; the cards and their large digits stay where they are.
        const places = () =>
          page.locator('article, article h2, article .clock').evaluateAll((nodes) =>
            nodes.map((node) => {
              const { x, y, width, height } = node.getBoundingClientRect()
              return [x, y, width, height].map(Math.round).join(' ')
            }),
          )
        const before = await places()
        const change = { to: 'SEV-4', reason: 'Only a few are hit' }
        await asRoot('POST', `/api/incidents/${third.id}/commands/severity.set`, change)
        await expect.poll(() => page.locator('article').filter({ hasText: 'SEV-4' }).count()).toBe(2)
        expect(await places()).toEqual(before)
        // Before its server goes.
        await person.leave()
      } finally {
        await own.stop()
      }
    })

    it('in a timeline that somebody reads further up', { timeout: 120_000 }, async () => {
      const room = await liveIn(server, 'A long night')
      try {
        for (let line = 1; line <= 50; line++)
          await room.acts.maya('chat.send', { text: `Line ${line}. ${'It goes on. '.repeat(line % 7)}` })
        const page = await sit(screens.laptop)
        await page.goto(`/i/${room.id}`)
        await roomStands(page)
        await said(page, 'Line 50.')
        await page.evaluate(() => {
          const scroller = document.querySelector('[role=feed]')?.parentElement
          if (scroller) scroller.scrollTop -= 700
        })
        await page.getByRole('button', { name: 'Jump to now' }).waitFor()
        await shiftsOf(page)
        const at = await placeOf(page, 'Line 40.')
        const occurredAt = Date.now() - 20 * 60_000
        await room.acts.tomas('entry.add', { kind: 'event', text: 'The first alert came in.', occurredAt })
        await room.acts.maya('chat.send', { text: 'So it was earlier than we thought.' })
        await page.getByRole('button', { name: '2 new below' }).waitFor()
        expect(await shiftsOf(page)).toEqual([])
        expect(await placeOf(page, 'Line 40.')).toBe(at)
      } finally {
        room.leave()
      }
    })
  })
})
