import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './freshness.mjs'

interface Chunk {
  file: string
  name?: string
  imports?: string[]
  dynamicImports?: string[]
}

/** The chunks of the built pages and what they import, by key of Vite's manifest: a path below `client/`. */
export type Manifest = Readonly<Record<string, Chunk>>

/** What one moment of a page loads: the keys of its chunks, and their gzipped size in kB (1,000 bytes). */
export interface Load {
  chunks: ReadonlySet<string>
  kilobytes: number
}

const client = join(root, 'dist/client')
const room = ['index.html', 'views/room/page.ts']
/** Names of the chunks that only a document needs. */
export const heavy: readonly string[] = ['editor', 'replica']

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8'))
}

/** The chunks and all that they import statically, at any depth. @throws when one is not in the manifest */
export function needed(manifest: Manifest, keys: Iterable<string>): ReadonlySet<string> {
  const found = new Set(keys)
  for (const key of found) {
    const chunk = manifest[key]
    if (chunk === undefined) throw new Error(`no ${key} in the manifest`)
    for (const next of chunk.imports ?? []) found.add(next)
  }
  return found
}

function loadOf(manifest: Manifest, chunks: ReadonlySet<string>): Load {
  let bytes = 0
  for (const key of chunks) {
    const file = manifest[key]?.file ?? ''
    if (file.endsWith('.js')) bytes += gzipSync(readFileSync(join(client, file)), { level: 9 }).length
  }
  return { chunks, kilobytes: bytes / 1_000 }
}

/**
 * The loads that have a budget: what every page begins with, a room until it is drawn, the editor with its replica
 * beside it, a wall.
 */
export function loads(manifest: Manifest): Record<'page' | 'room' | 'editor' | 'wall', Load> {
  const beside = needed(manifest, ['components/editor/DocumentEditor.svelte', 'net/document.ts'])
  return {
    page: loadOf(manifest, needed(manifest, ['index.html'])),
    room: loadOf(manifest, needed(manifest, room)),
    editor: loadOf(manifest, new Set([...beside].filter((key) => heavy.includes(manifest[key]?.name ?? '')))),
    wall: loadOf(manifest, needed(manifest, ['wall.html'])),
  }
}
