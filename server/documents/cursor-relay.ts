import type { AwarenessEntry } from './frames.ts'

/** What one node tells the others about the cursors of one document. */
export type CursorMessage =
  /** Cursors on the sending node that changed; a state of `null` says that its owner has gone. */
  | { kind: 'states'; document: string; states: readonly AwarenessEntry[] }
  /** Somebody opened the document on the sending node: who is there? */
  | { kind: 'ask'; document: string }

export type HeardCursors =
  | { kind: 'states'; node: string; document: string; states: readonly RemoteState[] }
  | { kind: 'ask'; document: string }
  /** Other nodes can be heard, for the first time or again. */
  | { kind: 'connected' }

/** A state that came from another node and is in order. `userId` is undefined when the owner has gone. */
export interface RemoteState extends AwarenessEntry {
  userId: string | undefined
}

/**
 * Carries cursors between nodes, and nothing else: what it loses is shown late or not at all, and no document,
 * count or right depends on it. Only states whose user field this server wrote are given to it.
 */
export interface CursorRelay {
  /** Never throws and never waits: what cannot be sent is dropped. */
  publish(message: CursorMessage): void
  /** Own messages are not delivered. Returns the way to stop. */
  subscribe(listener: (message: HeardCursors) => void): () => void
  close(): Promise<void>
}

/** For a node that is alone: there is nobody to tell. */
export function createLocalCursorRelay(): CursorRelay {
  return { publish: () => {}, subscribe: () => () => {}, close: async () => {} }
}
