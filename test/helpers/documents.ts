import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { DocumentAccess } from '../../server/documents/access.ts'
import {
  createDocumentGateway,
  type DocumentGateway,
  type DocumentGatewayOptions,
} from '../../server/documents/gateway.ts'
import { loadReplica } from '../../server/documents/replica.ts'
import { createMemoryBus } from '../../server/platform/bus-memory.ts'
import type { Clock } from '../../server/platform/clock.ts'
import { createLogger } from '../../server/platform/logger.ts'
import type { PersonRole } from '../../shared/incident/actor.ts'
import { MemoryJournalStore } from './memory-journal.ts'

/** Time as it passes, for tests that talk over real sockets. */
export const realClock: Clock = {
  now: () => Date.now(),
  wakeAt: (at, wake) => {
    const timer = setTimeout(wake, Math.max(0, at - Date.now()))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Awaits a condition; fails after `ms` with what was waited for. */
export async function until(what: string, condition: () => boolean, ms = 3_000): Promise<void> {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

export interface DocumentServer {
  gateway: DocumentGateway
  store: MemoryJournalStore
  url: string
  http: Server
  /** A stock client of that person. `role` viewer may only read. */
  client(person: string, options?: ClientOptions): StockClient
  socket(person: string, options?: ClientOptions): WebSocket
  close(): Promise<void>
}

export interface ClientOptions {
  name?: string
  role?: PersonRole
  doc?: Y.Doc
  protocols?: string[]
  headers?: Record<string, string>
}

export interface StockClient {
  doc: Y.Doc
  provider: WebsocketProvider
  text(): string
  synced(): Promise<void>
  /** The code of a close that a stock client takes as final. */
  closedWith(): number | undefined
  destroy(): void
}

/** Lets in whoever names a person in a header; a session token stands behind it in the product. */
export const headerAccess: DocumentAccess = {
  async authorize({ headers, incidentId }) {
    const id = headers['x-person']
    if (typeof id !== 'string') return { ok: false, status: 401 }
    const role = headers['x-role'] === 'viewer' ? 'viewer' : 'responder'
    return {
      ok: true,
      actor: { kind: 'person', id, role },
      personName: `Name of ${id}`,
      sessionId: `session-${id}`,
      expiresAt: typeof headers['x-expires-at'] === 'string' ? Number(headers['x-expires-at']) : null,
      canRead: !(incidentId === 'secret' && id !== 'maya'),
      canWrite: role !== 'viewer',
    }
  },
  originAllowed: (headers) => headers.origin === undefined || headers.origin === 'https://muster.example',
}

/** The gateway on a real http server, over a journal in memory unless one is given. */
export async function startDocuments(
  options: Partial<DocumentGatewayOptions> & { store?: MemoryJournalStore } = {},
): Promise<DocumentServer> {
  const store = options.store ?? new MemoryJournalStore()
  if (options.store === undefined) store.create('room')
  const gateway = createDocumentGateway({
    journal: store.journal(),
    bus: createMemoryBus(),
    clock: realClock,
    logger: createLogger('silent'),
    access: headerAccess,
    ...options,
  })
  const http = createServer()
  http.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/documents`
  const open: (() => void)[] = []

  const headersOf = (person: string, { role, headers }: ClientOptions) => ({
    'x-person': person,
    ...(role === undefined ? {} : { 'x-role': role }),
    ...headers,
  })
  return {
    gateway,
    store,
    url,
    http,
    client(person, clientOptions = {}) {
      const client = stockClient(url, headersOf(person, clientOptions), clientOptions)
      open.push(client.destroy)
      return client
    },
    socket(person, socketOptions = {}) {
      const socket = new WebSocket(`${url}/${socketOptions.name ?? 'room'}`, socketOptions.protocols ?? [], {
        headers: headersOf(person, socketOptions),
      })
      socket.binaryType = 'nodebuffer'
      socket.on('error', () => {})
      open.push(() => socket.terminate())
      return socket
    },
    async close() {
      for (const close of open) close()
      await gateway.drain()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function stockClient(url: string, headers: Record<string, string>, options: ClientOptions): StockClient {
  const doc = options.doc ?? new Y.Doc()
  class SocketWithHeaders extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers })
    }
  }
  const provider = new WebsocketProvider(url, options.name ?? 'room', doc, {
    disableBc: true,
    protocols: options.protocols ?? [],
    WebSocketPolyfill: SocketWithHeaders as unknown as typeof globalThis.WebSocket,
  })
  let code: number | undefined
  provider.on('closed', (event: { code: number }) => {
    code = event.code
  })
  return {
    doc,
    provider,
    text: () => textOf(doc),
    synced: () => until('the client is synced', () => provider.synced),
    closedWith: () => code,
    destroy: () => provider.destroy(),
  }
}

/** A shared text beside the template, for tests that type. */
export function textOf(doc: Y.Doc): string {
  return doc.getText('notes').toString()
}

/** The text as a fresh node would load it. */
export async function storedText(store: MemoryJournalStore, name = 'room'): Promise<string> {
  return textOf((await loadReplica(store.journal(), name)).doc)
}
