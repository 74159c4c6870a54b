import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Where the worker's code is. In the built server it lies beside the bundle. From TypeScript sources it
 * is bundled on the spot into node_modules/.cache, because a worker cannot count on a TypeScript loader
 * (and starts five times as fast without one).
 */
export async function workerUrl(): Promise<URL> {
  if (!import.meta.url.endsWith('.ts')) return new URL('./embedded-worker.js', import.meta.url)
  const builder = 'esbuild' // not a literal import: the bundled server does not carry it
  const esbuild: typeof import('esbuild') = await import(builder)
  const built = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('./embedded-worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@electric-sql/pglite', '@electric-sql/pglite/nodefs'],
  })
  const code = built.outputFiles[0]?.text ?? ''
  const folder = fileURLToPath(new URL('../../../node_modules/.cache/muster/', import.meta.url))
  const file = `${folder}embedded-worker-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const half = `${file}.${process.pid}`
    writeFileSync(half, code)
    renameSync(half, file)
  }
  return pathToFileURL(file)
}
