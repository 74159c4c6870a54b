import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/freshness.mjs'

interface Chunk {
  file: string
  name?: string
  imports?: string[]
  dynamicImports?: string[]
}
let manifest: Record<string, Chunk>

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', 'client', '--if-needed'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  manifest = JSON.parse(readFileSync(join(root, 'dist/client/.vite/manifest.json'), 'utf8'))
}, 60_000)

/** Chunks that a page needs, by key of the manifest: at once, or ever. */
function reach(page: string, lazy: boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(page)) return seen
  seen.add(page)
  const chunk = manifest[page]
  if (!chunk) throw new Error(`no ${page} in the manifest`)
  for (const next of [...(chunk.imports ?? []), ...(lazy ? (chunk.dynamicImports ?? []) : [])]) {
    reach(next, lazy, seen)
  }
  return seen
}

const names = (chunks: Set<string>) => [...chunks].map((key) => manifest[key]?.name)

function gzippedKilobytes(chunks: Set<string>): number {
  const files = [...chunks].map((key) => manifest[key]?.file ?? '').filter((file) => file.endsWith('.js'))
  const sizes = files.map(
    (file) => gzipSync(readFileSync(join(root, 'dist/client', file)), { level: 9 }).length,
  )
  return sizes.reduce((a, b) => a + b, 0) / 1000
}

describe('what a browser loads', () => {
  it('at first is the application without editor, in 100 kB', () => {
    const first = reach('index.html', false)
    expect(names(first)).not.toContain('editor')
    expect(gzippedKilobytes(first)).toBeLessThan(100)
  })

  it('with everything is 300 kB', () => {
    const all = reach('index.html', true)
    expect(names(all)).toEqual(expect.arrayContaining(['editor', 'replica']))
    expect(gzippedKilobytes(all)).toBeLessThan(300)
  })

  it('on the wall is neither editor nor replica, ever', () => {
    const wall = reach('wall.html', true)
    expect(names(wall)).not.toContain('editor')
    expect(names(wall)).not.toContain('replica')
    expect(gzippedKilobytes(wall)).toBeLessThan(60)
  })
})
