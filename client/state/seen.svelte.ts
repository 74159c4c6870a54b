import type { Seen } from '../../shared/protocol/socket.ts'
import type { Connection } from '../net/socket.ts'
import type { IncidentStore } from './incident.svelte.ts'
import { serverNow } from './page-clock.ts'

/** The server is told at most so often, ms. */
const everyMs = 2_000
/** Away for so long, somebody comes back to a line where they stopped reading; a glance at another tab draws none. */
const awayMs = 60_000

/**
 * Tells the server what a person has in view: the newest event, while the page is really looked at. Knows where
 * reading stopped when they look away and come back. Make it while a component is set up.
 */
export class SeenMark {
  #told = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #left: Seen | null = null

  /** `onReturn` is called with what was last in view when somebody is back after a while. */
  constructor(store: IncidentStore, connection: Connection, onReturn: (left: Seen) => void) {
    const visible = () => document.visibilityState === 'visible'
    const seq = () => (store.status === 'joined' ? (store.state?.seq ?? 0) : 0)
    const tell = () => {
      clearTimeout(this.#timer)
      this.#timer = undefined
      if (connection.status !== 'live' || seq() <= this.#told) return
      this.#told = seq()
      connection.seenIncident(store.id, this.#told)
    }
    const look = () => {
      if (this.#timer !== undefined || !visible() || seq() <= this.#told) return
      this.#timer = setTimeout(tell, everyMs)
    }
    $effect(() => {
      void seq()
      look()
    })
    $effect(() => connection.onStatus(look))
    $effect(() => {
      const turned = () => {
        if (visible()) {
          const left = this.#left
          this.#left = null
          if (left !== null && serverNow() - left.at >= awayMs) onReturn(left)
          look()
          return
        }
        this.#left = seq() > 0 ? { seq: seq(), at: serverNow() } : null
        tell()
      }
      document.addEventListener('visibilitychange', turned)
      return () => {
        document.removeEventListener('visibilitychange', turned)
        // Who goes to another page of Muster has seen what stood here.
        if (visible()) tell()
        clearTimeout(this.#timer)
      }
    })
  }
}
