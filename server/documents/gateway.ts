import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import {
  type DocumentCode,
  type DocumentCodeName,
  documentCodes,
  documentReasons,
  documentSubprotocol,
  type PassingCode,
  passingCodes,
} from '../../shared/protocol/document-codes.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { DocumentAccess, Entrance, Leavers } from './access.ts'
import { Committer } from './committer.ts'
import { compactState } from './compaction.ts'
import type { CursorRelay } from './cursor-relay.ts'
import { DocumentHub } from './hub.ts'
import type { Journal } from './journal.ts'
import { type DocumentLimits, defaultLimits } from './limits.ts'
import { type DocumentName, documentNameOfPath, formatDocumentName } from './names.ts'
import { Pace } from './pace.ts'
import { SocketPeer } from './peer.ts'
import type { RoomFaults } from './room-context.ts'

export interface DocumentGatewayOptions {
  journal: Journal
  bus: Bus
  /** Carries cursors to and from other nodes; without it this node is alone. */
  cursors?: CursorRelay
  clock: Clock
  logger: Logger
  access: DocumentAccess
  limits?: Partial<DocumentLimits>
  /** Only for tests that show that planted mistakes are found. */
  faults?: RoomFaults
}

export interface DocumentMetrics {
  rooms: number
  peers: number
  commits: number
  bytesIn: number
  bytesOut: number
}

export interface DocumentGateway {
  /** For the http server's `upgrade` event, when `isDocumentPath(request.url)`. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends connections whose right has ended. Without a code: signed out, and stock clients stay away. */
  closeFor(leavers: Leavers, code?: DocumentCode | PassingCode): void
  /** Reads the rows of loaded documents now, for rights that have just changed. */
  refresh(): Promise<void>
  /** For shutting down: stops reading, commits what came, keeps snapshots, closes with 1012. */
  drain(): Promise<void>
  metrics(): DocumentMetrics
}

const relieveMs = 50
/** How often connections of expired sessions are looked for. */
const expiryMs = 1_000

