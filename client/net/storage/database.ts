import type { DBSchema, IDBPDatabase } from 'idb'
import type { CommandError } from '../../../shared/protocol/errors.ts'
import type { Command } from '../outbox.ts'

/** A command that has no answer yet, as it outlives the page. */
export interface KeptCommand {
  id: string
  incidentId: string
  command: Command
  /** When it was made, server ms; the order in which it goes out. */
  at: number
  /** What people read of it in the tray, should it be refused. */
  words: string
  /** The tab that sends it. */
  tab: string
}

/** What the server did not take: its words stay until their author has dealt with them. */
export interface TrayItem {
  id: string
  incidentId: string
  words: string
  reason: string
  code: CommandError['code'] | 'document'
  /** When it was made, server ms. */
  at: number
}

/** The room as this browser last saw it. `value` belongs to whoever keeps it, and to its `version`. */
export interface KeptRoom {
  incidentId: string
  version: string
  savedAt: number
  value: unknown
}

/** One change of a copy of a document, or all of them folded into one. */
export interface CopyChange {
  copy: string
  change: Uint8Array
}

/** A copy of a document, and which pages left words in it that the server is not known to have. */
export interface Copy {
  name: string
  unsentBy?: readonly string[]
}

export interface MusterSchema extends DBSchema {
  commands: { key: string; value: KeptCommand; indexes: { at: number } }
  tray: { key: string; value: TrayItem; indexes: { incident: string } }
  rooms: { key: string; value: KeptRoom; indexes: { savedAt: number } }
  copies: { key: string; value: Copy }
  changes: { key: number; value: CopyChange; indexes: { copy: string } }
}

export type MusterDatabase = IDBPDatabase<MusterSchema>
export const storeNames = ['commands', 'tray', 'rooms', 'copies', 'changes'] as const

/** A browser that has not opened its storage by then is one without it, ms. */
const patienceMs = 2_000

/** Why a browser keeps nothing, in words. */
export class NoStorage extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'NoStorage'
  }
}

/**
 * Opens what this browser keeps for one person. `lost` is called when the browser takes it away later.
 * @throws NoStorage when there is none, it is blocked, or it does not answer within 2 s
 */
export async function openStorage(person: string, lost: () => void): Promise<MusterDatabase> {
  if (typeof indexedDB === 'undefined') throw new NoStorage('It has no storage.')
  // Nothing is drawn by it: it comes beside the page, and a slow line is no reason to call the storage broken.
  const { openDB } = await import('idb').catch(() => {
    throw new NoStorage('What opens its storage did not load.')
  })
  let late = false
  // Some browsers throw at once where storage is forbidden.
  const opening = (async () =>
    await openDB<MusterSchema>(`muster-${person}`, 1, {
      upgrade(database) {
        database.createObjectStore('commands', { keyPath: 'id' }).createIndex('at', 'at')
        database.createObjectStore('tray', { keyPath: 'id' }).createIndex('incident', 'incidentId')
        database.createObjectStore('rooms', { keyPath: 'incidentId' }).createIndex('savedAt', 'savedAt')
        database.createObjectStore('copies', { keyPath: 'name' })
        database.createObjectStore('changes', { autoIncrement: true }).createIndex('copy', 'copy')
      },
      // Somebody clears this browser's data: holding on would make them wait.
      blocking(_current, _blocked, event) {
        if (event.target instanceof IDBDatabase) event.target.close()
        lost()
      },
      terminated: lost,
    }))()
  opening.then(
    (database) => late && database.close(),
    () => undefined,
  )
  const slow = new Promise<never>((_, reject) =>
    setTimeout(() => {
      late = true
      reject(new NoStorage('Its storage does not answer.'))
    }, patienceMs),
  )
  try {
    return await Promise.race([opening, slow])
  } catch (error) {
    if (error instanceof NoStorage) throw error
    throw new NoStorage(`Its storage is closed (${error instanceof Error ? error.name : 'unknown'}).`)
  }
}
