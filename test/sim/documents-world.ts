import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { decodeBatch } from '../../server/documents/batch-body.ts'
import { Committer } from '../../server/documents/committer.ts'
import { compactState } from '../../server/documents/compaction.ts'
import { readFrame, step1Frame, step2Frame, updateFrame } from '../../server/documents/frames.ts'
import { DocumentHub, type Seat } from '../../server/documents/hub.ts'
import type { AppendResult, Journal, NewBatch } from '../../server/documents/journal.ts'
import { defaultLimits } from '../../server/documents/limits.ts'
import type { RoomPeer } from '../../server/documents/member.ts'
import { createServerDoc, loadReplica } from '../../server/documents/replica.ts'
import type { RoomFaults } from '../../server/documents/room-context.ts'
import { hasPending, inspectUpdate, standingOf } from '../../server/documents/update-check.ts'
import type { Hint } from '../../server/platform/bus.ts'
import { DatabaseError } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { createManualClock } from '../../server/platform/manual-clock.ts'
import { MemoryJournalStore } from '../helpers/memory-journal.ts'
import { Random } from '../helpers/random.ts'

export const faultKinds = [
  'hint lost',
  'hint repeated',
  'hint reordered',
  'frame lost',
  'frame repeated',
  'frame reordered',
  'commit failed',
  'commit of unknown outcome',
  'read failed',
  'node crashed',
  'crashed while committing',
  'client returned with offline work',
  'poisoned frame',
  'frame refused',
  'slow peer',
  'closed and reopened',
  'room freed',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Planted extends RoomFaults {
  /** Planted: nobody compares rooms with their rows. */
  noReread?: boolean
}

const name = 'room'
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A broken promise, with the seed that breaks it. */
export class Broken extends Error {}

type Fate = 'fine' | 'failed' | 'unknown'
interface Gate {
  operation: keyof Journal
  open(fate: Fate): void
}

/** The journal of the world, watched: `truth` is what is committed. */
class WatchedStore extends MemoryJournalStore {
  readonly truth = createServerDoc()

  override append(batch: NewBatch): AppendResult {
    const result = super.append(batch)
    if (result.kind === 'committed') for (const { update } of batch.updates) Y.applyUpdate(this.truth, update)
    return result
  }
}

class Node {
  readonly gates: Gate[] = []
  readonly deferred: (() => void)[] = []
  readonly listeners = new Set<(hint: Hint) => void>()
  readonly hub: DocumentHub
  alive = true
  rooms = 0

  constructor(world: World) {
    const journal = this.#gated(world)
    this.hub = new DocumentHub(
      {
        journal,
        committer: new Committer(journal),
        clock: {
          now: world.clock.now,
          wakeAt: (at, wake) => world.clock.wakeAt(at, () => this.alive && wake()),
        },
        bus: {
          publish: (hint) => this.alive && world.publish(hint),
          subscribe: (_topic, listener) => {
            this.listeners.add(listener)
            return () => this.listeners.delete(listener)
          },
          connected: () => true,
          close: async () => {},
        },
        logger: createLogger('silent'),
        limits: { ...defaultLimits, ...(world.planted.noReread === true ? { rereadMs: 1e9 } : {}) },
        pace: { mark: () => 0, waitAfter: () => 0 },
        defer: (work) => this.deferred.push(work),
        compact: compactState,
        faults: world.planted,
      },
      journal,
    )
  }

  /** A dead process answers nobody; what it was committing may have reached the database. */
  crash(world: World): void {
    this.alive = false
    for (const gate of this.gates.splice(0)) {
      if (gate.operation !== 'append') continue
      world.note('crashed while committing')
      if (world.random.chance(0.5)) gate.open('fine')
    }
  }

  #gated(world: World): Journal {
    const inner = world.store.journal()
    const gate = (operation: keyof Journal) =>
      new Promise<Fate>((resolve) => this.gates.push({ operation, open: resolve }))
    const read =
      <A extends unknown[], R>(operation: keyof Journal, work: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if ((await gate(operation)) !== 'fine') throw new DatabaseError('unavailable', 'planned')
        const result = await work(...args)
        if (!this.alive) return new Promise<R>(() => {})
        return result
      }
    return {
      rows: read('rows', inner.rows),
      readAfter: read('readAfter', inner.readAfter),
      owners: read('owners', inner.owners),
      snapshots: read('snapshots', inner.snapshots),
      readSnapshot: read('readSnapshot', inner.readSnapshot),
      saveSnapshot: read('saveSnapshot', inner.saveSnapshot),
      append: async (batches) => {
        const fate = await gate('append')
        if (fate === 'failed') throw new DatabaseError('unavailable', 'planned')
        const results = await inner.append(batches)
        if (!this.alive) return new Promise<AppendResult[]>(() => {})
        if (fate === 'unknown') throw new DatabaseError('unknown-outcome', 'planned')
        return results
      },
    }
  }
}

/** One connection as the server and the wire see it. */
class Connection implements RoomPeer {
  readonly person: { id: string; name: string }
  readonly canWrite = true
  readonly wantsCounts = true
  readonly toServer: Uint8Array[] = []
  readonly toClient: Uint8Array[] = []
  /** Sync frames in the order in which the server got them. */
  readonly received: Uint8Array[] = []
  seat: Seat | undefined
  slow = false
  open = true

