import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violationsOf } from './axe.ts'
import { launchBrowser, newPerson } from './browser.ts'

let server: Server
let browser: Browser
let baseUrl: string

beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html')
    if (request.url === '/broken') response.statusCode = 503
    response.end(`<h1>Room</h1><p id="cookie">${request.headers.cookie ?? 'nobody'}</p>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser.close()
  await new Promise((resolve) => server.close(resolve))
})

describe('the browser of the tests', () => {
  it('gives each person a context and a session of their own', async () => {
    const ana = await newPerson(browser, { baseUrl, token: 'ana' })
    const ben = await newPerson(browser, { baseUrl })
    await ana.page.goto('/')
    await ben.page.goto('/')
    expect(await ana.page.textContent('#cookie')).toBe('muster=ana')
    expect(await ben.page.textContent('#cookie')).toBe('nobody')
    await ana.leave([/favicon/])
    await ben.leave([/favicon/])
  })

  it('keeps what a page stores in IndexedDB, in memory only', async () => {
    const ana = await newPerson(browser, { baseUrl })
    await ana.page.goto('/')
    const kind = await ana.page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const request = indexedDB.open('replica')
          request.onsuccess = () => resolve(request.result.name)
          request.onerror = () => reject(request.error)
        }),
    )
    expect(kind).toBe('replica')
    await ana.leave()
  })

  it('tells what axe finds wrong, and where', async () => {
    const ana = await newPerson(browser, { baseUrl })
    await ana.page.goto('/')
    await ana.page.setContent(
      '<main><p style="color: #ccc">Faint</p><section><img src="data:,"></section></main>',
    )
    const found = (rules: string[], within?: string) =>
      violationsOf(ana.page, { rules, ...(within !== undefined && { within }) })
    expect(await found(['color-contrast'])).toEqual([expect.stringMatching(/^color-contrast: p: .*2\.\d/)])
    expect(await found(['color-contrast', 'image-alt'], 'section')).toEqual([
      expect.stringMatching(/^image-alt: /),
    ])
    expect((await violationsOf(ana.page)).length).toBeGreaterThan(2)
    await ana.leave([/favicon/])
  })

  it('fails a person who leaves with errors, in any tab', async () => {
    const ana = await newPerson(browser, { baseUrl })
    const tab = await ana.newTab()
    await tab.goto('/broken')
    await tab.evaluate(() => console.error('lost the room'))
    await expect(ana.leave()).rejects.toThrow(/answer 503 from .*lost the room/s)
  })

  it('forgives what the test allows by name', async () => {
    const ana = await newPerson(browser, { baseUrl })
    await ana.page.goto('/')
    await ana.page.evaluate(() => console.error('expected: refused'))
    expect(ana.errors()).toHaveLength(1)
    await expect(ana.leave([/expected: refused/])).resolves.toBeUndefined()
  })
})
