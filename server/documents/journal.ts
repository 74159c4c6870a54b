import type { AuthoredUpdate } from './batch-body.ts'

/** The row of a document. `writable` and `epoch` belong to the incident's events. */
export interface DocumentRow {
  name: string
  incidentId: string
  /** Of the newest committed batch. */
  seq: number
  /** Of all batches, with what was deleted since: the document's history. */
  bytes: number
  writable: boolean
  epoch: number
  schema: number
}

export interface StoredBatch {
  seq: number
  /** Integer ms since 1970 UTC. */
  at: number
  updates: AuthoredUpdate[]
}

export interface NewBatch {
  name: string
  /** Refused when the document has another epoch by now. */
  epoch: number
  at: number
  updates: readonly AuthoredUpdate[]
  /** Client ids that this batch announces, with their persons. */
  claims: ReadonlyMap<number, string>
}

export type AppendResult =
  | { kind: 'committed'; seq: number }
  | { kind: 'unknown' }
  | { kind: 'closed' }
  | { kind: 'epoch'; epoch: number }
  /** These authors are signed out or shut out by now. */
  | { kind: 'ended'; people: readonly string[] }
  /** Somebody else announced these ids first, perhaps through another node. */
  | { kind: 'foreign'; owners: ReadonlyMap<number, string> }

export interface SnapshotRef {
  id: string
  seq: number
  chunks: number
}

/**
 * Where documents are kept: every committed batch for good, snapshots as caches. All methods throw
 * DatabaseError. Batches are never deleted or changed.
 */
export interface Journal {
  /** Rows of those names that exist, in no order. */
  rows(names: readonly string[]): Promise<DocumentRow[]>
  /** The next page of batches after `seq`, in order, without gaps; empty when there is none. */
  readAfter(name: string, seq: number): Promise<StoredBatch[]>
  /** Who announced each client id of the document. */
  owners(name: string): Promise<Map<number, string>>
  /** How many client ids each person announced in this document after `since` (ms), on any node. */
  newClients(name: string, since: number): Promise<Map<string, number>>
  /**
   * Appends batches of different documents in one transaction; each is accepted or refused by itself.
   * Resolves after the commit is durable, with one result per batch in the same order.
   */
  append(batches: readonly NewBatch[]): Promise<AppendResult[]>
  /** Complete snapshots, newest first. */
  snapshots(name: string): Promise<SnapshotRef[]>
  /** The bytes of a snapshot, or undefined when it has gone meanwhile. */
  readSnapshot(name: string, ref: SnapshotRef): Promise<Uint8Array | undefined>
  /**
   * Stores the document state as of `seq` in chunks. The previous snapshot goes only after the new one
   * was read back whole.
   */
  saveSnapshot(name: string, seq: number, state: Uint8Array): Promise<void>
}