  constructor(
    private readonly world: World,
    private readonly client: Client,
    readonly node: Node,
  ) {
    this.person = { id: client.person, name: client.person }
  }

  send(frame: Uint8Array): void {
    this.world.checkSent(this, frame)
    if (this.open) this.toClient.push(frame)
  }

  congested(): boolean {
    return this.slow
  }

  refuse(): void {
    this.world.note('frame refused')
    this.#end(true)
  }

  close(code: number): void {
    this.#end(code >= 4400 && code < 4500)
  }

  hear(frame: Uint8Array): void {
    const message = readFrame(frame)
    if (message.kind === 'step2' || message.kind === 'update') this.received.push(message.update)
    this.seat?.receive(message)
  }

  #end(final: boolean): void {
    if (!this.open) return
    this.open = false
    this.client.disconnect()
    if (final) this.client.startAfresh()
  }
}

class Client {
  doc: Y.Doc
  connection: Connection | undefined
  wroteOffline = false

  constructor(
    private readonly world: World,
    readonly person: string,
  ) {
    this.doc = this.#fresh()
  }

  #fresh(): Y.Doc {
    const doc = new Y.Doc()
    doc.clientID = 1_000 + this.world.random.below(2 ** 31)
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'server') return
      if (this.connection === undefined) this.wroteOffline = true
      else this.connection.toServer.push(updateFrame(update))
    })
    return doc
  }

  /** As our own client does after a refusal: the replica is dropped, nothing of it is sent again. */
  startAfresh(): void {
    this.doc = this.#fresh()
    this.wroteOffline = false
  }

  connect(node: Node): void {
    const connection = new Connection(this.world, this, node)
    this.connection = connection
    if (this.wroteOffline) this.world.note('client returned with offline work')
    this.wroteOffline = false
    connection.toServer.push(step1Frame(Y.encodeStateVector(this.doc)))
    node.hub.enter(name, connection).then(
      (seat) => {
        if (seat === undefined || !connection.open || this.connection !== connection) seat?.leave()
        else connection.seat = seat
      },
      () => {
        if (this.connection === connection) this.disconnect()
      },
    )
  }

  disconnect(): void {
    const { connection } = this
    if (connection === undefined) return
    this.connection = undefined
    connection.open = false
    if (connection.node.alive) connection.seat?.leave()
  }

  edit(random: Random): void {
    const text = this.doc.getText('notes')
    const at = random.below(text.length + 1)
    const kind = random.below(10)
    if (kind < 5) text.insert(at, `${this.person}${random.below(100)} `)
    else if (kind < 7 && text.length > 3) text.delete(random.below(text.length - 2), 1 + random.below(2))
    else if (kind < 8 && text.length > 3) text.format(random.below(text.length - 2), 2, { bold: true })
    else if (kind < 9) this.doc.getXmlFragment('document').insert(0, [new Y.XmlElement('paragraph')])
    else if (random.chance(0.05)) text.insert(at, 'x'.repeat(20_000))
    else this.doc.transact(() => text.insert(at, 'ab'))
  }

  hear(frame: Uint8Array): void {
    const message = readFrame(frame)
    if (message.kind === 'step1')
      this.connection?.toServer.push(step2Frame(Y.encodeStateAsUpdate(this.doc, message.vector)))
    else if (message.kind === 'step2' || message.kind === 'update')
      Y.applyUpdate(this.doc, message.update, 'server')
  }
}

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
    this.store.create(name)
    for (const { body } of this.store.get(name).batches)
      for (const { update } of decodeBatch(body)) Y.applyUpdate(this.store.truth, update)
    this.#nodes = [new Node(this), new Node(this)]
    this.clients = ['maya', 'tomas', 'nia', 'ola'].map((person) => new Client(this, person))
  }

  note(kind: FaultKind): void {
    this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1)
  }

  /** Batches committed so far. */
  get commits(): number {
    return this.store.get(name).row.seq - 1
  }

  get snapshots(): number {
    return this.store.get(name).snapshots.length
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
    if (!this.store.get(name).row.writable && random.chance(0.1)) {
      this.note('closed and reopened')
      this.store.setAccess(name, { writable: true })
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
      this.store.setAccess(name, { writable: false })
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
    this.store.setAccess(name, { writable: true })
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
    bare.documents.set(name, { ...this.store.get(name), snapshots: [] })
    const load = async (store: MemoryJournalStore) => {
      const replica = await loadReplica(store.journal(), name).catch(() => undefined)
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

/** An insertion between two letters of which the right one comes first. */
function wrongOrder(client: number, left: Y.ID, right: Y.ID): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const item = new Y.Item(
    Y.createID(client, 0),
    null,
    left,
    null,
    right,
    null,
    null,
    new Y.ContentString('!'),
  )
  const rest = encoder.restEncoder
  for (const number of [1, 1, client, 0]) encoding.writeVarUint(rest, number)
  item.write(encoder, 0)
  encoding.writeVarUint(rest, 0)
  return encoder.toUint8Array()
}
