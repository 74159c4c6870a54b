import { describe, expect, it } from 'vitest'
import { contentsOf } from '../../../client/views/playbook/contents.ts'
import { gapsOf } from '../../../client/views/playbook/gaps.ts'
import { readPlaybookFolder, shippedFolder } from '../../../server/playbooks/shipped.ts'
import { loadPlaybook } from '../../../shared/playbook/load.ts'
import { sample } from '../../shared/playbook/sample.ts'

function read(text: string, name: string) {
  const result = loadPlaybook(text, name)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.playbook
}
const shipped = (await readPlaybookFolder(shippedFolder())).map(({ text, name }) => read(text, name))

describe('the contents of a playbook page', () => {
  it('leave out what the playbook says nothing about', () => {
    const ids = contentsOf(read(sample, 'sample.yaml')).map((entry) => entry.id)
    expect(ids).toContain('severities')
    expect(ids).not.toContain('recovery')
    expect(ids).not.toContain('tools')
  })

  it.each(shipped)('count what is in $id', (playbook) => {
    const count = (id: string) => contentsOf(playbook).find((entry) => entry.id === id)?.count ?? 0
    expect(count('severities')).toBe(playbook.severities.length)
    expect(count('commands')).toBe(playbook.commands.length)
    expect(count('runbooks')).toBe(playbook.runbooks.length)
    expect(count('contacts')).toBe(playbook.contacts.length)
  })
})

describe('what is not stated and what is assumed', () => {
  it.each(shipped)('is found wherever it stands in $id', (playbook) => {
    const text = JSON.stringify(playbook)
    const unset = text.split('"kind":"unset"').length - 1
    const { open, assumptions } = gapsOf(playbook)
    expect(open.reduce((sum, one) => sum + one.count, 0)).toBe(unset)
    const assumed = text.split('"kind":"assumed"').length - 1
    const byBasis = text.split('"basis":"assumed"').length - 1
    expect(assumptions.length).toBeGreaterThanOrEqual(assumed + byBasis)
    // Each leads to a section that is on the page.
    const there = contentsOf(playbook).map((entry) => entry.id)
    for (const { section } of [...open, ...assumptions]) expect(there).toContain(section)
  })
})
