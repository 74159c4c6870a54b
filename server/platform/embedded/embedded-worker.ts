import { parentPort, workerData } from 'node:worker_threads'
import { armKillPoint } from '../kill-points.ts'
import type { Request, Response, WorkerOptions } from './messages.ts'
import { freeBytes, Store } from './store.ts'
import { hasError } from './wire-read.ts'

/**
 * Entry of the worker thread in which the embedded database runs, so that no query holds up the
 * server's own loop. One session, requests in the order they came.
 */
const FREE_CHECK_MS = 200

async function serve(port: NonNullable<typeof parentPort>, options: WorkerOptions): Promise<void> {
  const send = (response: Response, transfer: ArrayBuffer[] = []) => port.postMessage(response, transfer)
  armKillPoint(options.killAt)

  // PostgreSQL would spin for ever after a failed write, so this thread ends inside the call.
  const onFailure = (error: NodeJS.ErrnoException): never => {
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    send({ id: 0, kind: 'fatal', error: full ? 'full' : 'unavailable', message: error.code ?? error.message })
    process.exit(1)
  }
  const store = await Store.open(options, onFailure)
  if (options.create) {
    await store.script('CHECKPOINT')
    await store.close()
    send({ id: 0, kind: 'ready' })
    port.close()
    return
  }

  let tx = 0
  let low = false
  let checkedAt = Number.NEGATIVE_INFINITY
  let pretendedFree: number | null = null

  /** Looks at the disk at most five times a second and turns writing off while too little is free. */
  const guardHeadroom = async (): Promise<void> => {
    if (options.dataDir === '') return
    const at = performance.now()
    if (at - checkedAt < FREE_CHECK_MS) return
    checkedAt = at
    const isLow = (pretendedFree ?? freeBytes(options.dataDir)) < options.headroomBytes
    if (isLow === low) return
    low = isLow
    await store.setReadOnly(low)
    send({ id: 0, kind: 'headroom', low })
  }
  const answer = (id: number, bytes: Uint8Array): void => {
    const mark = store.recorder?.writes.length ?? 0
    // An answer in several chunks has a buffer of its own; so has a single one, copied from PostgreSQL.
    send({ id, kind: 'answer', bytes, mark }, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [])
  }
  const refuse = (id: number, message: string): void =>
    send({ id, kind: 'refused', error: 'internal', message })

  const handle = async (request: Request): Promise<void> => {
    const { id } = request
    switch (request.kind) {
      case 'begin': {
        if (tx !== 0) return refuse(id, 'a transaction is open')
        await guardHeadroom()
        const bytes = await store.script('BEGIN')
        if (!hasError(bytes)) tx = request.tx
        return answer(id, bytes)
      }
      case 'query':
      case 'script':
        if (tx !== request.tx) return refuse(id, 'the transaction is not open')
        if (tx === 0) await guardHeadroom()
        if (request.kind === 'script') return answer(id, await store.script(request.sql))
        return answer(id, await store.query(request.sql, request.params, tx === 0))
      case 'commit':
      case 'rollback':
        if (tx !== request.tx) return refuse(id, 'the transaction is not open')
        tx = 0
        return answer(id, request.kind === 'commit' ? await store.commit() : await store.script('ROLLBACK'))
      case 'dump': {
        const tar = await store.dump()
        return send({ id, kind: 'dumped', tar })
      }
      case 'recording':
        return send({ id, kind: 'recorded', writes: store.recorder?.writes ?? [] })
      case 'free':
        pretendedFree = request.bytes
        checkedAt = Number.NEGATIVE_INFINITY
        return send({ id, kind: 'done' })
      case 'close':
        await store.close()
        send({ id, kind: 'done' })
        return port.close()
    }
  }

  let queue: Promise<void> = Promise.resolve()
  port.on('message', (request: Request) => {
    queue = queue
      .then(() => handle(request))
      .catch((error: unknown) => {
        // PostgreSQL's own errors come as answers; whatever is thrown means this session is broken.
        const message = error instanceof Error ? error.message : 'unknown'
        send({ id: 0, kind: 'fatal', error: 'unavailable', message })
        process.exit(1)
      })
  })
  send({ id: 0, kind: 'ready' })
}

if (parentPort) await serve(parentPort, workerData as WorkerOptions)
