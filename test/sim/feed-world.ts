import { Feed } from '../../server/incidents/feed.ts'
import { joinWithoutGap } from '../../server/incidents/join.ts'
import { event, type IncidentEvent } from '../../shared/incident/events.ts'
import { createRandom, type Random } from './random.ts'

/** Defects one can build in, to see that the simulation finds them. */
export type PlantedBug =
  | 'no-reread' // nobody asks the log for what lost hints would have told
  | 'fan-out-before-commit' // events are shown while the commit may still fail
  | 'cursor-over-gaps' // the log shows later rows before earlier ones are committed
  | 'join-without-catch-up' // what was delivered while joining is left out
  | 'client-without-gap-check' // a client takes whatever comes

export interface Faults {
  lost: number
  repeated: number
  reordered: number
  crashes: number
  cuts: number
  failedCommits: number
  failedReads: number
}

const incidentId = 'incident'

interface Client {
  node: number
  joined: boolean
  joining: boolean
  seq: number
  seen: IncidentEvent[]
  /** Set when it has to rejoin from where it is. */
  lost: boolean
  generation: number
}

interface Node {
  feed: Feed
  generation: number
  room: Set<Client>
  /** Newest seq delivered while somebody was listening. */
  delivered: number | null
}

/**
 * Two nodes, one log, a bus that loses, repeats and reorders, and clients that come and go; every step is chosen
 * by the seed. What runs is the real feed and the real joining; the log, the bus and the sockets are stand-ins.
 */
export class FeedWorld {
  readonly random: Random
  readonly faults: Faults = {
    lost: 0,
    repeated: 0,
    reordered: 0,
    crashes: 0,
    cuts: 0,
    failedCommits: 0,
    failedReads: 0,
  }
  readonly log: IncidentEvent[] = []
  readonly clients: Client[] = []
  private readonly nodes: Node[] = []
  private pending: (() => void)[] = []
  private hints: { to: number; generation: number; seq: number }[] = []
  operations = 0

  constructor(
    readonly seed: number,
    private readonly bug: PlantedBug | null,
  ) {
    this.random = createRandom(seed)
    for (let i = 0; i < 2; i++) this.nodes.push(this.startNode(0))
    for (let i = 0; i < 5; i++)
      this.clients.push({
        node: i % 2,
        joined: false,
        joining: false,
        seq: 0,
        seen: [],
        lost: false,
        generation: 0,
      })
  }

  private startNode(generation: number): Node {
    const node: Node = { feed: this.feedOf(() => node), generation, room: new Set(), delivered: null }
    return node
  }

  private feedOf(self: () => Node): Feed {
    return new Feed({
      source: {
        readAfter: (_id, seq) => this.later(() => this.visibleAfter(seq)),
        heads: () => this.later(() => new Map([[incidentId, this.head()]])),
      },
      deliver: (_id, events) => {
        const node = self()
        for (const e of events) {
          if (node.delivered !== null && e.seq !== node.delivered + 1 && node.room.size > 0)
            this.misdelivered ??= `a feed delivered ${e.seq} after ${node.delivered}`
          node.delivered = e.seq
        }
        for (const client of node.room) this.hear(client, events)
      },
      onError: () => {},
    })
  }

  private head(): number {
    return this.log[this.log.length - 1]?.seq ?? 0
  }

  private misdelivered: string | null = null
  private holes = new Set<number>()

  private visibleAfter(seq: number): IncidentEvent[] {
    return this.log.filter((e) => e.seq > seq && !this.holes.has(e.seq)).slice(0, 1 + this.random.int(5))
  }

  /** A read whose answer comes when the seed says so, or fails. */
  private later<T>(read: () => T): Promise<T> {
    // What a read sees is fixed at some moment between asking and answering.
    const early = this.random.chance(0.6) ? { value: read() } : null
    return new Promise((resolve, reject) => {
      this.pending.push(() => {
        if (this.random.chance(0.03)) {
          this.faults.failedReads++
          reject(new Error('the database does not answer'))
        } else resolve(early === null ? read() : early.value)
      })
    })
  }

  async step(): Promise<void> {
    this.operations++
    const dice = this.random.next()
    if (dice < 0.3) this.append(this.random.int(2))
    else if (dice < 0.5) this.settleOne()
    else if (dice < 0.7) this.hintOne()
    else if (dice < 0.78 && this.bug !== 'no-reread')
      void this.random
        .pick(this.nodes)
        .feed.reread()
        .catch(() => {})
    else if (dice < 0.93) this.clientAct(this.random.pick(this.clients))
    else if (dice < 0.94) this.crash(this.random.int(2))
    else this.cut(this.random.pick(this.clients))
    await turn()
  }

  private append(at: number): void {
    const node = this.nodes[at]
    if (node === undefined) return
    const count = 1 + this.random.int(3)
    const first = this.head() + 1
    const events = Array.from(
      { length: count },
      (_, i): IncidentEvent => ({
        ...event('chat.sent', { text: `${first + i}`, mentions: [], snippet: false }),
        seq: first + i,
        at: first + i,
        occurredAt: first + i,
        actor: { kind: 'person', id: 'p' },
        commandId: `c${this.seed}-${this.operations}-${i}`,
        hash: `h${this.operations}-${first + i}`,
      }),
    )
    const fails = this.random.chance(0.1)
    if (this.bug === 'fan-out-before-commit') node.feed.committed(incidentId, events)
    if (fails) {
      this.faults.failedCommits++
      return
    }
    this.log.push(...events)
    if (this.bug === 'cursor-over-gaps' && count > 1) {
      this.holes.add(first)
      this.pending.push(() => this.holes.delete(first))
    }
    if (this.bug !== 'fan-out-before-commit' && this.bug !== 'cursor-over-gaps')
      node.feed.committed(incidentId, events)
    this.nodes.forEach((n, to) => {
      if (n !== node || this.bug === 'cursor-over-gaps')
        this.hints.push({ to, generation: n.generation, seq: this.head() })
    })
  }

