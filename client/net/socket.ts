import { io, type Socket } from 'socket.io-client'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'
import type {
  BoardRow,
  ClientMessages,
  ClockAnswer,
  JoinAnswer,
  JoinRequest,
  ServerMessages,
} from '../../shared/protocol/socket.ts'
import { silenceMs } from '../../shared/protocol/version.ts'
import type { WallSnapshot } from '../../shared/protocol/wall.ts'
import { type Command, Outbox, type OutboxChange, type Outcome, type Posting } from './outbox.ts'

/** `denied`: the server knows who we are and says no; asking again does not help. */
export type ConnectionStatus = 'connecting' | 'live' | 'offline' | 'denied'

/** No answer within this time: passing, the caller may ask again. */
const answerMs = 8_000
const retryMs = { first: 500, longest: 5_000 }
/** A line that is doubted has so long to answer, ms. */
const probeMs = 2_000
/** Messages that arrived while this page was busy are read first, ms. */
const readMs = 100

export class NoAnswer extends Error {
  constructor() {
    super('The server does not answer.')
    this.name = 'NoAnswer'
  }
}

type BoardAnswer = Parameters<Parameters<ClientMessages['board:join']>[1]>[0]
type WallAnswer =
  | { ok: true; wall: WallSnapshot }
  | Extract<Parameters<Parameters<ClientMessages['wall:join']>[1]>[0], { ok: false }>

export type { BoardRow }

/**
 * The page's one Socket.IO connection. Questions are asked once and reject with {@link NoAnswer}; commands are
 * kept until answered and sent again, with the same id, after every reconnection. A line on which the server gives
 * no sign of life is offline at once, though it may come back by itself.
 */
export class Connection {
  readonly #socket: Socket<ServerMessages, ClientMessages>
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>()
  readonly #outboxListeners = new Set<(change: OutboxChange) => void>()
  readonly #outbox: Outbox
  #silence: ReturnType<typeof setTimeout> | undefined
  #status: ConnectionStatus = 'connecting'
  #again: ReturnType<typeof setTimeout> | undefined
  #closed = false

