import * as fs from 'node:fs'
import { dirname } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import type { FileObserver } from './recorder.ts'

/**
 * PGlite's file layer never syncs: a commit would survive the end of the process but not a power cut.
 * This one makes every sync PostgreSQL asks for reach the disk, and directories too (a rename or a new
 * file is durable only once its directory is). It reaches into PGlite's file system, so PGlite is pinned
 * exactly and the power-cut test guards it. The hooks must be in place before PostgreSQL starts:
 * otherwise the control file is not synced and recovery is skipped.
 */
export interface DurableOptions {
  observers: readonly FileObserver[]
  /** A write or a sync failed. Must not return: what is on disk is no longer what PostgreSQL believes. */
  onFailure: (error: NodeJS.ErrnoException) => never
  /** For the test that shows what is lost without all this. */
  withoutSync: boolean
}

interface FileNode {
  mode: number
  name: string
}

interface FileStream {
  nfd?: number
  node: FileNode
}

interface Attributes {
  size?: number
}

/** The operations of PGlite's file layer that we replace. */
interface FileLayer {
  realPath(node: FileNode): string
  stream_ops: {
    fsync?: (stream: FileStream) => number
    write(stream: FileStream, buffer: Int8Array, offset: number, length: number, position: number): number
    setattr(stream: FileStream, attributes: Attributes): void
  }
  node_ops: {
    mknod(parent: FileNode, name: string, mode: number, device: number): FileNode
    rename(node: FileNode, directory: FileNode, name: string): void
    unlink(parent: FileNode, name: string): void
    setattr(node: FileNode, attributes: Attributes): void
  }
}

const DATA = '/pglite/data'

/** Errors that mean the disk, not the question, is at fault. */
const DISK_ERRORS: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'ENODEV',
  'ESTALE',
  'EFBIG',
])

export class DurableNodeFS extends NodeFS {
  constructor(
    dataDir: string,
    private readonly durable: DurableOptions,
  ) {
    super(dataDir)
  }

  override async init(pg: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const result = await super.init(pg, options)
    const emscriptenOpts = result.emscriptenOpts
    const install = (module: unknown) => makeDurable(fileLayerOf(module), this.durable)
    emscriptenOpts.preRun = [...(emscriptenOpts.preRun ?? []), install]
    return result
  }
}

