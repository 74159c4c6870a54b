import { IndexeddbPersistence } from 'y-indexeddb'
import type { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import {
  documentCodes,
  documentMessages,
  documentReasons,
  documentSubprotocol,
} from '../../shared/protocol/document-codes.ts'
import {
  type DocumentLamp,
  darkLamp,
  type LampEvent,
  type LampState,
  lampAfter,
  lampAt,
  lampChangesAt,
} from './document-lamp.ts'
import { bringsWords, type ChangeFrame, readOwnMessage, watchedSocket } from './document-socket.ts'
import { clearOlderCopies, copyName } from './older-copies.ts'
import { textOfUpdates } from './refused-text.ts'

/** One person's copy of one document, alive until it is dropped. */
export interface Replica {
  doc: Y.Doc
  fragment: Y.XmlFragment
  awareness: Awareness
}

export interface RefusedText {
  id: number
  text: string
  reason: string
}

export interface DocumentEvents {
  lamp: (lamp: DocumentLamp) => void
  /** A replica is ready to be shown; the one before it is gone. */
  replica: (replica: Replica | null) => void
  /** Words the server did not take. */
  refused: (refused: RefusedText) => void
  /** The server will not have us back: in words, for people. */
  stopped: (reason: string) => void
}

export interface DocumentPlace {
  /** Name in the address: the incident's id. */
  name: string
  person: string
  epoch: number
  mayWrite: () => boolean
}

export interface DocumentConnection {
  /** Takes refused texts off the lamp. */
  dismiss: (texts: number) => void
  destroy: () => void
}

/** Loaded afresh at most so often in a minute; more means something is wrong that trying again cannot mend. */
const freshStarts = 3
const final: ReadonlySet<number> = new Set([documentCodes.signedOut, documentCodes.unknownDocument])

/**
 * Opens a document and keeps it open: reconnects after passing causes; after a refusal keeps the words, drops the
 * replica and loads afresh. What was typed offline is kept in IndexedDB by person, document and epoch, and merges
 * on return.
 */
export function openDocument(place: DocumentPlace, events: DocumentEvents): DocumentConnection {
  const started: number[] = []
  let lamp: LampState = darkLamp
  let shown = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: { close: () => void; drop: () => Promise<void> } | null = null
  let refusedTexts = 0
  let over = false

  const show = () => {
    clearTimeout(timer)
    const now = performance.now()
    const next = lampAt(lamp, now)
    const key = JSON.stringify(next)
    if (key !== shown) {
      shown = key
      events.lamp(next)
    }
    const at = lampChangesAt(lamp, now)
    if (at !== null) timer = setTimeout(show, at - now + 1)
  }
  const tell = (event: LampEvent) => {
    lamp = lampAfter(lamp, event)
    show()
  }

  const refuse = (changes: readonly Uint8Array[], reason: string) => {
    const text = textOfUpdates(changes)
    if (text === '') return
    refusedTexts += 1
    events.refused({ id: refusedTexts, text, reason })
    tell({ kind: 'refused', texts: 1 })
  }

  const start = () => {
    const now = performance.now()
    started.push(now)
    if (started.filter((at) => now - at < 60_000).length > freshStarts) {
      events.stopped('The document was refused again and again. Reload the page.')
      return
    }
    current = connect(place, {
      ...events,
      tell,
      refuse,
      closed: (code, reason) => {
        if (over) return
        const dead = current
        current = null
        events.replica(null)
        tell({ kind: 'afresh' })
        if (final.has(code)) {
          dead?.close()
          events.stopped(reason)
          return
        }
        void dead?.drop().then(() => {
          if (!over) start()
        })
      },
    })
  }
  show()
  start()

  return {
    dismiss: (texts) => tell({ kind: 'dismissed', texts }),
    destroy: () => {
      over = true
      clearTimeout(timer)
      current?.close()
      current = null
    },
  }
}

interface ConnectionEvents extends DocumentEvents {
  tell: (event: LampEvent) => void
  refuse: (changes: readonly Uint8Array[], reason: string) => void
  closed: (code: number, reason: string) => void
}

function connect(place: DocumentPlace, events: ConnectionEvents) {
  const doc = new Y.Doc()
  const fragment = doc.getXmlFragment('document')
  let waiting: ChangeFrame[] = []
  let kept: Uint8Array[] = []
  let committed = 0
  let refusal: string | null = null
  let shown = false
  let ended = false
  let tidied = false

  const store = persistence(copyName(place.person, place.name, place.epoch), doc)
  const provider = new WebsocketProvider(documentsUrl(), place.name, doc, {
    connect: false,
    disableBc: true,
    protocols: [documentSubprotocol],
    WebSocketPolyfill: watchedSocket({
      mayWrite: place.mayWrite,
      sent: (sent) => {
        waiting.push(sent)
        const brings = sent.frame === 'answer' && bringsWords(sent.change)
        events.tell({ kind: 'sent', frame: sent.frame, at: performance.now(), brings })
      },
    }),
  })

  for (const type of Object.values(documentMessages)) {
    provider.messageHandlers[type] = (_encoder, decoder) => {
      const message = readOwnMessage(type, decoder)
      if (message === null) return
      if (message.kind === 'refused') {
        refusal = message.detail.reason
        return
      }
      const done = Math.max(0, message.frames - committed)
      if (waiting.slice(0, done).some(({ frame }) => frame === 'answer')) kept = []
      waiting = waiting.slice(done)
      committed = Math.max(committed, message.frames)
      events.tell({ kind: 'committed', frames: message.frames })
    }
  }

  const ready = () => {
    if (shown) return
    shown = true
    events.replica({ doc, fragment, awareness: provider.awareness })
  }
  provider.on('sync', (synced: boolean) => {
    if (!synced) return
    ready()
    if (tidied) return
    tidied = true
    // A browser that will not let go of a copy is no reason to stop.
    void clearOlderCopies(place, doc, (change) => {
      if (!ended) events.refuse([change], 'Access to this document changed before these words were sent.')
    }).catch(() => undefined)
  })
  void store?.whenSynced.then(() => {
    if (fragment.length > 0) ready()
  })

  provider.on('status', ({ status }: { status: string }) => {
    if (status !== 'connected') return
    waiting = []
    committed = 0
    refusal = null
    events.tell({ kind: 'opened', at: performance.now() })
  })
  provider.on('connection-close', () => {
    // The answer repeats what was kept; it alone tells what an earlier visit left here.
    const answer = waiting.find(({ frame }) => frame === 'answer')
    const updates = waiting.filter(({ frame }) => frame === 'update')
    kept = [...(answer === undefined ? kept : [answer.change]), ...updates.map(({ change }) => change)]
    waiting = []
    events.tell({ kind: 'closed' })
  })
  provider.on('closed', ({ code, reason }: { code: number; reason: string }) => {
    events.refuse(kept, refusal ?? (reason || wordsFor(code)))
    events.closed(code, refusal ?? (reason || wordsFor(code)))
  })
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === provider || origin === store || provider.wsconnected) return
    kept.push(update)
    events.tell({ kind: 'kept' })
  })

  // What an earlier visit left here has to be in the replica before it is compared with the server's.
  const open = () => provider.connect()
  if (store === null) open()
  else void Promise.race([store.whenSynced, delay(1_500)]).then(() => !ended && open())

  const close = () => {
    ended = true
    provider.destroy()
    doc.destroy()
  }
  return {
    close,
    drop: async () => {
      close()
      await store?.clearData().catch(() => undefined)
    },
  }
}

/** Null where the browser gives no storage; then nothing outlives the page. */
function persistence(name: string, doc: Y.Doc): IndexeddbPersistence | null {
  if (typeof indexedDB === 'undefined') return null
  try {
    return new IndexeddbPersistence(name, doc)
  } catch {
    return null
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function documentsUrl(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/documents`
}

function wordsFor(code: number): string {
  for (const [name, value] of Object.entries(documentCodes)) {
    if (value !== code) continue
    const words: Record<string, string> = documentReasons
    return words[name] ?? 'Not accepted.'
  }
  return 'Not accepted.'
}
