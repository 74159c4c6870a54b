/** A set that is drawn by: whoever asks for a member is drawn anew when the set changes. */
export class Marks<T> {
  #all = $state.raw<ReadonlySet<T>>(new Set())

  constructor(first: Iterable<T> = []) {
    this.#all = new Set(first)
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#all.values()
  }

  has(one: T): boolean {
    return this.#all.has(one)
  }

  add(one: T): void {
    this.#all = new Set([...this.#all, one])
  }

  delete(one: T): void {
    this.#all = new Set([...this.#all].filter((other) => other !== one))
  }
}
