import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fingerprint, halves, isFresh, root, stampPath } from './lib/freshness.mjs'

const dist = join(root, 'dist')

/**
 * Puts `from` in the place of `to`. Two builds at once both end whole: the later one wins.
 * @param {string} from @param {string} to
 */
function replace(from, to) {
  const old = `${from}.old`
  if (existsSync(to)) renameSync(to, old)
  renameSync(from, to)
  rmSync(old, { recursive: true, force: true })
}

/** @param {string} out */
async function buildClient(out) {
  // Whoever asks for the build, a test run too: pages are built for use. Vite reads this from the environment.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: out, emptyOutDir: true },
  })
}

/**
 * One file for the server, one for the thread of the embedded database, one for the thread that checks playbooks. PGlite stays outside: it
 * reads its WebAssembly and data files from its own folder. The build is told its own name: the
 * fingerprint of what it is made from.
 * @param {string} out @param {string} made
 */
async function buildServer(out, made) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: {
      main: join(root, 'server/main.ts'),
      'embedded-worker': join(root, 'server/platform/embedded/embedded-worker.ts'),
      'check-worker': join(root, 'server/playbooks/check-worker.ts'),
    },
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: { __MUSTER_BUILD__: JSON.stringify(made) },
    external: ['@electric-sql/pglite', 'pg-native'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  })
}

const makers = { client: buildClient, server: buildServer }

/** @param {import('./lib/freshness.mjs').Half} half */
async function build(half) {
  const started = performance.now()
  const made = fingerprint(half)
  mkdirSync(dist, { recursive: true })
  const out = mkdtempSync(join(dist, `.${half}-`))
  try {
    chmodSync(out, 0o755) // a temporary folder is its maker's alone; what is built is for whoever runs it
    await makers[half](out, made)
    rmSync(stampPath(half), { force: true })
    replace(out, join(dist, half))
    writeFileSync(stampPath(half), made)
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
  const size = readdirSync(join(dist, half)).length
  console.log(
    `Built the ${half} in ${((performance.now() - started) / 1000).toFixed(1)} s (${size} entries).`,
  )
}

// `build.mjs [client] [server] [--if-needed]`; without names, both.
const args = process.argv.slice(2)
const named = halves.filter((half) => args.includes(half))
for (const half of named.length > 0 ? named : halves) {
  if (args.includes('--if-needed') && isFresh(half)) continue
  await build(half).catch((error) => {
    console.error(`The ${half} does not build: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  })
}
