import { Worker } from 'node:worker_threads'
import { DatabaseError } from '../database.ts'
import { workerUrl } from '../worker-url.ts'
import type { Request, Response, WorkerOptions } from './messages.ts'

type Answered = Exclude<Response, { id: 0 }>
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never
export type Ask = WithoutId<Request>

interface Waiting {
  resolve: (response: Answered) => void
  reject: (error: DatabaseError) => void
  /** The error when the worker ends before it answers. */
  lost: (cause: DatabaseError) => DatabaseError
}

export interface LinkEvents {
  headroom(low: boolean): void
  /** The worker is gone and took nothing more; called once, not after `close`. */
  failed(error: DatabaseError): void
}

/** The wire between the server's loop and the worker thread: requests by number, answers in any order. */
export class WorkerLink {
  private readonly waiting = new Map<number, Waiting>()
  private last = 0
  private failure: DatabaseError | undefined

  private constructor(
    private readonly worker: Worker,
    private readonly events: LinkEvents,
  ) {}

  /** Starts the worker and resolves when PostgreSQL answers in it (or, for `create`, when it is done). */
  static async start(options: WorkerOptions, events: LinkEvents): Promise<WorkerLink> {
    // A bare worker: it needs no loader of ours, and its PostgreSQL writes nothing to our streams.
    const worker = new Worker(await workerUrl(import.meta.url, 'embedded-worker'), {
      workerData: options,
      execArgv: [],
      stdout: true,
      stderr: true,
    })
    const link = new WorkerLink(worker, events)
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (response: Response) => {
        if (response.kind === 'ready') resolve()
        else link.receive(response)
      })
      worker.on('error', (error) => link.fail(new DatabaseError('unavailable', error.message)))
      worker.on('exit', () => {
        link.fail(new DatabaseError('unavailable', 'the embedded database ended'))
        reject(link.failure)
      })
    })
    if (options.create) await link.exited()
    return link
  }

  get pending(): number {
    return this.waiting.size
  }

  /** Sends a request. `lost` says which error its sender gets when the worker ends before it answers. */
  ask(request: Ask, lost?: (cause: DatabaseError) => DatabaseError, transfer: ArrayBuffer[] = []) {
    return new Promise<Answered>((resolve, reject) => {
      if (this.failure) {
        reject(new DatabaseError('unavailable', this.failure.message))
        return
      }
      const id = ++this.last
      this.waiting.set(id, { resolve, reject, lost: lost ?? ((cause) => cause) })
      this.worker.postMessage({ ...request, id }, transfer)
    })
  }

  /** Ends the worker at once, whatever it is doing. */
  async terminate(reason: DatabaseError): Promise<void> {
    this.fail(reason)
    await this.worker.terminate()
  }

  /** Resolves when the worker has ended by itself. */
  exited(): Promise<void> {
    return new Promise((resolve) => {
      if (this.worker.threadId === -1) resolve()
      else this.worker.once('exit', () => resolve())
    })
  }

  /**
   * Waits for what was asked before and for the worker's end; with `orderly`, PostgreSQL shuts down
   * first. Nothing can be asked after it.
   */
  async close(orderly: boolean): Promise<void> {
    if (this.failure) return
    const ended = this.exited()
    const answered = this.ask(orderly ? { kind: 'close' } : { kind: 'rollback', tx: 0 })
    this.failure = new DatabaseError('unavailable', 'the database is closed')
    await answered.catch(() => undefined)
    if (!orderly) await this.worker.terminate()
    await ended
  }

  private receive(response: Response): void {
    if (response.kind === 'headroom') this.events.headroom(response.low)
    else if (response.kind === 'fatal') {
      const what = response.error === 'full' ? 'the disk is full' : 'the disk failed'
      const error = new DatabaseError(response.error, `${what} in the middle of a write: ${response.message}`)
      void this.terminate(error)
    } else if (response.kind !== 'ready') {
      const waiting = this.waiting.get(response.id)
      this.waiting.delete(response.id)
      waiting?.resolve(response)
    }
  }

  private fail(error: DatabaseError): void {
    const cause = this.failure ?? error
    if (!this.failure) {
      this.failure = error
      this.events.failed(error)
    }
    const lost = [...this.waiting.values()]
    this.waiting.clear()
    for (const waiting of lost) waiting.reject(waiting.lost(cause))
  }
}
