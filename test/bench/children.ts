import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Order, Report, Typed } from './generator.ts'

function start(name: string): ChildProcess {
  const child = fork(fileURLToPath(new URL(`./${name}`, import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  process.once('exit', () => child.kill())
  return child
}

const nextMessage = <T>(child: ChildProcess, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the ${what} ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as T)
    })
  })

/** The relay in a process of its own. */
export async function startRelay(): Promise<{ url: string; pid: number; stop(): void }> {
  const child = start('relay.ts')
  const { port } = await nextMessage<{ port: number }>(child, 'relay')
  return { url: `ws://127.0.0.1:${port}`, pid: child.pid ?? -1, stop: () => child.kill() }
}

export interface Generator {
  pid: number
  order(order: Order): Promise<void>
  type(room: string, perSecond: number, seconds: number): Promise<Typed>
  stop(): void
}

/** The people at their screens, all in one process that is not the server's. One order at a time. */
export async function startGenerator(): Promise<Generator> {
  const child = start('generator.ts')
  await nextMessage(child, 'load generator')
  const send = async (order: Order): Promise<Typed | undefined> => {
    child.send(order)
    const report = await nextMessage<Report>(child, 'load generator')
    if (!report.ok) throw new Error(`load generator: ${report.error}`)
    return report.typed
  }
  return {
    pid: child.pid ?? -1,
    order: async (order) => void (await send(order)),
    async type(room, perSecond, seconds) {
      const typed = await send({ kind: 'type', room, perSecond, seconds })
      if (typed === undefined) throw new Error('the load generator answered something else')
      return typed
    },
    stop: () => child.kill(),
  }
}
