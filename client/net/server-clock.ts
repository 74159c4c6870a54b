/** What the clock needs from its surroundings; tests give their own. */
export interface ClockSources {
  /** Monotonic local time in ms. */
  monotonic: () => number
  /** The machine's wall clock in ms: the guess until the first measurement, and how sleep is noticed. */
  wall: () => number
}

interface Sample {
  offset: number
  roundTrip: number
}

const samplesPerMeasurement = 5
/** A wall clock that ran this much apart from the monotonic one means that the machine slept. */
const sleptMs = 1000

/**
 * The server's time, from a measured offset to the local monotonic clock. Of several round trips the shortest
 * wins: its error is at most half of it.
 */
export class ServerClock {
  readonly #sources: ClockSources
  readonly #guess: number
  readonly #listeners = new Set<() => void>()
  #best: Sample | null = null
  #apart: number
  #ask: (() => Promise<number>) | null = null
  #running: Promise<void> | null = null
  #tellKnown: () => void = () => {}
  /** Resolves with the first answer of the server; until then `now` is the machine's own guess. */
  readonly known = new Promise<void>((resolve) => {
    this.#tellKnown = resolve
  })

  /** `guess`: how far the server's time was from this machine's when they last met, ms. */
  constructor(sources: ClockSources, guess = 0) {
    this.#sources = sources
    this.#guess = guess
    this.#apart = this.#drift()
  }

  /** Server time in whole ms, as every message carries it; the machine's own time until something was measured. */
  now(): number {
    const now =
      this.#best === null ? this.#sources.wall() + this.#guess : this.#sources.monotonic() + this.#best.offset
    return Math.floor(now)
  }

  get measured(): boolean {
    return this.#best !== null
  }

  /** Half of the round trip the offset rests on, ms: how wrong `now` can be. */
  get errorMs(): number {
    return this.#best === null ? Number.POSITIVE_INFINITY : this.#best.roundTrip / 2
  }

  /** Says whom to ask for the time: resolves to server ms, rejects when nobody answers. */
  askBy(ask: () => Promise<number>): void {
    this.#ask = ask
  }

  /** Called whenever the offset changed, so that everything drawn from it is drawn again. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Measures by several round trips. `jumped` forgets the old offset first: the server's clock was moved.
   * Never rejects; without an answer the old offset stays.
   */
  measure(options: { jumped?: boolean } = {}): Promise<void> {
    if (options.jumped !== true && this.#running !== null) return this.#running
    const run = this.#measure(options.jumped === true).finally(() => {
      if (this.#running === run) this.#running = null
    })
    this.#running = run
    return run
  }

  /**
   * Measures again when the machine seems to have slept, which its monotonic clock may not have counted: until
   * somebody answers the sleep is taken from the wall clock. Cheap; called once a second.
   */
  noticeSleep(): void {
    const slept = this.#drift() - this.#apart
    if (Math.abs(slept) < sleptMs) return
    this.#apart += slept
    if (this.#best !== null) this.#use({ ...this.#best, offset: this.#best.offset + slept })
    void this.measure({ jumped: true })
  }

  async #measure(jumped: boolean): Promise<void> {
    if (this.#ask === null) return
    let best: Sample | null = null
    for (let i = 0; i < samplesPerMeasurement; i++) {
      const sample = await this.#sample(this.#ask)
      if (sample !== null && (best === null || sample.roundTrip < best.roundTrip)) best = sample
      // Anything beats the guess of a machine that may be minutes off.
      if (sample !== null && this.#best === null) this.#use(sample)
    }
    if (best === null) return
    this.#apart = this.#drift()
    if (!jumped && this.#best !== null && isNoise(best, this.#best)) return
    this.#use(best)
  }

  #use(sample: Sample): void {
    this.#best = sample
    this.#tellKnown()
    for (const listener of this.#listeners) listener()
  }

  async #sample(ask: () => Promise<number>): Promise<Sample | null> {
    const sent = this.#sources.monotonic()
    try {
      const server = await ask()
      const back = this.#sources.monotonic()
      return { offset: server + (back - sent) / 2 - back, roundTrip: back - sent }
    } catch {
      return null
    }
  }

  #drift(): number {
    return this.#sources.wall() - this.#sources.monotonic()
  }
}

/** A slower measurement that the older, sharper one lies within says nothing new. */
function isNoise(fresh: Sample, old: Sample): boolean {
  return fresh.roundTrip > old.roundTrip * 2 && Math.abs(fresh.offset - old.offset) <= fresh.roundTrip / 2
}

export const browserSources: ClockSources = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
}
