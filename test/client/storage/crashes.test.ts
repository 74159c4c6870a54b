import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Command, Outbox } from '../../../client/net/outbox.ts'
import type { TrayItem } from '../../../client/net/storage/database.ts'
import { Keeper } from '../../../client/net/storage/keeper.ts'
import type { CommandAnswer } from '../../../shared/protocol/errors.ts'

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => vi.unstubAllGlobals())

/** A server that keeps its first answer to each id, as ours does. */
class Server {
  readonly log: { id: string; madeAt: number | undefined }[] = []
  readonly #answers = new Map<string, CommandAnswer>()

  take({ id, data, madeAt }: Command): CommandAnswer {
    const known = this.#answers.get(id)
    if (known !== undefined) return known
    const bad = typeof data === 'object' && data !== null && 'bad' in data
    if (!bad) this.log.push({ id, madeAt })
    const answer: CommandAnswer = bad
      ? { ok: false, error: { code: 'closed', message: 'Closed.' } }
      : { ok: true, seq: this.log.length }
    this.#answers.set(id, answer)
    return answer
  }
}

/** Where a command's way ends when the page dies or the line breaks on it. */
type Fate = 'arrives' | 'never leaves' | 'answer is lost'

/** A page on one browser's storage: it lives until `die`, and nothing of it happens after. */
class Page {
  readonly #keeper = new Keeper('priya', () => {})
  readonly #server: Server
  readonly #outbox: Outbox
  readonly #fates: Fate[]
  readonly #underWay = new Set<Promise<unknown>>()
  #dead = false

  constructor(server: Server, tab: string, fates: Fate[], shelf = true) {
    this.#server = server
    this.#fates = fates
    this.#outbox = new Outbox(
      (command) => this.#track(this.#deliver(command)),
      () => {},
      () => {},
    )
    const keeper = this.#keeper
    const alive = <T extends unknown[]>(work: (...given: T) => unknown) => {
      return (...given: T) =>
        this.#dead || !shelf ? undefined : this.#track(Promise.resolve(work(...given)))
    }
    this.#outbox.keepOn(
      {
        keep: alive((item) => keeper.keep(item)),
        answered: alive((id) => keeper.answered(id)),
        refuse: alive((item, command) => keeper.refuse(item, command)),
      },
      tab,
    )
  }

  async adopt(tab: string, alive: string[]): Promise<void> {
    this.#outbox.adopt(await this.#keeper.adopt(tab, new Set(alive)))
  }

  give(id: string, at: number, bad: boolean): void {
    const command = { incidentId: 'i', id, type: 'chat.send', data: bad ? { bad } : {} }
    void this.#outbox.add(command, { at, waits: 'kept', words: id, tray: 'always' })
  }

  resend(): void {
    this.#outbox.resend()
  }

  /** Everything that was begun has ended, and what that began. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay])
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work)
    // Whoever waits for the work goes on before it counts as ended.
    const end = () => void queueMicrotask(() => this.#underWay.delete(work))
    work.then(end, end)
    return work
  }

  async die(): Promise<void> {
    this.#dead = true
    await this.#keeper.close()
  }

  #deliver(command: Command): Promise<CommandAnswer> {
    const fate = this.#fates.shift() ?? 'arrives'
    if (this.#dead || fate === 'never leaves') return Promise.reject(new Error('cut off'))
    const answer = this.#server.take(command)
    return fate === 'answer is lost' ? Promise.reject(new Error('cut off')) : Promise.resolve(answer)
  }
}

const fate = fc.constantFrom<Fate>('arrives', 'never leaves', 'answer is lost')
const lives = fc.array(
  fc.record({ acts: fc.array(fc.boolean(), { maxLength: 4 }), fates: fc.array(fate, { maxLength: 8 }) }),
  { minLength: 1, maxLength: 5 },
)

async function live(given: { acts: boolean[]; fates: Fate[] }[], shelf: boolean) {
  vi.stubGlobal('indexedDB', new IDBFactory())
  const server = new Server()
  const made: { id: string; bad: boolean }[] = []
  for (const [n, { acts, fates }] of given.entries()) {
    const page = new Page(server, `tab-${n}`, [...fates], shelf)
    await page.adopt(`tab-${n}`, [`tab-${n}`])
    for (const bad of acts) {
      const id = `command-${made.length}`
      made.push({ id, bad })
      page.give(id, made.length, bad)
    }
    await page.settled()
    page.resend()
    await page.settled()
    await page.die()
  }
  const last = new Page(server, 'last', [], shelf)
  await last.adopt('last', ['last'])
  await last.settled()
  await last.die()
  const keeper = new Keeper('priya', () => {})
  const tray: TrayItem[] = await keeper.tray('i')
  const left = await keeper.commands()
  await keeper.close()
  return { server, made, tray, left }
}

describe('pages that die', () => {
  it('lose nothing that was written, and do nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (given) => {
        const { server, made, tray, left } = await live(given, true)
        const good = made.filter(({ bad }) => !bad).map(({ id }) => id)
        const bad = made.filter((m) => m.bad).map(({ id }) => id)
        expect(server.log.map(({ id }) => id).sort()).toEqual(good.sort())
        expect(tray.map(({ id }) => id).sort()).toEqual(bad.sort())
        expect(left).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('would lose words, if the outbox were in memory only', async () => {
    const { server, made } = await live([{ acts: [false], fates: ['never leaves', 'never leaves'] }], false)
    expect(made).toHaveLength(1)
    expect(server.log).toEqual([])
  })

  it('hand over what they left with the time it was made', async () => {
    const { server } = await live([{ acts: [false], fates: ['never leaves', 'never leaves'] }], true)
    expect(server.log).toEqual([{ id: 'command-0', madeAt: 1 }])
  })

  it('may both send what one of them kept: the id makes it one', async () => {
    const server = new Server()
    const first = new Page(server, 'first', ['answer is lost'])
    first.give('command-0', 1, false)
    await first.settled()
    // The first tab sleeps too deeply to answer: the second takes it for dead.
    const second = new Page(server, 'second', [])
    await second.adopt('second', ['second'])
    first.resend()
    await Promise.all([first.settled(), second.settled()])
    expect(server.log.map(({ id }) => id)).toEqual(['command-0'])
    await Promise.all([first.die(), second.die()])
    const keeper = new Keeper('priya', () => {})
    expect(await keeper.commands()).toEqual([])
    await keeper.close()
  })
})