  /** `auth` is asked at each connection attempt; without it the cookie speaks. */
  constructor(auth?: () => Record<string, string>) {
    this.#socket = io({
      transports: ['websocket'],
      autoConnect: false,
      ...(auth === undefined ? {} : { auth: (use: (data: object) => void) => use(auth()) }),
      reconnectionDelay: retryMs.first,
      reconnectionDelayMax: retryMs.longest,
      randomizationFactor: 0.5,
      timeout: answerMs,
    })
    this.#outbox = new Outbox(
      (command) => this.#deliver(command),
      (change) => {
        for (const listener of this.#outboxListeners) listener(change)
      },
    )
    // Every message of the server is a sign of life, its heartbeats too.
    this.#socket.io.on('open', () => this.#socket.io.engine.on('packet', () => this.#heard()))
    this.#socket.on('connect', () => {
      this.#set('live')
      this.#heard()
      this.#outbox.resend()
    })
    this.#socket.on('disconnect', () => {
      clearTimeout(this.#silence)
      this.#set('offline')
      // Socket.IO does not come back by itself when the server closed the connection, as it does to drain.
      if (!this.#socket.active) this.#retry()
    })
    this.#socket.on('connect_error', (error) => {
      if (this.#socket.active) return this.#set('offline')
      if (isDenial(error)) return this.#set('denied')
      this.#set('offline')
      this.#retry()
    })
  }

  get status(): ConnectionStatus {
    return this.#status
  }

  /** Commands that wait for their answer. */
  get outbox(): Outbox {
    return this.#outbox
  }

  onOutbox(listener: (change: OutboxChange) => void): () => void {
    this.#outboxListeners.add(listener)
    return () => this.#outboxListeners.delete(listener)
  }

  connect(): void {
    this.#closed = false
    this.#socket.connect()
  }

  /** Ends the connection for good, or until `connect`. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#again)
    clearTimeout(this.#silence)
    this.#socket.disconnect()
  }

  /** The line is in doubt: the machine woke, its network changed. Asks at once, or connects at once. */
  async probe(): Promise<void> {
    if (this.#closed || this.#status === 'denied') return
    if (!this.#socket.connected) {
      // Ends the pause before the next try.
      this.#socket.disconnect()
      this.#socket.connect()
      return
    }
    try {
      await this.#ask<ClockAnswer>((answer) => this.#socket.emit('clock', answer), probeMs)
    } catch {
      if (this.#socket.connected) this.#socket.io.engine.close()
    }
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener)
    return () => this.#statusListeners.delete(listener)
  }

  on<M extends keyof ServerMessages>(message: M, listener: ServerMessages[M]): () => void {
    // Socket.IO's type for a generic event name cannot be spelled; the name and listener agree by `M`.
    this.#socket.on(message, listener as never)
    return () => this.#socket.off(message, listener as never)
  }

  joinIncident(join: JoinRequest): Promise<JoinAnswer> {
    return this.#ask((answer) => this.#socket.emit('incident:join', join, answer))
  }

  leaveIncident(incidentId: string): void {
    if (this.#socket.connected) this.#socket.emit('incident:leave', { incidentId }, () => {})
  }

  /** Says that this person has the event `seq` in view. Lost without a connection: the next one says more. */
  seenIncident(incidentId: string, seq: number): void {
    if (this.#socket.connected) this.#socket.emit('incident:seen', { incidentId, seq })
  }

  joinBoard(): Promise<BoardAnswer> {
    return this.#ask((answer) => this.#socket.emit('board:join', {}, answer))
  }

  joinWall(): Promise<WallAnswer> {
    return this.#ask((answer) => this.#socket.emit('wall:join', {}, answer))
  }

  /** The server's time in ms. */
  askTime(): Promise<number> {
    return this.#ask<ClockAnswer>((answer) => this.#socket.emit('clock', answer)).then((a) => a.now)
  }

  /** Resolves with the server's answer, however often the connection breaks until then. */
  command(command: Command, posting: Posting): Promise<Outcome> {
    return this.#outbox.add(command, posting)
  }

  #deliver(command: Command): Promise<CommandAnswer> {
    return this.#ask((answer) => this.#socket.emit('incident:command', command, answer))
  }

  #ask<Answer>(emit: (answer: (a: Answer) => void) => void, withinMs = answerMs): Promise<Answer> {
    // Emitting while cut off would park the message inside Socket.IO; we keep our own list.
    if (!this.#socket.connected) return Promise.reject(new NoAnswer())
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        this.#socket.off('disconnect', fail)
      }
      const fail = () => {
        end()
        reject(new NoAnswer())
      }
      const timer = setTimeout(fail, withinMs)
      this.#socket.on('disconnect', fail)
      emit((answer) => {
        end()
        resolve(answer)
      })
    })
  }

  /** A sign of life. */
  #heard(): void {
    clearTimeout(this.#silence)
    if (!this.#socket.connected) return
    this.#silence = setTimeout(() => {
      // A page that was busy itself has messages to read first; one of them ends this.
      this.#silence = setTimeout(() => this.#socket.connected && this.#set('offline'), readMs)
    }, silenceMs)
    if (this.#status !== 'offline') return
    this.#set('live')
    this.#outbox.resend()
  }

  #retry(): void {
    if (this.#closed) return
    clearTimeout(this.#again)
    const wait = retryMs.first + Math.random() * (retryMs.longest - retryMs.first)
    this.#again = setTimeout(() => this.#socket.connect(), wait)
  }

  #set(status: ConnectionStatus): void {
    if (status === this.#status) return
    this.#status = status
    for (const listener of this.#statusListeners) listener(status)
  }
}

function isDenial(error: Error & { data?: unknown }): boolean {
  const data = error.data
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : error.message
  return code === 'signed-out' || code === 'forbidden'
}
