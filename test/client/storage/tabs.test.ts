import { afterEach, expect, it, vi } from 'vitest'
import { Tabs } from '../../../client/net/storage/tabs.ts'

/** One browser: what one channel says all others of its name hear, at once. */
class Channel extends EventTarget {
  static open: Channel[] = []
  constructor(readonly name: string) {
    super()
    Channel.open.push(this)
  }
  postMessage(data: unknown) {
    for (const other of Channel.open)
      if (other !== this && other.name === this.name)
        other.dispatchEvent(new MessageEvent('message', { data }))
  }
  close() {
    Channel.open = Channel.open.filter((other) => other !== this)
  }
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  Channel.open = []
})

it('counts what exists only in the other tabs', async () => {
  vi.useFakeTimers()
  vi.stubGlobal('BroadcastChannel', Channel)
  const mine = new Tabs('priya', { only: () => 5 })
  new Tabs('priya', { only: () => 2 })
  new Tabs('priya', { only: () => 1 })
  new Tabs('ravi', { only: () => 7 })
  const asked = mine.onlyElsewhere()
  // A tab of an earlier version answers without a count.
  Channel.open[0]?.dispatchEvent(new MessageEvent('message', { data: { kind: 'here', from: 'earlier' } }))
  await vi.advanceTimersByTimeAsync(300)
  expect(await asked).toBe(3)
})

it('hears a live tab in each question, also in two that are asked at once', async () => {
  vi.useFakeTimers()
  vi.stubGlobal('BroadcastChannel', Channel)
  const [mine, other] = [new Tabs('priya', {}), new Tabs('priya', {})]
  // Answers come when both questions were asked.
  const waiting: unknown[] = []
  const said = vi.spyOn(Channel.prototype, 'postMessage').mockImplementation((data) => waiting.push(data))
  const asked = [mine.alive(), mine.alive()]
  said.mockRestore()
  const [, otherChannel] = Channel.open
  for (const data of waiting) otherChannel?.dispatchEvent(new MessageEvent('message', { data }))
  await vi.advanceTimersByTimeAsync(300)
  for (const alive of await Promise.all(asked)) expect([...alive].sort()).toEqual([mine.id, other.id].sort())
})
