import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { clearOlderCopies, copyName } from '../../../client/net/older-copies.ts'
import { textOfUpdates } from '../../../client/net/refused-text.ts'
import { changesOf, copiesOf, DocumentCopy } from '../../../client/net/storage/document-copy.ts'
import { Keeper } from '../../../client/net/storage/keeper.ts'

let keeper: Keeper
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  keeper = new Keeper('priya', () => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function opened(name = 'document/1') {
  const doc = new Y.Doc()
  const copy = new DocumentCopy(keeper, name, doc)
  await copy.loaded
  return { doc, copy, text: doc.getText('t') }
}

it('gives back every change to the next page, each with its own client id', async () => {
  const first = await opened()
  for (const letter of 'written') first.text.insert(first.text.length, letter)
  await first.copy.written
  // No goodbye: the tab died.
  const next = await opened()
  expect(next.text.toString()).toBe('written')
  expect(next.doc.clientID).not.toBe(first.doc.clientID)
})

it('folds many changes into one and keeps those of another tab', async () => {
  const first = await opened()
  const second = await opened()
  second.text.insert(0, 'second ')
  for (let i = 0; i < 400; i++) first.text.insert(first.text.length, 'x')
  await Promise.all([first.copy.written, second.copy.written])
  expect((await changesOf(keeper, 'document/1')).length).toBeLessThan(300)
  const next = await opened()
  expect(next.text.toString()).toContain('second ')
  expect(next.text.toString().replace('second ', '')).toBe('x'.repeat(400))
})

it('remembers that it holds words of ours', async () => {
  const first = await opened()
  first.copy.unsent(true)
  await first.copy.written
  expect([...(await keeper.unsent())]).toEqual(['document/1'])
  expect((await opened()).copy.leftUnsent).toBe(true)
})

it('has a mark for each page that holds words: one page that is done speaks for no other', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const [first, second] = [await opened(), await opened()]
  first.copy.unsent(true)
  second.copy.unsent(true)
  first.copy.unsent(false)
  vi.advanceTimersByTime(2_000)
  await Promise.all([first.copy.written, second.copy.written])
  expect((await keeper.unsent()).size).toBe(1)
  second.copy.close()
  // Whoever opens it next brings what both left, and may say so.
  const next = await opened()
  expect(next.copy.leftUnsent).toBe(true)
  next.copy.unsent(false)
  vi.advanceTimersByTime(2_000)
  await next.copy.written
  expect((await keeper.unsent()).size).toBe(0)
})

it('is marked again by who goes on to write, when the next page cleared what was left', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const first = await opened()
  first.copy.unsent(true)
  await first.copy.written
  const next = await opened()
  next.copy.unsent(false)
  vi.advanceTimersByTime(2_000)
  await next.copy.written
  expect((await keeper.unsent()).size).toBe(0)
  first.copy.unsent(true)
  await first.copy.written
  expect((await keeper.unsent()).size).toBe(1)
})

it('goes when it is cleared, and an older one only after its words were handed over', async () => {
  const older = await opened(copyName('document', 1))
  older.text.insert(0, 'words of before')
  await older.copy.written
  const current = await opened(copyName('document', 2))
  const found: string[] = []
  const place = { keeper, name: 'document', epoch: 2 }
  await clearOlderCopies(place, current.doc, async (change) => {
    expect(await copiesOf(keeper, 'document/')).toEqual(['document/1', 'document/2'])
    found.push(textOfUpdates([change]))
  })
  expect(found).toEqual(['words of before'])
  expect(await copiesOf(keeper, 'document/')).toEqual(['document/2'])
  await current.copy.clear()
  expect(await copiesOf(keeper, 'document/')).toEqual([])
})

it('never throws into the change it writes, and says when the browser took its storage back', async () => {
  const { text, copy } = await opened()
  const database = await keeper.opened
  database?.close()
  expect(() => text.insert(0, 'still written')).not.toThrow()
  await copy.written
  expect(keeper.keeping).toEqual({ kind: 'nothing', why: 'Its storage failed.' })
})
