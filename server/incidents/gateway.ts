import type { Server, Socket } from 'socket.io'
import { firstIssue, parseCommand } from '../../shared/incident/commands/parse.ts'
import { permitted } from '../../shared/incident/permissions.ts'
import type { CommandAnswer, CommandError } from '../../shared/protocol/errors.ts'
import {
  type ClientMessages,
  commandEnvelope,
  type JoinAnswer,
  type JoinRequest,
  joinSchema,
  leaveSchema,
  type SeenRequest,
  type ServerMessages,
  seenSchema,
} from '../../shared/protocol/socket.ts'
import type { Access, Revocation, Session } from '../people/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import { createPace, tooFastError } from '../platform/pace.ts'
import { describe } from './answers.ts'
import type { Board } from './board.ts'
import type { CommandHandler } from './command-handler.ts'
import type { EventLog } from './event-log.ts'
import type { Feed } from './feed.ts'
import type { IncidentStore } from './incident-store.ts'
import { joinWithoutGap } from './join.ts'
import { createJoinPictures } from './join-picture.ts'
import type { Presence } from './presence.ts'
import type { SeenMarks } from './seen.ts'
import { cutSlowSockets } from './slow-sockets.ts'

export interface SocketData {
  session: Session | null
  wallId: string | null
  incidents: Set<string>
}

export type MusterServer = Server<ClientMessages, ServerMessages, Record<string, never>, SocketData>
export type MusterSocket = Socket<ClientMessages, ServerMessages, Record<string, never>, SocketData>

export interface GatewayParts {
  access: Access
  handler: CommandHandler
  store: IncidentStore
  log: EventLog
  feed: Feed
  board: Board
  presence: Presence
  seen: SeenMarks
  clock: Clock
  logger: Logger
  /** Epoch and schema number of the incident's main document. */
  documentOf(incidentId: string): Promise<{ epoch: number; schema: number }>
}

export const incidentRoom = (id: string) => `incident:${id}`

/**
 * Socket.IO in and out. Whatever a client sends is validated here once; each message is answered; one bad message
 * ends nothing but itself, a thrown error ends that one socket.
 */
