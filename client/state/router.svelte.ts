export type Route =
  | { kind: 'board' }
  | { kind: 'setup' }
  | { kind: 'join' }
  | { kind: 'sign-in' }
  | { kind: 'room'; id: string }
  | { kind: 'playbooks' }
  | { kind: 'playbook'; name: string }
  | { kind: 'playbook-edit'; id: string | null }
  | { kind: 'plan-import' }
  | { kind: 'settings' }
  | { kind: 'unknown'; path: string }

/** Which page a path names. Secrets never stand in it: they come behind `#`. */
export function routeOf(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '')
  if (first === 'playbooks' && second !== undefined && rest.length === 1 && rest[0] === 'edit')
    return { kind: 'playbook-edit', id: decodeURIComponent(second) }
  if (rest.length === 0) {
    if (first === 'i' && second !== undefined) return { kind: 'room', id: decodeURIComponent(second) }
    if (first === 'playbooks' && second !== undefined)
      return { kind: 'playbook', name: decodeURIComponent(second) }
    if (second === undefined) {
      switch (first) {
        case '':
          return { kind: 'board' }
        case 'import-playbook':
          return { kind: 'playbook-edit', id: null }
        case 'import-plan':
          return { kind: 'plan-import' }
        case 'setup':
        case 'join':
        case 'sign-in':
        case 'playbooks':
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

/** `name`: the id of a playbook, or the hash of one version of it. */
export function playbookPath(name: string): string {
  return `/playbooks/${encodeURIComponent(name)}`
}

/** Where a team's own plan is read. */
export const planPath = '/import-plan'

/** Where the draft of a playbook is written; without an id, where a file is imported. */
export function editPath(id?: string): string {
  return id === undefined ? '/import-playbook' : `${playbookPath(id)}/edit`
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
  secret = named ?? decodeURIComponent(raw)
}

/** The secret this page was opened with, once; null when there is none. */
export function takeSecret(): string | null {
  hideSecret()
  const taken = secret
  secret = null
  return taken
}
