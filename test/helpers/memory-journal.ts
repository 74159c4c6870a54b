import { decodeBatch, encodeBatch } from '../../server/documents/batch-body.ts'
import type {
  AppendResult,
  DocumentRow,
  Journal,
  NewBatch,
  SnapshotRef,
} from '../../server/documents/journal.ts'
import { buildTemplate, systemClientId } from '../../server/documents/template.ts'

interface Stored {
  row: DocumentRow
  batches: { seq: number; at: number; body: Uint8Array }[]
  owners: Map<number, string>
  announced: { actorId: string; at: number }[]
  snapshots: { ref: SnapshotRef; state: Uint8Array }[]
}

/** What several nodes share: the database, with nothing but memory behind it. */
export class MemoryJournalStore {
  readonly documents = new Map<string, Stored>()
  /** People whose right has ended. */
  readonly ended = new Set<string>()
  private snapshotIds = 0

  create(name: string, sections = [{ id: 'summary', title: 'Summary' }]): void {
    const body = encodeBatch([{ actorId: 'system', update: buildTemplate(sections) }])
    const incidentId = name.split('~')[0] ?? name
    this.documents.set(name, {
      row: { name, incidentId, seq: 1, bytes: body.byteLength, writable: true, epoch: 1, schema: 1 },
      batches: [{ seq: 1, at: 0, body }],
      owners: new Map([[systemClientId, 'system']]),
      announced: [],
      snapshots: [],
    })
  }

  setAccess(name: string, change: { writable?: boolean; bumpEpoch?: boolean }): void {
    const { row } = this.get(name)
    row.writable = change.writable ?? row.writable
    if (change.bumpEpoch === true) row.epoch++
  }

  get(name: string): Stored {
    const stored = this.documents.get(name)
    if (stored === undefined) throw new Error(`no document ${name}`)
    return stored
  }

  append(batch: NewBatch): AppendResult {
    const stored = this.documents.get(batch.name)
    if (stored === undefined) return { kind: 'unknown' }
    if (stored.row.epoch !== batch.epoch) return { kind: 'epoch', epoch: stored.row.epoch }
    if (!stored.row.writable) return { kind: 'closed' }
    const people = batch.updates.map(({ actorId }) => actorId).filter((id) => this.ended.has(id))
    if (people.length > 0) return { kind: 'ended', people }
    for (const [client, actor] of batch.claims)
      if ((stored.owners.get(client) ?? actor) !== actor)
        return { kind: 'foreign', owners: new Map(stored.owners) }
    for (const [client, actor] of batch.claims) {
      if (!stored.owners.has(client)) stored.announced.push({ actorId: actor, at: batch.at })
      stored.owners.set(client, actor)
    }
    const seq = stored.row.seq + 1
    const body = encodeBatch(batch.updates)
    stored.batches.push({ seq, at: batch.at, body })
    stored.row.seq = seq
    stored.row.bytes += body.byteLength
    return { kind: 'committed', seq }
  }

  /** A node's view. `pass` runs before each operation: it may wait, or throw in its place. */
  journal(pass: (operation: keyof Journal) => Promise<void> = async () => {}): Journal {
    return {
      rows: async (names) => {
        await pass('rows')
        return names.flatMap((name) => {
          const row = this.documents.get(name)?.row
          return row === undefined ? [] : [{ ...row }]
        })
      },
      readAfter: async (name, seq) => {
        await pass('readAfter')
        return this.get(name)
          .batches.filter((batch) => batch.seq > seq)
          .slice(0, 16)
          .map((batch) => ({ seq: batch.seq, at: batch.at, updates: decodeBatch(batch.body) }))
      },
      owners: async (name) => {
        await pass('owners')
        return new Map(this.get(name).owners)
      },
      newClients: async (name, since) => {
        await pass('newClients')
        const counts = new Map<string, number>()
        for (const { actorId, at } of this.get(name).announced)
          if (at > since) counts.set(actorId, (counts.get(actorId) ?? 0) + 1)
        return counts
      },
      append: async (batches) => {
        await pass('append')
        return batches.map((batch) => this.append(batch))
      },
      snapshots: async (name) => {
        await pass('snapshots')
        return this.get(name)
          .snapshots.map(({ ref }) => ref)
          .sort((a, b) => b.seq - a.seq)
      },
      readSnapshot: async (name, ref) => {
        await pass('readSnapshot')
        return this.get(name).snapshots.find((stored) => stored.ref.id === ref.id)?.state
      },
      saveSnapshot: async (name, seq, state) => {
        await pass('saveSnapshot')
        const ref = { id: `s${this.snapshotIds++}`, seq, chunks: 1 }
        this.get(name).snapshots = [{ ref, state: state.slice() }]
      },
    }
  }
}
