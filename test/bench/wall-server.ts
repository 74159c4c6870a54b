/**
 * Runs in the page before its own script: a WebSocket that answers as the server does to a wall, by the page's own
 * clock, so that a day passes in minutes. A new picture every half minute: incidents come, break their clocks, are
 * met and go; now and then the line breaks. Counts the page's timers that wait and the pictures that are told.
 */
export function livelyServer(): void {
  const waiting = new Set<number>()
  const counts = {
    pictures: 0,
    get waiting() {
      return waiting.size
    },
  }
  Object.assign(window, { counts })
  const realTimeout = window.setTimeout.bind(window)
  const realInterval = window.setInterval.bind(window)
  const realClear = window.clearTimeout.bind(window)
  Object.assign(window, {
    setTimeout(run: () => void, ms?: number) {
      const id: number = realTimeout(() => {
        waiting.delete(id)
        run()
      }, ms)
      waiting.add(id)
      return id
    },
    setInterval(run: () => void, ms?: number) {
      const id = realInterval(run, ms)
      waiting.add(id)
      return id
    },
    clearTimeout(id?: number) {
      if (id !== undefined) waiting.delete(id)
      realClear(id)
    },
    clearInterval(id?: number) {
      if (id !== undefined) waiting.delete(id)
      realClear(id)
    },
  })

  const minute = 60_000
  const clock = (id: string, from: number, ms: number, met: boolean) => ({
    id,
    kind: id === 'update' ? 'update' : 'clock',
    label: id,
    from: { moment: 'declared', at: from },
    until: 'acknowledged',
    target: { kind: 'figure', figure: { kind: 'stated', ms } },
    bound: 'inclusive',
    soft: false,
    basis: 'stated',
    why: null,
    dueAt: from + ms,
    lateFrom: from + ms + 1,
    targetMs: ms,
    phase: met ? 'stopped' : 'running',
    met: met ? { at: from + ms / 2, dueAt: from + ms, late: false, overMs: 0 } : null,
    passed: [],
  })

  function picture() {
    counts.pictures += 1
    const now = Date.now()
    const step = Math.floor(now / (30 * 1000))
    const count = Math.floor(step / 20) % 13
    const tiles = Array.from({ length: count }, (_, i) => {
      const declaredAt = now - ((step + i * 7) % 40) * minute
      return {
        key: `K${i}${Math.floor(step / 20) % 90}`,
        seq: step,
        title: `Incident ${i} of picture ${step} with a title of usual length`,
        severity: i % 4 === 3 ? null : { key: `SEV-${1 + (i % 4)}`, rank: 1 + (i % 4), name: 'Bad' },
        status: { value: 'investigating', label: 'Investigating' },
        declaredAt,
        acknowledged: i % 2 === 0,
        commander: i % 3 === 0 ? null : { name: `Person ${step % 50}`, since: declaredAt },
        lastUpdate: {
          at: now - minute,
          audience: 'internal',
          text: `Update of ${step}, as long as they are.`,
        },
        tasks: { done: step % 20, total: 26 },
        clocks: [
          clock('acknowledge', declaredAt, 5 * minute, i % 2 === 0),
          clock('respond', declaredAt, 15 * minute, false),
          clock('update', declaredAt, 30 * minute, false),
        ],
        unset: 1,
      }
    })
    const days = Array.from({ length: 30 }, (_, i) => ({
      day: now - i * 24 * 60 * minute,
      incidents: i % 5,
      worst: 1 + (i % 4),
    }))
    return { tiles, days, last: { key: 'K7QF', closedAt: now - minute }, at: now }
  }

  class LivelySocket extends EventTarget {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static readonly CLOSED = 3
    readyState = 0
    bufferedAmount = 0
    binaryType = 'blob'
    onopen: (() => void) | null = null
    onclose: ((event: unknown) => void) | null = null
    onmessage: ((event: { data: string }) => void) | null = null
    onerror: (() => void) | null = null
    #timers: number[] = []

    constructor() {
      super()
      realTimeout(() => {
        this.readyState = 1
        this.onopen?.()
        this.#tell('0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}')
        this.#timers = [
          realInterval(() => this.#tell('2'), 25_000),
          realInterval(() => this.#tell(`42${JSON.stringify(['wall:tile', picture()])}`), 30_000),
          // Every two hours the line breaks and the wall comes back.
          realInterval(() => this.close(), 2 * 60 * minute),
        ]
      }, 5)
    }

    send(data: string): void {
      if (data.startsWith('40')) this.#later('40{"sid":"b"}')
      const [, id, json] = /^42(\d+)(.*)$/s.exec(data) ?? []
      if (id === undefined || json === undefined) return
      const [name] = JSON.parse(json) as [string]
      if (name === 'clock') this.#later(`43${id}${JSON.stringify([{ now: Date.now() }])}`)
      if (name === 'wall:join') this.#later(`43${id}${JSON.stringify([{ ok: true, wall: picture() }])}`)
    }

    close(): void {
      for (const timer of this.#timers) realClear(timer)
      if (this.readyState === 3) return
      this.readyState = 3
      this.onclose?.({ code: 1006, reason: '', wasClean: false })
    }

    #later(data: string): void {
      realTimeout(() => this.#tell(data), 5)
    }

    #tell(data: string): void {
      if (this.readyState === 1) this.onmessage?.({ data })
    }
  }
  Object.assign(window, { WebSocket: LivelySocket })
}
