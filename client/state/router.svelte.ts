import { decoded } from '../net/decoded.ts'
import { routeOf } from './routes.ts'

export * from './routes.ts'

/** The address bar as state. */
class Router {
  #path = $state(location.pathname)
  readonly route = $derived(routeOf(this.#path))

  constructor() {
    addEventListener('popstate', () => {
      this.#path = location.pathname
    })
    document.addEventListener('click', (event) => this.#follow(event))
  }

  get path(): string {
    return this.#path
  }

  go(path: string): void {
    if (path !== location.pathname) history.pushState(null, '', path)
    this.#path = location.pathname
    scrollTo(0, 0)
  }

  replace(path: string): void {
    history.replaceState(null, '', path)
    this.#path = location.pathname
  }

  /** Plain clicks on links of ours change the page without loading it again. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.origin !== location.origin || link.target !== '' || link.hash !== '') return
    if (link.hasAttribute('download') || routeOf(link.pathname).kind === 'unknown') return
    event.preventDefault()
    this.go(link.pathname)
  }
}

export const router = new Router()

let secret: string | null = null

/**
 * Takes a secret behind `#` out of the address bar and the history at once, before the page it is for is here.
 * Accepts `#token` and `#token=…`.
 */
export function hideSecret(): void {
  const raw = location.hash.slice(1)
  if (raw === '') return
  history.replaceState(history.state, '', location.pathname)
  const named = new URLSearchParams(raw).get('token')
  secret = named ?? decoded(raw) ?? raw
}

/** The secret this page was opened with, once; null when there is none. */
export function takeSecret(): string | null {
  hideSecret()
  const taken = secret
  secret = null
  return taken
}
