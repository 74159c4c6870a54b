import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RecordedWrite } from '../../server/platform/embedded/recorder.ts'

/**
 * Rebuilds a data folder as a power cut could have left it: what was synced is there, of the rest any
 * part may be. Writes count in blocks of 4 KiB, each kept or lost by itself; names (new files, renames,
 * removals) count per directory and in order, kept up to some point and lost from there.
 */
const BLOCK = 4096

/** `some`: by chance. `none`: the disk kept nothing it had not been told to sync. `all`: everything. */
export type Kept = 'some' | 'none' | 'all'

type DataWrite = { position: number; bytes: Uint8Array } | { size: number }

interface File {
  /** Path in the folder before the recording, if it was there. */
  base: string | undefined
  directory: boolean
  synced: DataWrite[]
  pending: DataWrite[]
}

type NameWrite =
  | { kind: 'create'; path: string; file: File }
  | Extract<RecordedWrite, { kind: 'rename' | 'unlink' }>

/** Names of one moment: a file by path. Files that nobody touched are not in it. */
type Names = Map<string, File>

export interface PowerCut {
  /** The folder as it was when the recording began. */
  before: string
  writes: readonly RecordedWrite[]
  /** The cut came after this many of them. */
  at: number
  kept: Kept
  random: () => number
}

/** Writes the folder `target` as the cut left it. */
export function rebuildAfterCut(cut: PowerCut, target: string): void {
  const files = new Map<number, File>()
  const live: Names = new Map()
  const synced: Names = new Map()
  /** Name changes by directory, oldest first, that no sync has covered. */
  const pending = new Map<string, NameWrite[]>()
  const touched = new Set<string>()

  /** The file at `path` now, which may be one from before the recording. */
  const fileAt = (path: string): File => {
    const known = live.get(path)
    if (known) return known
    const file: File = { base: path, directory: false, synced: [], pending: [] }
    live.set(path, file)
    synced.set(path, file)
    touched.add(path)
    return file
  }
  const change = (path: string, write: NameWrite) => {
    applyName(live, write)
    const directory = dirname(path)
    pending.set(directory, [...(pending.get(directory) ?? []), write])
  }
  const data = (number: number): File => {
    const file = files.get(number)
    if (!file) throw new Error(`file ${number} was never introduced`)
    return file
  }

  for (const write of cut.writes.slice(0, cut.at)) {
    switch (write.kind) {
      case 'known':
        files.set(write.file, fileAt(write.path))
        break
      case 'create': {
        const file: File = { base: undefined, directory: write.directory, synced: [], pending: [] }
        files.set(write.file, file)
        change(write.path, { kind: 'create', path: write.path, file })
        break
      }
      case 'write':
        data(write.file).pending.push({ position: write.position, bytes: write.bytes })
        break
      case 'truncate':
        data(write.file).pending.push({ size: write.size })
        break
      case 'rename':
        fileAt(write.from)
        change(write.to, write)
        break
      case 'unlink':
        fileAt(write.path)
        change(write.path, write)
        break
      case 'sync': {
        const file = data(write.file)
        file.synced.push(...file.pending.splice(0))
        break
      }
      case 'sync-directory':
        for (const name of pending.get(write.path || '.') ?? []) applyName(synced, name)
        pending.delete(write.path || '.')
        break
    }
  }

  for (const names of pending.values()) {
    const count = cut.kept === 'all' ? names.length : Math.floor(cut.random() * (names.length + 1))
    for (const name of names.slice(0, cut.kept === 'none' ? 0 : count)) applyName(synced, name)
  }
  cpSync(cut.before, target, { recursive: true })
  for (const path of touched) rmSync(join(target, path), { force: true })
  for (const [path, file] of [...synced].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (file.directory) mkdirSync(join(target, path), { recursive: true })
    else writeFileSync(join(target, path), contentOf(file, cut))
  }
}

function applyName(names: Names, write: NameWrite): void {
  if (write.kind === 'create') {
    names.set(write.path, write.file)
  } else if (write.kind === 'unlink') {
    names.delete(write.path)
  } else {
    const file = names.get(write.from)
    // Renamed before its creation was kept: then the new name was not kept either.
    if (!file) return
    names.delete(write.from)
    names.set(write.to, file)
  }
}

function contentOf(file: File, cut: PowerCut): Uint8Array {
  const content = new Content(
    file.base === undefined ? new Uint8Array() : readFileSync(join(cut.before, file.base)),
  )
  for (const write of file.synced) content.apply(write)
  if (cut.kept === 'none') return content.bytes()
  for (const write of file.pending) {
    for (const part of 'size' in write ? [write] : blocksOf(write)) {
      if (cut.kept === 'all' || cut.random() < 0.5) content.apply(part)
    }
  }
  return content.bytes()
}

/** A file's bytes while writes are applied; grows in strides. */
class Content {
  private size: number
  private buffer: Uint8Array

  constructor(bytes: Uint8Array) {
    this.size = bytes.length
    this.buffer = bytes.slice()
  }

  apply(write: DataWrite): void {
    if ('size' in write) {
      this.reserve(write.size)
      this.buffer.fill(0, Math.min(this.size, write.size), Math.max(this.size, write.size))
      this.size = write.size
      return
    }
    const end = write.position + write.bytes.length
    this.reserve(end)
    this.buffer.set(write.bytes, write.position)
    this.size = Math.max(this.size, end)
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.size)
  }

  private reserve(size: number): void {
    if (size <= this.buffer.length) return
    const bigger = new Uint8Array(size * 2)
    bigger.set(this.buffer.subarray(0, this.size))
    this.buffer = bigger
  }
}

function* blocksOf(write: { position: number; bytes: Uint8Array }): Generator<DataWrite> {
  for (let from = 0; from < write.bytes.length; ) {
    const to = Math.min(write.bytes.length, from + BLOCK - ((write.position + from) % BLOCK))
    yield { position: write.position + from, bytes: write.bytes.subarray(from, to) }
    from = to
  }
}

/** Chance that can be had again: the same seed gives the same numbers, from 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), state | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}
