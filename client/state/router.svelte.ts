export type Route =
  | { kind: 'board' }
  | { kind: 'setup' }
  | { kind: 'join' }
  | { kind: 'sign-in' }
  | { kind: 'room'; id: string }
  | { kind: 'settings' }
  | { kind: 'unknown'; path: string }

/** Which page a path names. Secrets never stand in it: they come behind `#`. */
export function routeOf(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '')
  if (rest.length === 0) {
    if (first === 'i' && second !== undefined) return { kind: 'room', id: decodeURIComponent(second) }
    if (second === undefined) {
      switch (first) {
        case '':
          return { kind: 'board' }
        case 'setup':
        case 'join':
        case 'sign-in':
        case 'settings':
          return { kind: first }
      }
    }
  }
  return { kind: 'unknown', path }
}

export function roomPath(incidentId: string): string {
  return `/i/${encodeURIComponent(incidentId)}`
}

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

/**
 * The secret behind `#`, taken out of the address bar and the history at once; null when there is none.
 * Accepts `#token` and `#token=…`.
 */
export function takeSecret(): string | null {
  const raw = location.hash.slice(1)
  if (raw === '') return null
  history.replaceState(history.state, '', location.pathname)
  const named = new URLSearchParams(raw).get('token')
  return named ?? decodeURIComponent(raw)
}
