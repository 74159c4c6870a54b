export type { DocumentAccess, Entrance, Leavers } from './access.ts'
export { type CursorRelay, createLocalCursorRelay } from './cursor-relay.ts'
export { openRedisCursorRelay } from './cursor-relay-redis.ts'
export { type DocumentText, documentText, type ReferenceWords } from './document-markdown.ts'
export { announceAccess, createDocument, setAccess } from './document-row.ts'
export {
  createDocumentGateway,
  type DocumentGateway,
  type DocumentGatewayOptions,
  type DocumentMetrics,
} from './gateway.ts'
export { type DocumentRoutesParts, documentRoutes } from './history-routes.ts'
export type { DocumentRow, Journal } from './journal.ts'
export type { DocumentLimits } from './limits.ts'
export { type DocumentName, formatDocumentName, isDocumentPath, parseDocumentName } from './names.ts'
export { readDocumentText } from './read-document.ts'
export { createSqlJournal } from './sql-journal.ts'
export { buildTemplate, documentSchema, systemClientId } from './template.ts'
