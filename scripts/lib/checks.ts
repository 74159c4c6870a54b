import { join } from 'node:path'
import { root } from './freshness.mjs'
import { run } from './run.ts'
import type { Totals } from './totals.ts'

const bin = (name: string) => join(root, 'node_modules/.bin', name)

const checks = [
  { name: 'tsc', command: bin('tsc'), args: ['--noEmit', '-p', '.'] },
  // Without the types of Node and the DOM: what shared/ uses must exist everywhere.
  { name: 'tsc for shared', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.shared.json'] },
  {
    name: 'svelte-check',
    command: bin('svelte-check'),
    args: ['--tsconfig', './tsconfig.client.json', '--fail-on-warnings', '--output', 'human'],
  },
  {
    name: 'biome',
    command: bin('biome'),
    args: ['check', '--error-on-warnings', '--max-diagnostics=100', '.'],
  },
] as const

/** Types, purity of shared/, Svelte components, lint and format. Each check counts as one test; failures are printed. */
export async function runChecks(): Promise<Totals> {
  const results = await Promise.all(
    checks.map(async ({ name, command, args }) => {
      const { code, output, seconds } = await run(command, args, { cwd: root, quiet: true })
      console.log(`   ${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`)
      if (code !== 0) console.log(output.trimEnd())
      return code === 0
    }),
  )
  const passed = results.filter(Boolean).length
  return { passed, failed: results.length - passed, skipped: 0 }
}
