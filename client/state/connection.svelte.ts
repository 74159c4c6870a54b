import { Connection, type ConnectionStatus } from '../net/socket.ts'
import { onWake } from '../net/waking.ts'
import { tellTimeBy } from './page-clock.ts'

/** The page's one connection, made when somebody is signed in, and its status as state. */
class Live {
  #connection: Connection | null = null
  #status = $state<ConnectionStatus>('connecting')

  get status(): ConnectionStatus {
    return this.#status
  }

  /** The connection; made and opened by the first call. */
  get connection(): Connection {
    if (this.#connection === null) {
      const made = new Connection()
      made.onStatus((status) => {
        this.#status = status
      })
      tellTimeBy(made)
      // Whatever puts the line in doubt asks at once, instead of waiting for its silence.
      onWake(() => void made.probe())
      made.connect()
      this.#connection = made
    }
    return this.#connection
  }

  /** After signing in or out: whoever speaks now is somebody else. */
  restart(): void {
    if (this.#connection === null) return
    this.#connection.close()
    this.#connection.connect()
  }
}

export const live = new Live()
