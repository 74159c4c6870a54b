import { openMention } from '../../../components/room/scribe-time.ts'

interface Named {
  id: string
  name: string
}

const most = 6

/** The people offered while somebody types an `@` word, and which of them is picked. */
export class MentionPicker {
  readonly #people: () => readonly Named[]
  #word = $state.raw<{ from: number; query: string } | null>(null)
  #picked = $state(0)
  /** Who fits the word, at most six; empty when there is no word. */
  readonly candidates = $derived.by<readonly Named[]>(() => {
    if (this.#word === null) return []
    const query = this.#word.query.toLowerCase()
    return this.#people()
      .filter(({ name }) => {
        const words = name.toLowerCase()
        return words.startsWith(query) || words.split(' ').some((word) => word.startsWith(query))
      })
      .slice(0, most)
  })

  constructor(people: () => readonly Named[]) {
    this.#people = people
  }

  get picked(): number {
    return this.#picked
  }

  /** Looks for the word the caret stands in. */
  look(text: string, caret: number): void {
    this.#word = openMention(text, caret)
    this.#picked = 0
  }

  close(): void {
    this.#word = null
  }

  /** What a key means while people are offered: `taken` moved or closed the list, a name was chosen by it. */
  key(key: string): 'none' | 'taken' | { name: string } {
    const { length } = this.candidates
    if (length === 0) return 'none'
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.#picked = (this.#picked + (key === 'ArrowDown' ? 1 : -1) + length) % length
        return 'taken'
      case 'Enter':
      case 'Tab':
        return this.candidates[this.#picked] ?? 'none'
      case 'Escape':
        this.close()
        return 'taken'
      default:
        return 'none'
    }
  }

  /** The text with the name in the place of the word, and where the caret belongs then; null without a word. */
  complete(text: string, name: string): { text: string; caret: number } | null {
    if (this.#word === null) return null
    const { from, query } = this.#word
    const before = `${text.slice(0, from)}@${name} `
    this.close()
    return { text: before + text.slice(from + 1 + query.length), caret: before.length }
  }
}
