import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The projects of vitest.config.ts, in the order they run. */
export const projects = ['unit', 'pg', 'sim', 'faults', 'e2e'] as const
export type Project = (typeof projects)[number]

/** What a test file cannot run without. */
export type Need = 'PostgreSQL' | 'Redis'

/**
 * The project a file under test/ belongs to, or null when it is no test. Mirrors the patterns of
 * vitest.config.ts; the runner compares the two, so that no file falls between them.
 */
export function projectOf(path: string): Project | null {
  if (path.endsWith('.e2e.ts')) return path.startsWith('test/e2e/') ? 'e2e' : null
  if (!path.endsWith('.test.ts')) return null
  if (path.startsWith('test/sim/')) return 'sim'
  if (path.startsWith('test/faults/')) return 'faults'
  return /\.(?:pg|redis)\.test\.ts$/.test(path) ? 'pg' : 'unit'
}

/** Services a test file declares by its name: `*.pg.test.ts`, `*.redis.test.ts`, `*.pg.redis.test.ts`. */
export function needsOf(path: string): Need[] {
  const needs: Need[] = []
  if (/\.pg\./.test(path)) needs.push('PostgreSQL')
  if (/\.redis\./.test(path)) needs.push('Redis')
  return needs
}

/** Every test file of the project at `root`, by project, as paths relative to it. */
export function testFiles(root: string): Record<Project, string[]> {
  const found: Record<Project, string[]> = { unit: [], pg: [], sim: [], faults: [], e2e: [] }
  const entries = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  for (const entry of entries.sort()) {
    const path = `test/${entry.replaceAll('\\', '/')}`
    const project = projectOf(path)
    if (project) found[project].push(path)
  }
  return found
}