function makeDurable(layer: FileLayer, options: DurableOptions): void {
  const { stream_ops: streams, node_ops: nodes } = layer
  const { observers, onFailure } = options
  /** New files, whose directory entry has to reach the disk with their first sync. */
  const created = new Set<string>()

  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      return onFailure(asErrno(error))
    }
  }
  /** The original operation, whose errors carry only a number of their own: a look at the disk tells more. */
  const guardOriginal = <T>(path: string, work: () => T): T => {
    try {
      return work()
    } catch (error) {
      const probe = diskError(path)
      if (probe) return onFailure(probe)
      throw error
    }
  }
  const syncDirectory = (path: string): void => {
    if (options.withoutSync) return
    guard(() => fsyncDirectory(path))
    for (const observer of observers) observer.directorySynced(path)
  }

  streams.fsync = (stream) => {
    if (options.withoutSync) return 0
    const path = layer.realPath(stream.node)
    if (isDirectory(stream.node) || stream.nfd === undefined) {
      syncDirectory(path)
      return 0
    }
    const descriptor = stream.nfd
    if (created.delete(path)) {
      guard(() => fs.fsyncSync(descriptor))
      for (const observer of observers) observer.synced(path)
      syncDirectory(dirname(path))
      return 0
    }
    guard(() => fs.fdatasyncSync(descriptor))
    for (const observer of observers) observer.synced(path)
    return 0
  }

  streams.write = (stream, buffer, offset, length, position) => {
    const descriptor = stream.nfd
    if (descriptor === undefined) throw new Error('a file without a descriptor was written to')
    const written = guard(() => {
      const count = fs.writeSync(descriptor, buffer, offset, length, position)
      // PostgreSQL takes a short write for a full disk, and so do we.
      if (count !== length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
      return count
    })
    if (observers.length > 0) {
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length)
      for (const observer of observers) observer.wrote(layer.realPath(stream.node), position, bytes)
    }
    return written
  }

  const truncated = (path: string, attributes: Attributes): void => {
    if (attributes.size === undefined) return
    for (const observer of observers) observer.truncated(path, attributes.size)
  }
  const setStream = streams.setattr
  streams.setattr = (stream, attributes) => {
    const path = layer.realPath(stream.node)
    guardOriginal(path, () => setStream(stream, attributes))
    truncated(path, attributes)
  }
  const setNode = nodes.setattr
  nodes.setattr = (node, attributes) => {
    const path = layer.realPath(node)
    guardOriginal(path, () => setNode(node, attributes))
    truncated(path, attributes)
  }

  const mknod = nodes.mknod
  nodes.mknod = (parent, name, mode, device) => {
    const node = guardOriginal(layer.realPath(parent), () => mknod(parent, name, mode, device))
    const path = layer.realPath(node)
    if (!isDirectory(node)) created.add(path)
    for (const observer of observers) observer.created(path, isDirectory(node))
    return node
  }
  const rename = nodes.rename
  nodes.rename = (node, directory, name) => {
    const from = layer.realPath(node)
    const target = layer.realPath(directory)
    const to = `${target}/${name}`
    guardOriginal(target, () => rename(node, directory, name))
    created.delete(from)
    for (const observer of observers) observer.renamed(from, to)
    syncDirectory(target)
    if (dirname(from) !== target) syncDirectory(dirname(from))
  }
  const unlink = nodes.unlink
  nodes.unlink = (parent, name) => {
    const path = `${layer.realPath(parent)}/${name}`
    guardOriginal(path, () => unlink(parent, name))
    created.delete(path)
    for (const observer of observers) observer.unlinked(path)
  }
}

/** Syncs one directory, where the platform can (Windows cannot open one). */
export function fsyncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const descriptor = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(descriptor)
  } catch (error) {
    if (asErrno(error).code !== 'EINVAL') throw error // some file systems have nothing to sync here
  } finally {
    fs.closeSync(descriptor)
  }
}

function isDirectory(node: FileNode): boolean {
  return (node.mode & 0o170000) === 0o040000
}

function asErrno(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error))
}

/** The disk's own trouble near `path`, if it has any: one small write that is taken back. */
function diskError(path: string): NodeJS.ErrnoException | undefined {
  const probe = `${path}.probe`
  try {
    fs.writeFileSync(probe, 'probe')
    fs.rmSync(probe)
    return undefined
  } catch (error) {
    const errno = asErrno(error)
    return errno.code !== undefined && DISK_ERRORS.has(errno.code) ? errno : undefined
  }
}

/** Finds the file layer inside PGlite, and says so clearly when a new release has moved it. */
function fileLayerOf(module: unknown): FileLayer {
  const layer = path(module, 'FS', 'lookupPath')
  const lookup = typeof layer === 'function' ? layer.call(path(module, 'FS'), DATA) : undefined
  const found = path(lookup, 'node', 'mount', 'type')
  if (!isFileLayer(found)) throw new Error('PGlite keeps its files in another way than this release knows')
  return found
}

function isFileLayer(value: unknown): value is FileLayer {
  const functions: string[][] = [
    ['realPath'],
    ['stream_ops', 'write'],
    ['stream_ops', 'setattr'],
    ['node_ops', 'mknod'],
    ['node_ops', 'rename'],
    ['node_ops', 'unlink'],
    ['node_ops', 'setattr'],
  ]
  return functions.every((keys) => typeof path(value, ...keys) === 'function')
}

function path(value: unknown, ...keys: string[]): unknown {
  let at: unknown = value
  for (const key of keys) {
    if ((typeof at !== 'object' && typeof at !== 'function') || at === null) return undefined
    at = Reflect.get(at, key)
  }
  return at
}
