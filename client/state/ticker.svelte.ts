/** What the ticker needs: the server's time and a timer. Tests give their own. */
export interface TickerSources {
  now: () => number
  /** Runs once after `ms`; gives a way to cancel. */
  after: (ms: number, run: () => void) => () => void
}

type Paint = (now: number) => void

interface Alarm {
  at: number
  ring: () => void
}

/** Longest nap of a timer: browsers misread longer ones than about 24 days. */
const longestMs = 60_000

/**
 * The page's one ticker: a timeout aimed at the next whole server second. It sets the text of registered nodes and
 * rings alarms (a clock turns at risk); no component renders because a second passed.
 */
export class Ticker {
  readonly #sources: TickerSources
  readonly #paints = new Set<Paint>()
  readonly #alarms = new Set<Alarm>()
  #cancel: (() => void) | null = null

  constructor(sources: TickerSources) {
    this.#sources = sources
  }

  /** Calls `paint` now and after each whole server second until the returned function is called. */
  add(paint: Paint): () => void {
    paint(this.#sources.now())
    this.#paints.add(paint)
    this.#aim()
    return () => {
      this.#paints.delete(paint)
      this.#aim()
    }
  }

  /** Calls `ring` once when server time reaches `at` (ms). */
  alarm(at: number, ring: () => void): () => void {
    const alarm = { at, ring }
    this.#alarms.add(alarm)
    this.#aim()
    return () => {
      if (this.#alarms.delete(alarm)) this.#aim()
    }
  }

  /** The offset changed, or the page was hidden: draw and aim afresh. */
  resync(): void {
    this.#tick()
  }

  #tick(): void {
    const now = this.#sources.now()
    for (const paint of [...this.#paints]) paint(now)
    for (const alarm of [...this.#alarms].sort((a, b) => a.at - b.at)) {
      if (alarm.at <= now && this.#alarms.delete(alarm)) alarm.ring()
    }
    this.#aim()
  }

  #aim(): void {
    this.#cancel?.()
    this.#cancel = null
    const now = this.#sources.now()
    let next = Number.POSITIVE_INFINITY
    if (this.#paints.size > 0) next = Math.floor(now / 1000) * 1000 + 1000
    for (const alarm of this.#alarms) next = Math.min(next, alarm.at)
    if (next === Number.POSITIVE_INFINITY) return
    const wait = Math.min(longestMs, Math.max(0, Math.ceil(next - now)))
    this.#cancel = this.#sources.after(wait, () => this.#tick())
  }
}
