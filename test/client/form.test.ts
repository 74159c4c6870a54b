import { expect, it, vi } from 'vitest'
import { FormState } from '../../client/state/form.svelte.ts'

it('can be sent again after what it asked for broke', async () => {
  // State as it is without anything that watches it.
  const plain = <T>(value: T) => value
  vi.stubGlobal('$state', Object.assign(plain, { raw: plain }))
  const form = new FormState()
  await expect(form.ask(() => Promise.reject(new Error('the page is gone')))).rejects.toThrow(
    'the page is gone',
  )
  expect(form.busy).toBe(false)
  expect(await form.ask(async () => ({ message: 'Say why.', field: 'reason' }))).toBe(false)
  expect(form.at('reason')).toBe('Say why.')
  expect(await form.ask(async () => null)).toBe(true)
  expect(form.busy).toBe(false)
})
