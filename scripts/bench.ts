import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { startGenerator, startRelay } from '../test/bench/children.ts'
import { measureCommits } from '../test/bench/commits.ts'
import { measureDue } from '../test/bench/due.ts'
import { type Figure, judge, type Verdict } from '../test/bench/figures.ts'
import { measureFirstLoad } from '../test/bench/first-load.ts'
import { measureIdle } from '../test/bench/idle.ts'
import { measureImport } from '../test/bench/import.ts'
import { cores } from '../test/bench/machine.ts'
import { measureOpening } from '../test/bench/opening.ts'
import { measurePatience } from '../test/bench/patient.ts'
import { measurePlanner } from '../test/bench/planner.ts'
import { createRig, type Rig } from '../test/bench/rig.ts'
import { measureScroll } from '../test/bench/scroll.ts'
import { table } from '../test/bench/table.ts'
import { measureTyping } from '../test/bench/typing.ts'
import { measureWallDay } from '../test/bench/wall-day.ts'
import { type WorkDone, workBeside } from '../test/bench/work-beside.ts'
import { createWorld, type Where } from '../test/bench/world.ts'
import { root } from './lib/freshness.mjs'

/**
 * `npm run bench [-- name …]`: how fast Muster is on this machine, beside a relay that promises nothing. Embedded,
 * and on PostgreSQL when TEST_DATABASE_URL is set. Names of parts (two, twenty, busy, commits, opening, scroll, load,
 * wall, planner, import, patience, due, idle, embedded, postgres) limit it to these. BENCH_REPETITIONS is 3 by default,
 * BENCH_IDLE_SECONDS 180. Never part of the tests: its verdicts depend on the machine. On one that others use
 * meanwhile start it with a raised priority (`nice`), which relay, server and load inherit alike; the table says so.
 */
const asked = new Set(process.argv.slice(2))
const wants = (part: string, group: readonly string[]) =>
  asked.has(part) || !group.some((name) => asked.has(name))
const onAWorld = ['two', 'twenty', 'busy', 'commits', 'opening', 'scroll', 'load']
const parts = [...onAWorld, 'wall', 'planner', 'import', 'patience', 'due', 'idle']
const databases = ['embedded', 'postgres']
const repetitions = Number(process.env.BENCH_REPETITIONS ?? 3)
const priority = getPriority()

async function measure(rig: Rig): Promise<Figure[]> {
  const figures: Figure[] = []
  const part = async (name: string, work: () => Promise<Figure | Figure[]>) => {
    if (!wants(name, parts)) return
    console.log(`   ${rig.world.where}: ${name}`)
    figures.push(...[await work()].flat())
  }
  await part('two', () =>
    measureTyping(rig, {
      name: 'two people, edit to screen, p50',
      people: 2,
      of: 'p50',
      target: 5,
      seconds: 4,
    }),
  )
  await part('twenty', () =>
    measureTyping(rig, {
      name: '20 typing, edit to screen, p99',
      people: 20,
      of: 'p99',
      target: 25,
      seconds: 4,
    }),
  )
  await part('busy', async () => {
    const done: WorkDone = { exports: [], snapshots: 0, markdown: [] }
    const figure = await measureTyping(rig, {
      name: '20 typing, snapshot and export, p99',
      people: 20,
      of: 'p99',
      target: 40,
      seconds: 5,
      beside: workBeside(rig.world, done),
    })
    const average = (all: number[]) => Math.round(all.reduce((sum, one) => sum + one, 0) / all.length)
    const note = `${done.snapshots} snapshots, ${done.exports.length} exports of ${average(done.exports)} ms`
    return { ...figure, note }
  })
  await part('commits', () => measureCommits(rig))
  await part('opening', () => measureOpening(rig))
  await part('scroll', () => measureScroll(rig))
  await part('load', () => measureFirstLoad(rig))
  return figures
}

async function measureOn(where: Where): Promise<Figure[]> {
  const relay = await startRelay()
  const generator = await startGenerator()
  console.log(`   ${where}: filling`)
  try {
    const world = await createWorld(where)
    try {
      const rig = await createRig({ world, generator, relay, repetitions, extra: 2 })
      try {
        return await measure(rig)
      } finally {
        await rig.close()
      }
    } finally {
      await world.close()
    }
  } finally {
    generator.stop()
    relay.stop()
  }
}

function keep(verdicts: readonly Verdict[], seconds: number): string {
  const path = join(root, 'test/bench/results/bench.jsonl')
  mkdirSync(dirname(path), { recursive: true })
  const at = new Date().toISOString()
  const record = {
    at,
    node: process.version,
    cores,
    priority,
    seconds: Math.round(seconds),
    figures: verdicts,
  }
  appendFileSync(path, `${JSON.stringify(record)}\n`)
  return path
}

const started = performance.now()
const build = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], {
  cwd: root,
  stdio: 'inherit',
})
if (build.status !== 0) process.exit(build.status ?? 1)
const figures: Figure[] = []
const wantsWorld = onAWorld.some((name) => wants(name, parts))
if (wantsWorld && wants('embedded', databases)) figures.push(...(await measureOn('embedded')))
if (wantsWorld && wants('postgres', databases)) {
  if (process.env.TEST_DATABASE_URL) figures.push(...(await measureOn('PostgreSQL')))
  else console.log('   PostgreSQL: not measured, TEST_DATABASE_URL is not set')
}
if (wants('wall', parts) && wants('embedded', databases)) {
  console.log('   wall: a day')
  figures.push(...(await measureWallDay(repetitions)))
}
if (wants('planner', parts)) figures.push(measurePlanner(repetitions))
if (wants('import', parts)) figures.push(...(await measureImport(repetitions)))
if (wants('patience', parts)) figures.push(...measurePatience())
if (wants('due', parts)) {
  console.log('   due: clocks of a minute')
  if (wants('embedded', databases)) figures.push(await measureDue('embedded'))
  if (wants('postgres', databases) && process.env.TEST_DATABASE_URL)
    figures.push(await measureDue('PostgreSQL'))
}
if (wants('idle', parts)) {
  console.log('   idle: processor time while nothing happens')
  if (wants('embedded', databases)) figures.push(...(await measureIdle('embedded')))
  if (wants('postgres', databases) && process.env.TEST_DATABASE_URL)
    figures.push(...(await measureIdle('PostgreSQL')))
}
const verdicts = figures.map(judge)
const seconds = (performance.now() - started) / 1000
console.log(`\n${table(verdicts)}\n`)
console.log(`${Math.round(seconds)} s on ${cores} cores${priority === 0 ? '' : `, at priority ${priority}`}`)
console.log(`kept in ${keep(verdicts, seconds)}`)
process.exit(verdicts.every(({ passed }) => passed) ? 0 : 1)
