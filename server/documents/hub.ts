import type { HeardCursors } from './cursor-relay.ts'
import type { Frame } from './frames.ts'
import type { Journal } from './journal.ts'
import type { Member, RoomPeer } from './member.ts'
import { formatDocumentName, parseDocumentName } from './names.ts'
import { Room } from './room.ts'
import type { RoomContext } from './room-context.ts'

/** A snapshot when a room closes is worth it from this many bytes of changes on. */
const worthwhileTail = 16 * 1024

/** A connection's place in a room. */
export interface Seat {
  room: Room
  member: Member
  receive(frame: Frame): void
  leave(): void
}

/**
 * The rooms loaded on this node. Every node serves every room; hints say where to look, and once a second all
 * loaded rooms are compared with their rows, so a lost hint costs a second and nothing else. Without rooms it sleeps.
 */
export class DocumentHub {
  readonly rooms = new Map<string, Room>()
  #opening = new Map<string, Promise<Room | undefined>>()
  #stopHearing: () => void
  #stopCursors: () => void
  #stopReread: (() => void) | null = null
  #closed = false

  constructor(
    private readonly context: RoomContext,
    private readonly journal: Journal,
  ) {
    this.#stopHearing = context.bus.subscribe('document', ({ id, seq }) => this.#hear(id, seq))
    this.#stopCursors = context.cursors?.subscribe((heard) => this.#hearCursors(heard)) ?? (() => {})
  }

  /** The room of that name, loaded once however many ask; undefined when there is no such document. */
  open(name: string): Promise<Room | undefined> {
    const room = this.rooms.get(name)
    if (room !== undefined) return Promise.resolve(room)
    const opening = this.#opening.get(name) ?? this.#create(name)
    this.#opening.set(name, opening)
    return opening
  }

  /** Puts a connection into a room. Undefined when the document is unknown or this node is closing. */
  async enter(name: string, peer: RoomPeer): Promise<Seat | undefined> {
    const room = await this.open(name)
    if (room === undefined || this.#closed) return undefined
    const member = room.attach(peer)
    return {
      room,
      member,
      receive: (frame) => room.receive(member, frame),
      leave: () => {
        room.detach(member)
        if (room.crowd.members.size === 0) this.#closeLater(room)
      },
    }
  }

  /** Compares all loaded rooms with their rows now. */
  async reread(): Promise<void> {
    const names = [...this.rooms.keys()]
    for (const row of names.length === 0 ? [] : await this.journal.rows(names))
      this.rooms.get(row.name)?.noteRow(row)
  }

  /** Lets congested peers catch up. True while any still has to. */
  relieve(): boolean {
    let stale = false
    for (const room of this.rooms.values()) stale = room.relieve() || stale
    return stale
  }

  /** Commits what has been received, keeps what is worth keeping, and frees every room. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopHearing()
    this.#stopCursors()
    this.#stopReread?.()
    await Promise.all(
      [...this.rooms.values()].map(async (room) => {
        await room.settled()
        await this.#release(room)
      }),
    )
  }

  async #create(name: string): Promise<Room | undefined> {
    try {
      const [row] = await this.journal.rows([name])
      if (row === undefined) return undefined
      const room = new Room(row, this.context)
      this.rooms.set(name, room)
      this.#scheduleReread()
      this.context.cursors?.publish({ kind: 'ask', document: name })
      this.#closeLater(room)
      return room
    } finally {
      this.#opening.delete(name)
    }
  }

  #hear(id: string, seq: number): void {
    if (seq > 0) {
      this.rooms.get(id)?.noteSeq(seq)
      return
    }
    // Rights changed: the hint names the incident, not a document.
    const ours = [...this.rooms.keys()].some((name) => parseDocumentName(name)?.incidentId === id)
    if (ours) void this.reread().catch((error) => this.#complain(error))
  }

  #hearCursors(heard: HeardCursors): void {
    switch (heard.kind) {
      case 'states':
        this.rooms.get(heard.document)?.hearCursors(heard.node, heard.states)
        return
      case 'ask':
        this.rooms.get(heard.document)?.crowd.askedByNode()
        return
      case 'connected':
        for (const room of this.rooms.values()) {
          this.context.cursors?.publish({ kind: 'ask', document: room.name })
          room.crowd.askedByNode()
        }
        return
    }
  }

  #scheduleReread(): void {
    if (this.#closed || this.#stopReread !== null || this.rooms.size === 0) return
    const { clock, limits } = this.context
    const again = async () => {
      try {
        await this.reread()
      } catch (error) {
        this.#complain(error)
      }
      this.#stopReread = null
      this.#scheduleReread()
    }
    this.#stopReread = clock.wakeAt(clock.now() + limits.rereadMs, () => void again())
  }

  #complain(error: unknown): void {
    this.context.logger.warn({ error: String(error) }, 'documents could not be compared with the journal')
  }

  #closeLater(room: Room): void {
    const { clock, limits } = this.context
    clock.wakeAt(clock.now() + limits.emptyRoomMs, () => void this.#closeIfEmpty(room))
  }

  async #closeIfEmpty(room: Room): Promise<void> {
    if (room.crowd.members.size > 0 || this.rooms.get(room.name) !== room) return
    await room.settled()
    if (room.crowd.members.size > 0 || this.#closed) return
    this.rooms.delete(room.name)
    await this.#release(room)
  }

  async #release(room: Room): Promise<void> {
    this.rooms.delete(room.name)
    if (room.unsavedBytes > worthwhileTail) await room.snapshot()
    room.end()
  }
}

/** The document's name for a part of an incident. */
export function documentName(incidentId: string, part = 'main'): string {
  return formatDocumentName({ incidentId, part })
}
