/**
 * A document's name is `<incident id>` for the main one and `<incident id>~<part>` for the others.
 * Anything else is no name: no dots, no percent signs, no letters beyond ASCII, nothing long.
 */
export interface DocumentName {
  incidentId: string
  /** `main`, or the part after `~`. */
  part: string
}

const namePattern = /^([A-Za-z0-9_-]{1,64})(?:~([A-Za-z0-9][A-Za-z0-9_-]{0,79}))?$/
const prefix = '/documents/'
const longestPath = 512

/** Undefined for anything that is not exactly a name. `main` has one spelling only: without a part. */
export function parseDocumentName(text: string): DocumentName | undefined {
  const match = namePattern.exec(text)
  const incidentId = match?.[1]
  if (incidentId === undefined) return undefined
  const part = match?.[2] ?? 'main'
  if (match?.[2] === 'main') return undefined
  return { incidentId, part }
}

export function formatDocumentName(name: DocumentName): string {
  return name.part === 'main' ? name.incidentId : `${name.incidentId}~${name.part}`
}

/** Reads the name out of a request target. The query is allowed and ignored; nothing is decoded. */
export function documentNameOfPath(target: string | undefined): DocumentName | undefined {
  if (target === undefined || target.length > longestPath || !target.startsWith(prefix)) return undefined
  const query = target.indexOf('?')
  return parseDocumentName(target.slice(prefix.length, query === -1 ? undefined : query))
}

/** Whether an upgrade is for this endpoint at all, valid name or not. */
export function isDocumentPath(target: string | undefined): boolean {
  return target?.startsWith(prefix) ?? false
}
