import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { makePerson, openDocument, rest } from '../helpers/room-client.ts'
import { type RunningServer, startServer } from '../helpers/server.ts'
import { launchBrowser, newPerson, type Person } from './browser.ts'

let server: RunningServer
let browser: Browser
let priya: { id: string; token: string }
let maya: { id: string; token: string }

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
  priya = await makePerson(server.url, server.rootToken, 'Priya Nair')
  maya = await makePerson(server.url, server.rootToken, 'Maya Okafor')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function declare(): Promise<string> {
  const body = { title: 'Checkout fails', playbook: 'freeagentics', severity: 'SEV-1' }
  return (await rest<{ id: string }>(server.url, priya.token, 'POST', '/api/incidents', body)).id
}

const command = (id: string, type: string, data: object) =>
  rest<{ seq: number }>(server.url, priya.token, 'POST', `/api/incidents/${id}/commands/${type}`, data)

/** In the room, with the caret in the first empty paragraph. */
async function enter(id: string, who = priya): Promise<Person> {
  const person = await newPerson(browser, {
    baseUrl: server.url,
    token: who.token,
    viewport: { width: 1440, height: 900 },
  })
  await person.page.goto(`/i/${id}`)
  // Who comes later is told first what is going on; a key closes it.
  if (who !== priya) {
    await person.page.getByRole('region', { name: 'Brief' }).waitFor()
    await person.page.keyboard.press('Escape')
  }
  await person.page.locator('.ProseMirror[contenteditable=true] p').first().click()
  return person
}

const saved = (page: Page) => page.getByRole('status').filter({ hasText: 'all saved' }).waitFor()
const editor = (page: Page) => page.locator('.ProseMirror')

async function paste(page: Page, text: string, html = ''): Promise<void> {
  await page.evaluate(
    ([words = '', markup = '']) => {
      const data = new DataTransfer()
      if (words !== '') data.setData('text/plain', words)
      if (markup !== '') data.setData('text/html', markup)
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      document.querySelector('.ProseMirror')?.dispatchEvent(event)
    },
    [text, html],
  )
}

/** The committed document, as a fresh peer gets it. */
async function committed(id: string): Promise<Y.XmlFragment> {
  const witness = openDocument(server.url, server.rootToken, id)
  await witness.synced
  const fragment = witness.doc.getXmlFragment('document')
  witness.close()
  return fragment
}

const markdownOf = async (id: string): Promise<string> => {
  const time = 9_999_999_999_999
  const at = await rest<{ markdown: string }>(
    server.url,
    priya.token,
    'GET',
    `/api/incidents/${id}/document/at?time=${time}`,
  )
  return at.markdown
}

