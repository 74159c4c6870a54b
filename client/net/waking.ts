/** How often it is looked whether the page slept, and how late that look has to be, ms. */
const lookMs = 2_000
const sleptMs = 10_000

/**
 * Calls `act` when the lines of this page are in doubt: the machine or the page woke, the network changed, the page is
 * looked at again. A lid that opens fires no event: what tells it is a timer that is late. Gives a way to stop.
 */
export function onWake(act: () => void): () => void {
  const stop = new AbortController()
  const { signal } = stop
  window.addEventListener('online', act, { signal })
  window.addEventListener('offline', act, { signal })
  window.addEventListener('pageshow', (event) => event.persisted && act(), { signal })
  document.addEventListener('resume', act, { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && act(), {
    signal,
  })
  let looked = Date.now()
  const timer = setInterval(() => {
    const late = Date.now() - looked - lookMs
    looked = Date.now()
    if (late > sleptMs) act()
  }, lookMs)
  return () => {
    stop.abort()
    clearInterval(timer)
  }
}
