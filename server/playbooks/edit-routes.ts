import { type Request, type RequestHandler, Router } from 'express'
import * as z from 'zod/mini'
import type { Action } from '../../shared/incident/permissions.ts'
import { largestFile } from '../../shared/playbook/file-size.ts'
import { playbookJsonSchema } from '../../shared/playbook/json-schema.ts'
import { type Problem, problemLines } from '../../shared/playbook/load.ts'
import { httpStatus } from '../../shared/protocol/errors.ts'
import { nothingHere, refuse } from '../platform/http-errors.ts'
import { readBody } from '../platform/http-input.ts'
import { createLookPace, createPaces, keepPace } from '../platform/pace.ts'
import type { DraftHead, PlaybookDrafts } from './drafts.ts'
import type { Readable } from './routes.ts'
import type { Origin, PlaybookStore } from './store.ts'

export interface EditRoutesOptions {
  store: PlaybookStore
  drafts: PlaybookDrafts
  requirePermission: (action: Extract<Action, `playbooks.${string}`>) => RequestHandler
  /** The person who asks; null for a program. */
  personOf: (request: Request) => string | null
  /** Whose pace a request counts for: the key of its session. */
  sessionKeyOf: (request: Request) => string
  /** Whether whoever asks may know who the people of this house are. */
  mayListPeople: (request: Request) => boolean
  readable: Readable
  names: (ids: readonly string[]) => Promise<Map<string, { name: string }>>
  now: () => number
}

// Twice the largest file: its line ends and quotes take two signs in JSON.
const fileBody = z.strictObject({
  source: z
    .string()
    .check(z.maxLength(2 * largestFile, { error: 'The file is too large: at most 256 KiB.' })),
  file: z.optional(
    z.string().check(z.maxLength(200, { error: 'The name of the file is too long: at most 200 letters.' })),
  ),
})
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))
/** `seen`: the mark of the draft that was seen, null or left out for none. */
const saveBody = z.extend(fileBody, { seen: z.optional(z.nullable(hash)) })
const discardBody = z.strictObject({ seen: hash })
const publishBody = z.strictObject({
  hash,
  against: z.nullable(hash),
})

