import type { DatabaseErrorKind } from '../database.ts'
import type { KillAt } from '../kill-points.ts'
import type { RecordedWrite } from './recorder.ts'

/** What the worker needs to know before it starts. */
export interface WorkerOptions {
  /** Folder with PostgreSQL's files; it exists. Empty for a database in memory. */
  dataDir: string
  /** File with a tar made by `dump`, for a database in memory. */
  template?: string
  /** Make the files and end, instead of serving. */
  create: boolean
  /** Free bytes below which writes are refused. */
  headroomBytes: number
  killAt?: KillAt
  recordWrites: boolean
  /** For the tests that prove what syncing is for. */
  withoutSync: boolean
}

/** A parameter on its way to the worker: text, bytes (transferred) or NULL. */
export type WireParameter = string | Uint8Array | null

export type Request =
  /** One statement. `tx` is the open transaction it belongs to, 0 for none. */
  | { id: number; kind: 'query'; tx: number; sql: string; params: WireParameter[] }
  /** Several statements without parameters. */
  | { id: number; kind: 'script'; tx: number; sql: string }
  | { id: number; kind: 'begin'; tx: number }
  | { id: number; kind: 'commit'; tx: number }
  | { id: number; kind: 'rollback'; tx: number }
  | { id: number; kind: 'dump' }
  | { id: number; kind: 'recording' }
  /** Tests only: pretend that the disk has this many bytes free; null for the truth. */
  | { id: number; kind: 'free'; bytes: number | null }
  | { id: number; kind: 'close' }

export type Response =
  | { id: 0; kind: 'ready' }
  /** PostgreSQL's answer as protocol bytes (transferred). `mark` counts recorded writes so far. */
  | { id: number; kind: 'answer'; bytes: Uint8Array; mark: number }
  | { id: number; kind: 'refused'; error: DatabaseErrorKind; message: string }
  | { id: number; kind: 'dumped'; tar: Uint8Array }
  | { id: number; kind: 'recorded'; writes: RecordedWrite[] }
  | { id: number; kind: 'done' }
  /** A write or sync failed: nothing more will be accepted until the folder is opened again. */
  | { id: 0; kind: 'fatal'; error: 'full' | 'unavailable'; message: string }
  /** Free space crossed the headroom. */
  | { id: 0; kind: 'headroom'; low: boolean }
