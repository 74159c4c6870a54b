/** A bucket of messages for one socket: `burst` at once, `perSecond` for long. `now` is any monotonic ms. */
export function createPace(burst = 200, perSecond = 50) {
  let tokens = burst
  let at = Number.NaN
  return {
    allows(now: number): boolean {
      if (!Number.isNaN(at)) tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond)
      at = now
      if (tokens < 1) return false
      tokens--
      return true
    },
  }
}
