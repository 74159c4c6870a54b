import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder with Muster's package.json, above this file: the same from the sources and from the bundle.
 * Throws an Error when there is none.
 */
export function projectRoot(from: string = import.meta.url): string {
  const start = dirname(fileURLToPath(from))
  for (let at = start; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
    if (at === dirname(at)) throw new Error(`No package.json above ${start}.`)
  }
}
