import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinRoom, makePerson, type RoomClient, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

describe('arriving in a room', () => {
  let server: RunningServer
  let browser: Browser
  const people: Person[] = []
  const sockets: RoomClient[] = []

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([
      startServer({ env: { MUSTER_TEST_CLOCK: '1' } }),
      launchBrowser(),
    ])
  })
  afterAll(async () => {
    for (const socket of sockets) socket.close()
    for (const person of people) await person.leave()
    await browser?.close()
    await server?.stop()
  })

  const asRoot = <T>(method: string, path: string, body?: unknown) =>
    rest<T>(server.url, server.rootToken, method, path, body)
  const advance = (duration: string) => asRoot('POST', '/api/test/clock', { advance: duration })
  const declare = async (title: string, severity = 'SEV-2') =>
    (await asRoot<{ id: string }>('POST', '/api/incidents', { title, playbook: 'freeagentics', severity })).id

  async function sit(token: string): Promise<Page> {
    const person = await newPerson(browser, {
      baseUrl: server.url,
      token,
      viewport: { width: 1440, height: 900 },
    })
    people.push(person)
    return person.page
  }

  /** Somebody else in the room, over the socket. */
  async function other(name: string, id: string) {
    const { token, id: person } = await makePerson(server.url, server.rootToken, name)
    const room = await joinRoom(server.url, token, id)
    sockets.push(room)
    const act = async (type: string, data: unknown = {}) => {
      const answer = await room.send(type, data)
      if (!answer.ok) throw new Error(`${type}: ${answer.error.message}`)
      return answer.seq
    }
    return { act, person, room }
  }

  const brief = (page: Page) => page.getByRole('region', { name: 'Brief' })

  it('tells in five lines what was missed, is gone at the first key, and comes back on B', async () => {
    const id = await declare('Coalitions time out')
    const priya = await other('Priya Nair', id)
    const jonas = await makePerson(server.url, server.rootToken, 'Jonas Weber')
    const page = await sit(jonas.token)

    // The first visit: nothing was missed, and the brief says so.
    await page.goto(`/i/${id}`)
    await brief(page).getByText('You were not here before.').waitFor()
    await expect.poll(() => brief(page).innerText()).toContain('NO COMMANDER')
    const before = (await asRoot<{ seq: number }>('GET', `/api/incidents/${id}`)).seq
    await brief(page).getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => brief(page).count()).toBe(0)

    // Gone for four minutes, while the others work. Leaving the page tells what was in view.
    await page.goto('/')
    await page.getByText('Coalitions time out').waitFor()
    const mark = await joinRoom(server.url, jonas.token, id)
    expect(mark.fresh.seen?.seq).toBeGreaterThanOrEqual(before)
    mark.close()
    await advance('PT4M')
    await priya.act('role.take', { role: 'ic' })
    await priya.act('severity.set', { to: 'SEV-1', reason: 'All of them' })
    const firstNew = await priya.act('chat.send', { text: 'same in eu-west' })
    await priya.act('chat.send', { text: '31 tickets so far' })
    await priya.act('entry.add', {
      kind: 'decision',
      text: 'Roll back to 4.17.3',
      reason: 'it began with 4.18.',
    })

    await page.goto(`/i/${id}`)
    await expect.poll(() => brief(page).innerText()).toContain('Priya Nair')
    const told = (await brief(page).innerText()).replaceAll(/\s+/g, ' ')
    expect(told).toContain('Coalitions time out')
    expect(told).toContain('SEV-1')
    expect(told).toContain('Roll back to 4.17.3')
    expect(told).toContain('Because it began with 4.18. ')
    // The header's own sentence, with the plan in it.
    expect(told).toMatch(/Next Acknowledge\. Nobody has yet\. Due at \d\d:\d\d UTC\./)
    expect(told).toMatch(
      /Since \d\d:\d\d UTC: severity raised to SEV-1 Critical, Priya took command, 1 decision, 2 messages\./,
    )
    expect(firstNew).toBeGreaterThan(before)

    // It lies over the document and moves nothing; the first letter goes where the focus is, and the brief is gone.
    const bar = page.locator('[data-scribe]')
    const place = await bar.boundingBox()
    await bar.focus()
    await page.keyboard.type('on it')
    await expect.poll(() => brief(page).count()).toBe(0)
    expect(await bar.inputValue()).toBe('on it')
    expect(await bar.boundingBox()).toEqual(place)
    await page.keyboard.press('Escape')
    await page.keyboard.press('b')
    await brief(page).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => brief(page).count()).toBe(0)
  })

  it('stops nobody: a click goes where it is meant, and whoever began before it came is not told', async () => {
    const id = await declare('Cache is cold')
    const nora = await makePerson(server.url, server.rootToken, 'Nora Lind')
    const page = await sit(nora.token)
    await page.goto(`/i/${id}`)
    await brief(page).waitFor()
    // Into the document beside it: the caret is there with the same click.
    const below = page.locator('.ProseMirror[contenteditable=true] p').last()
    await below.click()
    await page.keyboard.type('beside it')
    await expect.poll(() => below.innerText()).toContain('beside it')
    expect(await brief(page).count()).toBe(0)
    // On its words: it goes, and nothing below it takes the click.
    await page.locator('[data-scribe]').focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('b')
    await brief(page).getByText('Cache is cold').click()
    await expect.poll(() => brief(page).count()).toBe(0)

    const omar = await makePerson(server.url, server.rootToken, 'Omar Haddad')
    const early = await sit(omar.token)
    let deliver = () => {}
    const held = new Promise<void>((resolve) => {
      deliver = resolve
    })
    let asked = () => {}
    const wanted = new Promise<void>((resolve) => {
      asked = resolve
    })
    await early.route(/\/ahead-parts[^/]*\.js/, async (route) => {
      asked()
      await held
      await route.continue()
    })
    await early.goto(`/i/${id}`)
    await wanted
    const first = early.locator('.ProseMirror[contenteditable=true] p').first()
    await first.click()
    await early.keyboard.type('at work')
    deliver()
    await early.waitForLoadState('networkidle')
    await expect.poll(() => first.innerText()).toContain('at work')
    expect(await brief(early).count()).toBe(0)
  })

  it('draws the unread line before the first thing that was not seen', async () => {
    const id = await declare('Login loops')
    const priya = await other('Priya Two', id)
    const lena = await makePerson(server.url, server.rootToken, 'Lena Brandt')
    await priya.act('chat.send', { text: 'this was read' })
    const page = await sit(lena.token)
    await page.goto(`/i/${id}`)
    await page.getByText('this was read').waitFor()
    await page.goto('/')
    await page.getByText('Login loops').waitFor()
    await priya.act('chat.send', { text: 'this is new' })
    await page.goto(`/i/${id}`)
    await page.getByText('this is new').first().waitFor()
    const order = () =>
      page.getByRole('region', { name: 'Timeline' }).evaluate((pane) => {
        const text = pane.textContent ?? ''
        return ['this was read', 'New since \\d\\d:\\d\\d', 'this is new'].map((words) =>
          text.search(new RegExp(words)),
        )
      })
    await expect
      .poll(async () => {
        const [read = -1, line = -1, unread = -1] = await order()
        return read >= 0 && read < line && line < unread
      })
      .toBe(true)
  })

  it('shows no brief to the one who declared, by C, a title and Ctrl+Enter', async () => {
    const { token } = await makePerson(server.url, server.rootToken, 'Ana Silva')
    const page = await sit(token)
    await page.goto('/')
    await page.getByRole('button', { name: /Declare/ }).waitFor()
    await page.keyboard.press('c')
    const title = page.getByLabel('What is happening?')
    await title.waitFor()
    await expect.poll(() => title.evaluate((node) => node === document.activeElement)).toBe(true)
    await page.keyboard.type('x'.repeat(212))
    await page.getByText('12 characters too many. 200 are the most.').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('alert').getByText('12 characters too many').waitFor()
    await title.fill('Coalitions stuck in Frankfurt')
    await page.getByText('shares “Coalitions”').waitFor()
    await page.keyboard.press('Alt+1')
    await page.getByText(/^Under .*, as /).waitFor()
    await page.keyboard.press('Control+Enter')
    await page.waitForURL(/\/i\//)
    await page.getByRole('button', { name: 'Coalitions stuck in Frankfurt' }).waitFor()
    await page.getByText('all saved').waitFor()
    expect(await brief(page).count()).toBe(0)
  })

  it('is a clock in the tab: digits and sign in the title, and an icon that turns when it breaks', async () => {
    const id = await declare('API down', 'SEV-1')
    const { token } = await makePerson(server.url, server.rootToken, 'Tom Rivera')
    const page = await sit(token)
    await page.goto(`/i/${id}`)
    await expect.poll(() => page.title()).toMatch(/^[45]:\d\d ⬣ API down$/)
    const icon = () =>
      page.evaluate(() => {
        const link = document.querySelector<HTMLLinkElement>('link[rel=icon][data-shows]')
        return {
          shows: link?.dataset.shows,
          drawn: link?.href.startsWith('data:image/png'),
          href: link?.href,
        }
      })
    const running = await icon()
    expect(running).toMatchObject({ shows: expect.stringMatching(/^1 running [45]$/), drawn: true })
    await advance('PT6M')
    await expect.poll(() => page.title()).toMatch(/^\+[12]:\d\d ⬣ API down$/)
    expect((await icon()).shows).toBe('1 overdue !')
    expect((await icon()).href).not.toBe(running.href)
    await page.goto('/')
    await page.getByText('API down').first().waitFor()
    expect(await page.locator('link[rel=icon][data-shows]').count()).toBe(0)
  })

  it('tells a commander who took command, when and why, until it is read; who asked waits for the answer', async () => {
    const id = await declare('Queue stalls')
    const maya = await makePerson(server.url, server.rootToken, 'Maya Okafor')
    const page = await sit(maya.token)
    await page.goto(`/i/${id}`)
    await page.keyboard.press('Escape')
    await page.getByText('all saved').waitFor()
    const mayaSocket = await joinRoom(server.url, maya.token, id)
    sockets.push(mayaSocket)
    expect(await mayaSocket.send('role.take', { role: 'ic' })).toMatchObject({ ok: true })

    const ravi = await makePerson(server.url, server.rootToken, 'Ravi Shah')
    const asking = await sit(ravi.token)
    await asking.goto(`/i/${id}`)
    await asking.getByText('all saved').waitFor()
    await asking.keyboard.press('Escape')
    await asking.getByTitle(/^Roles:/).click()
    const roles = asking.getByRole('dialog')
    await roles.getByRole('button', { name: 'Ask for it' }).click()
    await roles.getByText(/^Asked Maya, answers until \d\d:\d\d:\d\d/).waitFor()
    expect(await roles.getByRole('button', { name: 'Take command' }).count()).toBe(0)
    await advance('PT31S')
    await roles.getByRole('button', { name: 'Take command' }).click()

    const notice = page.getByRole('region', { name: 'You no longer command' })
    await notice
      .getByText(/^Ravi Shah took command from you at \d\d:\d\d:\d\d UTC\. You did not answer for 30 s\.$/)
      .waitFor()
    await expect
      .poll(() => page.locator('[aria-live=assertive]').innerText())
      .toContain('Ravi Shah took command from you')
    expect(await notice.getByRole('button', { name: 'Ask for it back' }).count()).toBe(1)
    // It outlives the page until somebody has read it.
    await page.reload()
    await notice.waitFor()
    await notice.getByRole('button', { name: 'I have read it' }).click()
    await expect.poll(() => notice.count()).toBe(0)
    await page.reload()
    await page.getByText('all saved').waitFor()
    expect(await notice.count()).toBe(0)
  })

  it('has a bridge: a link beside the page, set as a fact', async () => {
    const id = await declare('Search is empty')
    const priya = await other('Priya Three', id)
    const { token } = await makePerson(server.url, server.rootToken, 'Sam Koch')
    const page = await sit(token)
    await page.goto(`/i/${id}`)
    await page.getByText('all saved').waitFor()
    const link = page.getByRole('link', { name: 'Bridge' })
    expect(await link.count()).toBe(0)
    await priya.act('bridge.set', { url: 'https://meet.example.org/search' })
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe('https://meet.example.org/search')
    expect(await link.getAttribute('target')).toBe('_blank')
    expect(await link.getAttribute('rel')).toContain('noopener')
  })
})
