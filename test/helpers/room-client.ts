import { randomUUID } from 'node:crypto'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { io, type Socket } from 'socket.io-client'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import { documentMessages, documentSubprotocol } from '../../shared/protocol/document-codes.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'
import type { FreshJoin } from '../../shared/protocol/socket.ts'

/** REST as automation uses it: JSON in and out; an error answer throws with its text. */
export async function rest<T>(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return (text === '' ? null : JSON.parse(text)) as T
}

/** A person with a session, made through the API. */
/** Publishes a file as the next version of its playbook, as somebody who looked at it; gives its hash. */
export async function publishPlaybook(url: string, token: string, source: string): Promise<string> {
  const saved = await rest<{ id: string; hash: string; against: { hash: string } | null }>(
    url,
    token,
    'POST',
    '/api/playbooks',
    { source },
  )
  const path = `/api/playbooks/${saved.id}/drafts/edited/publish`
  await rest(url, token, 'POST', path, { hash: saved.hash, against: saved.against?.hash ?? null })
  return saved.hash
}

export async function makePerson(
  url: string,
  rootToken: string,
  name: string,
  role: 'administrator' | 'responder' | 'viewer' = 'responder',
): Promise<{ id: string; token: string }> {
  const { id } = await rest<{ id: string }>(url, rootToken, 'POST', '/api/people', { name, role })
  const { token } = await rest<{ token: string }>(url, rootToken, 'POST', `/api/people/${id}/sessions`)
  return { id, token }
}

/** A room over Socket.IO that keeps everything it was answered and everything it saw. */
export interface RoomClient {
  socket: Socket
  fresh: FreshJoin
  /** Events seen, in the order of arrival, the fresh picture's entries not included. */
  seen: IncidentEvent[]
  /** Sends one command; the promise stays open when the server dies before it answers. */
  send(type: string, data?: unknown, id?: string): Promise<CommandAnswer>
  close(): void
}

export async function joinRoom(url: string, token: string, incidentId: string): Promise<RoomClient> {
  const socket = io(url, { transports: ['websocket'], auth: { token }, reconnection: false, forceNew: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  const seen: IncidentEvent[] = []
  socket.on('incident:events', (message: { incidentId: string; events: IncidentEvent[] }) => {
    if (message.incidentId === incidentId) seen.push(...message.events)
  })
  const fresh: FreshJoin & { ok: boolean } = await socket.emitWithAck('incident:join', { incidentId })
  if (!fresh.ok) throw new Error(`could not join: ${JSON.stringify(fresh)}`)
  return {
    socket,
    fresh,
    seen,
    send: (type, data = {}, id = randomUUID()) =>
      new Promise((answered) => socket.emit('incident:command', { incidentId, id, type, data }, answered)),
    close: () => void socket.disconnect(),
  }
}

/** A document peer that asks for committed counts and knows which of its edits they cover. */
export interface DocumentClient {
  doc: Y.Doc
  /** Resolves when the first SyncStep2 has been applied. */
  synced: Promise<void>
  /** Changes the document; the promise resolves when the server says that this change is committed. */
  edit(change: (doc: Y.Doc) => void): Promise<void>
  /** Called on every update that came from the server. */
  onRemote(listener: () => void): void
  closed: Promise<{ code: number; reason: string }>
  close(): void
}

export function openDocument(url: string, token: string, name: string, clientId?: number): DocumentClient {
  const doc = new Y.Doc()
  if (clientId !== undefined) doc.clientID = clientId
  const ws = new WebSocket(`${url.replace('http', 'ws')}/documents/${name}`, documentSubprotocol, {
    headers: { Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  })
  ws.binaryType = 'nodebuffer'
  let sent = 0
  const waiting: { frame: number; done: () => void }[] = []
  const listeners: (() => void)[] = []
  let markSynced = () => {}
  const synced = new Promise<void>((resolve) => {
    markSynced = resolve
  })
  const frame = (write: (encoder: encoding.Encoder) => void) => {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    write(encoder)
    ws.send(encoding.toUint8Array(encoder))
  }
  ws.on('open', () => frame((encoder) => sync.writeSyncStep1(encoder, doc)))
  ws.on('error', () => {})
  ws.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(new Uint8Array(data))
    const type = decoding.readVarUint(decoder)
    if (type === documentMessages.committed) {
      const count = decoding.readVarUint(decoder)
      while (waiting[0] !== undefined && waiting[0].frame <= count) waiting.shift()?.done()
      return
    }
    if (type !== 0) return
    const kind = decoding.readVarUint(decoder)
    if (kind === sync.messageYjsSyncStep1) {
      const vector = decoding.readVarUint8Array(decoder)
      sent++
      frame((encoder) => sync.writeSyncStep2(encoder, doc, vector))
      return
    }
    Y.applyUpdate(doc, decoding.readVarUint8Array(decoder), 'server')
    if (kind === sync.messageYjsSyncStep2) markSynced()
    for (const listener of listeners) listener()
  })
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === 'server') return
    sent++
    frame((encoder) => sync.writeUpdate(encoder, update))
  })
  return {
    doc,
    synced,
    edit(change) {
      doc.transact(() => change(doc))
      return new Promise((done) => waiting.push({ frame: sent, done }))
    },
    onRemote: (listener) => void listeners.push(listener),
    closed: new Promise((resolve) => {
      ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    }),
    close: () => ws.close(),
  }
}
