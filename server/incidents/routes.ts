import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { commandIdPattern, parseCommand } from '../../shared/incident/commands/parse.ts'
import { isSystemCommand, roomCommandTypes } from '../../shared/incident/commands/registry.ts'
import { deadlines } from '../../shared/incident/deadlines.ts'
import { parseDeclare } from '../../shared/incident/decide.ts'
import { UnknownEventError } from '../../shared/incident/events.ts'
import { permitted } from '../../shared/incident/permissions.ts'
import {
  isRowKind,
  longestSearch,
  type RowQuery,
  rowKinds,
  searchPage,
} from '../../shared/incident/row-query.ts'
import { NewerStateError } from '../../shared/incident/state.ts'
import type { PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { CommandError } from '../../shared/protocol/errors.ts'
import { entryPage } from '../../shared/protocol/socket.ts'
import type { Session } from '../people/index.ts'
import { Refusal, refuse } from '../platform/http-errors.ts'
import { createLookPace, createPaces, keepPace } from '../platform/pace.ts'
import type { CommandHandler } from './command-handler.ts'
import type { EventLog } from './event-log.ts'
import type { IncidentStore } from './incident-store.ts'
import { openApi } from './openapi.ts'
import type { Found } from './search.ts'

export interface RoutesParts {
  handler: CommandHandler
  store: IncidentStore
  log: EventLog
  version: string
  /** Who is signed in; null answers 401. */
  sessionOf(request: Request): Promise<Session | null>
  playbooks: {
    latest(id: string): Promise<PublishedPlaybook | undefined>
    defaultId(): Promise<string | null>
    list(): Promise<PublishedPlaybook[]>
  }
  documentOf(incidentId: string): Promise<{ epoch: number; schema: number }>
  searchEntries(
    incidentId: string,
    query: RowQuery,
    before: number | null,
    limit: number,
  ): Promise<Found | null>
  exportMarkdown(incidentId: string): Promise<{ name: string; pieces: AsyncIterable<string> } | null>
}

/** REST: the same commands by the same handler, one route each, made from the registry. */
export function incidentRoutes(parts: RoutesParts): Router {
  const { handler, store, log } = parts
  const router = Router()

  router.get('/api/openapi.json', (_request, response) => {
    response.json(openApi(parts.version))
  })

  const withSession =
    (work: (session: Session, request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const session = await parts.sessionOf(request)
      if (session === null) return refuse('signed-out', 'Sign in first.')
      await work(session, request, response)
    }

  /** Only for who may read the incident; everything else answers as if it did not exist. */
  const withIncident = (
    work: (incidentId: string, session: Session, request: Request, response: Response) => Promise<void>,
  ): RequestHandler =>
    withSession(async (session, request, response) => {
      const id = String(request.params.id)
      if (!permitted(session.actor, 'incident.read', { id }).allow || (await store.load(id)) === null)
        return refuse('not-found', 'There is no such incident.')
      await work(id, session, request, response)
    })

  // As for a socket: each session may send so much, whatever it sends.
  const paceOf = createPaces()
  const lookPaceOf = createPaces(createLookPace)
  const withPace = (
    work: (session: Session, request: Request, response: Response) => Promise<void>,
  ): RequestHandler =>
    withSession(async (session, request, response) => {
      keepPace(paceOf(session.key))
      await work(session, request, response)
    })

  router.post(
    '/api/incidents',
    withPace(async (session, request, response) => {
      // A program that never resends needs no key; a key that is given has to be a good one.
      const key = request.get('Idempotency-Key') === undefined ? randomUUID() : idempotencyKey(request)
      if (key === null) throw new Refusal(missingKey)
      const parsed = parseDeclare(request.body)
      if (!parsed.ok) throw new Refusal(parsed.error)
      const verdict = permitted(session.actor, 'incident.declare')
      if (!verdict.allow) return refuse('forbidden', verdict.reason)
      const playbook = await choosePlaybook(parsed.data.playbook)
      if (playbook === null) return refuse('invalid', 'There is no such playbook.', 'playbook')
      const answer = await handler.declare(session.actor, key, parsed.data, playbook)
      if (!answer.ok) throw new Refusal(answer.error)
      response.status(201).json({ id: answer.id, seq: answer.seq, key: answer.key })
    }),
  )

  async function choosePlaybook(id: string | undefined): Promise<PublishedPlaybook | null> {
    const wanted = id ?? (await parts.playbooks.defaultId())
    if (wanted !== null) return (await parts.playbooks.latest(wanted)) ?? null
    return (await parts.playbooks.list())[0] ?? null
  }

  router.get(
    '/api/incidents',
    withSession(async (session, request, response) => {
      const verdict = permitted(session.actor, 'incidents.list')
      if (!verdict.allow) return refuse('forbidden', verdict.reason)
      const { beforeId } = request.query
      const before = {
        declaredAt: numberIn(request, 'before') ?? Number.MAX_SAFE_INTEGER,
        id: typeof beforeId === 'string' ? beforeId : '',
      }
      const page = await store.page(before, numberIn(request, 'limit') ?? 50)
      const incidents = []
      for (const { id, declaredAt } of page) {
        const incident = await store.load(id).catch(unlessNewer)
        if (incident === null) continue
        const { key, title, severity, status, playbook } = incident.state
        incidents.push({
          id,
          key,
          title,
          seq: incident.seq,
          severity: severity?.key ?? null,
          status: status.value,
          playbook: playbook.id,
          declaredAt,
        })
      }
      response.json({ incidents })
    }),
  )

  router.get(
    '/api/incidents/:id',
    withIncident(async (id, _session, _request, response) => {
      const incident = await store.load(id)
      if (incident === null) return refuse('not-found', 'There is no such incident.')
      const { seq, hash, state, playbook } = incident
      response.json({
        id,
        seq,
        hash,
        ...(await parts.documentOf(id)),
        state,
        deadlines: deadlines(state, playbook),
      })
    }),
  )

  router.get(
    '/api/incidents/:id/entries',
    withIncident(async (id, _session, request, response) => {
      const limit = Math.max(1, Math.min(entryPage, numberIn(request, 'limit') ?? entryPage))
      response.json({ entries: await log.entriesBefore(id, numberIn(request, 'before') ?? null, limit) })
    }),
  )

  router.get(
    '/api/incidents/:id/search',
    withIncident(async (id, session, request, response) => {
      keepPace(lookPaceOf(session.key))
      const limit = Math.max(1, Math.min(searchPage, numberIn(request, 'limit') ?? searchPage))
      const found = await parts.searchEntries(
        id,
        rowQueryOf(request),
        numberIn(request, 'before') ?? null,
        limit,
      )
      if (found === null) return refuse('not-found', 'There is no such incident.')
      response.json(found)
    }),
  )

  router.get(
    '/api/incidents/:id/events',
    withIncident(async (id, _session, request, response) => {
      response.json({ events: await log.readAfter(id, numberIn(request, 'after') ?? 0) })
    }),
  )

  router.get(
    '/api/incidents/:id/export.md',
    withIncident(async (id, session, _request, response) => {
      keepPace(lookPaceOf(session.key))
      const made = await parts.exportMarkdown(id)
      if (made === null) return refuse('not-found', 'There is no such incident.')
      response
        .type('text/markdown; charset=utf-8')
        .set('Content-Disposition', `attachment; filename="${made.name}"`)
        .set('Cache-Control', 'no-store')
      await pipeline(Readable.from(made.pieces), response)
    }),
  )

  for (const type of roomCommandTypes) {
    if (isSystemCommand(type)) continue
    router.post(
      `/api/incidents/:id/commands/${type}`,
      withPace(async (session, request, response) => {
        const key = idempotencyKey(request)
        if (key === null) throw new Refusal(missingKey)
        const parsed = parseCommand(key, type, request.body)
        if (!parsed.ok) throw new Refusal(parsed.error)
        const answer = await handler.submit(String(request.params.id), session.actor, parsed.command)
        if (!answer.ok) throw new Refusal(answer.error)
        response.json(answer)
      }),
    )
  }

  return router
}

/** What somebody looks for in the timeline, of an address. */
function rowQueryOf(request: Request): RowQuery {
  const { kind = 'all', text, person } = request.query
  if (typeof kind !== 'string' || !isRowKind(kind))
    return refuse(
      'invalid',
      `There is no kind ${String(kind)}. Choose one of ${rowKinds.join(', ')}.`,
      'kind',
    )
  if (typeof text === 'string' && text.length > longestSearch)
    return refuse('too-large', `Look for ${longestSearch} characters at most.`, 'text')
  const from = numberIn(request, 'from')
  const to = numberIn(request, 'to')
  return {
    kind,
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof person === 'string' ? { person } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

const missingKey: CommandError = {
  code: 'invalid',
  field: 'Idempotency-Key',
  message: 'Send a header Idempotency-Key of 8 to 64 letters, digits, _ or -, the same on every resend.',
}

function idempotencyKey(request: Request): string | null {
  const key = request.get('Idempotency-Key') ?? ''
  return commandIdPattern.test(key) ? key : null
}

function numberIn(request: Request, name: string): number | undefined {
  const text = request.query[name]
  const value = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

/** What a newer version wrote is left out of a list; everything else that fails is a failure. */
function unlessNewer(error: unknown): null {
  if (error instanceof NewerStateError || error instanceof UnknownEventError) return null
  throw error
}
