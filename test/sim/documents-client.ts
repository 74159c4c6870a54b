import * as Y from 'yjs'
import { readFrame, step1Frame, step2Frame, updateFrame } from '../../server/documents/frames.ts'
import type { Seat } from '../../server/documents/hub.ts'
import type { RoomPeer } from '../../server/documents/member.ts'
import type { Random } from '../helpers/random.ts'
import type { FaultKind } from './documents-faults.ts'
import type { Node } from './documents-node.ts'

/** The one document of the world. */
export const documentName = 'room'

/** What a client has of the world around it. */
export interface ClientSurroundings {
  readonly random: Random
  note(kind: FaultKind): void
  /** Throws when a frame tells what is not committed. */
  checkSent(connection: Connection, frame: Uint8Array): void
}

/** One connection as the server and the wire see it. */
export class Connection implements RoomPeer {
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
    private readonly world: ClientSurroundings,
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

/** A browser: its replica, and the connection it has or has not. */
export class Client {
  doc: Y.Doc
  connection: Connection | undefined
  wroteOffline = false

  constructor(
    private readonly world: ClientSurroundings,
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
    node.hub.enter(documentName, connection).then(
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
