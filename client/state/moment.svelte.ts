import { type JudgedClock, nextChangeAt } from '../../shared/incident/standing.ts'
import { serverClock, serverNow, ticker } from './page-clock.ts'

/**
 * Server time for what changes rarely: `now` moves on only when the given clocks change, when one of them turns at
 * risk or overdue, or when the server's time jumped. Make it while a component is set up; digits that run are
 * `Digits`, not this.
 */
export class Moment {
  readonly #clocks: () => readonly JudgedClock[]
  #looks = $state(0)
  readonly #now = $derived.by(() => {
    void this.#looks
    this.#clocks()
    return serverNow()
  })

  constructor(clocks: () => readonly JudgedClock[]) {
    this.#clocks = clocks
    $effect(() => {
      let next: number | null = null
      for (const d of clocks()) {
        const at = nextChangeAt(d, this.#now)
        if (at !== null && (next === null || at < next)) next = at
      }
      return next === null ? undefined : ticker.alarm(next, () => this.look())
    })
    $effect(() => serverClock.onChange(() => this.look()))
  }

  get now(): number {
    return this.#now
  }

  look(): void {
    this.#looks += 1
  }
}

/** Server time that moves on every `everyMs`, for words such as "24 min ago". Make it while a component is set up. */
export class SlowNow {
  #now = $state(serverNow())

  constructor(everyMs = 30_000) {
    const look = () => {
      this.#now = serverNow()
    }
    $effect(() => ticker.alarm(this.#now + everyMs, look))
    $effect(() => serverClock.onChange(look))
  }

  get now(): number {
    return this.#now
  }
}

/** Whether server time has reached one moment: turns once, when it does. Make it while a component is set up. */
export class Reached {
  readonly #at: () => number | null
  #looks = $state(0)
  readonly #yes = $derived.by(() => {
    void this.#looks
    const at = this.#at()
    return at !== null && serverNow() >= at
  })

  /** `at` in server ms; null: never. */
  constructor(at: () => number | null) {
    this.#at = at
    const look = () => {
      this.#looks += 1
    }
    $effect(() => {
      const when = at()
      return when === null || this.#yes ? undefined : ticker.alarm(when, look)
    })
    $effect(() => serverClock.onChange(look))
  }

  get yes(): boolean {
    return this.#yes
  }
}
