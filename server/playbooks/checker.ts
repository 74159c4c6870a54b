import { Worker } from 'node:worker_threads'
import type { CheckResult } from '../../shared/playbook/load.ts'
import { workerUrl } from '../platform/worker-url.ts'

export interface CheckRequest {
  id: number
  source: string
  file: string
}

/** What a file says; or, with `error`, why this one could not be checked. */
export type CheckAnswer = { id: number; result: CheckResult } | { id: number; error: string }

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

/** A thread and what waits for its answers: what happens to it is nothing to the one that comes after it. */
interface Reader {
  thread: Promise<Worker>
  waiting: Map<number, Waiting>
}

async function begin(): Promise<Worker> {
  return new Worker(await workerUrl(import.meta.url, 'check-worker'), { execArgv: [] })
}

/**
 * Checks playbook files in a thread of its own: an editor asks after each pause in typing, a file takes a fifth of a
 * second, and sockets and clocks do not wait for it. The thread begins with the first file and stays; one that ends by
 * itself is begun anew with the next. `beginThread` gives a thread that answers as check-worker does.
 */
export function createPlaybookChecker(beginThread: () => Promise<Worker> = begin): PlaybookChecker {
  let current: Reader | null = null
  let last = 0

  function start(): Reader {
    const waiting = new Map<number, Waiting>()
    const reader: Reader = { waiting, thread: listen() }
    return reader

    // An error is told before the thread has ended, and its end once more; another may have begun in between.
    function ended(why: string): void {
      if (current === reader) current = null
      const lost = [...waiting.values()]
      waiting.clear()
      for (const one of lost) one.reject(failure(why))
    }

    async function listen(): Promise<Worker> {
      const thread = await beginThread()
      thread.unref()
      thread.on('message', (answer: CheckAnswer) => {
        const asker = waiting.get(answer.id)
        waiting.delete(answer.id)
        if ('result' in answer) asker?.resolve(answer.result)
        else asker?.reject(failure(answer.error))
      })
      thread.on('error', (error) => ended(error.message))
      thread.on('exit', () => ended('the thread ended'))
      return thread
    }
  }

  return {
    async check(source, file) {
      current ??= start()
      const reader = current
      const thread = await reader.thread.catch((error: unknown) => {
        if (current === reader) current = null
        throw error
      })
      return new Promise((resolve, reject) => {
        const id = ++last
        reader.waiting.set(id, { resolve, reject })
        const request: CheckRequest = { id, source, file }
        thread.postMessage(request)
      })
    },
    async stop() {
      const thread = await current?.thread.catch(() => null)
      await thread?.terminate()
    },
  }
}

function failure(why: string): Error {
  return new Error(`A playbook could not be checked: ${why}`)
}
