import { describe, expect, it } from 'vitest'
import { Broken, type FaultKind, faultKinds, type Planted } from './documents-faults.ts'
import { World } from './documents-world.ts'

const long = process.env.MUSTER_LONG !== undefined
const seeds = long ? 500 : 50
const steps = long ? 1_500 : 500

async function run(seed: number, planted: Planted = {}): Promise<World> {
  const world = new World(seed, planted)
  const onRejection = (error: unknown) => {
    world.broken ??= error
  }
  process.on('unhandledRejection', onRejection)
  try {
    await world.run(steps)
    return world
  } finally {
    process.off('unhandledRejection', onRejection)
  }
}

describe('documents on two nodes with everything going wrong', () => {
  it(`lose nothing, show nothing early and end alike (${seeds} seeds, ${steps} steps each)`, async () => {
    const seen = new Map<FaultKind, number>()
    let commits = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const world = await run(seed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      })
      commits += world.commits
      for (const [kind, count] of world.seen) seen.set(kind, (seen.get(kind) ?? 0) + count)
    }
    expect(commits).toBeGreaterThan(seeds * 20)
    for (const kind of faultKinds) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(0)
  })

  const mistakes: Planted[] = [
    { fanOutBeforeCommit: true },
    { countOnArrival: true },
    { keepGaps: true },
    { skipReload: true },
    { ignoreMissedSeq: true },
    { noReread: true },
  ]
  it.each(mistakes)('finds the planted mistake %o', async (planted) => {
    for (let seed = 1; seed <= 40; seed++) {
      try {
        await run(seed, planted)
      } catch (error) {
        expect(error).toBeInstanceOf(Broken)
        return
      }
    }
    throw new Error('40 seeds did not find it')
  })
})
