import type { CommandError } from '../../shared/protocol/errors.ts'
import type { BoardRow } from '../../shared/protocol/socket.ts'
import type { Connection } from '../net/socket.ts'
import { timeKnown } from './page-clock.ts'

const retryMs = 2_000

/** The board's rows, kept in step while somebody looks at it. */
export class BoardStore {
  readonly #connection: Connection
  #stops: (() => void)[] = []
  #again: ReturnType<typeof setTimeout> | undefined
  #rows = $state.raw<ReadonlyMap<string, BoardRow>>(new Map())
  #loaded = $state(false)
  #error = $state.raw<CommandError | null>(null)

  readonly open = $derived([...this.#rows.values()].filter((row) => row.open))
  readonly closed = $derived(
    [...this.#rows.values()]
      .filter((row) => !row.open)
      .sort((a, b) => (b.closedAt ?? b.status.at) - (a.closedAt ?? a.status.at)),
  )

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Whether the server has answered: an empty board is a fact only then. */
  get loaded(): boolean {
    return this.#loaded
  }

  get error(): CommandError | null {
    return this.#error
  }

  start(): void {
    this.#stops = [
      this.#connection.on('board:rows', ({ rows, gone }) => this.#take(rows, gone)),
      this.#connection.onStatus((status) => {
        if (status === 'live') void this.#join()
      }),
    ]
    if (this.#connection.status === 'live') void this.#join()
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
    clearTimeout(this.#again)
  }

  async #join(): Promise<void> {
    try {
      const [answer] = await Promise.all([this.#connection.joinBoard(), timeKnown()])
      if (!answer.ok) {
        this.#error = answer.error
        return
      }
      this.#error = null
      this.#rows = new Map(answer.rows.map((row) => [row.id, row]))
      this.#loaded = true
    } catch {
      // No answer. While the connection stands nothing else would ask again; a reconnection does by itself.
      if (this.#connection.status === 'live') this.#again = setTimeout(() => void this.#join(), retryMs)
    }
  }

  /** A row that is older than the one we have came late and is dropped. */
  #take(rows: readonly BoardRow[], gone: readonly string[]): void {
    const next = new Map(this.#rows)
    for (const row of rows) {
      if ((next.get(row.id)?.seq ?? 0) <= row.seq) next.set(row.id, row)
    }
    for (const id of gone) next.delete(id)
    this.#rows = next
  }
}
