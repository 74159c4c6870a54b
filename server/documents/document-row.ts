import type { Bus } from '../platform/bus.ts'
import type { Queryable } from '../platform/database.ts'
import { encodeBatch } from './batch-body.ts'
import { formatDocumentName } from './names.ts'
import { systemClientId } from './template.ts'

export interface NewDocument {
  incidentId: string
  /** `main`, or the part that follows `~` in the name. */
  part: string
  /** The first content, written once and by nobody again. */
  template: Uint8Array
  schema: number
  /** Integer ms since 1970 UTC. */
  at: number
}

/**
 * Creates a document with its template as batch 1, inside the transaction that creates the incident (or the
 * part). Throws DatabaseError `unique` when it exists.
 */
export async function createDocument(tx: Queryable, document: NewDocument): Promise<void> {
  const name = formatDocumentName(document)
  const body = encodeBatch([{ actorId: 'system', update: document.template }])
  await tx.query(
    `INSERT INTO documents (name, incident_id, seq, bytes, writable, epoch, schema)
     VALUES ($1, $2, 1, $3, true, 1, $4)`,
    [name, document.incidentId, body.byteLength, document.schema],
  )
  await tx.query('INSERT INTO document_batches (name, seq, at, body) VALUES ($1, 1, $2, $3)', [
    name,
    document.at,
    body,
  ])
  await tx.query('INSERT INTO document_clients (name, client_id, actor_id) VALUES ($1, $2, $3)', [
    name,
    systemClientId,
    'system',
  ])
}

export interface AccessChange {
  writable: boolean
}

/**
 * Changes who may write the documents of an incident, inside the transaction of the event that says so.
 * After the commit call {@link announceAccess}; without it nodes notice within a second.
 */
export async function setAccess(tx: Queryable, incidentId: string, change: AccessChange): Promise<void> {
  await tx.query('UPDATE documents SET writable = $2 WHERE incident_id = $1', [incidentId, change.writable])
}

/** Hints every node to look at the documents of this incident again. */
export function announceAccess(bus: Bus, incidentId: string): void {
  bus.publish({ topic: 'document', id: incidentId, seq: 0 })
}
