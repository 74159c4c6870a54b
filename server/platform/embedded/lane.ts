/**
 * One session serves everybody: plain statements go through as they come, a transaction has the session
 * to itself from begin to commit. First come, first served.
 */
export class Lane {
  private readonly waiting: (() => Promise<void> | undefined)[] = []
  private taken = false

  /** True when nobody is inside or waiting for a transaction. */
  get free(): boolean {
    return !this.taken && this.waiting.length === 0
  }

  get length(): number {
    return this.waiting.length
  }

  /** Starts `post` as soon as no transaction is before it. It only has to be sent, not answered. */
  plain<T>(post: () => Promise<T>): Promise<T> {
    if (this.free) return post()
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(() => {
        post().then(resolve, reject)
        return undefined
      })
    })
  }

  /** Runs `work` with the session to itself. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(() => work().then(resolve, reject))
      if (!this.taken) this.next()
    })
  }

  private next(): void {
    this.taken = false
    for (let start = this.waiting.shift(); start; start = this.waiting.shift()) {
      const running = start()
      if (!running) continue
      this.taken = true
      void running.then(() => this.next())
      return
    }
  }
}
