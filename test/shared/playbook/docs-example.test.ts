import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../../scripts/lib/freshness.mjs'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { partsShape } from '../../../shared/playbook/parts/index.ts'

const guide = readFileSync(join(root, 'docs/playbooks.md'), 'utf8')

it('the example of the guide is a whole playbook', () => {
  const example = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''
  const read = loadPlaybook(example, 'docs/playbooks.md')
  expect(read).toMatchObject({ ok: true, playbook: { id: 'web-shop' } })
})

it('the guide names every part a playbook may have', () => {
  expect(Object.keys(partsShape).filter((part) => !guide.includes(`\`${part}\``))).toEqual([])
})
