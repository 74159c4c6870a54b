import { expect, it } from 'vitest'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from './sample.ts'

it.each([
  ['clocks[0].id', 'id: ack,', 'id: response,'],
  ['clocks[0].id', 'id: ack,', 'id: constructor,'],
  ['roles[0].id', 'id: ic,', 'id: constructor,'],
  ['flags[0].id', '- {id: harmless,', '- {id: constructor,'],
  ['cadences[0].audience', 'audience: internal', 'audience: constructor'],
])('refuses a reserved name at %s', (path, written, reserved) => {
  expect(sample).toContain(written)
  const loaded = loadPlaybook(sample.replace(written, reserved), 'sample')
  const problems = loaded.ok ? [] : loaded.problems
  expect(problems.find((p) => p.path === path)?.message).toMatch(/^"\w+" is reserved$/)
})
