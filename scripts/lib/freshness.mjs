import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * What each half of the build is made from. Everything that can change its output is listed, so that
 * an equal fingerprint means an equal build.
 */
export const sources = {
  client: [
    'client',
    'shared',
    'vite.config.ts',
    'svelte.config.js',
    'scripts/build.mjs',
    'package-lock.json',
  ],
  server: ['server', 'shared', 'scripts/build.mjs', 'package-lock.json'],
}

/** @typedef {keyof typeof sources} Half */

/** @type {readonly Half[]} */
export const halves = ['client', 'server']

/** @param {string} path @returns {string[]} */
function filesUnder(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
}

/**
 * SHA-256 over names and contents of everything `half` is built from.
 * @param {Half} half
 * @param {string} [base] the folder of the project
 */
export function fingerprint(half, base = root) {
  const hash = createHash('sha256')
  for (const source of sources[half]) {
    for (const file of filesUnder(join(base, source))) {
      const content = readFileSync(file)
      hash.update(`${file.slice(base.length)}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/** @param {Half} half @param {string} [base] */
export const stampPath = (half, base = root) => join(base, 'dist', `${half}.stamp`)

/**
 * Whether what stands in dist was built from the present sources.
 * @param {Half} half
 * @param {string} [base]
 */
export function isFresh(half, base = root) {
  const stamp = stampPath(half, base)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(half, base)
}