/** The y-websocket endpoint `/documents/<incident id>[~<part>]`: stock clients and ours on one path. */
export function createDocumentGateway(options: DocumentGatewayOptions): DocumentGateway {
  const { journal, bus, clock, logger, access } = options
  const limits: DocumentLimits = { ...defaultLimits, ...options.limits }
  const committer = new Committer(journal)
  const hub = new DocumentHub(
    {
      journal,
      committer,
      bus,
      clock,
      logger,
      limits,
      pace: new Pace(),
      defer: (work) => void setImmediate(work),
      compact: compactState,
      fellBehind: () => relieving.arm(),
      ...(options.cursors === undefined ? {} : { cursors: options.cursors }),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    },
    journal,
  )
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // Room for the message's own header; a frame just over the limit is refused with a reason.
    maxPayload: limits.frameBytes + 1024,
    clientTracking: false,
    handleProtocols: (asked) => (asked.has(documentSubprotocol) ? documentSubprotocol : false),
  })
  const peers = new Set<SocketPeer>()
  const past = { bytesIn: 0, bytesOut: 0 }
  let draining = false

  /** Each sleeps while nobody is there whom it concerns. */
  const relieving = repeatedly(clock, relieveMs, () => hub.relieve())
  const pinging = repeatedly(clock, limits.pingMs, () => {
    for (const peer of peers) peer.ping()
    return peers.size > 0
  })
  const expiring = repeatedly(clock, expiryMs, () => {
    const now = clock.now()
    for (const peer of [...peers])
      if (peer.expiresAt !== null && peer.expiresAt <= now)
        peer.expel(documentCodes.signedOut, documentReasons.signedOut)
    return peers.size > 0
  })

  const accept = (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    name: DocumentName,
    entrance: Entrance,
  ) => {
    if (!entrance.ok) return turnAway(request, socket, head, entrance.status)
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.binaryType = 'arraybuffer'
      const peer = new SocketPeer(ws, entrance, name, {
        clock,
        limits,
        ended: (gone) => {
          past.bytesIn += gone.bytesIn
          past.bytesOut += gone.bytesOut
          peers.delete(gone)
        },
      })
      peers.add(peer)
      pinging.arm()
      expiring.arm()
      hub.enter(formatDocumentName(name), peer).then(
        (seat) => {
          if (seat !== undefined) peer.sit(seat)
          else if (draining) peer.close(passingCodes.restarting, 'Restarting.')
          else peer.close(documentCodes.unknownDocument, documentReasons.unknownDocument)
        },
        (error) => {
          logger.warn({ error: String(error) }, 'a document could not be opened')
          peer.close(passingCodes.tryLater, 'The document cannot be opened at the moment.')
        },
      )
    })
  }

  /**
   * A browser cannot read why an upgrade failed and would try for ever; ours is let in to be told that it is no use.
   */
  const turnAway = (request: IncomingMessage, socket: Duplex, head: Buffer, status: 401 | 403 | 404) => {
    const code = status === 401 ? 'signedOut' : status === 404 ? 'unknownDocument' : null
    const ours = request.headers['sec-websocket-protocol']?.split(/,\s*/).includes(documentSubprotocol)
    if (code === null || ours !== true) return reject(socket, status)
    if (socket.destroyed) return
    server.handleUpgrade(request, socket, head, (ws) => ws.close(documentCodes[code], documentReasons[code]))
  }

  const enter = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (draining) return reject(socket, 503)
    if (!access.originAllowed(request.headers)) return reject(socket, 403)
    const name = documentNameOfPath(request.url)
    if (name === undefined) return reject(socket, 404)
    const asked = { headers: request.headers, ...name }
    const first = await access.authorize(asked)
    if (!first.ok) return turnAway(request, socket, head, first.status)
    if (!first.canRead || (await hub.open(formatDocumentName(name))) === undefined)
      return turnAway(request, socket, head, 404)
    // Opening takes a while, and a right that ended meanwhile found no connection to close.
    const entrance = await access.authorize(asked)
    if (entrance.ok && !entrance.canRead) return turnAway(request, socket, head, 404)
    if (socket.destroyed) return
    accept(request, socket, head, name, entrance)
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      enter(request, socket, head).catch((error) => {
        logger.warn({ error: String(error) }, 'a connection could not be let in')
        reject(socket, 503)
      })
    },
    closeFor(leavers, code = documentCodes.signedOut) {
      for (const peer of [...peers]) {
        if (leavers.personId !== undefined && leavers.personId !== peer.person.id) continue
        if (leavers.incidentId !== undefined && leavers.incidentId !== peer.document.incidentId) continue
        if (leavers.sessionId !== undefined && leavers.sessionId !== peer.sessionId) continue
        peer.expel(code, reasonOf(code))
      }
    },
    refresh: () => hub.reread(),
    async drain() {
      draining = true
      for (const each of [relieving, pinging, expiring]) each.stop()
      for (const peer of peers) peer.stopReading()
      await hub.close()
      for (const peer of [...peers]) peer.close(passingCodes.restarting, 'Restarting.')
    },
    metrics() {
      const bytes = { ...past }
      for (const peer of peers) {
        bytes.bytesIn += peer.bytesIn
        bytes.bytesOut += peer.bytesOut
      }
      return { rooms: hub.rooms.size, peers: peers.size, commits: committer.commits, ...bytes }
    },
  }
}

/** Does `work` every `ms` from the moment it is armed until `work` gives false. */
function repeatedly(clock: Clock, ms: number, work: () => boolean): { arm(): void; stop(): void } {
  let cancel: (() => void) | null = null
  let stopped = false
  const arm = () => {
    if (stopped || cancel !== null) return
    cancel = clock.wakeAt(clock.now() + ms, () => {
      cancel = null
      if (work()) arm()
    })
  }
  return {
    arm,
    stop() {
      stopped = true
      cancel?.()
    },
  }
}

function reasonOf(code: DocumentCode | PassingCode): string {
  for (const name of Object.keys(documentCodes) as DocumentCodeName[])
    if (documentCodes[name] === code) return documentReasons[name]
  return 'Come back.'
}

const phrases = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const

/** Answers before anything was upgraded; the same bytes whatever the cause behind the status. */
function reject(socket: Duplex, status: keyof typeof phrases): void {
  if (socket.destroyed) return
  const answer = `HTTP/1.1 ${status} ${phrases[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
  socket.end(answer, () => socket.destroy())
}
