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
import { doubtOf } from './document-probe.ts'
import { bringsWords, type ChangeFrame, readOwnMessage, watchedSocket } from './document-socket.ts'
import { clearOlderCopies, copyName } from './older-copies.ts'
import { textOfUpdates } from './refused-text.ts'
import { DocumentCopy } from './storage/document-copy.ts'
import type { Keeper } from './storage/keeper.ts'
import { onWake } from './waking.ts'

/** One person's copy of one document, alive until it is dropped. */
export interface Replica {
  doc: Y.Doc
  fragment: Y.XmlFragment
  awareness: Awareness
}

export interface RefusedText {
  text: string
  reason: string
}

export interface DocumentEvents {
  lamp: (lamp: DocumentLamp) => void
  /** A replica is ready to be shown; the one before it is gone. */
  replica: (replica: Replica | null) => void
  /** Words the server did not take. The replica that holds them goes once this is done. */
  refused: (refused: RefusedText) => Promise<void>
  /** The server will not have us back: in words, for people. */
  stopped: (reason: string) => void
}

export interface DocumentPlace {
  /** Name in the address: the incident's id. */
  name: string
  epoch: number
  mayWrite: () => boolean
  /** Where the copy outlives the page; null where nothing does. */
  keeper: Keeper | null
}

export interface DocumentConnection {
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
  let current: ReturnType<typeof connect> | null = null
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

  const refuse = async (changes: readonly Uint8Array[], reason: string) => {
    const text = textOfUpdates(changes)
    if (text !== '') await events.refused({ text, reason })
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
      closed: (code, reason, handedOver) => {
        if (over) return
        const dead = current
        current = null
        events.replica(null)
        tell({ kind: 'afresh' })
        dead?.close()
        if (final.has(code)) events.stopped(reason)
        // Words leave the copy only when all of them are in the tray.
        void handedOver
          .then((all) => (all ? dead?.drop() : undefined))
          .then(() => {
            if (!over && !final.has(code)) start()
          })
      },
    })
  }
  show()
  start()
  const stopWaking = onWake(() => current?.probe())

  return {
    destroy: () => {
      over = true
      stopWaking()
      clearTimeout(timer)
      current?.close()
      current = null
    },
  }
}

interface ConnectionEvents extends DocumentEvents {
  tell: (event: LampEvent) => void
  refuse: (changes: readonly Uint8Array[], reason: string) => Promise<void>
  /** `handedOver`: whether all words that only this copy holds are in the tray. */
  closed: (code: number, reason: string, handedOver: Promise<boolean>) => void
}

function connect(place: DocumentPlace, events: ConnectionEvents) {
  const doc = new Y.Doc()
  const fragment = doc.getXmlFragment('document')
  let waiting: ChangeFrame[] = []
  let kept: Uint8Array[] = []
  let committed = 0
  /** The server was told once what this copy holds and it does not. */
  let answered = false
  let refusal: string | null = null
  let shown = false
  let ended = false
  let tidied = false

  const copy =
    place.keeper === null ? null : new DocumentCopy(place.keeper, copyName(place.name, place.epoch), doc)
  const provider = new WebsocketProvider(documentsUrl(), place.name, doc, {
    connect: false,
    disableBc: true,
    protocols: [documentSubprotocol],
    WebSocketPolyfill: watchedSocket({
      mayWrite: place.mayWrite,
      sent: (sent) => {
        waiting.push(sent)
        if (sent.frame === 'answer') answered = true
        const brings = sent.frame === 'answer' && bringsWords(sent.change)
        events.tell({ kind: 'sent', frame: sent.frame, at: performance.now(), brings })
      },
    }),
  })

  const doubt = doubtOf(provider)

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
      if (waiting.length === 0 && kept.length === 0) copy?.unsent(false)
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
    events.tell({ kind: 'come' })
    if (tidied) return
    tidied = true
    // A browser that will not let go of a copy is no reason to stop.
    const reason = 'Access to this document changed before these words were sent.'
    void clearOlderCopies(place, doc, (change) => events.refuse([change], reason)).catch(() => undefined)
  })
  void copy?.loaded.then(() => {
    if (ended) return
    if (copy.leftUnsent && !provider.wsconnected) events.tell({ kind: 'kept', at: performance.now() })
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
    const why = refusal ?? (reason || wordsFor(code))
    // Nobody can tell yet which words of an earlier visit the server lacks. The next connection brings them all.
    const untold = copy?.leftUnsent === true && !answered
    // Signed out is not refused: whoever signs in again brings their words.
    const signedOut = code === documentCodes.signedOut
    const stays = copy !== null && place.keeper?.keeping.kind === 'kept' && (untold || signedOut)
    const handedOver = stays ? copy.written : events.refuse(kept, why)
    const waits = stays && signedOut && kept.length > 0
    events.closed(
      code,
      waits ? `${why} What you wrote is kept here and goes out when you sign in again.` : why,
      handedOver.then(() => !untold && !stays),
    )
  })
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === provider || origin === copy) return
    copy?.unsent(true)
    // The provider has sent it by now, unless its socket is about to tell that it closed.
    if (provider.ws?.readyState === WebSocket.OPEN) return
    kept.push(update)
    events.tell({ kind: 'kept', at: performance.now() })
  })

  // What an earlier visit left here has to be in the replica before it is compared with the server's.
  const open = () => provider.connect()
  if (copy === null) open()
  else void Promise.race([copy.loaded, delay(1_500)]).then(() => !ended && open())

  const close = () => {
    if (ended) return
    ended = true
    doubt.end()
    copy?.close()
    provider.destroy()
    doc.destroy()
  }
  return {
    close,
    probe: doubt.ask,
    drop: async () => {
      close()
      await copy?.clear().catch(() => undefined)
    },
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
