import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import express, { type Express, type RequestHandler, type Router } from 'express'
import { answerErrors, nothingHere, refuse } from './http-errors.ts'
import { securityHeaders } from './http-headers.ts'
import { serveClient } from './http-static.ts'
import type { Logger } from './logger.ts'

export interface HttpParts {
  logger: Logger
  /** Folder with the built pages; without it only the API answers. */
  clientDir: string | undefined
  /** Whether people come by https (from `PUBLIC_URL`). */
  https: boolean
  trustProxy: false | number | string[]
  /** Bytes of a JSON body; a command may be twice as long, for a snippet with its escapes. */
  bodyLimit: number
  hostAllowed(host: string | undefined): boolean
  originAllowed(headers: IncomingHttpHeaders): boolean
  /** Whether the request comes with a session or a token that is good. */
  signedIn(request: IncomingMessage): Promise<boolean>
  /** `/healthz`, `/readyz`, `/metrics`: for machines, under whatever name they know this one. */
  health: Router
  /** The features' routes, all under `/api`. */
  routers: readonly Router[]
}

/** One Express app: headers, checks of where a request comes from, bodies, routes, pages, errors. */
export function createHttp(parts: HttpParts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.set('trust proxy', parts.trustProxy)
  app.use(securityHeaders(parts.https))
  app.use(parts.health)
  app.use(ownHostOnly(parts))
  app.use('/api', neverStored, sameSiteOnly(parts), jsonOnly, largeOnlySignedIn(parts))
  app.use('/api/incidents/:id/commands', express.json({ limit: parts.bodyLimit * 2 }))
  // A playbook file is up to 256 KiB before its quotes and line ends are escaped.
  app.use('/api/playbooks', express.json({ limit: Math.max(parts.bodyLimit, 600 * 1024) }))
  app.use('/api', express.json({ limit: parts.bodyLimit }))
  for (const router of parts.routers) app.use(router)
  app.use('/api', () => nothingHere())
  if (parts.clientDir !== undefined) app.use(serveClient(parts.clientDir))
  app.use(() => nothingHere())
  app.use(answerErrors(parts.logger))
  return app
}

/** A foreign name that resolves to this machine would make its page one of ours (DNS rebinding). */
function ownHostOnly({ hostAllowed }: HttpParts): RequestHandler {
  return (request, _response, next) => {
    if (!hostAllowed(request.headers.host))
      refuse('forbidden', 'This Muster does not know itself under this name. Set PUBLIC_URL to it.')
    next()
  }
}

const neverStored: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store')
  next()
}

const safeMethods = new Set(['GET', 'HEAD'])
const ownSites = new Set(['same-origin', 'none'])

/** What changes something comes from our own pages or from a program with a token (S19). */
function sameSiteOnly({ originAllowed }: HttpParts): RequestHandler {
  return (request, _response, next) => {
    if (safeMethods.has(request.method)) return next()
    const site = request.headers['sec-fetch-site']
    const ownSite = site === undefined || (typeof site === 'string' && ownSites.has(site))
    if (!ownSite || !originAllowed(request.headers)) refuse('forbidden', 'This comes from another site.')
    next()
  }
}

/** Bytes of a body from somebody who has not signed in: a name, a password, a link. */
const unsignedBody = 16 * 1024

/** Nobody reads what a stranger sends by the half megabyte: who they are is asked first. */
function largeOnlySignedIn({ signedIn }: HttpParts): RequestHandler {
  const smallBody = express.json({ limit: unsignedBody })
  return async (request, response, next) => {
    const { headers } = request
    const unknown = headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined
    const large = Number(headers['content-length'] ?? 0) > unsignedBody
    if ((!large && !unknown) || (await signedIn(request))) return next()
    if (large) refuse('signed-out', 'Sign in first.')
    // Packed or without a length it is read as far as a small one goes; what is longer ends there.
    smallBody(request, response, next)
  }
}

/** A form can send text or fields across sites without asking; JSON it cannot. */
const jsonOnly: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  if (hasBody && !request.is('application/json'))
    refuse('invalid', 'Send JSON, with Content-Type: application/json.', 'Content-Type')
  next()
}
