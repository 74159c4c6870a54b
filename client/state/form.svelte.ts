import { RequestFailed } from '../net/http.ts'

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
