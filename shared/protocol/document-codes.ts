/**
 * What the document endpoint says beyond the y-websocket protocol. A stock y-websocket client does not come
 * back after a code from 4400 to 4499 (the server decided, trying again cannot help); every other code is a
 * passing cause and it reconnects.
 */
export const documentCodes = {
  signedOut: 4401,
  readOnly: 4403,
  unknownDocument: 4404,
  foreignClient: 4409,
  tooLarge: 4413,
  historyFull: 4414,
  badUpdate: 4422,
  incidentClosed: 4423,
  epochChanged: 4424,
  tooManyClients: 4429,
} as const

export type DocumentCodeName = keyof typeof documentCodes
export type DocumentCode = (typeof documentCodes)[DocumentCodeName]

/** Passing causes: the client comes back by itself and loses nothing. */
export const passingCodes = { restarting: 1012, tryLater: 1013 } as const
export type PassingCode = (typeof passingCodes)[keyof typeof passingCodes]

/** The reason sent with each code: plain words, at most 123 bytes as RFC 6455 asks. */
export const documentReasons: Readonly<Record<DocumentCodeName, string>> = {
  signedOut: 'Signed out.',
  readOnly: 'You may read this document, not change it.',
  unknownDocument: 'No such document.',
  foreignClient: 'This Yjs client id belongs to another person.',
  tooLarge: 'Too large.',
  historyFull: 'The history of this document is full. Go on in the timeline; nothing written so far is lost.',
  badUpdate: 'This update cannot be read.',
  incidentClosed: 'The incident is closed; its documents no longer change.',
  epochChanged: 'Access to this document changed. Load it afresh.',
  tooManyClients: 'Too many new Yjs client ids in this document. Try again in an hour.',
}

/**
 * Number of the document schema: raised when the editor gains nodes that older ones cannot draw. A client older
 * than a document shows it and changes nothing. 2: tables, check boxes, references to tasks and entries.
 */
export const documentSchema = 2

/** Asked for when connecting and echoed by the server; without it no message of ours is sent. */
export const documentSubprotocol = 'muster.1'

/** Message types of ours beside the stock 0 (sync), 1 (awareness), 2 (auth) and 3 (query awareness). */
export const documentMessages = {
  /** varUint: the first n sync frames (types 1 and 2) of this connection are committed; no-ops count. */
  committed: 100,
  /** varString: {@link RefusalDetail} as JSON, sent just before the closing code. */
  refused: 101,
} as const

export interface RefusalDetail {
  code: DocumentCode
  reason: string
  /** Which sync frame of this connection was refused, counted from 1; 0 when no frame caused it. */
  frame: number
}

/** Limits a client should keep to; pastes are split before the frame limit. */
export const documentLimits = {
  frameBytes: 1_000_000,
  documentBytes: 5_000_000,
  awarenessBytes: 4_000,
} as const
