import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCircuit } from '../../../server/platform/circuit.ts'

const never = () => new Promise<never>(() => {})

describe('asking somebody who may be slow', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const circuit = () => createCircuit({ answerWithinMs: 500, restMs: 5_000 }, () => Date.now())

  it('gives the answer, and the failure of who does not connect, without a rest', async () => {
    const redis = circuit()
    expect(await redis.ask(async () => 7)).toBe(7)
    for (let i = 0; i < 3; i++)
      await expect(redis.ask(() => Promise.reject(new Error('not connected')))).rejects.toThrow(
        'not connected',
      )
    expect(await redis.ask(async () => 8)).toBe(8)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets who asked wait once, and nobody for a while afterwards', async () => {
    const redis = circuit()
    const late = expect(redis.ask(never)).rejects.toThrow('too slow')
    await vi.advanceTimersByTimeAsync(500)
    await late
    const work = vi.fn(async () => 1)
    await expect(redis.ask(work)).rejects.toThrow('a moment ago')
    await vi.advanceTimersByTimeAsync(4_999)
    await expect(redis.ask(work)).rejects.toThrow('a moment ago')
    expect(work).not.toHaveBeenCalled()
  })

  it('lets one find out whether it is better; the others do not wait with them', async () => {
    const redis = circuit()
    const late = expect(redis.ask(never)).rejects.toThrow('too slow')
    await vi.advanceTimersByTimeAsync(5_500)
    await late
    const trial = expect(redis.ask(never)).rejects.toThrow('too slow')
    await expect(redis.ask(async () => 1)).rejects.toThrow('a moment ago')
    await vi.advanceTimersByTimeAsync(5_500)
    await trial
    expect(await redis.ask(async () => 2)).toBe(2)
    expect(await Promise.all([redis.ask(async () => 3), redis.ask(async () => 4)])).toEqual([3, 4])
  })
})
