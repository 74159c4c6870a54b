import type { WallSnapshot } from '../../shared/protocol/wall.ts'
import { Connection } from '../net/socket.ts'
import { serverNow, tellTimeBy, ticker, timeKnown } from './page-clock.ts'

/** `ended`: the link is unknown or was ended; nothing comes any more. */
export type WallStatus = 'connecting' | 'live' | 'cut-off' | 'ended'

/** Cut off for so long, the facts go behind a veil. Longer than two questions, so that one late answer is nothing. */
export const veilAfterMs = 5_000
const askEveryMs = 2_000
const rejoinEveryMs = 60_000

/**
 * What a wall knows: the newest snapshot and when the server was last heard. It asks for the time every few
 * seconds, so that a line that died in silence is noticed, and for the whole picture each minute, so that
 * nothing missed stays missed.
 */
export class WallStore {
  readonly #connection: Connection
  #snapshot = $state.raw<WallSnapshot | null>(null)
  #status = $state<WallStatus>('connecting')
  /** Monotonic, so that a clock that is set or measured anew does not look like silence. */
  #heardAt = 0
  #stops: (() => void)[] = []
  #onReturn: () => void

  /** `onReturn` is called when the server is there again after a cut: a newer page may be waiting. */
  constructor(token: string, onReturn: () => void) {
    this.#connection = new Connection(() => ({ wall: token }))
    this.#onReturn = onReturn
  }

  get snapshot(): WallSnapshot | null {
    return this.#snapshot
  }

  get status(): WallStatus {
    return this.#status
  }

  /** Server time of the last sign of life, ms, as judged now. */
  heardAt(): number {
    return serverNow() - this.#silenceMs()
  }

  start(): void {
    const asking = setInterval(() => void this.#ask(), askEveryMs)
    const rejoining = setInterval(() => void this.#join(), rejoinEveryMs)
    this.#stops = [
      tellTimeBy(this.#connection),
      this.#connection.on('wall:tile', (snapshot) => this.#take(snapshot)),
      this.#connection.onStatus((status) => {
        if (status === 'live') void this.#join()
        if (status === 'denied') this.#end()
      }),
      ticker.add(() => this.#look()),
      () => clearInterval(asking),
      () => clearInterval(rejoining),
      () => this.#connection.close(),
    ]
    this.#connection.connect()
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    this.#stops = []
  }

  async #join(): Promise<void> {
    try {
      const [answer] = await Promise.all([this.#connection.joinWall(), timeKnown()])
      if (answer.ok) this.#take(answer.wall)
      else if (answer.error.code === 'forbidden') this.#end()
    } catch {
      // Asked again within a minute, or on the next reconnection.
    }
  }

  async #ask(): Promise<void> {
    try {
      await this.#connection.askTime()
      this.#heard()
    } catch {
      // Silence is what we listen for.
    }
  }

  #take(snapshot: WallSnapshot): void {
    if (this.#status === 'ended') return
    // A picture that was overtaken on the way is dropped.
    if (this.#snapshot === null || snapshot.at >= this.#snapshot.at) this.#snapshot = snapshot
    this.#heard()
  }

  #heard(): void {
    if (this.#status === 'ended') return
    this.#heardAt = performance.now()
    if (this.#snapshot === null) return
    const returned = this.#status === 'cut-off'
    this.#status = 'live'
    if (returned) this.#onReturn()
  }

  /** The link opens nothing any more: what it showed goes too. */
  #end(): void {
    this.stop()
    this.#snapshot = null
    this.#status = 'ended'
  }

  #look(): void {
    if (this.#status === 'live' && this.#silenceMs() > veilAfterMs) this.#status = 'cut-off'
  }

  #silenceMs(): number {
    return performance.now() - this.#heardAt
  }
}
