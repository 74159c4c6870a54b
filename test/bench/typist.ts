import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'

/** What a person's editor is connected to: Muster's document, or the relay, which only passes frames on. */
export interface Target {
  kind: 'muster' | 'relay'
  url: string
  /** One session each, so that no two people share a client id. Empty for the relay. */
  tokens: string[]
}

const sign = 0x7e // '~'
const tokenLength = 8

/** A mark of eight characters that an edit carries and every screen finds again. */
export function markOf(number: number): string {
  return `~~${number.toString(36).padStart(tokenLength - 2, '0')}`
}

/** Calls `found` with the number of each mark in these bytes, in order. */
export function findMarks(bytes: Buffer, found: (number: number) => void): void {
  for (let at = bytes.indexOf(sign); at >= 0; at = bytes.indexOf(sign, at)) {
    if (bytes[at + 1] !== sign) {
      at++
      continue
    }
    found(Number.parseInt(bytes.toString('latin1', at + 2, at + tokenLength), 36))
    at += tokenLength
  }
}

/**
 * A light editor: writes real Yjs updates of its own, and looks in what arrives only for marks, so that twenty
 * of them in one process do not wait for each other.
 */
export class Typist {
  readonly #socket: WebSocket
  readonly #doc = new Y.Doc()
  readonly #text = this.#doc.getText('bench')
  readonly #ready: Promise<void>
  closed: string | undefined

  constructor(
    target: Target,
    index: number,
    private readonly arrived: (mark: number) => void,
  ) {
    const headers = target.kind === 'muster' ? { Authorization: `Bearer ${target.tokens[index]}` } : {}
    this.#socket = new WebSocket(target.url, { headers, perMessageDeflate: false })
    this.#socket.binaryType = 'nodebuffer'
    this.#socket.on('close', (code, reason) => {
      this.closed = `${code} ${reason.toString()}`
    })
    this.#ready = new Promise((resolve, reject) => {
      this.#socket.on('error', reject)
      this.#socket.on('open', () => {
        if (target.kind === 'relay') resolve()
        else this.#send((encoder) => sync.writeSyncStep1(encoder, this.#doc))
      })
      this.#socket.on('message', (bytes: Buffer) => {
        if (target.kind === 'muster' && this.#answer(bytes)) resolve()
        findMarks(bytes, this.arrived)
      })
    })
    this.#doc.on('update', (update: Uint8Array) => this.#send((encoder) => sync.writeUpdate(encoder, update)))
  }

  ready(): Promise<void> {
    return this.#ready
  }

  type(mark: number): void {
    this.#text.insert(this.#text.length, markOf(mark))
  }

  close(): void {
    this.#socket.close()
  }

  /** Answers SyncStep1; true when this was SyncStep2: the document is here. */
  #answer(bytes: Buffer): boolean {
    if (bytes[0] !== 0) return false
    const decoder = decoding.createDecoder(new Uint8Array(bytes))
    decoding.readVarUint(decoder)
    const kind = decoding.readVarUint(decoder)
    if (kind === sync.messageYjsSyncStep1) {
      const vector = decoding.readVarUint8Array(decoder)
      this.#send((encoder) => sync.writeSyncStep2(encoder, this.#doc, vector))
    }
    return kind === sync.messageYjsSyncStep2
  }

  #send(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, 0)
    write(encoder)
    this.#socket.send(encoding.toUint8Array(encoder))
  }
}
