import { Worker } from 'node:worker_threads'
import type { CheckResult } from '../../shared/playbook/load.ts'
import { workerUrl } from '../platform/worker-url.ts'

export interface CheckRequest {
  id: number
  source: string
  file: string
}

export interface CheckAnswer {
  id: number
  result: CheckResult
}

/** Reads a file as `checkPlaybook` does. */
export type Check = (source: string, file: string) => Promise<CheckResult>

export interface PlaybookChecker {
  check: Check
  /** Ends the thread; what waits for it is refused. */
  stop(): Promise<void>
}

interface Waiting {
  resolve: (result: CheckResult) => void
  reject: (error: Error) => void
}

/**
 * Checks playbook files in a thread of its own: an editor asks after each pause in typing, a file takes a fifth of a
 * second, and sockets and clocks do not wait for it. The thread begins with the first file and stays; one that ends by
 * itself is begun anew with the next.
 */
export function createPlaybookChecker(): PlaybookChecker {
  const waiting = new Map<number, Waiting>()
  let worker: Promise<Worker> | null = null
  let last = 0

  function ended(why: string): void {
    worker = null
    const lost = [...waiting.values()]
    waiting.clear()
    for (const one of lost) one.reject(new Error(`A playbook could not be checked: ${why}`))
  }

  async function start(): Promise<Worker> {
    const thread = new Worker(await workerUrl(import.meta.url, 'check-worker'), { execArgv: [] })
    thread.unref()
    thread.on('message', ({ id, result }: CheckAnswer) => {
      waiting.get(id)?.resolve(result)
      waiting.delete(id)
    })
    thread.on('error', (error) => ended(error.message))
    thread.on('exit', () => ended('the thread ended'))
    return thread
  }

  return {
    async check(source, file) {
      worker ??= start()
      const thread = await worker.catch((error: unknown) => {
        worker = null
        throw error
      })
      return new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        const request: CheckRequest = { id, source, file }
        thread.postMessage(request)
      })
    },
    async stop() {
      const thread = await worker?.catch(() => null)
      await thread?.terminate()
    },
  }
}
