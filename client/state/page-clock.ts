import { browserSources, ServerClock } from '../net/server-clock.ts'
import { Ticker } from './ticker.svelte.ts'

/** The page's one clock and one ticker. Whoever opens the connection says whom the clock asks. */
export const serverClock = new ServerClock(browserSources)

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
  const stopListening = serverClock.onChange(() => ticker.resync())
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
