import * as Y from 'yjs'
import { newId } from '../ids.ts'
import type { CopyChange, MusterDatabase } from './database.ts'
import { isUnsent, type Keeper } from './keeper.ts'

/** Changes of one copy are folded into one when there are more, so that it opens fast. */
const foldAbove = 300
/** Somebody who types is between two words; what is saved is noted when they rest, ms. */
const restMs = 1_000

/**
 * A document as this browser keeps it: loaded into `doc`, then each change written as it is made. Unlike a plain
 * provider it never throws into the change it writes, and says when the browser stopped keeping.
 */
export class DocumentCopy {
  readonly name: string
  readonly doc: Y.Doc
  /** Resolves when what an earlier visit left is in the document, or will never be. */
  readonly loaded: Promise<void>
  readonly #keeper: Keeper
  #written = 0
  #ended = false
  /** Its mark among those of all pages that write into this copy. */
  readonly #mark = newId()
  #unsent = false
  /** When the mark was last written, local ms: another page may have cleared it since. */
  #markedAt = Number.NEGATIVE_INFINITY
  /** Marks of earlier visits, whose words are in this replica too. */
  #left: readonly string[] = []
  #resting: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(keeper: Keeper, name: string, doc: Y.Doc) {
    this.#keeper = keeper
    this.name = name
    this.doc = doc
    doc.on('update', this.#changed)
    this.loaded = this.#load()
  }

  /** Whether an earlier visit left words here that the server was not known to have. */
  get leftUnsent(): boolean {
    return this.#left.length > 0
  }

  /** Resolves when everything up to now was written, or told as failed. */
  get written(): Promise<unknown> {
    return this.#writing
  }

  /** Notes whether it holds words that the server is not known to have; asked at sign-out. */
  unsent(unsent: boolean): void {
    clearTimeout(this.#resting)
    if (unsent) this.#note(true)
    else this.#resting = setTimeout(() => this.#note(false), restMs)
  }

  #note(unsent: boolean): void {
    const now = performance.now()
    const fresh = !unsent || now - this.#markedAt < restMs
    if (this.#ended || (unsent === this.#unsent && fresh)) return
    this.#unsent = unsent
    this.#markedAt = unsent ? now : Number.NEGATIVE_INFINITY
    this.#keeper.holds(this.name, unsent)
    // With its own words the server has those that it found here.
    const gone = new Set(unsent ? [] : [this.#mark, ...this.#left])
    if (!unsent) this.#left = []
    void this.#write(async (database) => {
      const tx = database.transaction('copies', 'readwrite')
      const marks = new Set((await tx.store.get(this.name))?.unsentBy)
      if (unsent) marks.add(this.#mark)
      for (const mark of gone) marks.delete(mark)
      await Promise.all([tx.store.put({ name: this.name, unsentBy: [...marks] }), tx.done])
    })
  }

  /** Stops writing; what was written stays. */
  close(): void {
    this.#ended = true
    clearTimeout(this.#resting)
    this.doc.off('update', this.#changed)
    this.#keeper.holds(this.name, false)
  }

  /** Stops, and clears what was written. */
  async clear(): Promise<void> {
    this.close()
    await this.#writing
    const database = await this.#keeper.opened
    if (database !== null) await clearCopy(database, this.name)
  }

  async #load(): Promise<void> {
    const database = await this.#keeper.opened
    if (database === null || this.#ended) return
    try {
      const [changes, copy] = await Promise.all([
        database.getAllFromIndex('changes', 'copy', this.name),
        database.get('copies', this.name),
      ])
      if (this.#ended) return
      this.#written += changes.length
      this.#left = copy?.unsentBy ?? []
      this.#unsent ||= isUnsent(copy)
      Y.transact(
        this.doc,
        () => {
          for (const { change } of changes) Y.applyUpdate(this.doc, change, this)
        },
        this,
        false,
      )
      if (copy === undefined) await this.#enter(database)
      if (this.#written > foldAbove) await this.#fold(database)
    } catch {
      this.#keeper.failed('Its storage failed.')
    }
  }

  /** Its row tells that there is such a copy. */
  async #enter(database: MusterDatabase): Promise<void> {
    const tx = database.transaction('copies', 'readwrite')
    if ((await tx.store.get(this.name)) === undefined) await tx.store.put({ name: this.name })
    await tx.done
  }

  readonly #changed = (change: Uint8Array, origin: unknown) => {
    if (origin === this) return
    void this.#write(async (database) => {
      await database.add('changes', { copy: this.name, change })
      this.#written += 1
      if (this.#written > foldAbove) await this.#fold(database)
    })
  }

  /** One change that holds all that was written, also by other tabs; the old ones go in the same step. */
  async #fold(database: MusterDatabase): Promise<void> {
    const tx = database.transaction('changes', 'readwrite')
    const index = tx.store.index('copy')
    const [keys, old] = await Promise.all([index.getAllKeys(this.name), index.getAll(this.name)])
    await Promise.all([
      tx.store.add({ copy: this.name, change: Y.mergeUpdates(old.map(({ change }) => change)) }),
      ...keys.map((key) => tx.store.delete(key)),
      tx.done,
    ])
    this.#written = 1
  }

  /** In order; a failure is told and ends nothing. */
  #write(work: (database: MusterDatabase) => Promise<unknown>): Promise<unknown> {
    this.#writing = this.#writing.then(async () => {
      const database = await this.#keeper.opened
      if (database === null) return
      try {
        await work(database)
      } catch (error) {
        const full = error instanceof Error && error.name === 'QuotaExceededError'
        this.#keeper.failed(full ? 'Its storage is full.' : 'Its storage failed.')
      }
    })
    return this.#writing
  }
}

/** Names of the copies of a document, by the beginning they share. */
export async function copiesOf(keeper: Keeper, beginning: string): Promise<string[]> {
  const database = await keeper.opened
  if (database === null) return []
  const range = IDBKeyRange.bound(beginning, `${beginning}\uffff`)
  return await database.getAllKeys('copies', range)
}

/** All changes of a copy, oldest first. */
export async function changesOf(keeper: Keeper, name: string): Promise<Uint8Array[]> {
  const database = await keeper.opened
  const found: CopyChange[] = (await database?.getAllFromIndex('changes', 'copy', name)) ?? []
  return found.map(({ change }) => change)
}

export async function forgetCopy(keeper: Keeper, name: string): Promise<void> {
  const database = await keeper.opened
  if (database !== null) await clearCopy(database, name)
}

async function clearCopy(database: MusterDatabase, name: string): Promise<void> {
  const tx = database.transaction(['copies', 'changes'], 'readwrite')
  const changes = tx.objectStore('changes')
  const keys = await changes.index('copy').getAllKeys(name)
  await Promise.all([
    ...keys.map((key) => changes.delete(key)),
    tx.objectStore('copies').delete(name),
    tx.done,
  ])
}
