import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Target, Typist } from './typist.ts'

/** The parent's orders: people come, type for a while, go. */
export type Order =
  | { kind: 'connect'; room: string; target: Target; people: number }
  | { kind: 'type'; room: string; perSecond: number; seconds: number }
  | { kind: 'leave'; room: string }

/** From an edit's leaving to each other screen's receiving it, in ms, in no order. */
export interface Typed {
  latencies: number[]
  edits: number
  /** Edits times other people, less what arrived. */
  missing: number
  /** How late this process itself was, p99 in ms: below this nothing can be told apart. */
  ownDelay: number
}

export type Report = { ok: true; typed?: Typed } | { ok: false; error: string }

const patienceMs = 5_000

interface Sent {
  at: number
  author: number
  arrived: number
}

/** The people in one room; marks are numbered on through the life of the process. */
class Room {
  readonly #people: Typist[] = []
  readonly #sent = new Map<number, Sent>()
  #latencies: number[] = []

  async fill(target: Target, people: number): Promise<void> {
    for (let index = 0; index < people; index++)
      this.#people.push(new Typist(target, index, (mark) => this.#arrived(mark, index)))
    await Promise.all(this.#people.map((person) => person.ready()))
  }

  async type(perSecond: number, seconds: number): Promise<Typed> {
    this.#sent.clear()
    this.#latencies = []
    const delay = monitorEventLoopDelay({ resolution: 2 })
    delay.enable()
    const end = performance.now() + seconds * 1000
    await Promise.all(this.#people.map((person, index) => this.#typeUntil(end, person, index, perSecond)))
    const expected = this.#sent.size * (this.#people.length - 1)
    const giveUp = performance.now() + patienceMs
    while (this.#latencies.length < expected && performance.now() < giveUp) await pause(20)
    delay.disable()
    const lost = this.#people.find((person) => person.closed !== undefined)
    if (lost !== undefined) throw new Error(`a connection was closed: ${lost.closed}`)
    return {
      latencies: this.#latencies.map((ms) => Math.round(ms * 1000) / 1000),
      edits: this.#sent.size,
      missing: expected - this.#latencies.length,
      ownDelay: Math.max(0, delay.percentile(99) / 1e6 - 2),
    }
  }

  close(): void {
    for (const person of this.#people) person.close()
  }

  async #typeUntil(end: number, person: Typist, author: number, perSecond: number): Promise<void> {
    const interval = 1000 / perSecond
    await pause(Math.random() * interval)
    while (performance.now() < end) {
      const mark = ++marks
      this.#sent.set(mark, { at: performance.now(), author, arrived: 0 })
      person.type(mark)
      // Nobody types like a clock; without this everybody's edits would fall together or never.
      await pause(interval * (0.75 + Math.random() / 2))
    }
  }

  #arrived(mark: number, reader: number): void {
    const sent = this.#sent.get(mark)
    if (sent === undefined || sent.author === reader) return
    sent.arrived++
    this.#latencies.push(performance.now() - sent.at)
  }
}

let marks = 0
const rooms = new Map<string, Room>()

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function obey(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'connect': {
      const room = new Room()
      rooms.set(order.room, room)
      await room.fill(order.target, order.people)
      return { ok: true }
    }
    case 'type': {
      const room = rooms.get(order.room)
      if (room === undefined) throw new Error(`no room ${order.room}`)
      return { ok: true, typed: await room.type(order.perSecond, order.seconds) }
    }
    case 'leave':
      rooms.get(order.room)?.close()
      rooms.delete(order.room)
      return { ok: true }
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) => process.send?.({ ok: false, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ ok: true })
