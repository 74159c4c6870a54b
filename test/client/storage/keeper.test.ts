import 'fake-indexeddb/auto'
import { IDBFactory, IDBOpenDBRequest } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import type { KeptCommand, TrayItem } from '../../../client/net/storage/database.ts'
import { DocumentCopy } from '../../../client/net/storage/document-copy.ts'
import { Keeper, type Keeping } from '../../../client/net/storage/keeper.ts'

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const kept = (id: string, at: number, tab = 'tab'): KeptCommand => ({
  id,
  incidentId: 'i',
  command: { incidentId: 'i', id, type: 'chat.send', data: { text: id } },
  at,
  words: id,
  tab,
})
const item: TrayItem = {
  id: 'one',
  incidentId: 'i',
  words: 'hello',
  reason: 'Closed.',
  code: 'closed',
  at: 1,
}
const open = (told: Keeping[] = []) => new Keeper('priya', (keeping) => told.push(keeping))

describe('what a browser keeps', () => {
  it('is there for the next page, oldest first, until it is answered', async () => {
    const first = open()
    await first.keep(kept('two', 2))
    await first.keep(kept('one', 1))
    await first.keep(kept('three', 3))
    await first.answered('three')
    await first.close()
    expect((await open().commands()).map(({ id }) => id)).toEqual(['one', 'two'])
  })

  it('leaves the outbox and enters the tray in one step', async () => {
    const first = open()
    await first.keep(kept('one', 1))
    await first.refuse(item, kept('one', 1).command)
    const next = open()
    expect(await next.commands()).toEqual([])
    expect(await next.tray('i')).toEqual([item])
    expect(await next.tray('another')).toEqual([])
    await next.discard('one')
    expect(await open().tray('i')).toEqual([])
  })

  it('is taken over from dead tabs only, by one tab only', async () => {
    const keeper = open()
    await keeper.keep(kept('dead-1', 1, 'dead'))
    await keeper.keep(kept('alive-1', 2, 'alive'))
    const alive = new Set(['alive', 'mine', 'other'])
    const [mine, other] = await Promise.all([keeper.adopt('mine', alive), keeper.adopt('other', alive)])
    expect([...mine, ...other].map(({ id }) => id)).toEqual(['dead-1'])
  })

  it('is one person’s, counted and cleared when they sign out', async () => {
    const keeper = open()
    await keeper.keep(kept('one', 1))
    await keeper.refuse(item)
    expect([...(await keeper.unsent())]).toEqual(['one'])
    await keeper.keep(kept('two', 2))
    expect([...(await keeper.unsent())].sort()).toEqual(['one', 'two'])
    expect((await new Keeper('ravi', () => {}).unsent()).size).toBe(0)
    await keeper.clear()
    expect((await open().unsent()).size).toBe(0)
  })

  it('holds the rooms last seen, and lets go of the oldest', async () => {
    const keeper = open()
    for (let i = 0; i < 15; i++)
      await keeper.keepRoom({ incidentId: `r${i}`, version: '1', savedAt: i, value: { i } })
    expect(await keeper.room('r2')).toBeUndefined()
    expect(await keeper.room('r14')).toMatchObject({ value: { i: 14 } })
  })
})

describe('a browser that keeps nothing', () => {
  it('has no storage, and says so', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const told: Keeping[] = []
    const keeper = open(told)
    expect(await keeper.keep(kept('one', 1))).toBe(false)
    expect(await keeper.commands()).toEqual([])
    expect(told).toEqual([{ kind: 'nothing', why: 'It has no storage.' }])
  })

  it('still knows which documents of this page hold words of ours', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const keeper = open()
    const copy = new DocumentCopy(keeper, 'document/1', new Y.Doc())
    await copy.loaded
    copy.unsent(true)
    expect([...(await keeper.unsent())]).toEqual(['document/1'])
    copy.close()
    expect((await keeper.unsent()).size).toBe(0)
  })

  it('forbids it by throwing', async () => {
    vi.stubGlobal('indexedDB', {
      open() {
        throw new DOMException('no', 'SecurityError')
      },
    })
    const keeper = open()
    await keeper.keep(kept('one', 1))
    expect(keeper.keeping).toEqual({ kind: 'nothing', why: 'Its storage is closed (SecurityError).' })
  })

  it('does not answer, and is waited for 2 s at most', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('indexedDB', { open: () => new IDBOpenDBRequest() })
    const keeper = open()
    const written = keeper.keep(kept('one', 1))
    await vi.advanceTimersByTimeAsync(1_999)
    expect(keeper.keeping.kind).toBe('opening')
    await vi.advanceTimersByTimeAsync(1)
    expect(await written).toBe(false)
    expect(keeper.keeping).toEqual({ kind: 'nothing', why: 'Its storage does not answer.' })
  })

  it('is full, and says so at the write that does not fit', async () => {
    const keeper = open()
    await keeper.opened
    expect(keeper.keeping.kind).toBe('kept')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no', 'QuotaExceededError')
    })
    expect(await keeper.keep(kept('one', 1))).toBe(false)
    expect(keeper.keeping).toEqual({ kind: 'nothing', why: 'Its storage is full.' })
    vi.restoreAllMocks()
  })

  it('had its data deleted while it was open', async () => {
    const keeper = open()
    await keeper.keep(kept('one', 1))
    await new Promise((resolve) => {
      indexedDB.deleteDatabase('muster-priya').onsuccess = resolve
    })
    expect(keeper.keeping).toEqual({ kind: 'nothing', why: 'It took back what was stored.' })
    expect(await keeper.keep(kept('two', 2))).toBe(false)
    expect((await keeper.unsent()).size).toBe(0)
  })
})
