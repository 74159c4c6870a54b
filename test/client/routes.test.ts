import { expect, it } from 'vitest'
import { routeOf } from '../../client/state/routes.ts'

it.each(['/i/%E0%A4%A', '/playbooks/%E0%A4%A', '/playbooks/%/edit', '/%E0%A4%A'])(
  '%s names no page',
  (path) => {
    expect(routeOf(path)).toEqual({ kind: 'unknown', path })
  },
)

it('reads the names in a path as people mean them', () => {
  expect(routeOf('/playbooks/n%C3%A4chtlich/edit')).toEqual({ kind: 'playbook-edit', id: 'nächtlich' })
  expect(routeOf('/i/a%2Fb')).toEqual({ kind: 'room', id: 'a/b' })
})
