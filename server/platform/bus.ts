/**
 * Hints between nodes. A hint says "there may be something new under this topic"; it may be lost,
 * repeated or reordered and nobody notices, because whoever hears it rereads the database (rule 2).
 */
export type Topic = 'incident' | 'document' | 'access' | 'clock' | 'presence'

export interface Hint {
  topic: Topic
  /** Incident id, document name or person id. */
  id: string
  /** The newest sequence number known to the sender; 0 where there is none. */
  seq: number
}

export interface Bus {
  /** Never throws and never waits: a hint that cannot be sent is dropped. */
  publish(hint: Hint): void
  /** Own hints are delivered too. Returns the way to stop. */
  subscribe(topic: Topic, listener: (hint: Hint) => void): () => void
  /** False while hints from other nodes cannot arrive; readers then poll once a second anyway. */
  connected(): boolean
  close(): Promise<void>
}
