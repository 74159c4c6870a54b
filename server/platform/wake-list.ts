interface Wake {
  at: number
  wake: () => void
}

/** What waits for its time, nearest first; equal times in the order they were asked for. */
export class WakeList {
  private readonly waiting: Wake[] = []

  /** Returns the way to cancel. */
  add(at: number, wake: () => void): () => void {
    const entry: Wake = { at, wake }
    let low = 0
    let high = this.waiting.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.waiting[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    this.waiting.splice(low, 0, entry)
    return () => {
      const index = this.waiting.indexOf(entry)
      if (index >= 0) this.waiting.splice(index, 1)
    }
  }

  /** The nearest time, or undefined when nothing waits. */
  next(): number | undefined {
    return this.waiting[0]?.at
  }

  /** Takes the nearest one that is due at `now`. */
  takeDue(now: number): Wake | undefined {
    const [first] = this.waiting
    return first && first.at <= now ? this.waiting.shift() : undefined
  }
}
