import type { DocumentConnection, DocumentPlace, Replica } from '../net/document.ts'
import type { DocumentLamp } from '../net/document-lamp.ts'
import { newId } from '../net/ids.ts'
import { kept } from './kept.svelte.ts'
import { serverNow } from './page-clock.ts'

/** Somebody whose caret is in the document. */
export interface Writer {
  id: string | null
  name: string
  /** Number of the colour, from 0. */
  mark: number
}

/**
 * The incident document of one open room: its replica, its lamp, and who is writing. Words that were not accepted
 * go to the tray. Yjs and the connection are loaded with the first `open`.
 */
export class DocumentStore {
  #replica = $state.raw<Replica | null>(null)
  #lamp = $state.raw<DocumentLamp>({ kind: 'connecting' })
  #stopped = $state<string | null>(null)
  #writers = $state.raw<readonly Writer[]>([])
  #connection: DocumentConnection | null = null
  #stopWatching: () => void = () => {}
  #opened = 0

  /** What is shown and written in; null until there is something to show. */
  get replica(): Replica | null {
    return this.#replica
  }

  get lamp(): DocumentLamp {
    return this.#lamp
  }

  /** Why the server will not have us back, in words. */
  get stopped(): string | null {
    return this.#stopped
  }

  get writers(): readonly Writer[] {
    return this.#writers
  }

  /** Opens the document; an open one is left first. Throws when the code for it cannot be loaded. */
  async open(place: DocumentPlace): Promise<void> {
    this.close()
    const turn = this.#opened
    const [{ openDocument }, { watchWriters }] = await Promise.all([
      import('../net/document.ts'),
      import('./document-writers.ts'),
    ])
    if (turn !== this.#opened) return
    this.#stopped = null
    this.#connection = openDocument(place, {
      lamp: (lamp) => {
        this.#lamp = lamp
      },
      replica: (replica) => {
        this.#stopWatching()
        this.#writers = []
        this.#replica = replica
        this.#stopWatching =
          replica === null ? () => {} : watchWriters(replica, (writers) => this.#show(writers))
      },
      refused: ({ text, reason }) => {
        const item = { id: newId(), incidentId: place.name, words: text, reason, code: 'document' as const }
        return kept.refuse({ ...item, at: serverNow() })
      },
      stopped: (reason) => {
        this.#stopped = reason
      },
    })
  }

  close(): void {
    this.#opened += 1
    this.#stopWatching()
    this.#stopWatching = () => {}
    this.#writers = []
    this.#connection?.destroy()
    this.#connection = null
    this.#replica = null
    this.#lamp = { kind: 'connecting' }
  }

  #show(writers: Writer[]): void {
    const same =
      writers.length === this.#writers.length &&
      writers.every((w, i) => w.id === this.#writers[i]?.id && w.name === this.#writers[i]?.name)
    if (!same) this.#writers = writers
  }
}
