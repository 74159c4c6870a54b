import { type Entry, heldBytesOf, type Member } from './member.ts'

const groupEntries = 512
const groupBytes = 2 * 1024 * 1024

/**
 * Frames waiting for a commit, in order. What arrives while a commit runs waits for the next; a group that
 * failed comes back first, in halves when one of its frames is to blame.
 */
export class EntryQueue {
  #waiting: Entry[] = []
  #bytes = 0
  #returned: Entry[][] = []
  #retryHeld = false

  constructor(private readonly members: ReadonlySet<Member>) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#returned.length === 0 && !this.#retryHeld
  }

  /** Bytes of memory held by what waits, and by what came back. */
  get bytes(): number {
    return this.#bytes
  }

  push(entry: Entry): void {
    this.#waiting.push(entry)
    this.#bytes += heldBytesOf(entry)
  }

  /** The next group: frames held for a gap when those are due again, then what came back, then what waits. */
  take(): Entry[] {
    const held: Entry[] = []
    if (this.#retryHeld) for (const member of this.members) held.push(...member.held)
    this.#retryHeld = false
    const taken = this.#returned.shift() ?? this.#takeWaiting()
    this.#count(taken, -1)
    return [...held, ...taken]
  }

  /** A group that could not be decided: it is next again, as it is. */
  putBack(entries: Entry[]): void {
    if (entries.length === 0) return
    this.#returned.unshift(entries)
    this.#count(entries, 1)
  }

  /** A group with a guilty frame in it: its halves are next, one after the other. */
  putBackInHalves(entries: Entry[]): void {
    const half = Math.ceil(entries.length / 2)
    this.#returned.unshift(entries.slice(0, half), entries.slice(half))
    this.#count(entries, 1)
  }

  /** Something new is known: frames held for a gap may fit now. */
  retryHeld(): void {
    this.#retryHeld ||= [...this.members].some(({ held }) => held.length > 0)
  }

  clear(): void {
    this.#waiting = []
    this.#returned = []
    this.#bytes = 0
    this.#retryHeld = false
  }

  #takeWaiting(): Entry[] {
    let bytes = 0
    let count = 0
    for (const { update } of this.#waiting) {
      bytes += update.byteLength
      if (count > 0 && (bytes > groupBytes || count >= groupEntries)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  #count(entries: readonly Entry[], sign: 1 | -1): void {
    for (const entry of entries) this.#bytes += sign * heldBytesOf(entry)
  }
}
