import { type RequestHandler, Router } from 'express'
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
}

const aYear = 365 * 24 * 60 * 60

/**
 * `GET /api/playbooks` lists the newest versions; `GET /api/playbooks/:hash` gives one version whole. A hash
 * names its content for ever, so the second may be kept by the browser (privately: it is behind sign-in).
 */
export function playbookRoutes({ store, requirePermission }: PlaybookRoutesOptions): Router {
  const router = Router()
  const mayRead = requirePermission('playbooks.read')

  router.get('/api/playbooks', mayRead, async (_request, response) => {
    const [playbooks, defaultId] = await Promise.all([store.list(), store.defaultId()])
    response.set('Cache-Control', 'no-cache').json(playbooks.map((one) => listing(one, defaultId)))
  })

  router.get('/api/playbooks/:hash', mayRead, async (request, response) => {
    const hash = request.params.hash
    const found =
      typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? await store.byHash(hash) : undefined
    if (found === undefined) refuse('not-found', 'There is no playbook version with this hash.')
    response.set('Cache-Control', `private, max-age=${aYear}, immutable`).json(found.playbook)
  })

  return router
}

function listing({ hash, playbook }: PublishedPlaybook, defaultId: string | null): PlaybookListing {
  const { id, title, product, version, severities } = playbook
  return { id, title, product, version, hash, isDefault: id === defaultId, severities }
}
