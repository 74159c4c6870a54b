import { describe, expect, it } from 'vitest'
import { type Faults, type PlantedBug, runFeedWorld } from './feed-world.ts'

const seeds = Number(process.env.MUSTER_SIM_SEEDS ?? (process.env.MUSTER_LONG === undefined ? 50 : 1_000))
const operations = 400
const first = Number(process.env.MUSTER_SIM_FIRST_SEED ?? 1)

describe('the feed under loss, repetition, reordering, crashes and failed commits', () => {
  it(`delivers every committed event in order and nothing else (${seeds} seeds from ${first}, ${operations} operations each)`, async () => {
    const total: Faults = {
      lost: 0,
      repeated: 0,
      reordered: 0,
      crashes: 0,
      cuts: 0,
      failedCommits: 0,
      failedReads: 0,
    }
    for (let seed = first; seed < first + seeds; seed++) {
      const { wrong, world } = await runFeedWorld(seed, operations)
      expect(wrong, `repeat with MUSTER_SIM_FIRST_SEED=${seed} MUSTER_SIM_SEEDS=1`).toBeNull()
      expect(world.log.length, `seed ${seed} appended next to nothing`).toBeGreaterThan(50)
      for (const fault of Object.keys(total)) add(total, world.faults, fault)
    }
    for (const [fault, times] of Object.entries(total))
      expect(times, `${fault} never happened`).toBeGreaterThan(seeds / 2)
  })

  const bugs: PlantedBug[] = [
    'no-reread',
    'fan-out-before-commit',
    'cursor-over-gaps',
    'join-without-catch-up',
    'client-without-gap-check',
  ]
  it.each(bugs)('finds a planted bug: %s', async (bug) => {
    const found: string[] = []
    for (let seed = 1; seed <= 50 && found.length === 0; seed++) {
      const { wrong } = await runFeedWorld(seed, operations, bug)
      if (wrong !== null) found.push(wrong)
    }
    expect(found, `${bug} was not found in 50 seeds`).not.toEqual([])
  })
})

function add(total: Faults, more: Faults, fault: string): void {
  if (isFault(total, fault)) total[fault] += more[fault]
}

function isFault(faults: Faults, name: string): name is keyof Faults {
  return Object.hasOwn(faults, name)
}
