import type { DocumentConnection, DocumentPlace, RefusedText, Replica } from '../net/document.ts'
import type { DocumentLamp } from '../net/document-lamp.ts'

/** Somebody whose caret is in the document. */
export interface Writer {
  id: string | null
  name: string
  /** Number of the colour, from 0. */
  mark: number
}

/** Somebody counts as writing for so long after their last sign, ms. */
const writingMs = 3_000

/**
 * The incident document of one open room: its replica, its lamp, the words that were not accepted, and who is
 * writing. Yjs and the connection are loaded with the first `open`.
 */
export class DocumentStore {
  #replica = $state.raw<Replica | null>(null)
  #lamp = $state.raw<DocumentLamp>({ kind: 'connecting' })
  #refused = $state.raw<readonly RefusedText[]>([])
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

  get refused(): readonly RefusedText[] {
    return this.#refused
  }

  /** Why the server will not have us back, in words. */
  get stopped(): string | null {
    return this.#stopped
  }

  get writers(): readonly Writer[] {
    return this.#writers
  }

  /** Opens the document; an open one is left first. Throws when the code for it cannot be loaded. */
  async open(place: DocumentPlace, userOf: (state: unknown) => Writer): Promise<void> {
    this.close()
    const turn = this.#opened
    const { openDocument } = await import('../net/document.ts')
    if (turn !== this.#opened) return
    this.#stopped = null
    this.#connection = openDocument(place, {
      lamp: (lamp) => {
        this.#lamp = lamp
      },
      replica: (replica) => {
        this.#stopWatching()
        this.#replica = replica
        this.#stopWatching = replica === null ? () => {} : this.#watch(replica, userOf)
      },
      refused: (refused) => {
        this.#refused = [...this.#refused, refused]
      },
      stopped: (reason) => {
        this.#stopped = reason
      },
    })
  }

  /** Takes a refused text out of the tray. */
  dismiss(id: number): void {
    if (!this.#refused.some((text) => text.id === id)) return
    this.#refused = this.#refused.filter((text) => text.id !== id)
    this.#connection?.dismiss(1)
  }

  close(): void {
    this.#opened += 1
    this.#stopWatching()
    this.#stopWatching = () => {}
    this.#connection?.destroy()
    this.#connection = null
    this.#replica = null
    this.#lamp = { kind: 'connecting' }
  }

  /** Whoever moves a caret is writing; awareness carries nothing else. */
  #watch(replica: Replica, userOf: (state: unknown) => Writer): () => void {
    const { awareness } = replica
    const last = new Map<number, number>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      const now = performance.now()
      let next = Number.POSITIVE_INFINITY
      const writers = new Map<string, Writer>()
      for (const [client, at] of last) {
        const state: unknown = awareness.getStates().get(client)
        if (state === undefined || now - at >= writingMs) {
          last.delete(client)
          continue
        }
        next = Math.min(next, at + writingMs - now)
        const writer = userOf(state)
        writers.set(writer.id ?? `client ${client}`, writer)
      }
      this.#show([...writers.values()])
      if (next !== Number.POSITIVE_INFINITY) timer = setTimeout(look, next + 1)
    }
    const changed = (change: { added: number[]; updated: number[]; removed: number[] }) => {
      for (const client of change.removed) last.delete(client)
      for (const client of change.updated) {
        const state: unknown = awareness.getStates().get(client)
        const caret = typeof state === 'object' && state !== null && 'cursor' in state ? state.cursor : null
        if (client !== awareness.clientID && caret !== null) last.set(client, performance.now())
      }
      look()
    }
    awareness.on('change', changed)
    return () => {
      clearTimeout(timer)
      awareness.off('change', changed)
      this.#writers = []
    }
  }

  #show(writers: Writer[]): void {
    const same =
      writers.length === this.#writers.length &&
      writers.every((w, i) => w.id === this.#writers[i]?.id && w.name === this.#writers[i]?.name)
    if (!same) this.#writers = writers
  }
}
