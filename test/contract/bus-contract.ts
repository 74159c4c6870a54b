import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Bus, Hint } from '../../server/platform/bus.ts'

/** What every bus must do. `open` gives the bus of one more node. */
export function busContract(name: string, open: () => Promise<Bus>): void {
  describe(`${name} keeps the bus contract`, () => {
    const opened: Bus[] = []
    const node = async () => {
      const bus = await open()
      opened.push(bus)
      await vi.waitFor(() => expect(bus.connected()).toBe(true), { timeout: 5_000 })
      return bus
    }
    afterEach(async () => {
      for (const bus of opened.splice(0)) await bus.close()
    })

    it('delivers own hints after publish has returned, by topic, in order, to everybody', async () => {
      const bus = await node()
      const heard: string[] = []
      bus.subscribe('incident', (hint) => heard.push(`a${hint.seq}`))
      bus.subscribe('incident', (hint) => heard.push(`b${hint.seq}`))
      bus.subscribe('document', () => heard.push('other topic'))
      bus.publish({ topic: 'incident', id: 'x', seq: 1 })
      bus.publish({ topic: 'incident', id: 'x', seq: 2 })
      expect(heard).toEqual([])
      await vi.waitFor(() => expect(heard).toEqual(['a1', 'b1', 'a2', 'b2']))
    })

    it('stops delivering to who has left, and only to them', async () => {
      const bus = await node()
      const heard: string[] = []
      const listener = () => heard.push('twice')
      const leave = bus.subscribe('clock', listener)
      bus.subscribe('clock', listener)
      leave()
      leave()
      bus.publish({ topic: 'clock', id: 'x', seq: 0 })
      await vi.waitFor(() => expect(heard).toEqual(['twice']))
    })

    it('goes on when a listener throws', async () => {
      const bus = await node()
      const heard: Hint[] = []
      bus.subscribe('access', () => {
        throw new Error('listener')
      })
      bus.subscribe('access', (hint) => heard.push(hint))
      bus.publish({ topic: 'access', id: 'p', seq: 3 })
      await vi.waitFor(() => expect(heard).toEqual([{ topic: 'access', id: 'p', seq: 3 }]))
    })

    it('neither throws nor delivers once it is closed', async () => {
      const bus = await node()
      const heard: Hint[] = []
      bus.subscribe('incident', (hint) => heard.push(hint))
      await bus.close()
      bus.publish({ topic: 'incident', id: 'x', seq: 1 })
      await Promise.resolve()
      expect(heard).toEqual([])
      expect(bus.connected()).toBe(false)
    })
  })
}
