import { createHash, randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { createServer, type Server } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Another process has the data folder. Two in one folder would destroy each other's data. */
export class FolderInUseError extends Error {
  constructor(readonly dir: string) {
    super(
      `The data folder ${dir} is in use by another Muster. Stop that one first, or give this one its own DATA_DIR.`,
    )
    this.name = 'FolderInUseError'
  }
}

export interface FolderLock {
  release(): Promise<void>
}

/** A holder is seen alive within a beat and a look. */
const BEAT_MS = 1_000
const LOOK_MS = 250
/** A holder whose heart has not beaten for this long is gone. Only where nothing quicker can tell. */
const SILENT_MS = 8_000

interface Holder {
  nonce: string
  pid: number
  host: string
  /** The network namespace of this boot: inside one, the abstract socket speaks for the holder. */
  place: string
  beat: number
}

/**
 * Takes the folder for this process, or throws {@link FolderInUseError} within two seconds. Two locks in
 * one: an abstract socket (Linux; ends with the process, whatever ends it) and a file with a heartbeat
 * for everybody whom that socket cannot reach. What a killed process left behind is taken over.
 * A holder that only its heartbeat can speak for counts as gone after `silentMs`.
 * `onLost` is called when somebody else has taken the file while this process was frozen.
 */
export async function lockFolder(
  dir: string,
  onLost: () => void,
  silentMs: number = SILENT_MS,
): Promise<FolderLock> {
  const real = fs.realpathSync(dir)
  const socket = await listen(real)
  try {
    const file = join(real, 'lock')
    await waitForSilence(file, real, silentMs)
    const nonce = randomUUID()
    const here = self()
    const write = (beat: number) => writeHolder(file, { nonce, ...here, beat })
    write(0)
    let beat = 0
    const heart = setInterval(() => {
      const holder = readHolder(file)
      if (holder && holder.nonce !== nonce) {
        clearInterval(heart)
        onLost()
        return
      }
      try {
        write(++beat)
      } catch {
        // A full disk must not take the lock away; the socket and the last beat still speak for us.
      }
    }, BEAT_MS)
    heart.unref()
    return {
      release: async () => {
        clearInterval(heart)
        if (readHolder(file)?.nonce === nonce) fs.rmSync(file, { force: true })
        await closeServer(socket)
      },
    }
  } catch (error) {
    await closeServer(socket)
    throw error
  }
}

/** Returns when nobody holds the file; throws as soon as somebody does. */
async function waitForSilence(file: string, dir: string, silentMs: number): Promise<void> {
  const first = readHolder(file)
  if (!first) return
  const here = self()
  // The socket was free, so the holder that would own it is dead.
  if (here.place !== '' && first.place === here.place) return
  if (here.place === '' && first.host === here.host && !isAlive(first.pid)) return
  for (let waited = 0; waited < silentMs; waited += LOOK_MS) {
    await delay(LOOK_MS)
    const now = readHolder(file)
    if (!now) return
    if (now.nonce !== first.nonce || now.beat !== first.beat) throw new FolderInUseError(dir)
  }
}

function self(): { pid: number; host: string; place: string } {
  let place = ''
  if (process.platform === 'linux') {
    try {
      const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      place = `${boot} ${fs.readlinkSync('/proc/self/ns/net')}`
    } catch {
      // No /proc: the heartbeat alone decides.
    }
  }
  return { pid: process.pid, host: hostname(), place }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'))
    return isHolder(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  const { nonce, pid, host, place, beat } = value as Record<keyof Holder, unknown>
  const texts = [nonce, host, place].every((text) => typeof text === 'string')
  return texts && typeof pid === 'number' && typeof beat === 'number'
}

/** By way of a second file, so that a reader never sees half of it. */
function writeHolder(file: string, holder: Holder): void {
  const half = `${file}.${holder.nonce}`
  fs.writeFileSync(half, JSON.stringify(holder), { mode: 0o600 })
  fs.renameSync(half, file)
}

function listen(dir: string): Promise<Server | undefined> {
  if (process.platform !== 'linux') return Promise.resolve(undefined)
  const name = `\0muster-${createHash('sha256').update(dir).digest('hex')}`
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new FolderInUseError(dir) : error),
    )
    server.listen(name, () => resolve(server))
  })
}

function closeServer(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()))
}
