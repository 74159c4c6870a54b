import { expect, it } from 'vitest'
import { safeLink } from '../../../client/views/playbook/tool-link.ts'

const stated = (value: string) => ({ kind: 'stated', value }) as const

it('a tool opens only where its whole address was stated', () => {
  expect(safeLink({ address: stated('https://example.com/a?b=1'), vars: [] })).toBe(
    'https://example.com/a?b=1',
  )
  expect(safeLink({ address: { kind: 'unset' }, vars: [] })).toBeNull()
  expect(safeLink({ address: stated('https://example.com/[org]'), vars: ['org'] })).toBeNull()
  expect(safeLink({ address: stated('https://example.com/[org]'), vars: [] })).toBeNull()
})

it.each(['javascript:alert(1)', 'docs/run.md', 'file:///etc/passwd', 'status.example.com'])(
  '%s is no link',
  (address) => {
    expect(safeLink({ address: stated(address), vars: [] })).toBeNull()
  },
)
