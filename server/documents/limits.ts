import { documentLimits } from '../../shared/protocol/document-codes.ts'

/** What one connection or one document may ask of the server. */
export interface DocumentLimits {
  frameBytes: number
  documentBytes: number
  awarenessBytes: number
  /** A whole awareness message; stock clients relay what they heard of others. */
  awarenessFrameBytes: number
  /** State vectors longer than this are refused. */
  vectorBytes: number
  /** New Yjs client ids in one document: of everybody, and of one person, so that nobody uses up the others'. */
  newClientsPerHour: number
  newClientsPerPersonPerHour: number
  /** All batches of one document, with what was deleted since. */
  historyBytes: number
  /** Frames waiting in one room, in bytes of memory. */
  queueBytes: number
  /** What one connection may ask for of the document: so much in one burst, then so much a second. */
  answerBurstBytes: number
  answerBytesPerSecond: number
  /** Above `softBuffer` a peer misses frames and catches up later; above `hardBuffer` it is closed. */
  softBufferBytes: number
  hardBufferBytes: number
  /** Inbound bytes a second, with 64 counted for each message, and how much may come in one burst. */
  inboundBytesPerSecond: number
  inboundBurstBytes: number
  pingMs: number
  /** How long an empty room is kept. */
  emptyRoomMs: number
  rereadMs: number
  /** Failed steps in a row before a room sends its peers away. */
  failuresBeforeClosing: number
}

export const defaultLimits: DocumentLimits = {
  ...documentLimits,
  awarenessFrameBytes: 256_000,
  vectorBytes: 256_000,
  newClientsPerHour: 1_000,
  newClientsPerPersonPerHour: 500,
  historyBytes: 1_000_000_000,
  queueBytes: 64 * 1024 * 1024,
  answerBurstBytes: 4 * documentLimits.documentBytes,
  answerBytesPerSecond: 1_000_000,
  softBufferBytes: 256 * 1024,
  hardBufferBytes: 8 * 1024 * 1024,
  inboundBytesPerSecond: 4 * 1024 * 1024,
  inboundBurstBytes: 16 * 1024 * 1024,
  // Two of them until a connection without the other side is dropped: 14 s at most.
  pingMs: 7_000,
  emptyRoomMs: 5_000,
  rereadMs: 1_000,
  failuresBeforeClosing: 12,
}
