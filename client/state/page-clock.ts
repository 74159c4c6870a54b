import { browserSources, ServerClock } from '../net/server-clock.ts'
import { Ticker } from './ticker.svelte.ts'

const kept = 'muster.clock'

/** How far this machine's clock was from the server's: what is written before the server answers has the right time. */
function lastDifference(): number {
  try {
    const ms = Number(localStorage.getItem(kept))
    return Number.isFinite(ms) ? ms : 0
  } catch {
    return 0
  }
}

function keepDifference(): void {
  try {
    localStorage.setItem(kept, String(serverClock.now() - Math.floor(browserSources.wall())))
  } catch {
    // Without storage this machine's own clock has to do.
  }
}

/** The page's one clock and one ticker. Whoever opens the connection says whom the clock asks. */
export const serverClock = new ServerClock(browserSources, lastDifference())

export const ticker = new Ticker({
  now: () => serverClock.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
})

/** Server time in ms. */
export const serverNow = (): number => serverClock.now()

const everyMs = 60_000
const longestWaitMs = 1_000

/** Waits until the server has told the time, so that no clock is drawn from a wrong one; not for ever. */
export function timeKnown(): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, longestWaitMs))
  return Promise.race([serverClock.known, late])
}

/** Keeps the clock true: each minute, on waking, when the page is looked at again. Gives a way to stop. */
export function keepTime(): () => void {
  const stopListening = serverClock.onChange(() => {
    ticker.resync()
    keepDifference()
  })
  const timer = setInterval(() => void serverClock.measure(), everyMs)
  const stopWatching = ticker.add(() => serverClock.noticeSleep())
  const seen = () => {
    if (document.visibilityState !== 'visible') return
    ticker.resync()
    void serverClock.measure()
  }
  document.addEventListener('visibilitychange', seen)
  return () => {
    stopListening()
    clearInterval(timer)
    stopWatching()
    document.removeEventListener('visibilitychange', seen)
  }
}

/** Ties the clock to a connection: asked through it, measured on each reconnection and when the server jumps. */
export function tellTimeBy(connection: {
  askTime: () => Promise<number>
  onStatus: (listener: (status: string) => void) => () => void
  on: (message: 'clock', listener: () => void) => () => void
}): () => void {
  serverClock.askBy(() => connection.askTime())
  const stops = [
    connection.onStatus((status) => {
      if (status === 'live') void serverClock.measure()
    }),
    connection.on('clock', () => void serverClock.measure({ jumped: true })),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
