import { RequestFailed } from '../net/http.ts'
import type { Refused } from './acts.ts'

/** One form: sends once at a time, keeps what went wrong by field. */
export class FormState {
  #busy = $state(false)
  #wrong = $state.raw<{ field: string | null; message: string } | null>(null)

  get busy(): boolean {
    return this.#busy
  }

  /** What is wrong with the whole, or with a field that is not among `shown`. */
  general(shown: readonly string[] = []): string | undefined {
    const wrong = this.#wrong
    if (wrong === null) return undefined
    return wrong.field === null || !shown.includes(wrong.field) ? wrong.message : undefined
  }

  /** The field that is wrong, by name; null when none is. Told anew each time, also of the same field. */
  get wrongField(): string | null {
    return this.#wrong?.field ?? null
  }

  at(field: string): string | undefined {
    return this.#wrong?.field === field ? this.#wrong.message : undefined
  }

  /** What was wrong with `field` is being mended. */
  clear(field: string): void {
    if (this.#wrong?.field === field) this.#wrong = null
  }

  /** Says by hand what is wrong. */
  fail(message: string, field: string | null = null): void {
    this.#wrong = { field, message }
  }

  /** Says of the first empty field what to write there. True when one is empty. */
  missing(fields: Readonly<Record<string, readonly [value: string, words: string]>>): boolean {
    for (const [field, [value, words]] of Object.entries(fields)) {
      if (value.trim() !== '') continue
      this.fail(words, field)
      return true
    }
    return false
  }

  /**
   * Asks for something that may be refused, unless it is asked already; a refusal is shown here. True when it was taken. What `work` throws is not
   * for the form: it goes on to the caller, and the form can be sent again.
   */
  async ask(work: () => Promise<Refused | null>): Promise<boolean> {
    if (this.#busy) return false
    this.#busy = true
    this.#wrong = null
    try {
      const refused = await work()
      if (refused !== null) this.fail(refused.message, refused.field ?? null)
      return refused === null
    } finally {
      this.#busy = false
    }
  }

  /** Runs `work` unless it runs already; what it throws is kept for the form to show. True when it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false
    this.#busy = true
    this.#wrong = null
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error
      this.#wrong = { field: error.field ?? null, message: error.message }
      return false
    } finally {
      this.#busy = false
    }
  }
}
