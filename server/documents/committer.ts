import { DatabaseError } from '../platform/database.ts'
import type { AppendResult, Journal, NewBatch } from './journal.ts'

const mostDocuments = 64
const mostBytes = 2 * 1024 * 1024

interface Waiting {
  batch: NewBatch
  resolve(result: AppendResult): void
  reject(error: unknown): void
}

/**
 * Commits the batches of all rooms of this node together: what arrives while a transaction runs goes into the
 * next one. A room waits for its answer before it sends its next batch.
 */
export class Committer {
  #waiting: Waiting[] = []
  #running = false
  commits = 0

  constructor(private readonly journal: Pick<Journal, 'append'>) {}

  /** Rejects with what the journal threw; then it may be stored or not, and the caller finds out. */
  append(batch: NewBatch): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) await this.#commit(this.#take())
    this.#running = false
  }

  #take(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const { batch } of this.#waiting) {
      for (const { update } of batch.updates) bytes += update.byteLength
      if (count > 0 && (bytes > mostBytes || count >= mostDocuments)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.journal.append(group.map(({ batch }) => batch))
      this.commits++
      group.forEach(({ resolve, reject }, i) => {
        const result = results[i]
        if (result === undefined) reject(new Error('the journal answered too few batches'))
        else resolve(result)
      })
    } catch (error) {
      // Only the guilty document may suffer; an outage is everybody's.
      const alone = group.length > 1 && !(error instanceof DatabaseError && isOutage(error))
      if (!alone) for (const { reject } of group) reject(error)
      else for (const one of group) await this.#commit([one])
    }
  }
}

/** Failures that say nothing about the batch: the same one may succeed later. */
export function isOutage(error: DatabaseError): boolean {
  switch (error.kind) {
    case 'conflict':
    case 'unavailable':
    case 'full':
    case 'unknown-outcome':
      return true
    case 'unique':
    case 'invalid':
    case 'internal':
      return false
  }
}
