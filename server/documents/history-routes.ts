import { type Request, type RequestHandler, Router } from 'express'
import { sessionOf } from '../people/index.ts'
import { refuse } from '../platform/http-errors.ts'
import { createLookPace, createPaces, keepPace } from '../platform/pace.ts'
import type { ReferenceWords } from './document-markdown.ts'
import { type DocumentStanding, readMoments, readStanding, type StandingQuestion } from './history.ts'
import type { Journal } from './journal.ts'
import { formatDocumentName } from './names.ts'

export interface DocumentRoutesParts {
  journal: Journal
  /** Lets through who may read the document of the incident that the request names. */
  requirePermission: (action: 'document.read', incidentId: (request: Request) => string) => RequestHandler
  names(ids: readonly string[]): Promise<Map<string, { name: string }>>
  /** What tasks and entries of an incident say. */
  referenceWords(incidentId: string): Promise<ReferenceWords>
}

/** Standings kept for those who move to and fro between moments. */
const keptStandings = 24
const keptLetters = 200_000

/**
 * Looking back at the incident document: `GET …/document/moments` tells when it changed and by whom,
 * `GET …/document/at?time=|batch=` how it stood then. One at a time on a node: whoever writes goes first.
 */
export function documentRoutes(parts: DocumentRoutesParts): Router {
  const { journal } = parts
  const router = Router()
  const paceOf = createPaces(createLookPace)
  const inPace: RequestHandler = (request, _response, next) => {
    keepPace(paceOf(sessionOf(request).key))
    next()
  }
  const mayRead = parts.requirePermission('document.read', incidentOf)
  const inTurn = turns()
  const kept = new Map<string, DocumentStanding>()

  router.get('/api/incidents/:id/document/moments', mayRead, inPace, async (request, response) => {
    const read = await inTurn(() => readMoments(journal, nameOf(request)))
    if (read === undefined) refuse('not-found', 'There is no such incident.')
    const people = [...new Set(read.moments.flatMap((moment) => moment.people))]
    const names = await parts.names(people)
    const named = Object.fromEntries([...names].map(([id, { name }]) => [id, name]))
    response.set('Cache-Control', 'no-store').json({ ...read, names: named })
  })

  router.get('/api/incidents/:id/document/at', mayRead, inPace, async (request, response) => {
    const standing = await standingOf(request)
    response.set('Cache-Control', 'no-store').json(standing)
  })

  async function standingOf(request: Request): Promise<DocumentStanding> {
    const asked = questionIn(request)
    if (asked === undefined)
      refuse('invalid', 'Say which moment: `time` in ms since 1970 UTC, or `batch`.', 'time')
    const name = nameOf(request)
    const key = 'batch' in asked ? `${name} ${asked.batch}` : ''
    const known = kept.get(key)
    if (known !== undefined) return known
    const answer = await inTurn(() =>
      readStanding(journal, name, asked, () => parts.referenceWords(incidentOf(request))),
    )
    switch (answer.kind) {
      case 'unknown':
        return refuse('not-found', 'There is no such incident.')
      case 'before':
        return refuse('not-found', 'The document was not there at that moment.', 'time')
      case 'too-large':
        return refuse('too-large', 'This document has changed too often to be put together again here.')
      case 'found': {
        const { standing } = answer
        // A batch never changes; what its references say does, so a standing with any is read afresh.
        if (
          standing.markdown.length < keptLetters &&
          !JSON.stringify(standing.content).includes('"reference"')
        )
          keep(`${name} ${standing.batch}`, standing)
        return standing
      }
    }
  }

  function keep(key: string, standing: DocumentStanding): void {
    kept.delete(key)
    kept.set(key, standing)
    const oldest = kept.keys().next().value
    if (kept.size > keptStandings && oldest !== undefined) kept.delete(oldest)
  }

  return router
}

const incidentOf = (request: Request) => String(request.params.id)
const nameOf = (request: Request) => formatDocumentName({ incidentId: incidentOf(request), part: 'main' })

function questionIn(request: Request): StandingQuestion | undefined {
  const number = (name: string) => {
    const text = request.query[name]
    const value = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(value) ? value : undefined
  }
  const batch = number('batch')
  const time = number('time')
  if (batch !== undefined) return { batch }
  return time === undefined ? undefined : { time }
}

/** Runs one piece of work after the other. */
function turns() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work)
    last = mine.catch(() => undefined)
    return mine
  }
}
