import type { Bus } from './bus.ts'
import type { Clock } from './clock.ts'
import type { Queryable } from './database.ts'
import type { Logger } from './logger.ts'
import { WakeList } from './wake-list.ts'

export interface SystemClock extends Clock {
  /**
   * Test clock only: moves the time of all nodes on by `ms` (integer, not negative) and gives the new
   * `now()`. The offset is stored first. Rejects when the test clock is off.
   */
  advance(ms: number): Promise<number>
  close(): void
}

export interface ClockOptions {
  /** Only read for its time, and for the test clock's offset. */
  database: Queryable
  bus: Bus
  testClock: boolean
  logger?: Logger
  /** Milliseconds that never jump; for tests. */
  monotonic?: () => number
}

const SAMPLE_EVERY_MS = 30_000
const SAMPLES_AT_START = 5
const SAMPLES_LATER = 3
/** The test clock of another node is followed this soon even without a hint. */
const OFFSET_EVERY_MS = 500
/** A difference is made up at this share of passing time: 50 ms a second. */
const SLEW = 0.05
/** A database this far ahead is followed at once: this process was suspended. */
const JUMP_MS = 1_000
/** setTimeout fires at once beyond 2^31 ms, so far wakes are approached in steps. */
const STEP_MS = 60_000

const DATABASE_TIME = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms'
const READ_OFFSET = `SELECT value FROM settings WHERE key = 'test_clock_offset'`
const ADD_OFFSET = `INSERT INTO settings (key, value) VALUES ('test_clock_offset', $1)
  ON CONFLICT (key) DO UPDATE SET value = (settings.value::bigint + excluded.value::bigint)::text
  RETURNING value`

/**
 * Opens the clock, anchored to the database's time so that all nodes agree. Throws a DatabaseError when
 * the database does not answer; later failures leave the clock running on by itself.
 */
export async function openClock(options: ClockOptions): Promise<SystemClock> {
  const clock = new AnchoredClock(options)
  await clock.start()
  return clock
}

class AnchoredClock implements SystemClock {
  private readonly monotonic: () => number
  private readonly wakes = new WakeList()
  /** `anchor` is the time at `anchoredAt` (monotonic); `error` of it is still to be made up. */
  private anchor = 0
  private anchoredAt = 0
  private error = 0
  private offset = 0
  private latest = 0
  private timer: NodeJS.Timeout | undefined
  private readonly intervals: NodeJS.Timeout[] = []
  private unsubscribe: () => void = () => undefined
  private closed = false

  constructor(private readonly options: ClockOptions) {
    this.monotonic = options.monotonic ?? (() => performance.now())
  }

  async start(): Promise<void> {
    this.accept(await this.sample(SAMPLES_AT_START), true)
    this.repeat(SAMPLE_EVERY_MS, async () => this.accept(await this.sample(SAMPLES_LATER), false))
    if (!this.options.testClock) return
    await this.readOffset()
    this.repeat(OFFSET_EVERY_MS, () => this.readOffset())
    this.unsubscribe = this.options.bus.subscribe('clock', () => {
      this.readOffset().catch((error: unknown) => this.complain(error))
    })
  }

  now(): number {
    const passed = this.monotonic() - this.anchoredAt
    const made = Math.sign(this.error) * Math.min(Math.abs(this.error), passed * SLEW)
    this.latest = Math.max(this.latest, Math.floor(this.anchor + passed + made + this.offset))
    return this.latest
  }

  wakeAt(at: number, wake: () => void): () => void {
    const cancel = this.wakes.add(at, wake)
    if (this.wakes.next() === at) this.arm()
    return cancel
  }

  async advance(ms: number): Promise<number> {
    if (!this.options.testClock) throw new Error('the test clock is off')
    if (!Number.isInteger(ms) || ms < 0) throw new Error('a clock advances by whole milliseconds, never back')
    const [row] = await this.options.database.query<{ value: string }>(ADD_OFFSET, [String(ms)])
    this.follow(Number(row?.value ?? 0))
    this.options.bus.publish({ topic: 'clock', id: 'test', seq: 0 })
    return this.now()
  }

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    for (const interval of this.intervals) clearInterval(interval)
    this.unsubscribe()
  }

  /** The database's time against ours, from the quickest of several answers. */
  private async sample(count: number): Promise<{ difference: number; doubt: number }> {
    let best = { difference: 0, doubt: Number.POSITIVE_INFINITY }
    for (let i = 0; i < count; i++) {
      const before = this.monotonic()
      const [row] = await this.options.database.query<{ ms: number }>(DATABASE_TIME)
      const doubt = (this.monotonic() - before) / 2
      if (row && doubt < best.doubt) best = { difference: row.ms - (before + doubt), doubt }
    }
    return best
  }

  /** Takes a sample over: at once when it is the first or far ahead, otherwise bit by bit. */
  private accept(sample: { difference: number; doubt: number }, first: boolean): void {
    if (this.closed) return
    const at = this.monotonic()
    const passed = at - this.anchoredAt
    const made = Math.sign(this.error) * Math.min(Math.abs(this.error), passed * SLEW)
    const current = this.anchor + passed + made
    const difference = at + sample.difference - current
    const jump = first || difference > JUMP_MS
    this.anchor = jump ? current + difference : current
    this.anchoredAt = at
    // What lies within the doubt of the sample is no difference.
    this.error = jump || Math.abs(difference) <= sample.doubt ? 0 : difference
    if (jump) this.fire()
  }

  private async readOffset(): Promise<void> {
    const [row] = await this.options.database.query<{ value: string }>(READ_OFFSET)
    this.follow(Number(row?.value ?? 0))
  }

  private follow(offset: number): void {
    // Answers may overtake each other; the offset only grows.
    if (this.closed || !(offset > this.offset)) return
    this.offset = offset
    this.fire()
  }

  private fire(): void {
    for (let due = this.wakes.takeDue(this.now()); due; due = this.wakes.takeDue(this.now())) {
      try {
        due.wake()
      } catch (error) {
        this.complain(error)
      }
    }
    this.arm()
  }

  private arm(): void {
    clearTimeout(this.timer)
    const next = this.wakes.next()
    if (next === undefined || this.closed) return
    this.timer = setTimeout(() => this.fire(), Math.min(Math.max(next - this.now(), 0), STEP_MS))
  }

  private repeat(everyMs: number, work: () => Promise<void>): void {
    let running = false
    const interval = setInterval(() => {
      if (running) return
      running = true
      work()
        .catch((error: unknown) => this.complain(error))
        .finally(() => {
          running = false
        })
    }, everyMs)
    interval.unref()
    this.intervals.push(interval)
  }

  private complain(error: unknown): void {
    if (this.closed) return
    const reason = error instanceof Error ? error.message : 'unknown'
    this.options.logger?.warn({ reason }, 'the clock had trouble')
  }
}
