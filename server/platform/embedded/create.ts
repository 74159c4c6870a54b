import * as fs from 'node:fs'
import { join } from 'node:path'
import { fsyncDirectory } from './durable-fs.ts'
import type { WorkerOptions } from './messages.ts'
import { WorkerLink } from './worker-link.ts'

/**
 * Makes the database's folder `target` if it is not there: in a worker of its own, which takes the
 * 650 MB that making one costs away with it, and beside the target, so that a crash leaves no half.
 */
export async function createIfMissing(dir: string, target: string): Promise<void> {
  for (const left of fs.readdirSync(dir)) {
    if (left.startsWith('creating-')) fs.rmSync(join(dir, left), { recursive: true, force: true })
  }
  if (fs.existsSync(join(target, 'PG_VERSION'))) return
  const half = join(dir, `creating-${process.pid}`)
  fs.mkdirSync(half, { mode: 0o700 })
  const options: WorkerOptions = {
    dataDir: half,
    create: true,
    headroomBytes: 0,
    recordWrites: false,
    // The whole tree is synced once at the end instead of file by file on the way.
    withoutSync: true,
  }
  await WorkerLink.start(options, { headroom: () => undefined, failed: () => undefined })
  syncTree(half)
  fs.renameSync(half, target)
  fsyncDirectory(dir)
}

function syncTree(path: string): void {
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) {
      syncTree(child)
    } else if (entry.isFile()) {
      const descriptor = fs.openSync(child, 'r+')
      fs.fsyncSync(descriptor)
      fs.closeSync(descriptor)
    }
  }
  fsyncDirectory(path)
}
