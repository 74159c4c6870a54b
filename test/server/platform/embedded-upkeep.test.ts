import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Kept, startMaintenance } from '../../../server/platform/embedded/maintenance.ts'
import { createLogger } from '../../../server/platform/logger.ts'

const logger = createLogger('silent')

/** A database that only tells what upkeep asks; `pieces` is how much there is to do. */
function house() {
  const state = { pieces: 0, done: 0, fails: false }
  const database: Kept & { idle: boolean; ended: boolean; write(): void } = {
    writes: 0,
    onWrite: () => undefined,
    idle: true,
    ended: false,
    async maintain() {
      state.done++
      if (state.fails) throw new Error('away')
      if (state.pieces === 0) return false
      state.pieces--
      return true
    },
    write() {
      database.writes++
      database.onWrite()
    },
  }
  startMaintenance(database, logger)
  return { database, state }
}

describe('upkeep of the embedded database', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('sleeps while nobody writes', async () => {
    const { state } = house()
    await vi.advanceTimersByTimeAsync(600_000)
    expect([state.done, vi.getTimerCount()]).toEqual([0, 0])
  })

  it('does piece after piece some seconds after a write, and sleeps again when all is done', async () => {
    const { database, state } = house()
    state.pieces = 2
    database.write()
    database.write()
    await vi.advanceTimersByTimeAsync(4_999)
    expect(state.done).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(state.done).toBe(1)
    await vi.advanceTimersByTimeAsync(600_000)
    expect([state.done, state.pieces, vi.getTimerCount()]).toEqual([3, 0, 0])
    database.write()
    await vi.advanceTimersByTimeAsync(5_000)
    expect([state.done, vi.getTimerCount()]).toEqual([4, 0])
  })

  it('waits for a quiet moment, but not for ever', async () => {
    const { database, state } = house()
    database.idle = false
    database.write()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(state.done).toBe(0)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(state.done).toBe(1)
  })

  it('tries again after it failed, and ends with the database', async () => {
    const { database, state } = house()
    state.fails = true
    database.write()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(state.done).toBe(2)
    database.ended = true
    await vi.advanceTimersByTimeAsync(60_000)
    expect([state.done, vi.getTimerCount()]).toEqual([2, 0])
  })
})
