import { describe, expect, it } from 'vitest'
import { Ticker } from '../../client/state/ticker.svelte.ts'

/** Time that stands until `pass`; timers ring on the way. */
function time(start: number) {
  const t = { now: start, timer: null as { at: number; run: () => void } | null, aimed: 0 }
  const ticker = new Ticker({
    now: () => t.now,
    after: (ms, run) => {
      const timer = { at: t.now + ms, run }
      t.timer = timer
      t.aimed += 1
      return () => {
        if (t.timer === timer) t.timer = null
      }
    },
  })
  const pass = (ms: number) => {
    const end = t.now + ms
    while (t.timer !== null && t.timer.at <= end) {
      const { at, run } = t.timer
      t.now = at
      t.timer = null
      run()
    }
    t.now = end
  }
  return { t, ticker, pass }
}

describe('the ticker', () => {
  it('paints at once and then on each whole second of the server', () => {
    const { ticker, pass } = time(10_400)
    const painted: number[] = []
    ticker.add((now) => painted.push(now))
    pass(2_700)
    expect(painted).toEqual([10_400, 11_000, 12_000, 13_000])
  })

  it('uses one timer for all, and none when nobody is left', () => {
    const { t, ticker, pass } = time(0)
    const stops = [ticker.add(() => {}), ticker.add(() => {}), ticker.add(() => {})]
    t.aimed = 0
    pass(5_000)
    expect(t.aimed).toBe(5)
    for (const stop of stops) stop()
    expect(t.timer).toBeNull()
  })

  it('rings alarms once, at their millisecond, in order', () => {
    const { t, ticker, pass } = time(0)
    const rung: [string, number][] = []
    ticker.alarm(2_500, () => rung.push(['b', t.now]))
    ticker.alarm(1_250, () => rung.push(['a', t.now]))
    const cancel = ticker.alarm(1_900, () => rung.push(['never', t.now]))
    cancel()
    pass(10_000)
    expect(rung).toEqual([
      ['a', 1_250],
      ['b', 2_500],
    ])
  })

  it('rings what a jump of the clock has passed', () => {
    const { t, ticker } = time(0)
    let rung = 0
    ticker.alarm(1_800_000, () => {
      rung += 1
    })
    t.now = 1_800_001
    ticker.resync()
    expect(rung).toBe(1)
  })
})
