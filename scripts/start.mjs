import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { halves, isFresh } from './lib/freshness.mjs'

// The tools that build are loaded in another process, so that the server's memory is its own.
const outdated = halves.filter((half) => !isFresh(half))
if (outdated.length > 0) {
  const build = fileURLToPath(new URL('./build.mjs', import.meta.url))
  const { status } = spawnSync(process.execPath, [build, ...outdated], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

// The server runs in this very process: signals and exit codes are its own.
const main = new URL('../dist/server/main.js', import.meta.url)
process.argv[1] = fileURLToPath(main)
await import(main.href)
