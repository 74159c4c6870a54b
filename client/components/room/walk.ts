/** A way that takes a while: keys pressed meanwhile wait for where it leads. */
export class Walk {
  #waiting: string[] | null = null

  /** Whether somebody is under way; then `key` waits. */
  holds(key: string): boolean {
    this.#waiting?.push(key)
    return this.#waiting !== null
  }

  /** Where `away` leads, null where it leads nowhere or does not come about, and the keys that waited for it. */
  async go<T>(away: Promise<T | null>): Promise<{ reached: T | null; waited: readonly string[] }> {
    const waited: string[] = []
    this.#waiting = waited
    try {
      return { reached: await away, waited }
    } catch {
      // A row that could not be drawn: the keys go on from where they were.
      return { reached: null, waited }
    } finally {
      this.#waiting = null
    }
  }
}
