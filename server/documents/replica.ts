import * as Y from 'yjs'
import type { Journal, StoredBatch } from './journal.ts'
import { hasPending, inspectUpdate } from './update-check.ts'

/** A document as the journal tells it: the state after batch `seq`, and who announced which client id. */
export interface Replica {
  doc: Y.Doc
  seq: number
  owners: Map<number, string>
  /** Bytes of the updates since the snapshot it was loaded from. */
  tailBytes: number
  /** Journaled updates that Yjs cannot apply, as `seq/index`; they were left out, the rest stands. */
  skipped: ReadonlySet<string>
}

/** A document that only ever repeats what others wrote: it never writes by itself. */
export function createServerDoc(): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = 0
  // Yjs would tidy up redundant formatting after a remote change and so write text nobody journaled.
  doc.on('afterTransaction', (transaction: Y.Transaction) => {
    transaction._needFormattingCleanup = false
  })
  return doc
}

/**
 * Applies everything `work` applies as one change and gives that change as one update, freshly encoded;
 * undefined when nothing changed. When it throws, the document is half changed and must be thrown away.
 */
export function changeOf(doc: Y.Doc, work: () => void): Uint8Array | undefined {
  const made: Uint8Array[] = []
  const collect = (update: Uint8Array) => made.push(update)
  doc.on('update', collect)
  try {
    doc.transact(work)
  } finally {
    doc.off('update', collect)
  }
  return made.length > 1 ? Y.mergeUpdates(made) : made[0]
}

export class PoisonedBatch extends Error {
  constructor(
    readonly key: string,
    cause: unknown,
  ) {
    super(`update ${key} of the journal cannot be applied`, { cause })
    this.name = 'PoisonedBatch'
  }
}

/** Applies committed batches and gives the merged change. Throws {@link PoisonedBatch}: discard the replica. */
export function applyCommitted(replica: Replica, batches: readonly StoredBatch[]): Uint8Array | undefined {
  let key = ''
  try {
    const change = changeOf(replica.doc, () => {
      for (const batch of batches) {
        if (batch.seq !== replica.seq + 1) throw new Error(`batch ${batch.seq} follows batch ${replica.seq}`)
        batch.updates.forEach(({ update, actorId }, index) => {
          key = `${batch.seq}/${index}`
          if (replica.skipped.has(key)) return
          Y.applyUpdate(replica.doc, update)
          replica.tailBytes += update.byteLength
          noteOwners(replica, update, actorId)
        })
        replica.seq = batch.seq
      }
    })
    if (hasPending(replica.doc)) throw new Error('it leaves a gap')
    return change
  } catch (cause) {
    throw new PoisonedBatch(key, cause)
  }
}

function noteOwners(replica: Replica, update: Uint8Array, actorId: string): void {
  for (const { client } of inspectUpdate(update).ranges)
    if (!replica.owners.has(client)) replica.owners.set(client, actorId)
}

const mostSkips = 100

/**
 * Rebuilds a document from the newest snapshot that loads and the batches after it, no further than `upTo`.
 * A journaled update that cannot be applied is left out, the same one on every node.
 * Throws DatabaseError, or PoisonedBatch when the journal is beyond that help.
 */
export async function loadReplica(journal: Journal, name: string, upTo = Infinity): Promise<Replica> {
  const skipped = new Set<string>()
  for (;;) {
    const replica = await startingPoint(journal, name, upTo, skipped)
    try {
      for (let more = replica.seq < upTo; more; ) {
        const page = await journal.readAfter(name, replica.seq)
        const wanted = page.filter((batch) => batch.seq <= upTo)
        if (wanted.length > 0) applyCommitted(replica, wanted)
        more = wanted.length > 0 && replica.seq < upTo
      }
      return replica
    } catch (error) {
      if (!(error instanceof PoisonedBatch) || skipped.has(error.key) || skipped.size >= mostSkips)
        throw error
      skipped.add(error.key)
    }
  }
}

async function startingPoint(
  journal: Journal,
  name: string,
  upTo: number,
  skipped: ReadonlySet<string>,
): Promise<Replica> {
  const owners = await journal.owners(name)
  if (skipped.size === 0) {
    for (const ref of await journal.snapshots(name)) {
      if (ref.seq > upTo) continue
      const state = await journal.readSnapshot(name, ref)
      const doc = state === undefined ? undefined : docOf(state)
      if (doc !== undefined) return { doc, seq: ref.seq, owners, tailBytes: 0, skipped }
    }
  }
  return { doc: createServerDoc(), seq: 0, owners, tailBytes: 0, skipped }
}

/** A document from a stored state, or undefined when the bytes do not make a whole one. */
export function docOf(state: Uint8Array): Y.Doc | undefined {
  const doc = createServerDoc()
  try {
    Y.applyUpdate(doc, state)
  } catch {
    return undefined
  }
  return hasPending(doc) ? undefined : doc
}