describe('writing in the document', () => {
  it('knows Markdown as it is typed, links and tables', async () => {
    const id = await declare()
    const person = await enter(id)
    const { page } = person
    const lines = ['# Big', '- point', '', '', '1. first', '', '', '[ ] to do', '', '', '> said', '', '']
    for (const line of lines) {
      await page.keyboard.type(line)
      await page.keyboard.press('Enter')
    }
    await page.keyboard.type('is **down** and `code` at https://example.org/x now')
    await page.keyboard.press('Enter')
    await page.keyboard.type('| Service | State |')
    await page.keyboard.press('Enter')
    await page.keyboard.type('api')
    await page.keyboard.press('Tab')
    await page.keyboard.type('down')
    await page.keyboard.press('Tab')
    await page.keyboard.type('web')
    await page.getByRole('button', { name: 'Column right' }).click()
    await saved(page)
    await page.waitForFunction(() => document.querySelectorAll('.ProseMirror td').length === 6)
    await expect.poll(() => markdownOf(id)).toContain('| web |  |  |')
    const text = await markdownOf(id)
    expect(text).toContain('# Big\n\n- point\n\n1. first\n\n- [ ] to do\n\n> said')
    expect(text).toContain('is **down** and `code` at [https://example.org/x](<https://example.org/x>) now')
    expect(text).toContain('| Service |  | State |\n| --- | --- | --- |\n| api |  | down |\n| web |  |  |')
    await person.leave()
  })

  it('names tasks and entries that stay live, and says when one is not there', async () => {
    const id = await declare()
    const { seq } = await command(id, 'entry.add', { kind: 'finding', text: 'Locks have no expiry' })
    const person = await enter(id)
    const { page } = person
    await page.keyboard.type('Because [[no expiry')
    await page.getByRole('option', { name: /Locks have no expiry/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('then [[incident channel')
    await page.getByRole('option', { name: /channel made/ }).waitFor()
    await page.keyboard.press('Enter')
    const entry = page.locator('.reference[data-kind=entry]')
    const task = page.locator('.reference[data-kind=task]')
    expect(await entry.getAttribute('data-state')).toBe('entry')
    expect(await task.getAttribute('data-state')).toBe('open')
    const named = (await task.getAttribute('data-id')) ?? ''
    await command(id, 'task.tick', { task: named })
    await command(id, 'entry.amend', { ref: seq, text: 'Locks never expire' })
    await page.locator('.reference[data-kind=task][data-state=done]').waitFor()
    await entry.filter({ hasText: 'Locks never expire' }).waitFor()
    await command(id, 'entry.strike', { ref: seq, reason: 'Wrong' })
    await page.locator('.reference[data-kind=entry][data-state=struck]').waitFor()
    // The document itself holds kind and id, not a word of them.
    expect((await committed(id)).toString()).not.toContain('expir')
    const peer = openDocument(server.url, server.rootToken, id)
    await peer.synced
    await peer.edit((doc) => {
      const lost = new Y.XmlElement('reference')
      lost.setAttribute('kind', 'task')
      lost.setAttribute('id', 'no-such-task')
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [lost])
      doc.getXmlFragment('document').push([paragraph])
    })
    await page.locator('.reference[data-state=unknown]', { hasText: 'Task not found' }).waitFor()
    peer.close()
    expect(await markdownOf(id)).toMatch(/Because \d\d:\d\d UTC Locks never expire \(struck\) then /)
    await person.leave()
  })
})

describe('pasting', () => {
  it('makes a log a block whose lines stay as they are, and copies them back', async () => {
    const id = await declare()
    const person = await enter(id)
    const { page } = person
    const log = '14:19:52 ERROR  lock   timeout\n    at run (main.js:3)\n14:19:53 WARN gave up'
    await paste(page, log)
    expect(await page.locator('.ProseMirror pre code').textContent()).toBe(log)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.locator('.ProseMirror pre').waitFor({ state: 'detached' })
    await person.leave()
  })

  it('keeps of HTML what the document knows: no styles, no images, no unsafe links', async () => {
    const id = await declare()
    const person = await enter(id)
    const { page } = person
    await paste(
      page,
      'x',
      `<h3 style="color:red">Head</h3><p onclick="x()"><b>bold</b> <a href="javascript:alert(1)">bad</a>
       <a href="https://example.org/">good</a><img src="https://example.org/a.png"></p><script>1</script>`,
    )
    await page.getByText('1 image was left out').waitFor()
    const html = await editor(page).innerHTML()
    expect(html).toContain('<strong>bold</strong>')
    expect(html).toContain('href="https://example.org/"')
    for (const no of ['javascript:', '<img', 'style=', 'onclick', '<script']) expect(html).not.toContain(no)
    await person.leave()
  })

  it('takes a large paste in pieces, saved whole, and one undo takes it back', async () => {
    const id = await declare()
    const person = await enter(id)
    const { page } = person
    await page.keyboard.type('before ')
    const log = Array.from(
      { length: 6_000 },
      (_, i) => `14:19:52 ERROR lock timeout, run ${i} of some length`,
    )
    await paste(page, log.join('\n'))
    await saved(page)
    const blocks = (await committed(id))
      .toArray()
      .flatMap((node) => (node instanceof Y.XmlElement && node.nodeName === 'codeBlock' ? [node] : []))
    // More than one block can hold is cut behind a line.
    expect(blocks.map((node) => String(node.get(0))).join('\n')).toBe(log.join('\n'))
    await editor(page).focus()
    await page.keyboard.press('ControlOrMeta+z')
    await page.locator('.ProseMirror pre').waitFor({ state: 'detached' })
    expect(await editor(page).innerText()).toContain('before')
    await person.leave()
  })

  it('reads Markdown', async () => {
    const id = await declare()
    const person = await enter(id)
    await paste(person.page, '### Found\n\n- [x] **paged**\n- [ ] called\n\n| a | b |\n|---|---|\n| 1 | 2 |')
    await person.page.locator('.ProseMirror td').first().waitFor()
    await saved(person.page)
    expect(await markdownOf(id)).toContain(
      '### Found\n\n- [x] **paged**\n- [ ] called\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
    )
    await person.leave()
  })
})

describe('others in the document', () => {
  it('take no key from somebody who clicks beside their caret and types at once', async () => {
    const id = await declare()
    const [reader, writer] = [await enter(id), await enter(id, maya)]
    const { page } = writer
    await page.locator('.caret').waitFor()
    const line = page.locator('.ProseMirror p').first()
    const box = await line.boundingBox()
    if (box === null) throw new Error('the paragraph is not there')
    for (let round = 0; round < 8; round += 1) {
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.mouse.click(box.x + 24, box.y + box.height / 2)
      await page.keyboard.type('abc')
      expect(await line.innerText(), `round ${round}`).toContain('abc')
      await reader.page.getByText('abc').waitFor()
      for (const _ of 'abc') await page.keyboard.press('Backspace')
      await page.waitForFunction(() => document.querySelector('.ProseMirror p')?.textContent === '')
    }
    await Promise.all([reader.leave(), writer.leave()])
  })

  it('cost nothing outside it: a key press of theirs touches the document alone', async () => {
    const id = await declare()
    const [reader, writer] = [await enter(id), await enter(id, maya)]
    await writer.page.keyboard.type('x')
    await reader.page.locator('.caret').waitFor()
    await reader.page.getByText('Maya is writing').waitFor()
    await reader.page.evaluate(() => {
      const seen: string[] = []
      const clocks = 'time, [role=timer], svg, .digits'
      new MutationObserver((records) => {
        for (const { target, type, addedNodes, removedNodes } of records) {
          // Something that comes when the room is at rest leaves its place in the page and shows nothing.
          const nodes = [...addedNodes, ...removedNodes]
          if (
            type === 'childList' &&
            nodes.every((node) => (node.textContent ?? '') === '' && !(node instanceof Element))
          )
            continue
          const element = target instanceof Element ? target : target.parentElement
          // The ticker sets the text of digits each second, whoever types.
          if (element?.closest('[data-pane=document]') || element?.closest(clocks)) continue
          seen.push(element?.outerHTML.slice(0, 120) ?? '?')
        }
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
      Object.assign(window, { seen })
    })
    await writer.page.keyboard.type('twenty key presses in a row')
    await reader.page.getByText('xtwenty key presses in a row').waitFor()
    expect(await reader.page.evaluate('window.seen')).toEqual([])
    await Promise.all([reader.leave(), writer.leave()])
  })

  it('show their name beside the caret at the end of a line, and above it within one', async () => {
    const id = await declare()
    const [reader, writer] = [await enter(id), await enter(id, maya)]
    await reader.page.locator('.caret').waitFor()
    await writer.page.keyboard.type('some words')
    await reader.page.locator('.caret:not(.above)').waitFor()
    await writer.page.keyboard.press('Home')
    await reader.page.locator('.caret.above').waitFor()
    await Promise.all([reader.leave(), writer.leave()])
  })
})

describe('an older editor', () => {
  it('shows a document with a node it does not know, says so, and changes not a byte', async () => {
    const id = await declare()
    const peer = openDocument(server.url, server.rootToken, id)
    await peer.synced
    await peer.edit((doc) => {
      const reference = new Y.XmlElement('reference')
      reference.setAttribute('kind', 'task')
      reference.setAttribute('id', 'x')
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText('words beside it '), reference])
      doc.getXmlFragment('document').insert(1, [paragraph])
    })
    const before = Y.encodeStateAsUpdate(peer.doc)
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    const { page } = person
    // This very build, without the node: what it was before references came.
    let without = 0
    await page.route('**/assets/*.js', async (route) => {
      const answer = await route.fetch()
      const code = await answer.text()
      const old = code.replace(/name:(["'`])reference\1/g, () => {
        without += 1
        return 'name:"formerly"'
      })
      await route.fulfill({ response: answer, body: old })
    })
    await page.goto(`/i/${id}`)
    await page.getByText('This document was written by a newer version. Reload.').waitFor()
    expect(without).toBe(1)
    await page.getByText('words beside it').click()
    await page.keyboard.type('no way in')
    await page.getByRole('button', { name: 'Reload' }).waitFor()
    expect(await page.locator('[data-pane=document] [contenteditable=true]').count()).toBe(0)
    await page.reload()
    await page.getByText('words beside it').waitFor()
    const witness = openDocument(server.url, server.rootToken, id)
    await witness.synced
    expect(Y.encodeStateAsUpdate(witness.doc)).toEqual(before)
    witness.close()
    peer.close()
    await person.leave()
  })

  it('only shows a document whose number is higher than its own', async () => {
    const id = await declare()
    const person = await newPerson(browser, { baseUrl: server.url, token: priya.token })
    await person.page.routeWebSocket(/socket\.io/, (socket) => {
      const upstream = socket.connectToServer()
      upstream.onMessage((message) =>
        socket.send(typeof message === 'string' ? message.replace(/"schema":\d+/, '"schema":99') : message),
      )
    })
    await person.page.goto(`/i/${id}`)
    await person.page.getByText('This document was written by a newer version. Reload.').waitFor()
    await person.page.getByRole('heading', { name: 'Summary' }).waitFor()
    expect(await person.page.locator('.ProseMirror').count()).toBe(0)
    await person.leave()
  })
})

describe('the history of the document', () => {
  it('shows a moment and what changed since; restoring it is a new change, told in the timeline', async () => {
    const id = await declare()
    const writer = await enter(id)
    await writer.page.keyboard.type('The first theory was a lock.')
    await saved(writer.page)
    const other = await enter(id, maya)
    await writer.page.locator('.caret').waitFor()
    await other.page.keyboard.press('End')
    await other.page.keyboard.type(' It was a leak.')
    await saved(other.page)
    await writer.page.getByText('It was a leak.').waitFor()
    const { page } = writer
    await page.getByRole('button', { name: 'History' }).click()
    const history = page.getByRole('region', { name: 'History of the document' })
    await history.getByText('Nothing has changed since.').waitFor()
    await history.getByRole('button', { name: 'Earlier' }).click()
    expect(await history.locator('.prose ins').innerText()).toBe(' It was a leak.')
    await history.getByRole('button', { name: 'Restore' }).click()
    await history.waitFor({ state: 'detached' })
    await saved(page)
    expect(await markdownOf(id)).not.toContain('leak')
    await page.getByRole('article', { name: /Restored the document as it stood at/ }).waitFor()
    // A new change like any other: Maya's words are in the history, and undo brings them back.
    await editor(page).focus()
    await page.keyboard.press('ControlOrMeta+z')
    await editor(page).getByText('It was a leak.').waitFor()
    await saved(page)
    const { moments } = await rest<{ moments: { people: string[] }[] }>(
      server.url,
      priya.token,
      'GET',
      `/api/incidents/${id}/document/moments`,
    )
    expect(moments.at(-1)?.people).toEqual([priya.id])
    await Promise.all([writer.leave(), other.leave()])
  })

  it('is readable when the incident is closed, and restores nothing', async () => {
    const id = await declare()
    const person = await enter(id)
    const { page } = person
    await page.keyboard.type('last words')
    await saved(page)
    await command(id, 'incident.close', { reason: 'Over', as: 'false-positive' })
    await page.getByText('Read-only: the incident is closed. Reopen it to write.').waitFor()
    expect(await editor(page).getAttribute('contenteditable')).toBe('false')
    await page.getByRole('button', { name: 'History' }).click()
    const history = page.getByRole('region', { name: 'History of the document' })
    await history.getByText('The incident is closed. Reopen it to restore.').waitFor()
    await history.getByText('last words').waitFor()
    expect(await history.getByRole('button', { name: 'Restore' }).count()).toBe(0)
    await page.keyboard.press('Escape')
    await command(id, 'incident.reopen', { reason: 'It is back' })
    await page.locator('.ProseMirror[contenteditable=true]').waitFor()
    await person.leave()
  })

  it('is told only to who may read the document', async () => {
    const id = await declare()
    const asked = (token: string, path: string) =>
      fetch(`${server.url}/api/incidents/${id}/document/${path}`, {
        headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
      }).then((response) => response.status)
    expect(await asked('', 'moments')).toBe(401)
    expect(await asked('', 'at?batch=1')).toBe(401)
    expect(await asked(priya.token, 'at?batch=1')).toBe(200)
    expect(await asked(priya.token, 'at?batch=2')).toBe(404)
    expect(await asked(priya.token, 'at')).toBe(400)
    expect(await asked(priya.token, 'at?time=1')).toBe(404)
  })
})
