import type { IncidentEvent } from '../../shared/incident/events.ts'

/** What the feed reads. Implementations may be as slow as they like; nothing is lost by it. */
export interface FeedSource {
  /** The next events after `seq`, in order; empty when there is none yet. */
  readAfter(incidentId: string, seq: number): Promise<IncidentEvent[]>
  /** Newest seq of each incident. */
  heads(incidentIds: readonly string[]): Promise<Map<string, number>>
}

export interface FeedParts {
  source: FeedSource
  /** Called with the next events of an incident, in order, without gap or repetition. */
  deliver(incidentId: string, events: readonly IncidentEvent[]): void
  onError(error: unknown): void
}

interface Channel {
  /** Newest seq delivered. */
  seq: number
  /** Newest seq anybody spoke of. */
  known: number
  /** The newest delivered events, for those who join in the middle. */
  recent: IncidentEvent[]
  recentBytes: number
  watchers: number
  reading: Promise<void> | null
  /** Where a reading ended although more was known: not tried again before the next hint or reread. */
  stalled: number
  ready: Promise<void>
}

const keptRecent = 512
/** About this many bytes of them; long snippets are read from the log again. */
const keptBytes = 1_000_000

/**
 * The one way out (rule 2). Each node's feed delivers the next sequence number, or, on a gap, rereads the log.
 * Hints and the local commits only say that there may be more: they may be lost, repeated and reordered.
 */
export class Feed {
  readonly #channels = new Map<string, Channel>()
  constructor(private readonly parts: FeedParts) {}

  /** Begins to deliver this incident's events from its present end on. Resolves when that is certain. */
  async watch(incidentId: string): Promise<void> {
    const existing = this.#channels.get(incidentId)
    if (existing !== undefined) {
      existing.watchers++
      return existing.ready
    }
    const channel: Channel = {
      seq: -1,
      known: 0,
      recent: [],
      recentBytes: 0,
      watchers: 1,
      reading: null,
      stalled: -1,
      ready: Promise.resolve(),
    }
    this.#channels.set(incidentId, channel)
    channel.ready = this.#begin(incidentId, channel)
    try {
      await channel.ready
    } catch (error) {
      if (this.#channels.get(incidentId) === channel) this.#channels.delete(incidentId)
      throw error
    }
  }

  async #begin(incidentId: string, channel: Channel): Promise<void> {
    const heads = await this.parts.source.heads([incidentId])
    channel.seq = heads.get(incidentId) ?? 0
    if (channel.known > channel.seq) this.#read(incidentId, channel)
  }

  unwatch(incidentId: string): void {
    const channel = this.#channels.get(incidentId)
    if (channel === undefined) return
    channel.watchers--
    if (channel.watchers <= 0) this.#channels.delete(incidentId)
  }

  watched(): string[] {
    return [...this.#channels.keys()]
  }

  /** Events this node has just committed. Delivered at once when they are the next ones. */
  committed(incidentId: string, events: readonly IncidentEvent[]): void {
    const channel = this.#channels.get(incidentId)
    const first = events[0]
    const last = events[events.length - 1]
    if (channel === undefined || first === undefined || last === undefined) return
    if (channel.reading === null && channel.seq >= 0 && first.seq === channel.seq + 1) {
      this.#deliver(incidentId, channel, events)
      return
    }
    this.hint(incidentId, last.seq)
  }

  /** Somebody says that the incident has reached `seq`. */
  hint(incidentId: string, seq: number): void {
    const channel = this.#channels.get(incidentId)
    if (channel === undefined || seq <= channel.known) return
    channel.known = seq
    if (channel.seq >= 0 && seq > channel.seq) this.#read(incidentId, channel)
  }

  /** Asks the log for every watched incident: what lost hints would have told. Meant for once a second. */
  async reread(): Promise<void> {
    const heads = await this.parts.source.heads(this.watched())
    for (const [incidentId, seq] of heads) {
      const channel = this.#channels.get(incidentId)
      if (channel !== undefined && channel.seq >= 0 && seq > channel.seq) {
        channel.known = Math.max(channel.known, seq)
        this.#read(incidentId, channel)
      }
    }
  }

  /**
   * Delivered events after `seq`, or null when they are no longer in memory. Together with `state at seq` this
   * joins without a gap.
   */
  recentAfter(incidentId: string, seq: number): IncidentEvent[] | null {
    const channel = this.#channels.get(incidentId)
    if (channel === undefined || channel.seq < 0) return null
    if (seq >= channel.seq) return []
    const from = channel.recent.findIndex((e) => e.seq === seq + 1)
    return from < 0 ? null : channel.recent.slice(from)
  }

  #read(incidentId: string, channel: Channel): void {
    if (channel.reading !== null) return
    channel.reading = this.#readOn(incidentId, channel)
      .catch((error: unknown) => this.parts.onError(error))
      .finally(() => {
        channel.reading = null
        // A hint that came between the last read and here must not wait for the next reread.
        if (channel.known > channel.seq && this.#channels.get(incidentId) === channel)
          this.#again(incidentId, channel)
      })
  }

  #again(incidentId: string, channel: Channel): void {
    if (channel.stalled === channel.seq) return
    channel.stalled = channel.seq
    this.#read(incidentId, channel)
  }

  async #readOn(incidentId: string, channel: Channel): Promise<void> {
    for (;;) {
      const events = await this.parts.source.readAfter(incidentId, channel.seq)
      if (this.#channels.get(incidentId) !== channel) return
      const next = events.filter((e) => e.seq > channel.seq)
      if (next.length === 0) return
      this.#deliver(incidentId, channel, next)
      if (channel.seq >= channel.known) return
    }
  }

  #deliver(incidentId: string, channel: Channel, events: readonly IncidentEvent[]): void {
    const last = events[events.length - 1]
    if (last === undefined) return
    channel.seq = last.seq
    channel.known = Math.max(channel.known, last.seq)
    channel.recent.push(...events)
    channel.recentBytes += events.reduce((sum, e) => sum + roughBytes(e), 0)
    if (channel.recent.length > 2 * keptRecent || channel.recentBytes > 2 * keptBytes) keepNewest(channel)
    this.parts.deliver(incidentId, events)
  }
}

/** The size of what can be long in an event; the rest is small. */
function roughBytes(e: IncidentEvent): number {
  return 300 + ('text' in e.data ? e.data.text.length : 0)
}

/** Forgets the oldest of the recent events, down to half of what is kept at most. */
function keepNewest(channel: Channel): void {
  let from = channel.recent.length
  let bytes = 0
  while (from > 0 && channel.recent.length - from < keptRecent) {
    const e = channel.recent[from - 1]
    if (e === undefined || bytes + roughBytes(e) > keptBytes) break
    bytes += roughBytes(e)
    from--
  }
  channel.recent = channel.recent.slice(from)
  channel.recentBytes = bytes
}
