import type { IncomingMessage } from 'node:http'
import { permitted } from '../shared/incident/permissions.ts'
import {
  announceAccess,
  buildTemplate,
  createDocument,
  type DocumentAccess,
  type DocumentGateway,
  documentSchema,
  formatDocumentName,
  type Journal,
  readDocumentText,
  setAccess,
} from './documents/index.ts'
import type { IncidentDocuments, Incidents } from './incidents/index.ts'
import { type Access, sessionOf } from './people/index.ts'
import type { Bus } from './platform/bus.ts'

/** What the features ask of one another; none of them knows the other. */

/** The documents' questions, answered by the one policy. */
export function documentAccess(access: Access): DocumentAccess {
  return {
    originAllowed: (headers) => access.originAllowed(headers),
    async authorize({ headers, incidentId }) {
      const session = await access.fromHeaders(headers)
      if (session === null) return { ok: false, status: 401 }
      const incident = { id: incidentId }
      if (!permitted(session.actor, 'document.read', incident).allow) return { ok: false, status: 404 }
      return {
        ok: true,
        actor: session.actor,
        personName: session.name,
        sessionId: session.key,
        expiresAt: session.expiresAt,
        canRead: true,
        canWrite: permitted(session.actor, 'document.write', incident).allow,
      }
    },
  }
}

/** What incidents ask of their documents. */
export function incidentDocuments(journal: Journal, bus: Bus): IncidentDocuments {
  return {
    async create(tx, incidentId, playbook, at) {
      const template = buildTemplate(playbook.sections)
      await createDocument(tx, { incidentId, part: 'main', template, schema: documentSchema, at })
    },
    setWritable: (tx, incidentId, writable) => setAccess(tx, incidentId, { writable }),
    accessChanged: (incidentId) => announceAccess(bus, incidentId),
    async rowOf(incidentId) {
      const [row] = await journal.rows([formatDocumentName({ incidentId, part: 'main' })])
      if (row === undefined) throw new Error('An incident has no document.')
      return { epoch: row.epoch, schema: row.schema }
    },
    async textOf(incidentId, words) {
      const text = await readDocumentText(journal, formatDocumentName({ incidentId, part: 'main' }), words)
      return { markdown: text?.document ?? '', notes: Object.fromEntries(text?.notes ?? []) }
    },
  }
}

/** What the documents count, under the names of the metrics. */
export function documentFigures(documents: DocumentGateway): Record<string, number> {
  const { rooms, peers, commits, bytesIn, bytesOut } = documents.metrics()
  return {
    muster_document_rooms: rooms,
    muster_document_sockets: peers,
    muster_document_commits_total: commits,
    muster_document_bytes_in_total: bytesIn,
    muster_document_bytes_out_total: bytesOut,
  }
}

/** Which playbooks whoever asks may read: a guest that of its incident, and no other. */
export function playbooksOf(store: () => Incidents['store']) {
  return async (request: IncomingMessage): Promise<(id: string) => boolean> => {
    const { actor } = sessionOf(request)
    if (actor.kind !== 'person' || actor.role !== 'guest') return () => true
    const incident = actor.scope === undefined ? null : await store().load(actor.scope.incidentId)
    return (id) => id === incident?.state.playbook.id
  }
}
