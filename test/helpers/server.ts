import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/lib/freshness.mjs'
import { makeTestFolder } from './databases.ts'

export interface ServerOptions {
  /** The database to use. Without it the server is embedded and keeps its data in `dataDir`. */
  readonly databaseUrl?: string
  readonly redisUrl?: string
  /** Where embedded data lives. Default: a folder with a migrated, empty database, removed by `stop`. */
  readonly dataDir?: string
  /** More environment, e.g. `{ MUSTER_TEST_CLOCK: '1' }`; wins over everything above. */
  readonly env?: Readonly<Record<string, string>>
  /** Time for /readyz to answer 200, in ms. Default 60,000. */
  readonly readyWithinMs?: number
  /** Build before the first start of this process when the sources changed. Default true. */
  readonly build?: boolean
  /** The script to run, from the root of the project. Default dist/server/main.js. */
  readonly entry?: string
}

/** The built server, running as a process of its own, as it does for its users. */
export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  /** The root token it was started with, for REST, sockets and documents. */
  readonly rootToken: string
  /** The id of the process that runs now. */
  pid(): number
  /** Everything written to standard error, and to standard output, by all its processes so far. */
  stderr(): string
  stdout(): string
  /** Sends a signal (default SIGKILL) and waits for the end. Gives the exit code, null after a signal. */
  kill(signal?: NodeJS.Signals): Promise<number | null>
  /** Starts it again on the same port and data, killing it with SIGKILL first if it still runs. */
  restart(): Promise<void>
  /** Ends it with SIGTERM and removes the data folder if this helper made it. */
  stop(): Promise<number | null>
}

export const rootToken = 'root-token-for-tests-0123456789abcdef'

/** Starts the built server on a free port and waits until /readyz answers 200. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  if (options.build ?? true) buildOnce()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const ownDir = options.dataDir ? undefined : await mkdtemp(join(tmpdir(), 'muster-data-'))
  const dataDir = options.dataDir ?? ownDir ?? ''
  if (ownDir && !options.databaseUrl) await makeTestFolder(ownDir)
  const token = options.env?.MUSTER_ROOT_TOKEN ?? rootToken
  const env: NodeJS.ProcessEnv = {
    ...inherited(),
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    MUSTER_ROOT_TOKEN: token,
    ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
    ...(options.redisUrl && { REDIS_URL: options.redisUrl }),
    ...options.env,
  }

  const said = { stdout: '', stderr: '' }
  const launch = async () => {
    const process = spawnServer(options.entry ?? 'dist/server/main.js', env, said)
    await readiness(process, url, options.readyWithinMs ?? 60_000, said)
    return process
  }
  let current = await launch().catch(async (error: unknown) => {
    if (ownDir) await rm(ownDir, { recursive: true, force: true })
    throw error
  })

  const kill = (signal: NodeJS.Signals = 'SIGKILL') => end(current, signal)
  return {
    url,
    port,
    dataDir,
    rootToken: token,
    pid: () => current.pid ?? -1,
    stderr: () => said.stderr,
    stdout: () => said.stdout,
    kill,
    async restart() {
      await kill()
      current = await launch()
    },
    async stop() {
      const code = await kill('SIGTERM')
      if (ownDir) await rm(ownDir, { recursive: true, force: true })
      return code
    },
  }
}

/** A TCP port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

let built = false

function buildOnce(): void {
  if (built) return
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', 'server', '--if-needed'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`The server does not build:\n${stderr}`)
  built = true
}

/** The environment of the tests without what belongs to the test runner or would configure the server. */
function inherited(): NodeJS.ProcessEnv {
  const foreign =
    /^(?:VITEST|NODE_ENV$|NODE_OPTIONS$|MUSTER_|DATABASE_URL$|REDIS_URL$|TEST$|MODE$|DEV$|PROD$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

/** What a test file that fails half-way must not leave behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function spawnServer(
  entry: string,
  env: NodeJS.ProcessEnv,
  said: { stdout: string; stderr: string },
): ChildProcess {
  const child = spawn(process.execPath, [join(root, entry)], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString()
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function readiness(
  child: ChildProcess,
  url: string,
  withinMs: number,
  said: { stdout: string; stderr: string },
): Promise<void> {
  const giveUp = performance.now() + withinMs
  while (!hasEnded(child) && performance.now() < giveUp) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const how = hasEnded(child) ? `ended with code ${child.exitCode}` : `not ready within ${withinMs} ms`
  await end(child, 'SIGKILL')
  throw new Error(`The server ${how}.\n${said.stderr}\n${said.stdout}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return ended
}
