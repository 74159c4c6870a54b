import type { Playbook } from '../../shared/playbook/model.ts'
import { getPlaybook } from '../net/api.ts'

const retryMs = 2_000

/** The version of the playbook that one open incident runs by: another one is loaded when it is adopted. */
export class IncidentPlaybook {
  #playbook = $state.raw<Playbook | null>(null)
  /** Hash of the version that is loaded, and of the one that is wanted. */
  #runsBy: string | null = null
  #wanted: string | null = null
  #closed = false

  /** Null before the first one is here; while another loads the one before it stays. */
  get current(): Playbook | null {
    return this.#playbook
  }

  /** What a copy of the room ran by, unless one is here already. */
  restore(playbook: Playbook, hash: string): void {
    if (this.#playbook !== null) return
    this.#playbook = playbook
    this.#runsBy = hash
  }

  /** The incident runs by the version with this hash: loads it, again and again while the server does not answer. */
  want(hash: string): void {
    if (hash === this.#wanted) return
    this.#wanted = hash
    if (hash !== this.#runsBy) void this.#load(hash)
  }

  /** Nothing is asked for any more. */
  close(): void {
    this.#closed = true
  }

  async #load(hash: string): Promise<void> {
    try {
      const playbook = await getPlaybook(hash)
      // Another version may have been adopted meanwhile.
      if (this.#wanted !== hash) return
      this.#playbook = playbook
      this.#runsBy = hash
    } catch {
      setTimeout(() => !this.#closed && this.#wanted === hash && void this.#load(hash), retryMs)
    }
  }
}
