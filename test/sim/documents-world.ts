import * as Y from 'yjs'
import { decodeBatch } from '../../server/documents/batch-body.ts'
import { readFrame, updateFrame } from '../../server/documents/frames.ts'
import { loadReplica } from '../../server/documents/replica.ts'
import { hasPending, inspectUpdate, standingOf } from '../../server/documents/update-check.ts'
import type { Hint } from '../../server/platform/bus.ts'
import { createManualClock } from '../../server/platform/manual-clock.ts'
import { MemoryJournalStore } from '../helpers/memory-journal.ts'
import { Random } from '../helpers/random.ts'
import { Client, type Connection, documentName } from './documents-client.ts'
import { Broken, type FaultKind, type Planted, wrongOrder } from './documents-faults.ts'
import { Node, WatchedStore } from './documents-node.ts'

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Two nodes, one journal, some clients, and everything that can go wrong between them. */
export class World {
  readonly random: Random
  readonly clock = createManualClock(1_700_000_000_000)
  readonly store = new WatchedStore()
  readonly seen = new Map<FaultKind, number>()
  readonly clients: Client[]
  #hints: { node: Node; hint: Hint }[] = []
  #nodes: Node[]
  #quiet = false

  constructor(
    seed: number,
    readonly planted: Planted = {},
  ) {
    this.random = new Random(seed)
    this.store.create(documentName)
    for (const { body } of this.store.get(documentName).batches)
      for (const { update } of decodeBatch(body)) Y.applyUpdate(this.store.truth, update)
    this.#nodes = [new Node(this), new Node(this)]
    this.clients = ['maya', 'tomas', 'nia', 'ola'].map((person) => new Client(this, person))
  }

