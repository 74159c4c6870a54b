import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Where the code of a worker thread is: `name` beside `from`, the `import.meta.url` of who starts it. In the built server
 * it lies beside the bundle. From TypeScript sources it is bundled on the spot into node_modules/.cache, because a worker
 * cannot count on a TypeScript loader (and starts five times as fast without one).
 */
export async function workerUrl(from: string, name: string): Promise<URL> {
  if (!from.endsWith('.ts')) return new URL(`./${name}.js`, from)
  const builder = 'esbuild' // not a literal import: the bundled server does not carry it
  const esbuild: typeof import('esbuild') = await import(builder)
  const built = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, from))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@electric-sql/pglite', '@electric-sql/pglite/nodefs'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  })
  const code = built.outputFiles[0]?.text ?? ''
  const folder = fileURLToPath(new URL('../../node_modules/.cache/muster/', import.meta.url))
  const file = `${folder}${name}-${createHash('sha256').update(code).digest('hex').slice(0, 16)}.mjs`
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const half = `${file}.${process.pid}`
    writeFileSync(half, code)
    renameSync(half, file)
  }
  return pathToFileURL(file)
}
