import { randomUUID } from 'node:crypto'
import type { Database } from '../platform/database.ts'
import { killPoint } from '../platform/kill-points.ts'
import type { Journal, SnapshotRef } from './journal.ts'

/** One statement a chunk, so that no snapshot holds up a commit. */
const chunkBytes = 32 * 1024

type SnapshotStore = Pick<Journal, 'snapshots' | 'readSnapshot' | 'saveSnapshot'>

/** Snapshots in the journal's database: caches that may be lost at any point without losing a letter. */
export function createSnapshotStore(database: Database): SnapshotStore {
  const snapshots = async (name: string): Promise<SnapshotRef[]> =>
    database.query<SnapshotRef & Record<string, unknown>>(
      `SELECT seq, id, chunks FROM document_snapshots WHERE name = $1
       GROUP BY seq, id, chunks HAVING count(*) = chunks ORDER BY seq DESC, id`,
      [name],
    )

  const readSnapshot = async (name: string, ref: SnapshotRef): Promise<Uint8Array | undefined> => {
    const parts: Uint8Array[] = []
    for (let chunk = 0; chunk < ref.chunks; chunk++) {
      const [row] = await database.query<{ bytes: Uint8Array }>(
        'SELECT bytes FROM document_snapshots WHERE name = $1 AND seq = $2 AND id = $3 AND chunk = $4',
        [name, ref.seq, ref.id, chunk],
      )
      if (row === undefined) return undefined
      parts.push(row.bytes)
    }
    return Buffer.concat(parts)
  }

  const forgetBefore = async (name: string, seq: number): Promise<void> => {
    const old = await database.query<{ seq: number; id: string; chunk: number }>(
      'SELECT seq, id, chunk FROM document_snapshots WHERE name = $1 AND seq < $2',
      [name, seq],
    )
    for (const row of old)
      await database.query(
        'DELETE FROM document_snapshots WHERE name = $1 AND seq = $2 AND id = $3 AND chunk = $4',
        [name, row.seq, row.id, row.chunk],
      )
  }

  const saveSnapshot = async (name: string, seq: number, state: Uint8Array): Promise<void> => {
    const newest = (await snapshots(name))[0]
    if (newest !== undefined && newest.seq >= seq) return
    const ref = { id: randomUUID(), seq, chunks: Math.max(1, Math.ceil(state.byteLength / chunkBytes)) }
    for (let chunk = 0; chunk < ref.chunks; chunk++) {
      const part = state.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)
      await database.query(
        `INSERT INTO document_snapshots (name, seq, id, chunk, chunks, bytes) VALUES ($1, $2, $3, $4, $5, $6)`,
        [name, seq, ref.id, chunk, ref.chunks, part],
      )
      killPoint('snapshot')
    }
    const stored = await readSnapshot(name, ref)
    if (stored === undefined || Buffer.compare(stored, state) !== 0)
      throw new Error('a snapshot did not read back as it was written')
    await forgetBefore(name, seq)
  }

  return { snapshots, readSnapshot, saveSnapshot }
}
