import type { Command } from '../outbox.ts'
import {
  type Copy,
  type KeptCommand,
  type KeptRoom,
  type MusterDatabase,
  openStorage,
  storeNames,
  type TrayItem,
} from './database.ts'

/** `kept`: what is written here outlives the page. `nothing`: it does not, for the reason in words. */
export type Keeping = { kind: 'opening' } | { kind: 'kept' } | { kind: 'nothing'; why: string }

/** Whether a copy holds words that the server is not known to have. */
export function isUnsent(copy: Copy | undefined): boolean {
  return (copy?.unsentBy ?? []).length > 0
}

/** Rooms that open without a connection; the oldest make way. */
const mostRooms = 12

/**
 * What this browser keeps for one person: commands without an answer, the tray, the rooms last seen. No call ever
 * throws or waits for ever: where the browser fails, `keeping` says so and what was to be kept lives in the page.
 */
export class Keeper {
  readonly person: string
  readonly opened: Promise<MusterDatabase | null>
  readonly #changed: (keeping: Keeping) => void
  #keeping: Keeping = { kind: 'opening' }
  #closed = false
  /** Documents of this page with words that the server is not known to have, also where nothing is kept. */
  readonly #holding = new Set<string>()

  constructor(person: string, changed: (keeping: Keeping) => void) {
    this.person = person
    this.#changed = changed
    this.opened = openStorage(person, () => this.failed('It took back what was stored.')).then(
      (database) => {
        this.#set({ kind: 'kept' })
        void globalThis.navigator?.storage?.persist?.().catch(() => undefined)
        return database
      },
      (error: Error) => {
        this.#set({ kind: 'nothing', why: error.message })
        return null
      },
    )
  }

  get keeping(): Keeping {
    return this.#keeping
  }

  /** Something could not be written: from now on nothing is promised, though each write is still tried. */
  failed(why: string): void {
    if (!this.#closed) this.#set({ kind: 'nothing', why })
  }

  async close(): Promise<void> {
    this.#closed = true
    ;(await this.opened)?.close()
  }

  // --- commands ------------------------------------------------------------------------------------------

  /** @returns whether it outlives the page */
  keep(command: KeptCommand): Promise<boolean> {
    return this.#write((database) => database.put('commands', command))
  }

  answered(id: string): Promise<boolean> {
    return this.#write((database) => database.delete('commands', id))
  }

  /** In the order in which they were made. */
  async commands(): Promise<KeptCommand[]> {
    return (await this.#read((database) => database.getAllFromIndex('commands', 'at'))) ?? []
  }

  /** Takes over what tabs left that are not among `alive`: marks it as `tab`'s and gives it, in order. */
  async adopt(tab: string, alive: ReadonlySet<string>): Promise<KeptCommand[]> {
    const adopted: KeptCommand[] = []
    await this.#write(async (database) => {
      const tx = database.transaction('commands', 'readwrite')
      for (const kept of await tx.store.index('at').getAll()) {
        if (kept.tab === tab || alive.has(kept.tab)) continue
        const mine = { ...kept, tab }
        await tx.store.put(mine)
        adopted.push(mine)
      }
      await tx.done
    })
    return adopted
  }

  // --- tray ----------------------------------------------------------------------------------------------

  /** Puts words into the tray; those of a command leave the outbox in the same step. */
  refuse(item: TrayItem, command?: Command): Promise<boolean> {
    return this.#write(async (database) => {
      const tx = database.transaction(['commands', 'tray'], 'readwrite')
      await Promise.all([
        tx.objectStore('tray').put(item),
        command === undefined ? undefined : tx.objectStore('commands').delete(command.id),
        tx.done,
      ])
    })
  }

  discard(id: string): Promise<boolean> {
    return this.#write((database) => database.delete('tray', id))
  }

  async tray(incidentId: string): Promise<TrayItem[]> {
    return (await this.#read((database) => database.getAllFromIndex('tray', 'incident', incidentId))) ?? []
  }

  // --- rooms ---------------------------------------------------------------------------------------------

  async room(incidentId: string): Promise<KeptRoom | undefined> {
    return await this.#read((database) => database.get('rooms', incidentId))
  }

  /** A room is a comfort: one that does not fit is no reason to say that nothing is kept. */
  async keepRoom(room: KeptRoom): Promise<void> {
    const database = await this.opened
    try {
      const tx = database?.transaction('rooms', 'readwrite')
      if (tx === undefined) return
      await tx.store.put(room)
      const oldest = await tx.store.index('savedAt').getAllKeys()
      for (const key of oldest.slice(0, Math.max(0, oldest.length - mostRooms))) await tx.store.delete(key)
      await tx.done
    } catch {
      // See above.
    }
  }

  async forgetRoom(incidentId: string): Promise<void> {
    const database = await this.opened
    await database?.delete('rooms', incidentId).catch(() => undefined)
  }

  // --- all of it -----------------------------------------------------------------------------------------

  /** Says whether an open document holds words that the server is not known to have. */
  holds(document: string, unsent: boolean): void {
    if (unsent) this.#holding.add(document)
    else this.#holding.delete(document)
  }

  /** What exists only here, by id: commands, words in the tray, documents with words of ours. */
  async unsent(): Promise<Set<string>> {
    const found = await this.#read(async (database) => {
      const [commands, tray, copies] = await Promise.all([
        database.getAllKeys('commands'),
        database.getAllKeys('tray'),
        database.getAll('copies'),
      ])
      return [...commands, ...tray, ...copies.flatMap((copy) => (isUnsent(copy) ? [copy.name] : []))]
    })
    return new Set([...(found ?? []), ...this.#holding])
  }

  /** Empties everything, at sign-out. */
  clear(): Promise<boolean> {
    return this.#write(async (database) => {
      const tx = database.transaction(storeNames, 'readwrite')
      await Promise.all([...storeNames.map((name) => tx.objectStore(name).clear()), tx.done])
    })
  }

  async #write(work: (database: MusterDatabase) => Promise<unknown>): Promise<boolean> {
    const database = await this.opened
    if (database === null) return false
    try {
      await work(database)
      return true
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      this.failed(name === 'QuotaExceededError' ? 'Its storage is full.' : 'Its storage failed.')
      return false
    }
  }

  async #read<T>(work: (database: MusterDatabase) => Promise<T>): Promise<T | undefined> {
    const database = await this.opened
    if (database === null) return undefined
    try {
      return await work(database)
    } catch {
      this.failed('Its storage failed.')
      return undefined
    }
  }

  #set(keeping: Keeping): void {
    this.#keeping = keeping
    this.#changed(keeping)
  }
}
