import * as fs from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { isArmed, killPoint } from '../kill-points.ts'
import { DurableNodeFS } from './durable-fs.ts'
import type { WireParameter, WorkerOptions } from './messages.ts'
import { type FileObserver, Recorder } from './recorder.ts'
import { describedColumns, formatsFor, hasError } from './wire-read.ts'
import { executeMessages, type Format, forgetMessages, prepareMessages, scriptMessage } from './wire-write.ts'

/** Small memory, and a log that stays small between checkpoints. */
const SIZES = ['shared_buffers=16MB', 'max_wal_size=64MB', 'min_wal_size=32MB']
/** Every commit synced. Never fdatasync: PGlite does not pass that call on. */
const SYNCED = ['fsync=on', 'wal_sync_method=fsync']

const STATEMENTS_KEPT = 300

interface Statement {
  name: string
  formats: Format[]
}

/** What is going on inside PostgreSQL, for the kill points. */
interface Activity {
  committing: boolean
  checkpointing: boolean
  wrote: boolean
}

/** PostgreSQL itself, inside the worker: one session, protocol bytes in and out. */
export class Store {
  private readonly statements = new Map<string, Statement>()
  private named = 0

  private constructor(
    private readonly pg: PGlite,
    private readonly activity: Activity,
    readonly recorder: Recorder | undefined,
  ) {}

  /** Opens (or, where there is none, makes) the database. `onFailure` must not return. */
  static async open(
    options: WorkerOptions,
    onFailure: (error: NodeJS.ErrnoException) => never,
  ): Promise<Store> {
    const activity: Activity = { committing: false, checkpointing: false, wrote: false }
    if (options.dataDir === '') {
      const settings = SIZES.flatMap((setting) => ['-c', setting])
      const template = options.template ? { loadDataDir: new Blob([fs.readFileSync(options.template)]) } : {}
      const startParams = [...PGlite.defaultStartParams, ...settings]
      return new Store(await PGlite.create({ ...template, startParams }), activity, undefined)
    }
    const recorder = options.recordWrites ? new Recorder(options.dataDir) : undefined
    const observers: FileObserver[] = [...(recorder ? [recorder] : []), killer(activity)]
    const durable = { observers, onFailure, withoutSync: options.withoutSync }
    const startParams = [
      ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
      ...[...SYNCED, ...SIZES].flatMap((setting) => ['-c', setting]),
    ]
    const pg = await PGlite.create({ fs: new DurableNodeFS(options.dataDir, durable), startParams })
    return new Store(pg, activity, recorder)
  }

  /** Runs one statement with parameters; `commits` when it stands outside a transaction. */
  async query(sql: string, params: WireParameter[], commits: boolean): Promise<Uint8Array> {
    this.activity.wrote = false
    this.activity.committing = commits
    this.activity.checkpointing = sql === 'CHECKPOINT'
    try {
      const statement = this.statements.get(sql) ?? (await this.prepare(sql))
      if (statement instanceof Uint8Array) return statement
      const answer = await this.exchange(executeMessages(statement.name, params, statement.formats))
      if (hasError(answer)) await this.forget(sql, statement)
      if (commits && this.activity.wrote) killPoint('after-commit')
      return answer
    } finally {
      this.activity.committing = false
      this.activity.checkpointing = false
    }
  }

  /** Runs statements without parameters by the simple protocol. */
  script(sql: string): Promise<Uint8Array> {
    return this.exchange(scriptMessage(sql))
  }

  async commit(): Promise<Uint8Array> {
    killPoint('before-commit')
    this.activity.committing = true
    const answer = await this.exchange(scriptMessage('COMMIT'))
    this.activity.committing = false
    killPoint('after-commit')
    return answer
  }

  /** Turns writing off and on again for transactions to come. */
  async setReadOnly(readOnly: boolean): Promise<void> {
    await this.script(`SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`)
  }

  async dump(): Promise<Uint8Array> {
    const file = await this.pg.dumpDataDir('none')
    return new Uint8Array(await file.arrayBuffer())
  }

  close(): Promise<void> {
    return this.pg.close()
  }

  /** The statement, or PostgreSQL's answer when it refused to parse it. */
  private async prepare(sql: string): Promise<Statement | Uint8Array> {
    const name = `s${++this.named}`
    const answer = await this.exchange(prepareMessages(name, sql))
    if (hasError(answer)) return answer
    const statement = { name, formats: formatsFor(describedColumns(answer)) }
    const oldest = this.statements.entries().next()
    if (this.statements.size >= STATEMENTS_KEPT && !oldest.done) await this.forget(...oldest.value)
    this.statements.set(sql, statement)
    return statement
  }

  private async forget(sql: string, statement: Statement): Promise<void> {
    this.statements.delete(sql)
    await this.exchange(forgetMessages(statement.name))
  }

  /** Bytes in, bytes out. The streaming call is the one that keeps no copy of the answer. */
  private async exchange(message: Uint8Array): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    let length = 0
    await this.pg.execProtocolRawStream(message, {
      syncToFs: false,
      onRawData: (chunk) => {
        chunks.push(chunk.slice()) // the original is PostgreSQL's own memory
        length += chunk.length
      },
    })
    const [first] = chunks
    if (chunks.length === 1 && first) return first
    const answer = new Uint8Array(length)
    let at = 0
    for (const chunk of chunks) {
      answer.set(chunk, at)
      at += chunk.length
    }
    return answer
  }
}

/** Ends the process inside a commit or a checkpoint, when a test asked for it. */
function killer(activity: Activity): FileObserver {
  const ignore = () => undefined
  return {
    wrote: () => {
      const first = !activity.wrote
      activity.wrote = true
      if (first && activity.committing && isArmed('in-commit')) killPoint('in-commit')
    },
    synced: () => {
      if (activity.checkpointing) killPoint('checkpoint')
    },
    truncated: ignore,
    created: ignore,
    renamed: ignore,
    unlinked: ignore,
    directorySynced: ignore,
  }
}

/** Free bytes for us on the disk of `dir`. */
export function freeBytes(dir: string): number {
  const { bavail, bsize } = fs.statfsSync(dir)
  return bavail * bsize
}
