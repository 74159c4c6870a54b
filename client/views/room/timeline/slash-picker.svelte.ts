import type { Act } from '../../../state/acts.ts'
import { toasts } from '../../../state/toasts.svelte.ts'
import type { RoomContext } from '../acts/room-context.ts'
import { readSlash, type SlashWord, slashOffers, slashWords } from '../acts/slash.ts'
import { slashIn } from '../acts/slash-in.ts'

/** What of a text is left to the one who asked: `none` was no command, `sent` was given, `kept` stays in the bar. */
export type SlashSending = 'none' | 'sent' | 'kept'

/** The commands offered while a text begins with `/`, and giving them. */
export class SlashPicker {
  readonly #hands: RoomContext
  #text = $state('')
  #closed = $state(false)
  picked = $state(0)

  readonly #words: readonly SlashWord<RoomContext>[]
  /** What fits the word being typed; empty once it is followed by its answers. */
  readonly offers = $derived.by(() => {
    const typed = slashIn(this.#text)
    return this.#closed || typed === null || typed.rest !== null ? [] : slashOffers(this.#words, typed.word)
  })

  constructor(hands: RoomContext, acts: readonly Act<RoomContext>[]) {
    this.#hands = hands
    this.#words = slashWords(acts)
  }

  /** Tells what stands in the bar now. */
  look(text: string): void {
    this.#text = text
    this.#closed = false
    this.picked = 0
  }

  /** What a key means while commands are offered. */
  key(key: string): 'none' | 'taken' | { complete: string } {
    const { length } = this.offers
    if (length === 0) return 'none'
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.picked = (this.picked + (key === 'ArrowDown' ? 1 : -1) + length) % length
        return 'taken'
      case 'Tab': {
        const offer = this.offers[this.picked]
        return offer === undefined ? 'none' : { complete: `/${offer.word} ` }
      }
      case 'Escape':
        this.#closed = true
        return 'taken'
      default:
        return 'none'
    }
  }

  /** Why this word is not possible now, or null. */
  whyNot(act: Act<RoomContext>): string | null {
    return act.whyNot(this.#hands)
  }

  /**
   * Gives the command a text begins with; what it still asks for is asked by the palette. Refused, the text stays
   * and `tell` says why.
   */
  async send(text: string, at: number, tell: (problem: string) => void): Promise<SlashSending> {
    const typed = slashIn(text.trim())
    if (typed === null) return 'none'
    const { picked } = this
    const exact = this.#words.find((word) => word.word === typed.word)
    const word = exact ?? (typed.rest === null ? slashOffers(this.#words, typed.word)[picked] : undefined)
    if (word === undefined) {
      tell(`There is no command /${typed.word}. Put a blank before the slash to say it.`)
      return 'kept'
    }
    const why = word.act.whyNot(this.#hands)
    if (why !== null) {
      tell(`${word.act.title}: not now. ${why}`)
      return 'kept'
    }
    const read = readSlash(word, typed.rest ?? '', this.#hands, at)
    if (read.problem !== null) {
      tell(read.problem)
      return 'kept'
    }
    if (!read.complete) {
      this.#hands.palette(word.act.id, read.values, at)
      return 'sent'
    }
    const refused = await word.act.run(read.values, this.#hands, at)
    if (refused !== null) {
      tell(refused.message)
      return 'kept'
    }
    toasts.note(`${word.act.title}: done.`)
    return 'sent'
  }
}
