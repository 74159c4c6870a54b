import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

/** Seconds on the clock that stands beside these words, or null. */
function secondsBeside(page: Page, words: string): Promise<number | null> {
  return page.evaluate((label) => {
    let best: { up: number; value: number } | null = null
    for (const timer of document.querySelectorAll<HTMLElement>('[role="timer"]')) {
      const [, sign, hours, minutes, seconds] = /(\+?)(?:(\d+):)?(\d\d):(\d\d)/.exec(timer.innerText) ?? []
      if (minutes === undefined) continue
      const size = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds)
      let near: HTMLElement | null = timer.parentElement
      for (let up = 1; up < 4 && near !== null; up++, near = near.parentElement) {
        if (near.innerText.includes('Elapsed')) break
        if (!near.innerText.includes(label) || near.querySelectorAll('[role="timer"]').length > 1) continue
        if (best === null || up < best.up) best = { up, value: sign === '+' ? -size : size }
        break
      }
    }
    return best?.value ?? null
  }, words)
}

describe('clocks', () => {
  let server: RunningServer
  let browser: Browser
  const people: Person[] = []

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([
      startServer({ env: { MUSTER_TEST_CLOCK: '1' } }),
      launchBrowser(),
    ])
  })
  afterAll(async () => {
    for (const person of people) await person.leave()
    await browser?.close()
    await server?.stop()
  })

  const declare = (playbook: string, severity: string) =>
    rest<{ id: string }>(server.url, server.rootToken, 'POST', '/api/incidents', {
      title: `Clocks of ${playbook} ${severity}`,
      playbook,
      severity,
    })

  it('agree within a second on two screens and the wall, one of them ten minutes wrong (R22)', async () => {
    const [first, second] = [
      await makePerson(server.url, server.rootToken, 'Maya Okafor'),
      await makePerson(server.url, server.rootToken, 'Tomás Rivera'),
    ]
    const { id } = await declare('freeagentics', 'SEV-1')
    const { url } = await rest<{ url: string }>(server.url, server.rootToken, 'POST', '/api/walls', {
      label: 'Hall',
    })
    const right = await newPerson(browser, { baseUrl: server.url, token: first.token })
    const wrong = await newPerson(browser, { baseUrl: server.url, token: second.token })
    const wall = await newPerson(browser, { baseUrl: server.url, viewport: { width: 1920, height: 1080 } })
    people.push(right, wrong, wall)
    await wrong.context.addInitScript(() => {
      const real = Date.now.bind(Date)
      const ahead = 10 * 60_000
      const RealDate = Date
      Date.now = () => real() + ahead
      // biome-ignore lint/suspicious/noGlobalAssign: this screen's clock is wrong on purpose
      Date = new Proxy(RealDate, {
        construct: (target, args: number[]) =>
          args.length === 0 ? new target(real() + ahead) : Reflect.construct(target, args),
      })
    })
    await Promise.all([
      right.page.goto(`/i/${id}`),
      wrong.page.goto(`/i/${id}`),
      wall.page.goto(new URL(url).pathname + new URL(url).hash),
    ])
    const pages = [right.page, wrong.page, wall.page]
    await Promise.all(pages.map((page) => page.getByText('Acknowledge', { exact: false }).first().waitFor()))
    for (const page of pages) await expect.poll(() => secondsBeside(page, 'Acknowledge')).not.toBeNull()
    const wrongNow = await wrong.page.evaluate(() => Date.now())
    expect(wrongNow - Date.now()).toBeGreaterThan(9 * 60_000)
    for (let look = 0; look < 5; look++) {
      const values: (number | null)[] = await Promise.all(
        pages.map((page) => secondsBeside(page, 'Acknowledge')),
      )
      const seconds = values.map((v) => v ?? Number.NaN)
      expect(Math.max(...seconds) - Math.min(...seconds), `screens show ${values}`).toBeLessThanOrEqual(1)
      expect(seconds[0]).toBeGreaterThan(200)
      expect(seconds[0]).toBeLessThanOrEqual(300)
    }
    // Ten minutes later by the test clock all three are five minutes over, still in step.
    await rest(server.url, server.rootToken, 'POST', '/api/test/clock', { advance: 'PT10M' })
    for (const page of pages) await expect.poll(() => secondsBeside(page, 'Acknowledge')).toBeLessThan(-290)
    const over = await Promise.all(pages.map((page) => secondsBeside(page, 'Acknowledge')))
    const values = over.map((v) => v ?? Number.NaN)
    expect(Math.max(...values) - Math.min(...values), `screens show ${over}`).toBeLessThanOrEqual(1)
  })

  /** Figures of the five documents in minutes; null: no figure is stated, and none is shown. */
  const shown = [
    { playbook: 'agent-lab', severity: 'P2', acknowledge: 5, respond: null },
    { playbook: 'agent-factory', severity: 'P0', acknowledge: 5, respond: null },
    { playbook: 'agent-platform', severity: 'P0', acknowledge: 5, respond: 15 },
    { playbook: 'agent-platform', severity: 'P2', acknowledge: 5, respond: 120 },
    { playbook: 'freeagentics', severity: 'SEV-2', acknowledge: 5, respond: 30 },
    { playbook: 'freeagentics', severity: 'SEV-4', acknowledge: 5, respond: null },
    { playbook: 'agent-network', severity: 'P1', acknowledge: null, respond: 15 },
    { playbook: 'agent-network', severity: 'P4', acknowledge: null, respond: null },
  ] as const

  it('show the figures of each playbook, and none where none is stated (R14, R15, R17, R19)', async () => {
    const { token } = await makePerson(server.url, server.rootToken, 'Priya Nair')
    const priya = await newPerson(browser, { baseUrl: server.url, token })
    people.push(priya)
    for (const { playbook, severity, acknowledge, respond } of shown) {
      const { id } = await declare(playbook, severity)
      await priya.page.goto(`/i/${id}`)
      await priya.page.getByText('Elapsed').waitFor()
      for (const [label, minutes] of [
        ['Acknowledge', acknowledge],
        ['Respond', respond],
      ] as const) {
        const what = `${playbook} ${severity}: ${label}`
        if (minutes === null) {
          expect(await secondsBeside(priya.page, label), what).toBeNull()
          continue
        }
        await expect.poll(() => secondsBeside(priya.page, label), { message: what }).not.toBeNull()
        const seconds = (await secondsBeside(priya.page, label)) ?? 0
        expect(seconds, what).toBeLessThanOrEqual(minutes * 60)
        expect(seconds, what).toBeGreaterThan(minutes * 60 - 30)
      }
    }
  })
})
