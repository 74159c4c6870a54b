import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import * as Y from 'yjs'
import { docOf } from './replica.ts'

/** Below this many bytes the work takes a few milliseconds and a thread is not worth starting. */
const smallBytes = 64 * 1024

/**
 * Builds one state out of a base and the changes since, and proves that it loads again to the same state
 * vector. Large documents are built in a thread of their own, so that sockets and timers do not wait.
 * Throws when the result is not whole.
 */
export async function compactState(
  base: Uint8Array,
  tail: readonly Uint8Array[],
  vector: Uint8Array,
): Promise<Uint8Array> {
  const total = tail.reduce((sum, update) => sum + update.byteLength, base.byteLength)
  if (total < smallBytes) return compactHere(base, tail, vector)
  // One thread at a time: several would take every core from those who type.
  const turn = lastThread.then(() => compactInThread(base, tail, vector))
  lastThread = turn.then(
    () => undefined,
    () => undefined,
  )
  return turn
}

let lastThread: Promise<void> = Promise.resolve()

function compactHere(base: Uint8Array, tail: readonly Uint8Array[], vector: Uint8Array): Uint8Array {
  const doc = docOf(base)
  if (doc === undefined) throw new Error('the base does not load')
  doc.transact(() => {
    for (const update of tail) Y.applyUpdate(doc, update)
  })
  const state = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  const again = docOf(state)
  if (again === undefined || Buffer.compare(Y.encodeStateVector(again), vector) !== 0)
    throw new Error('the new state does not load to what it was made from')
  again.destroy()
  return state
}

// Plain JavaScript, because a thread starts without whatever loads this file.
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads')
// On Linux this is the priority of the thread alone: typing goes before tidying up.
if (process.platform === 'linux') { try { require('node:os').setPriority(0, 10) } catch {} }
const Y = require(workerData.yjs)
const load = (updates) => {
  const doc = new Y.Doc()
  doc.clientID = 0
  doc.on('afterTransaction', (transaction) => { transaction._needFormattingCleanup = false })
  doc.transact(() => { for (const update of updates) Y.applyUpdate(doc, update) })
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error('it leaves a gap')
  return doc
}
const state = Y.encodeStateAsUpdate(load([workerData.base, ...workerData.tail]))
const vector = Y.encodeStateVector(load([state]))
if (Buffer.compare(vector, workerData.vector) !== 0) throw new Error('the new state does not load to what it was made from')
parentPort.postMessage(state)
`

function compactInThread(
  base: Uint8Array,
  tail: readonly Uint8Array[],
  vector: Uint8Array,
): Promise<Uint8Array> {
  const yjs = createRequire(import.meta.url).resolve('yjs')
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadSource, { eval: true, workerData: { yjs, base, tail, vector } })
    worker.unref()
    worker.once('message', (state: Uint8Array) => resolve(state))
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended without a state')))
  })
}
