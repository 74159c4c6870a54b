import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { startChromium } from '../../scripts/lib/chromium.ts'

/** Somebody at a screen of their own: a browser context that shares nothing with the others. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /**
   * Errors of every page of this person so far: exceptions nobody caught, `console.error`, warnings of the editor,
   * and answers of 500 or more. What matches `allow` is left out.
   */
  errors(allow?: readonly RegExp[]): string[]
  /** Opens one more tab that is watched like the first. */
  newTab(): Promise<Page>
  /**
   * Closes everything of this person.
   * @throws when a page reported an error that `allow` does not match
   */
  leave(allow?: readonly RegExp[]): Promise<void>
}

export interface PersonOptions extends BrowserContextOptions {
  /** Where relative addresses lead, e.g. the `url` of a started server. */
  readonly baseUrl: string
  /** A session token, set as the cookie `muster`. */
  readonly token?: string
  readonly cookieName?: string
}

/** Starts the browser of a test file. Close it in `afterAll`. */
export async function launchBrowser(): Promise<Browser> {
  return startChromium()
}

/** Gives a person a fresh context with one empty page, signed in when a token is given. */
export async function newPerson(browser: Browser, options: PersonOptions): Promise<Person> {
  const { baseUrl, token, cookieName = 'muster', ...contextOptions } = options
  const context = await browser.newContext({ baseURL: baseUrl, ...contextOptions })
  if (token !== undefined) {
    await context.addCookies([
      { name: cookieName, value: token, url: baseUrl, httpOnly: true, sameSite: 'Lax' },
    ])
  }
  const seen: string[] = []
  context.on('page', (page) => watch(page, seen))
  const page = await context.newPage()

  const errors = (allow: readonly RegExp[] = []) =>
    seen.filter((error) => !allow.some((pattern) => pattern.test(error)))

  return {
    context,
    page,
    errors,
    newTab: () => context.newPage(),
    async leave(allow) {
      await context.close()
      const left = errors(allow)
      if (left.length > 0) throw new Error(`The browser reported:\n${left.join('\n')}`)
    },
  }
}

function watch(page: Page, seen: string[]): void {
  page.on('pageerror', (error) => seen.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    const wrong = message.type() === 'error' || message.text().startsWith('[tiptap warn]')
    if (wrong) seen.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) seen.push(`answer ${response.status()} from ${response.url()}`)
  })
  page.on('crash', () => seen.push(`crashed: ${page.url()}`))
}
