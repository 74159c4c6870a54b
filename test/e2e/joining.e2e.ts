import type { Browser, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePerson, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson } from './browser.ts'

/** A server that cannot answer who joins for a moment, as while its database restarts. */
const refused = '[{"ok":false,"error":{"code":"unavailable","message":"The database does not answer."}}]'

describe('a server that cannot let anybody in for a moment', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  })
  afterAll(async () => {
    await browser.close()
    await server.stop()
  })

  it('keeps nobody out for good, and takes no open room away', async () => {
    const as = (method: string, path: string, body: unknown) =>
      rest<{ id: string }>(server.url, server.rootToken, method, path, body)
    const { id } = await as('POST', '/api/incidents', {
      title: 'Joins fail',
      playbook: 'freeagentics',
      severity: 'SEV-1',
    })
    const maya = await makePerson(server.url, server.rootToken, 'Maya Chen')
    const person = await newPerson(browser, { baseUrl: server.url, token: maya.token })
    const { page } = person
    let refusals = Number.POSITIVE_INFINITY
    let line: WebSocketRoute | undefined
    await page.routeWebSocket(/socket\.io/, (ws) => {
      line = ws
      const far = ws.connectToServer()
      const joins = new Set<string>()
      ws.onMessage((message) => {
        const asked = /^42(\d+)\["incident:join"/.exec(String(message))?.[1]
        if (asked !== undefined && refusals > 0) joins.add(asked)
        far.send(message)
      })
      far.onMessage((message) => {
        const answered = /^43(\d+)\[/.exec(String(message))?.[1]
        if (answered === undefined || !joins.delete(answered)) return ws.send(message)
        refusals -= 1
        ws.send(`43${answered}${refused}`)
      })
    })

    await page.goto(`/i/${id}`)
    await page.getByText('The room does not open yet.').waitFor()
    refusals = 0
    await page.getByRole('heading', { name: 'Incident document' }).waitFor()

    refusals = 2
    const left: string[] = []
    await page.exposeFunction('roomLeft', (what: string) => left.push(what))
    await page.evaluate(() => {
      const told = (window as unknown as { roomLeft: (what: string) => void }).roomLeft
      new MutationObserver(() => {
        if (document.body.innerText.includes('This room is not open to you')) told('denied')
      }).observe(document.body, { childList: true, subtree: true })
    })
    await line?.close()
    await expect.poll(() => refusals, { timeout: 20_000 }).toBe(0)
    await as('POST', `/api/incidents/${id}/commands/chat.send`, { text: 'Back again', mentions: [] })
    await page.getByText('Back again').waitFor()
    expect(left).toEqual([])
    await person.leave([/WebSocket/])
  })
})
