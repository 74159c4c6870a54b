import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from '../../scripts/lib/freshness.mjs'
import type { Figure, Repetition } from './figures.ts'

/** Lines of a long plan. */
const longest = 560

interface Once {
  /** Loading the code and the first plan, ms of CPU. */
  first: number
  /** The same plan once the code is warm, ms of CPU. */
  again: number
  /** The code alone. */
  loaded: number
}

/**
 * A team's plan becomes a draft: CPU time, since a person waits for it once and other work on the machine is no part of
 * it. Each repetition is a new process, with the code bundled as a browser gets it. The samples of the tests, lengthened to a
 * long plan; or the files named in BENCH_PLANS, with commas between them.
 */
export async function measureImport(repetitions: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-import-'))
  try {
    const bundle = join(folder, 'import.mjs')
    await build({
      entryPoints: [join(root, 'shared/playbook/import/index.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      outfile: bundle,
      logLevel: 'error',
    })
    return plansIn(folder).flatMap((plan) => {
      const all = Array.from({ length: repetitions }, () => once(bundle, plan))
      const name = basename(plan, '.md')
      const figure = (what: string, target: number, taken: (one: Once) => number): Figure => ({
        name: `import of ${name}, ${what}`,
        database: 'embedded',
        unit: 'ms CPU',
        target,
        repetitions: all.map((one): Repetition => ({ value: taken(one) })),
      })
      return [
        {
          ...figure('first', 100, ({ first }) => first),
          note: `loading ${all.map(({ loaded }) => Math.round(loaded)).join(', ')} ms of it`,
        },
        figure('again', 50, ({ again }) => again),
      ]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function once(bundle: string, plan: string): Once {
  const script = join(root, 'test/bench/import-once.mjs')
  const said: unknown = JSON.parse(
    execFileSync(process.execPath, [script, pathToFileURL(bundle).href, plan], { encoding: 'utf8' }),
  )
  if (typeof said !== 'object' || said === null) throw new Error('the measurement said nothing')
  const figure = (name: string): number => {
    const value: unknown = Reflect.get(said, name)
    if (typeof value !== 'number') throw new Error(`no figure ${name}`)
    return value
  }
  return { first: figure('first'), again: figure('again'), loaded: figure('loaded') }
}

/** Each sample first, the others after it with titles of their own, up to a long plan. */
function plansIn(folder: string): string[] {
  const named = process.env.BENCH_PLANS?.split(',').filter((path) => path !== '')
  if (named !== undefined && named.length > 0) return named.map((path) => resolve(path))
  const samples = join(root, 'test/fixtures/plans')
  const names = readdirSync(samples)
  return names.map((name, at) => {
    const lines: string[] = []
    for (let round = 0; lines.length < longest; round++) {
      const next = names[(at + round) % names.length] ?? name
      const text = readFileSync(join(samples, next), 'utf8')
      lines.push(...(round === 0 ? text : text.replace(/^(#+ .*)$/gm, `$1, part ${round}`)).split('\n'))
    }
    const path = join(folder, name)
    writeFileSync(path, lines.slice(0, longest).join('\n'))
    return path
  })
}
