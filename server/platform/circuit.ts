/** Asks somebody who may be slow, and spares everyone the wait once they were. */
export interface Circuit {
  /**
   * What `work` gives, when it comes in time. Rejects when it fails or is late, and at once while it was late a
   * moment ago; then one caller at a time finds out whether it is better.
   */
  ask<T>(work: () => Promise<T>): Promise<T>
}

/** `now` is any monotonic time in ms. */
export function createCircuit(
  { answerWithinMs, restMs }: { answerWithinMs: number; restMs: number },
  now: () => number = () => performance.now(),
): Circuit {
  let restUntil = Number.NEGATIVE_INFINITY
  let wasLate = false
  let trying = false

  return {
    async ask(work) {
      if (now() < restUntil || (wasLate && trying)) throw new Error('It was too slow a moment ago.')
      const trial = wasLate
      if (trial) trying = true
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          wasLate = true
          restUntil = now() + restMs
          reject(new Error('It is too slow.'))
        }, answerWithinMs)
      })
      try {
        const answer = await Promise.race([work(), late])
        if (trial) wasLate = false
        return answer
      } finally {
        clearTimeout(timer)
        if (trial) trying = false
      }
    },
  }
}
