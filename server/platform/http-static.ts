import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'

/** How long a browser may keep a file whose name holds the hash of its content. */
const aYear = 'public, max-age=31536000, immutable'

/**
 * The built pages. Files under `/assets` never change under their name; everything else is asked for anew. Any
 * other address is one of the application's own views, except `/wall`, which is a page by itself.
 */
export function serveClient(dir: string): RequestHandler {
  const router = Router()
  router.use(
    '/assets',
    express.static(join(dir, 'assets'), {
      index: false,
      redirect: false,
      fallthrough: true,
      setHeaders: (response) => {
        response.setHeader('Cache-Control', aYear)
      },
    }),
  )
  router.use(
    express.static(dir, {
      index: false,
      redirect: false,
      setHeaders: (response) => {
        response.setHeader('Cache-Control', 'no-cache')
      },
    }),
  )
  // Without a pattern: an address whose escapes are broken has a page that says so, and a pattern would refuse it.
  router.use((request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    // A missing file must not be answered with a page: the browser would take it for the script.
    if (/\/[^/]*\.[a-z0-9]+$/i.test(request.path) || request.path.startsWith('/assets')) return next()
    const page = request.path === '/wall' || request.path === '/wall/' ? 'wall.html' : 'index.html'
    response.sendFile(page, { root: dir, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } })
  })
  return router
}