export function attachGateway(io: MusterServer, parts: GatewayParts) {
  const { access, handler, feed, board, presence, clock, logger } = parts
  const pictures = createJoinPictures(parts)

  io.use((socket, next) => {
    authenticate(socket).then(
      (ok) => next(ok ? undefined : new Error('signed-out')),
      (error: unknown) => {
        logger.warn({ err: error }, 'a socket could not be authenticated')
        next(new Error('unavailable'))
      },
    )
  })

  async function authenticate(socket: MusterSocket): Promise<boolean> {
    socket.data.incidents = new Set()
    socket.data.session = null
    socket.data.wallId = null
    const { token, wall }: { token?: unknown; wall?: unknown } = socket.handshake.auth
    if (typeof wall === 'string') {
      const found = await access.fromWallToken(wall)
      socket.data.wallId = found?.id ?? null
      return found !== null
    }
    const session =
      typeof token === 'string'
        ? await access.fromToken(token)
        : await access.fromHeaders(socket.handshake.headers)
    socket.data.session = session
    return session !== null
  }

  io.on('connection', (socket) => {
    const pace = createPace()
    socket.on('clock', (answer) => reply(answer, { now: clock.now() }))
    const tooFast = { ok: false as const, error: tooFastError }
    socket.on('wall:join', (_request, answer) => {
      if (!pace.allows(performance.now())) return reply(answer, tooFast)
      if (socket.data.wallId === null)
        return reply(answer, { ok: false, error: forbidden('This is for walls.') })
      void socket.join('wall')
      guard(socket, answer, async () => {
        await board.refresh()
        return { ok: true as const, wall: board.wall() }
      })
    })
    const { session } = socket.data
    if (session === null) return
    socket.on('board:join', (_request, answer) => {
      if (!pace.allows(performance.now())) return reply(answer, tooFast)
      const verdict = permitted(session.actor, 'incidents.list')
      if (!verdict.allow) return reply(answer, { ok: false, error: forbidden(verdict.reason) })
      void socket.join('board')
      guard(socket, answer, async () => {
        await board.refresh()
        return { ok: true as const, rows: board.rows() }
      })
    })
    socket.on('incident:join', (request, answer) => {
      if (!pace.allows(performance.now())) return reply(answer, tooFast)
      const parsed = joinSchema.safeParse(request)
      if (!parsed.success) return reply(answer, { ok: false, error: firstIssue(parsed.error) })
      guard(socket, answer, () => join(socket, session, parsed.data, answer))
    })
    socket.on('incident:leave', (request, answer) => {
      const parsed = leaveSchema.safeParse(request)
      if (parsed.success) leave(socket, session, parsed.data.incidentId)
      reply(answer, { ok: true })
    })
    socket.on('incident:seen', (request, answer) => {
      if (!pace.allows(performance.now())) return reply(answer, tooFast)
      const parsed = seenSchema.safeParse(request)
      if (!parsed.success) return reply(answer, { ok: false, error: firstIssue(parsed.error) })
      reply(answer, noteSeen(socket, session, parsed.data))
    })
    socket.on('incident:command', (request, answer) => {
      if (!pace.allows(performance.now())) return reply(answer, tooFast)
      const envelope = commandEnvelope.safeParse(request)
      if (!envelope.success) return reply(answer, { ok: false, error: firstIssue(envelope.error) })
      const { id, type, data, madeAt } = envelope.data
      const parsed = parseCommand(id, type, data, madeAt)
      if (!parsed.ok) return reply(answer, parsed)
      guard(socket, answer, () => handler.submit(envelope.data.incidentId, session.actor, parsed.command))
    })
    socket.on('disconnect', () => {
      for (const id of [...socket.data.incidents]) leave(socket, session, id)
    })
  })

  /** Answers what `work` gives; when it throws, says so and logs, and the socket stays usable. */
  function guard<A>(_socket: MusterSocket, answer: (a: A) => void, work: () => Promise<A | null>): void {
    work().then(
      (result) => {
        if (result !== null) reply(answer, result)
      },
      (error: unknown) => {
        reply(answer, { ok: false, error: describe(error, logger) })
      },
    )
  }

  /** Who has the room open on this socket may say what is in view; whoever lost the right to read has left it. */
  function noteSeen(socket: MusterSocket, { actor }: Session, { incidentId, seq }: SeenRequest) {
    const mayRead = permitted(actor, 'incident.read', { id: incidentId }).allow
    if (!mayRead || !socket.data.incidents.has(incidentId))
      return no('not-found', 'There is no such incident.')
    if (actor.kind !== 'person') return no('forbidden', 'Only people see.')
    parts.seen.note(incidentId, actor.id, seq)
    return { ok: true as const }
  }

  /** Gives null when it answered itself: the answer and what follows it must leave in one go. */
  async function join(
    socket: MusterSocket,
    session: Session,
    request: JoinRequest,
    answer: (a: JoinAnswer) => void,
  ): Promise<JoinAnswer | null> {
    const { incidentId } = request
    const verdict = permitted(session.actor, 'incident.read', { id: incidentId })
    if (!verdict.allow || (await parts.store.load(incidentId)) === null)
      return no('not-found', 'There is no such incident.')
    const already = socket.data.incidents.has(incidentId)
    await joinWithoutGap(
      { feed, readAfter: (id, seq) => parts.log.readAfter(id, seq) },
      incidentId,
      already,
      () => pictures.of(request, session.actor),
      {
        alive: () => socket.connected,
        answer: (picture) => reply(answer, picture),
        catchUp: (events) => socket.emit('incident:events', { incidentId, events }),
        enter() {
          // The same socket may have joined twice at once: one watch is enough.
          if (socket.data.incidents.has(incidentId)) return feed.unwatch(incidentId)
          socket.data.incidents.add(incidentId)
          void socket.join(incidentRoom(incidentId))
          presence.enter(incidentId, session, socket.id)
        },
      },
    )
    void presence.tell(incidentId, (people) => socket.emit('incident:presence', { incidentId, people }))
    return null
  }

  function leave(socket: MusterSocket, session: Session, incidentId: string): void {
    if (!socket.data.incidents.delete(incidentId)) return
    void socket.leave(incidentRoom(incidentId))
    feed.unwatch(incidentId)
    presence.leave(incidentId, session, socket.id)
  }

  /** Ends what a revocation names, on this node's sockets. */
  function revoke(revocation: Revocation): void {
    for (const socket of io.sockets.sockets.values()) {
      const { session, wallId } = socket.data
      if (revocation.wallId !== undefined && revocation.wallId === wallId) socket.disconnect(true)
      if (session === null) continue
      const same =
        (revocation.sessionKey === undefined || revocation.sessionKey === session.key) &&
        (revocation.personId === undefined || revocation.personId === session.actor.id)
      const named = revocation.sessionKey !== undefined || revocation.personId !== undefined
      if (revocation.incidentId === undefined) {
        if (named && same) socket.disconnect(true)
      } else if (same && socket.data.incidents.has(revocation.incidentId)) {
        leave(socket, session, revocation.incidentId)
        socket.emit('incident:denied', {
          incidentId: revocation.incidentId,
          error: { code: 'not-found', message: 'There is no such incident.' },
        })
      }
    }
  }

  const stopListening = access.onRevoked(revoke)
  return { shedSlow: () => cutSlowSockets(io), stop: stopListening }
}

function reply<A>(answer: unknown, value: A): void {
  if (typeof answer === 'function') answer(value)
}

function no(code: CommandError['code'], message: string): Extract<CommandAnswer, { ok: false }> {
  return { ok: false, error: { code, message } }
}

function forbidden(message: string): CommandError {
  return { code: 'forbidden', message }
}