  private settleOne(): void {
    if (this.pending.length === 0) return
    const [settle] = this.pending.splice(this.random.int(this.pending.length), 1)
    settle?.()
  }

  private hintOne(): void {
    if (this.hints.length === 0) return
    const index = this.random.int(this.hints.length)
    if (index > 0) this.faults.reordered++
    const hint = this.hints[index]
    if (hint === undefined) return
    const fate = this.random.next()
    if (fate < 0.2) {
      this.faults.lost++
      this.hints.splice(index, 1)
      return
    }
    if (fate < 0.35) this.faults.repeated++
    else this.hints.splice(index, 1)
    const node = this.nodes[hint.to]
    if (node !== undefined && node.generation === hint.generation) node.feed.hint(incidentId, hint.seq)
  }

  private clientAct(client: Client): void {
    if (client.joining || (client.joined && !client.lost)) return
    const node = this.nodes[client.node]
    if (node === undefined) return
    const { generation } = client
    client.joining = true
    client.lost = false
    const already = node.room.has(client)
    const alive = () => client.generation === generation && this.nodes[client.node] === node
    joinWithoutGap(
      { feed: node.feed, readAfter: (_id, seq) => this.later(() => this.visibleAfter(seq)) },
      incidentId,
      already,
      async () => {
        const since = client.seq
        const events = await this.later(() => this.log.filter((e) => e.seq > since && !this.holes.has(e.seq)))
        return { picture: events, upTo: events[events.length - 1]?.seq ?? since }
      },
      {
        alive,
        answer: (events) => {
          client.joined = true
          this.take(client, events)
        },
        catchUp: (events) => {
          if (this.bug !== 'join-without-catch-up') this.hear(client, events)
        },
        enter: () => {
          if (node.room.size === 0) node.delivered = null
          node.room.add(client)
        },
      },
    ).then(
      () => {
        if (client.generation === generation) client.joining = false
      },
      () => {
        if (client.generation === generation) {
          client.joining = false
          client.lost = client.joined
        }
      },
    )
  }

  private crash(at: number): void {
    const node = this.nodes[at]
    if (node === undefined) return
    this.faults.crashes++
    node.room.clear()
    for (const client of this.clients) if (client.node === at) this.drop(client)
    this.nodes[at] = this.startNode(node.generation + 1)
  }

  private cut(client: Client): void {
    if (!client.joined) return
    this.faults.cuts++
    const node = this.nodes[client.node]
    if (node?.room.delete(client)) node.feed.unwatch(incidentId)
    this.drop(client)
    if (this.random.chance(0.5)) client.node = 1 - client.node
  }

  private drop(client: Client): void {
    client.generation++
    client.joined = false
    client.joining = false
  }

  /** What the browser does with what the room says: the next ones, else ask again. */
  private hear(client: Client, events: readonly IncidentEvent[]): void {
    if (this.bug === 'client-without-gap-check') {
      client.seen.push(...events)
      client.seq = events[events.length - 1]?.seq ?? client.seq
      return
    }
    this.take(client, events)
  }

  private take(client: Client, events: readonly IncidentEvent[]): void {
    for (const e of events) {
      if (e.seq <= client.seq) continue
      if (e.seq > client.seq + 1) {
        client.lost = true
        return
      }
      client.seen.push(e)
      client.seq = e.seq
    }
  }

  /** Nobody ever saw what is not in the log, nor out of order. Gives what is wrong, or null. */
  violation(): string | null {
    if (this.misdelivered !== null) return this.misdelivered
    for (const [index, client] of this.clients.entries()) {
      for (const [i, seen] of client.seen.entries()) {
        const stored = this.log[i]
        if (stored === undefined || stored.hash !== seen.hash)
          return `client ${index} saw at place ${i + 1} event ${seen.seq} (${seen.hash}), the log has ${stored?.hash ?? 'nothing'}`
      }
    }
    return null
  }

  /** Heals everything and lets it come to rest. Gives who misses what, or null. */
  async quiet(): Promise<string | null> {
    for (let round = 0; round < 60; round++) {
      for (const client of this.clients) this.clientAct(client)
      for (const node of this.nodes) if (this.bug !== 'no-reread') void node.feed.reread().catch(() => {})
      for (let i = 0; i < 20; i++) {
        await turn()
        for (const settle of this.pending.splice(0)) settle()
      }
    }
    for (const [index, client] of this.clients.entries())
      if (client.seen.length !== this.log.length)
        return `client ${index} has ${client.seen.length} of ${this.log.length} events`
    return this.violation()
  }
}

/** Lets every promise that can go on go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One run. Gives what was wrong first, or null, with the faults that happened. */
export async function runFeedWorld(seed: number, operations: number, bug: PlantedBug | null = null) {
  const world = new FeedWorld(seed, bug)
  for (let i = 0; i < operations; i++) {
    await world.step()
    const wrong = world.violation()
    if (wrong !== null) return { wrong: `seed ${seed}, operation ${i}: ${wrong}`, world }
  }
  const wrong = await world.quiet()
  return { wrong: wrong === null ? null : `seed ${seed}, at rest: ${wrong}`, world }
}
