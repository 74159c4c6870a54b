import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { heavy, loads, type Manifest, needed, readManifest } from '../../scripts/lib/bundle-sizes.ts'
import { root } from '../../scripts/lib/freshness.mjs'

let manifest: Manifest

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', 'client', '--if-needed'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  manifest = readManifest()
}, 60_000)

const names = (chunks: Iterable<string>) => [...chunks].map((key) => manifest[key]?.name ?? '')

describe('what a browser loads', () => {
  it('is little before it knows which page', () => {
    const { chunks, kilobytes } = loads(manifest).page
    expect(names(chunks).filter((name) => heavy.includes(name))).toEqual([])
    expect(kilobytes).toBeLessThan(60)
  })

  it('is a room without its editor, first', () => {
    const { chunks, kilobytes } = loads(manifest).room
    expect(names(chunks).filter((name) => heavy.includes(name))).toEqual([])
    expect(kilobytes).toBeLessThan(100)
  })

  it('is the editor with its replica, beside it', () => {
    const { chunks, kilobytes } = loads(manifest).editor
    expect(names(chunks).sort()).toEqual([...heavy].sort())
    expect(kilobytes).toBeLessThan(140)
  })

  it('is a wall without either, ever', () => {
    const { chunks, kilobytes } = loads(manifest).wall
    const parts = [...chunks].flatMap((key) => manifest[key]?.dynamicImports ?? [])
    const ever = needed(manifest, [...chunks, ...parts])
    expect(names(ever).filter((name) => heavy.includes(name))).toEqual([])
    expect(kilobytes).toBeLessThan(70)
  })
})
