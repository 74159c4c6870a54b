import type { Act } from './acts.ts'
import { letterOf, type Pressed } from './keys.ts'

/** Letters so soon after writing are still meant for the text, whatever became of its field, ms. */
const stillWritingMs = 1_000
/** The second key of two comes within this, ms. */
const secondKeyMs = 1_500

/**
 * Reads single keys and pairs of them (`g d`) out of what is pressed. One for a page; tell it every keydown, with
 * `writing` where text is being written. Times are those of the events, ms.
 */
export class KeyReader {
  #wroteAt = Number.NEGATIVE_INFINITY
  #first: { key: string; at: number } | null = null

  /** Somebody left the field on purpose: what comes next is not meant for it. */
  leftWriting(): void {
    this.#wroteAt = Number.NEGATIVE_INFINITY
  }

  /** @returns the key or pair that was completed, in the words of `Act.keys`; null for none */
  read(event: Pressed & { timeStamp: number }, writing: boolean, known: ReadonlySet<string>): string | null {
    const still = writing || event.timeStamp - this.#wroteAt < stillWritingMs
    if (still) {
      if (event.key.length === 1) this.#wroteAt = event.timeStamp
      this.#first = null
      return null
    }
    const letter = letterOf(event)
    if (letter === null) return null
    const first = this.#first
    this.#first = null
    if (first !== null && event.timeStamp - first.at < secondKeyMs) {
      const pair = `${first.key} ${letter}`
      if (known.has(pair)) return pair
    }
    if (known.has(letter)) return letter
    if ([...known].some((keys) => keys.startsWith(`${letter} `)))
      this.#first = { key: letter, at: event.timeStamp }
    return null
  }
}

/** The acts that have a key, by it. */
export function byKeys<C>(acts: readonly Act<C>[]): ReadonlyMap<string, Act<C>> {
  return new Map(acts.flatMap((act) => (act.keys ?? []).map((keys) => [keys, act] as const)))
}
