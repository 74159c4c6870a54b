import { decoded } from '../net/decoded.ts'

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
  const parts = path.split('/').filter((part) => part !== '')
  const [first = '', second, ...rest] = parts.map(decoded)
  if (first === null || second === null) return { kind: 'unknown', path }
  if (first === 'playbooks' && second !== undefined && rest.length === 1 && rest[0] === 'edit')
    return { kind: 'playbook-edit', id: second }
  if (rest.length === 0) {
    if (first === 'i' && second !== undefined) return { kind: 'room', id: second }
    if (first === 'playbooks' && second !== undefined) return { kind: 'playbook', name: second }
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
