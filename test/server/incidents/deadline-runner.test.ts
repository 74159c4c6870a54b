import { describe, expect, it, vi } from 'vitest'
import { createDeadlineRunner } from '../../../server/incidents/deadline-runner.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { createManualClock } from '../../../server/platform/manual-clock.ts'
import type { CommandAnswer } from '../../../shared/protocol/errors.ts'

const start = 1_800_000_000_000
const second = 1_000
const hour = 3_600_000

/** A runner over rows that stand in a list; `looked` notes which incident was looked at, and when. */
function world(rows: Record<string, number>) {
  const due = new Map(Object.entries(rows))
  const clock = createManualClock(start)
  const looked: [string, number][] = []
  const answers: CommandAnswer[] = []
  /** What can never be looked at. */
  const broken = new Set<string>()
  /** How many rows each read asked for. */
  const limits: number[] = []
  /** Holds back what the next reads have found. */
  let gate: Promise<void> | null = null
  const runner = createDeadlineRunner({
    clock,
    logger: createLogger('silent'),
    store: {
      async due(limit) {
        limits.push(limit)
        const found = [...due]
          .map(([id, nextDueAt]) => ({ id, nextDueAt }))
          .sort((a, b) => a.nextDueAt - b.nextDueAt)
          .slice(0, limit)
        await gate
        return found
      },
    },
    handler: {
      async asSystem(id) {
        looked.push([id, clock.now() - start])
        const answer: CommandAnswer = broken.has(id)
          ? { ok: false, error: { code: 'internal', message: 'Something went wrong.' } }
          : (answers.shift() ?? { ok: true, seq: 1 })
        if (answer.ok) due.delete(id)
        return answer
      },
    },
  })
  return {
    due,
    clock,
    looked,
    answers,
    broken,
    runner,
    limits,
    reads: () => limits.length,
    async during(work: () => void): Promise<void> {
      let open = () => {}
      gate = new Promise((resolve) => {
        open = resolve
      })
      runner.look()
      work()
      gate = null
      open()
      await runner.settle()
    },
  }
}

describe('the deadline runner', () => {
  it('reads once and sleeps until the nearest due time, to the millisecond', async () => {
    const { clock, runner, looked, reads } = world({ a: start + hour, b: start + 2 * hour })
    runner.start()
    await runner.settle()
    const before = reads()
    clock.advance(hour - 1)
    await runner.settle()
    expect([looked, reads()]).toEqual([[], before + 1])
    clock.advance(1)
    await vi.waitFor(() => expect(looked).toEqual([['a', hour]]))
    await runner.settle()
    clock.advance(hour)
    await vi.waitFor(() => expect(looked).toHaveLength(2))
    expect(looked[1]).toEqual(['b', 2 * hour])
    await runner.stop()
  })

  it('wakes earlier for what was committed meanwhile', async () => {
    const { due, clock, runner, looked } = world({ a: start + hour })
    runner.start()
    await runner.settle()
    due.set('b', start + second)
    runner.notice(start + second)
    runner.notice(start + 2 * hour)
    runner.notice(null)
    clock.advance(second)
    await vi.waitFor(() => expect(looked).toEqual([['b', second]]))
    await runner.stop()
  })

  it('keeps a nearer due time that was committed while it read', async () => {
    const { due, clock, runner, looked, during } = world({ a: start + hour })
    runner.start()
    await runner.settle()
    await during(() => {
      due.set('b', start + second)
      runner.notice(start + second)
    })
    clock.advance(second)
    await vi.waitFor(() => expect(looked).toEqual([['b', second]]))
    await runner.stop()
  })

  it('finds what another node committed when it is told to look', async () => {
    const { due, clock, runner, looked } = world({})
    runner.start()
    await runner.settle()
    due.set('b', start + second)
    runner.look()
    await runner.settle()
    clock.advance(second)
    await vi.waitFor(() => expect(looked).toEqual([['b', second]]))
    await runner.stop()
  })

  it('looks again after a second when nothing could be looked at', async () => {
    const { clock, runner, looked, answers } = world({ a: start })
    answers.push({ ok: false, error: { code: 'unavailable', message: 'Try again.' } })
    runner.start()
    await vi.waitFor(() => expect(looked).toEqual([['a', 0]]))
    // Every promise of that round is settled by then.
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(second)
    await vi.waitFor(() => expect(looked[1]).toEqual(['a', second]))
    await runner.stop()
  })

  it('gives the others their turn, however many cannot be looked at', async () => {
    const bad = Array.from({ length: 250 }, (_, i) => `bad-${i}`)
    const { clock, runner, looked, broken } = world({
      ...Object.fromEntries(bad.map((id) => [id, start - hour])),
      good: start - second,
      later: start + 10 * second,
    })
    for (const id of bad) broken.add(id)
    runner.start()
    await runner.settle()
    expect(looked.filter(([id]) => id === 'good')).toEqual([['good', 0]])
    expect(looked.length).toBe(bad.length + 1)
    clock.advance(10 * second)
    await vi.waitFor(() => expect(looked.some(([id]) => id === 'later')).toBe(true))
    await runner.stop()
  })

  it('steps back from one that fails, twice as long each time and a minute at most; a success forgets it', async () => {
    const { due, clock, runner, looked, broken } = world({ bad: start })
    broken.add('bad')
    runner.start()
    await runner.settle()
    for (let s = 1; s <= 200; s++) {
      clock.advance(second)
      await runner.settle()
    }
    expect(looked.map(([, at]) => at / second)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
    broken.clear()
    clock.advance(60 * second)
    await runner.settle()
    expect(due.size).toBe(0)
    broken.add('bad')
    due.set('bad', clock.now())
    const before = looked.length
    runner.look()
    await runner.settle()
    clock.advance(second)
    await runner.settle()
    expect(looked.length).toBe(before + 2)
    await runner.stop()
  })

  it('forgets those that are due no more, however many wait for a later time', async () => {
    const bad = Array.from({ length: 50 }, (_, i) => `bad-${i}`)
    const ahead = Array.from({ length: 300 }, (_, i): [string, number] => [`ahead-${i}`, start + hour])
    const { due, clock, runner, limits, broken } = world(Object.fromEntries(ahead))
    for (const id of bad) {
      broken.add(id)
      due.set(id, start)
    }
    runner.start()
    await runner.settle()
    expect(limits.at(-1)).toBe(150)
    for (const id of bad) due.delete(id)
    clock.advance(second)
    await runner.settle()
    runner.look()
    await runner.settle()
    expect(limits.at(-1)).toBe(100)
    await runner.stop()
  })

  it('does not step back for a store that is away: when it is back, each is looked at within a second', async () => {
    const { clock, runner, looked, answers } = world({ a: start })
    const away: CommandAnswer = { ok: false, error: { code: 'unavailable', message: 'Try again.' } }
    for (let i = 0; i < 6; i++) answers.push(away)
    runner.start()
    await runner.settle()
    for (let s = 1; s <= 6; s++) {
      clock.advance(second)
      await runner.settle()
    }
    expect(looked.map(([, at]) => at / second)).toEqual([0, 1, 2, 3, 4, 5, 6])
    await runner.stop()
  })

  it('does nothing more once it is stopped', async () => {
    const { clock, runner, reads, looked } = world({ a: start + hour })
    runner.start()
    await runner.stop()
    const before = reads()
    runner.look()
    runner.notice(start)
    clock.advance(2 * hour)
    expect([reads(), looked]).toEqual([before, []])
  })
})