/** Import and export, drafts, versions and the schema that editors read. Nothing is published by sending a file. */
export function playbookEditRoutes(options: EditRoutesOptions): Router {
  const { store, drafts, requirePermission, personOf } = options
  const router = Router()
  const paces = createPaces(createLookPace)
  /** Each file takes a thread some tenths of a second: an editor asks as people type, a program at no flood. */
  const inPace: RequestHandler = (request, _response, next) => {
    keepPace(paces(options.sessionKeyOf(request)))
    next()
  }
  const mayRead = requirePermission('playbooks.read')
  const mayExport = requirePermission('playbooks.export')
  const mayEdit = requirePermission('playbooks.edit')
  const schema = JSON.stringify(playbookJsonSchema())

  async function named<Head extends DraftHead>(draft: Head): Promise<Head> {
    if (draft.editedBy === null) return draft
    const names = await options.names([draft.editedBy])
    return { ...draft, editedBy: names.get(draft.editedBy)?.name ?? null }
  }

  /** That another draft is there than the one that was seen, with who saved it and when. */
  async function movedWords(moved: DraftHead, then: string) {
    const draft = await named(moved)
    const at = new Date(draft.editedAt).toISOString()
    const who = draft.editedBy ?? 'Muster'
    const message = `${who} saved another draft at ${at.slice(11, 16)} UTC on ${at.slice(0, 10)}. ${then}`
    return { error: { code: 'conflict' as const, message }, draft }
  }

  // An editor asks for it without signing in; it says nothing about anybody's playbooks.
  router.get('/api/playbook-schema.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=3600').type('application/schema+json').send(schema)
  })

  router.get('/api/playbooks/:id/versions', mayRead, async (request, response) => {
    const id = String(request.params.id)
    const may = await options.readable(request)
    const versions = may(id) ? await store.versions(id) : []
    if (versions.length === 0) nothingHere()
    const publishers = versions.flatMap((one) => one.publishedBy ?? [])
    const names = await options.names(options.mayListPeople(request) ? publishers : [])
    response.json(
      versions.map(({ publishedBy, ...version }) => ({
        ...version,
        publishedBy: publishedBy === null ? null : (names.get(publishedBy)?.name ?? null),
      })),
    )
  })

  router.get('/api/playbooks/:name/source', mayExport, async (request, response) => {
    const name = String(request.params.name)
    const found = /^[0-9a-f]{64}$/.test(name) ? await store.byHash(name) : await store.latest(name)
    const source = found && (await store.source(found.hash))
    if (found === undefined || source === undefined)
      refuse('not-found', 'There is no file of this playbook, or of this version of it.')
    response
      .type('application/yaml')
      .set('Content-Disposition', `attachment; filename="${found.playbook.id}.yaml"`)
      .send(source)
  })

  router.post('/api/playbooks/check', mayEdit, inPace, async (request, response) => {
    const { source, file } = readBody(request, fileBody)
    response.json(await drafts.check(source, file ?? 'playbook.yaml'))
  })

  router.post('/api/playbooks', mayEdit, inPace, async (request, response) => {
    const { source, file = 'playbook.yaml', seen = null } = readBody(request, saveBody)
    const saved = await drafts.save(source, file, seen, personOf(request), options.now())
    switch (saved.kind) {
      case 'wrong': {
        const { problems } = saved
        response.status(400).json({
          error: { code: 'invalid', field: 'source', message: wrong(file, problems) },
          problems,
        })
        return
      }
      case 'moved': {
        const { draft, changes } = saved
        const words = await movedWords(draft, 'Look at what yours would change of it before you save.')
        response.status(httpStatus('conflict')).json({ error: words.error, draft: words.draft, changes })
        return
      }
      case 'saved': {
        const { kind: _, ...answer } = saved
        response.status(201).json({ ...answer, origin: 'edited' })
      }
    }
  })

  router.get('/api/playbook-drafts', mayEdit, async (_request, response) => {
    response.json(await drafts.list())
  })

  router.get('/api/playbooks/:id/drafts', mayEdit, async (request, response) => {
    response.json(await drafts.list(String(request.params.id)))
  })

  router.get('/api/playbooks/:id/drafts/:origin', mayEdit, inPace, async (request, response) => {
    const draft = await drafts.get(String(request.params.id), originOf(request))
    if (draft === null) nothingHere()
    response.json(await named(draft))
  })

  router.delete('/api/playbooks/:id/drafts/:origin', mayEdit, async (request, response) => {
    const { seen } = readBody(request, discardBody)
    const outcome = await drafts.discard(String(request.params.id), originOf(request), seen)
    if (outcome.kind === 'missing') nothingHere()
    if (outcome.kind === 'moved') {
      const words = await movedWords(outcome.draft, 'Look at it before you discard it.')
      response.status(httpStatus('conflict')).json(words)
      return
    }
    response.json({ ok: true })
  })

  router.post('/api/playbooks/:id/drafts/:origin/publish', mayEdit, inPace, async (request, response) => {
    const seen = readBody(request, publishBody)
    const id = String(request.params.id)
    const outcome = await drafts.publish(id, originOf(request), seen, personOf(request), options.now())
    switch (outcome.kind) {
      case 'changed':
        refuse('conflict', 'This draft is another one by now, or gone. Look at it again before you publish.')
        break
      case 'behind':
        refuse(
          'conflict',
          `Version ${outcome.version} was published meanwhile. Look at what would change now.`,
        )
        break
      case 'same':
        refuse('conflict', `Version ${outcome.version} says exactly this already.`)
        break
      case 'published': {
        const { hash, playbook } = outcome.published
        response.status(201).json({ id, hash, version: playbook.version })
      }
    }
  })

  return router
}

function originOf(request: Request): Origin {
  const { origin } = request.params
  return origin === 'shipped' || origin === 'edited' ? origin : nothingHere()
}

/** The first problem in one line, and how many more there are. */
function wrong(file: string, problems: readonly Problem[]): string {
  const [first = `${file} cannot be read.`, ...more] = problemLines(file, problems)
  return more.length === 0 ? first : `${first}, and ${more.length} more`
}
