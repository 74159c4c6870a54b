import { type Request, type RequestHandler, Router } from 'express'
import { withoutNumbers } from '../../shared/playbook/contact-numbers.ts'
import type { PublishedPlaybook, Severity } from '../../shared/playbook/model.ts'
import { refuse } from '../platform/http-errors.ts'
import type { PlaybookStore } from './store.ts'

/** One line of `GET /api/playbooks`: enough to choose a playbook and a severity. */
export interface PlaybookListing {
  id: string
  title: string
  product: string
  version: number
  /** Where the whole of it is: `GET /api/playbooks/<hash>`. */
  hash: string
  /** The one that declaring begins with. */
  isDefault: boolean
  severities: Severity[]
}

export interface PlaybookRoutesOptions {
  store: PlaybookStore
  requirePermission: (action: 'playbooks.read') => RequestHandler
  /** Whether whoever asks may see the numbers at which people are called. */
  mayReadNumbers: (request: Request) => boolean
  readable: Readable
}

/**
 * Which playbooks whoever asks may read, by id: all of them, but a guest of one incident only the one that it runs by.
 * Any other answers as if there were none.
 */
export type Readable = (request: Request) => Promise<(id: string) => boolean>

const aYear = 365 * 24 * 60 * 60

/**
 * `GET /api/playbooks` lists the newest versions; `GET /api/playbooks/:name` gives one whole: by its id the newest
 * version, by its hash exactly that one. A hash names its content for ever, so it may be kept by the browser
 * (privately, for this session: what is told depends on who asks).
 */
export function playbookRoutes({
  store,
  requirePermission,
  mayReadNumbers,
  readable,
}: PlaybookRoutesOptions): Router {
  const router = Router()
  const mayRead = requirePermission('playbooks.read')

  router.get('/api/playbooks', mayRead, async (request, response) => {
    const [playbooks, defaultId, may] = await Promise.all([
      store.list(),
      store.defaultId(),
      readable(request),
    ])
    const own = playbooks.filter(({ playbook }) => may(playbook.id))
    response.set('Cache-Control', 'no-cache').json(own.map((one) => listing(one, defaultId)))
  })

  router.get('/api/playbooks/:name', mayRead, async (request, response) => {
    const name = String(request.params.name)
    // No id is as long as a hash.
    const byHash = /^[0-9a-f]{64}$/.test(name)
    const found = byHash ? await store.byHash(name) : await store.latest(name)
    const may = await readable(request)
    if (found === undefined || !may(found.playbook.id))
      refuse('not-found', 'There is no playbook with this id, nor a version with this hash.')
    response
      .set('Cache-Control', byHash ? `private, max-age=${aYear}, immutable` : 'private, no-cache')
      .vary('Cookie, Authorization')
      .json(mayReadNumbers(request) ? found.playbook : withoutNumbers(found.playbook))
  })

  return router
}

function listing({ hash, playbook }: PublishedPlaybook, defaultId: string | null): PlaybookListing {
  const { id, title, product, version, severities } = playbook
  return { id, title, product, version, hash, isDefault: id === defaultId, severities }
}