  note(kind: FaultKind): void {
    this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1)
  }

  /** Batches committed so far. */
  get commits(): number {
    return this.store.get(documentName).row.seq - 1
  }

  get snapshots(): number {
    return this.store.get(documentName).snapshots.length
  }

  publish(hint: Hint): void {
    for (const node of this.#nodes) this.#hints.push({ node, hint })
  }

  /** Whatever leaves the server must be committed, and no count may be ahead of the journal. */
  checkSent(connection: Connection, frame: Uint8Array): void {
    if (frame[0] === 100) {
      const count = frame[1] === undefined ? 0 : (frame[1] & 127) + (frame[2] ?? 0) * 128
      connection.received.slice(0, count).forEach((update, i) => {
        if (standingOf(this.store.truth, inspectUpdate(update)).kind !== 'nothing')
          this.#break(`frame ${i + 1} of ${connection.person.id} was counted before it was committed`)
      })
      return
    }
    const message = readFrame(frame)
    if (message.kind !== 'step2' && message.kind !== 'update') return
    if (standingOf(this.store.truth, inspectUpdate(message.update)).kind !== 'nothing')
      this.#break(`${connection.person.id} was sent what is not committed`)
  }

  async run(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      this.#act()
      if (this.random.chance(0.6)) this.#runDeferred()
      if (this.random.chance(0.6)) this.#deliverToServer()
      if (this.random.chance(0.6)) this.#deliverToClient()
      await settle()
      if (this.random.chance(0.7)) this.#openGate()
      await settle()
      this.#watchRooms()
      this.#raise()
    }
    await this.#becomeQuiet()
    await this.#checkQuiet()
  }

  /** Errors inside promises of the product end up here, so that a broken promise cannot be swallowed. */
  broken: unknown

  #break(how: string): never {
    const broken = new Broken(how)
    this.broken ??= broken
    throw broken
  }

  #raise(): void {
    if (this.broken !== undefined) throw this.broken
  }

  #act(): void {
    const { random } = this
    if (!this.store.get(documentName).row.writable && random.chance(0.1)) {
      this.note('closed and reopened')
      this.store.setAccess(documentName, { writable: true })
    }
    const dice = random.below(100)
    if (dice < 45) random.pick(this.clients)?.edit(random)
    else if (dice < 70) this.#deliverHint()
    else if (dice < 84) this.#pass(random.chance(0.1) ? 6_000 : random.below(400))
    else if (dice < 95) this.#comeOrGo()
    else if (dice < 98) this.#poison()
    else this.#rare()
  }

  #comeOrGo(): void {
    const client = this.random.pick(this.clients)
    if (client === undefined) return
    if (client.connection === undefined) client.connect(this.#anyNode())
    else if (this.random.chance(0.4)) client.disconnect()
  }

  #rare(): void {
    const { random } = this
    const connection = random.pick(this.clients)?.connection
    if (random.chance(0.35)) {
      const index = random.below(this.#nodes.length)
      this.note('node crashed')
      this.#nodes[index]?.crash(this)
      for (const client of this.clients)
        if (client.connection !== undefined && !client.connection.node.alive) client.disconnect()
      this.#nodes[index] = new Node(this)
      this.#hints = this.#hints.filter(({ node }) => node.alive)
    } else if (random.chance(0.2)) {
      this.store.setAccess(documentName, { writable: false })
    } else if (random.chance(0.3)) {
      for (const client of this.clients) client.disconnect()
      this.#pass(6_000)
    } else if (connection !== undefined) {
      this.note('slow peer')
      connection.slow = !connection.slow
    }
  }

  /** Somebody sends what decodes, applies, and would part the replicas. */
  #poison(): void {
    const client = this.random.pick(this.clients)
    if (client?.connection?.seat === undefined) return
    const text = client.doc.getText('notes')
    if (text.length < 4) return
    const first = Y.createRelativePositionFromTypeIndex(text, 0).item
    const later = Y.createRelativePositionFromTypeIndex(text, 3).item
    if (first === null || later === null) return
    const update = wrongOrder(2 ** 31 + this.random.below(2 ** 30), later, first)
    if (standingOf(this.store.truth, inspectUpdate(update)).kind !== 'change') return
    this.note('poisoned frame')
    client.connection.hear(updateFrame(update))
  }

  #deliverToServer(): void {
    const connection = this.random.pick(this.clients)?.connection
    if (connection?.seat === undefined) return
    const frame = this.#faulty(connection.toServer)
    if (frame !== undefined) connection.hear(frame)
  }

  #deliverToClient(): void {
    const client = this.random.pick(this.clients)
    if (client?.connection === undefined || client.connection.slow) return
    const frame = this.#faulty(client.connection.toClient)
    if (frame !== undefined) client.hear(frame)
  }

  #faulty(queue: Uint8Array[]): Uint8Array | undefined {
    const { random } = this
    if (queue.length === 0) return undefined
    if (!this.#quiet && random.chance(0.02)) {
      this.note('frame lost')
      queue.shift()
      return undefined
    }
    if (!this.#quiet && queue.length > 1 && random.chance(0.04)) {
      this.note('frame reordered')
      return queue.splice(1, 1)[0]
    }
    if (!this.#quiet && random.chance(0.04)) {
      this.note('frame repeated')
      return queue[0]
    }
    return queue.shift()
  }

  #deliverHint(): void {
    const { random } = this
    const index = random.below(this.#hints.length)
    if (this.#hints.length === 0) return
    if (index > 0) this.note('hint reordered')
    const [delivery] = this.#hints.splice(index, 1)
    if (delivery === undefined || !delivery.node.alive) return
    if (random.chance(0.3)) {
      this.note('hint lost')
      return
    }
    if (random.chance(0.1)) {
      this.note('hint repeated')
      this.#hints.push(delivery)
    }
    for (const listener of delivery.node.listeners) listener(delivery.hint)
  }

  #runDeferred(): void {
    this.#anyNode().deferred.shift()?.()
  }

  #openGate(): void {
    const { gates } = this.#anyNode()
    const [gate] = gates.splice(this.random.below(gates.length), 1)
    if (gate === undefined) return
    if (this.random.chance(0.95)) {
      gate.open('fine')
    } else if (gate.operation === 'append') {
      const unknown = this.random.chance(0.5)
      this.note(unknown ? 'commit of unknown outcome' : 'commit failed')
      gate.open(unknown ? 'unknown' : 'failed')
    } else {
      this.note('read failed')
      gate.open('failed')
    }
  }

  #pass(ms: number): void {
    this.clock.advance(ms)
    for (const node of this.#nodes) node.hub.relieve()
  }

  #watchRooms(): void {
    for (const node of this.#nodes) {
      if (node.hub.rooms.size < node.rooms) this.note('room freed')
      node.rooms = node.hub.rooms.size
    }
  }

  #anyNode(): Node {
    const node = this.random.pick(this.#nodes)
    if (node === undefined) throw new Error('no node')
    return node
  }

  /** Nothing goes wrong any more: everybody connects anew and everything under way arrives. */
  async #becomeQuiet(): Promise<void> {
    this.#quiet = true
    this.store.setAccess(documentName, { writable: true })
    this.#hints = []
    for (let round = 0; round < 120; round++) {
      for (const client of this.clients) {
        if (round === 20) client.disconnect()
        if (client.connection === undefined) client.connect(this.#anyNode())
        if (client.connection !== undefined) client.connection.slow = false
      }
      for (let busy = true; busy; ) {
        busy = this.#deliverAll()
        await settle()
        this.#raise()
      }
      this.#pass(round < 30 ? 60 : 300)
    }
  }

  #deliverAll(): boolean {
    let busy = false
    for (const node of this.#nodes) {
      for (const work of node.deferred.splice(0)) {
        work()
        busy = true
      }
      // The reread of every second is no work by itself, or the quiet would never come.
      for (const gate of node.gates.splice(0)) {
        gate.open('fine')
        busy = true
      }
    }
    for (const { node, hint } of this.#hints.splice(0)) {
      if (this.planted.noReread !== true) for (const listener of node.listeners) listener(hint)
    }
    for (const client of this.clients) {
      const { connection } = client
      if (connection?.seat !== undefined)
        for (const frame of connection.toServer.splice(0)) {
          connection.hear(frame)
          busy = true
        }
      for (const frame of connection?.toClient.splice(0) ?? []) {
        client.hear(frame)
        busy = true
      }
    }
    return busy
  }

  async #checkQuiet(): Promise<void> {
    const { truth } = this.store
    const bare = new MemoryJournalStore()
    bare.documents.set(documentName, { ...this.store.get(documentName), snapshots: [] })
    const load = async (store: MemoryJournalStore) => {
      const replica = await loadReplica(store.journal(), documentName).catch(() => undefined)
      if (replica === undefined || replica.skipped.size > 0) throw new Broken('the journal does not load')
      return replica.doc
    }
    const [stored, replayed] = [await load(this.store), await load(bare)]
    const all: [string, Y.Doc][] = [
      ['the journal with its snapshot', stored],
      ['the journal from its first batch', replayed],
      ...this.clients.map((client): [string, Y.Doc] => [client.person, client.doc]),
    ]
    const expected = contentOf(truth)
    for (const [who, doc] of all) {
      if (hasPending(doc)) throw new Broken(`${who} waits for something that never comes`)
      if (contentOf(doc) !== expected) throw new Broken(`${who} differs from what is committed`)
    }
  }
}

function contentOf(doc: Y.Doc): string {
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b)
  return JSON.stringify([vector, doc.getText('notes').toString(), doc.getXmlFragment('document').toString()])
}
