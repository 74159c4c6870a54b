import { describe, expect, it } from 'vitest'
import { safeLink } from '../../../client/views/playbook/tool-link.ts'
import { shipped } from '../../helpers/shipped.ts'

const five = ['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network'].map(shipped)
const command = (id: string) => {
  const found = five.flatMap(({ commands }) => commands).find((one) => one.id === id)
  if (found === undefined) throw new Error(`There is no command ${id}.`)
  return found
}

describe('dangerous commands (R99)', () => {
  it.each([
    ['the whole cache', 'FA-C11', 'caution'],
    ['queries of others', 'AP-C12', 'queries'],
    ['a key', 'AP-C23', 'cut off'],
    ['somebody’s sessions', 'AP-C24', 'signed out'],
    ['somebody’s account', 'AP-C25', 'no longer sign in'],
  ])('what takes away %s is marked as such and names its danger', (_what, id, told) => {
    expect(command(id)).toMatchObject({ effect: 'destroy', danger: expect.stringContaining(told) })
  })

  it('what only looks never looks like what changes: restarts, scaling and rollbacks are marked too', () => {
    const reading = five.flatMap(({ commands }) => commands.filter(({ effect }) => effect === 'read'))
    const changes = /\b(restart|scale|rollback|undo|FLUSH\w*|DELETE|UPDATE|terminate|set env)\b/
    expect(reading.filter(({ text }) => changes.test(text)).map(({ id }) => id)).toEqual([])
    for (const { effect, danger } of five.flatMap(({ commands }) => commands))
      if (effect === 'destroy') expect(danger).toBeDefined()
  })
})

describe('panels (R100)', () => {
  it.each([
    ['agent-factory', 4, 0],
    ['agent-platform', 4, 0],
    ['freeagentics', 6, 4],
  ])('%s: %i quick commands, %i for an emergency, none in both', (name, quick, emergency) => {
    const of = (panel: string) => shipped(name).commands.filter((one) => one.panel === panel)
    expect([of('quick').length, of('emergency').length]).toEqual([quick, emergency])
  })
})

describe('commands that are wrong as they are written (R101)', () => {
  it.each(['AL-C1', 'AL-C6', 'AP-C7', 'AP-C12', 'AP-C19'])(
    '%s keeps the words of its document, says what is wrong, and offers another beside them',
    (id) => {
      const { text, defect, suggestion } = command(id)
      expect(defect).toMatch(/\S/)
      expect(suggestion).toBeDefined()
      expect(suggestion).not.toBe(text)
    },
  )

  it('none has a suggestion without its reason', () => {
    for (const one of five.flatMap(({ commands }) => commands))
      if (one.suggestion !== undefined) expect(one.defect, one.id).toBeDefined()
  })
})

describe('where to look (R102)', () => {
  it('an address with a part that nobody set is no link, in any playbook', () => {
    const tools = five.flatMap(({ tools }) => (tools === undefined ? [] : Object.values(tools).flat()))
    expect(tools.length).toBeGreaterThan(10)
    for (const tool of tools) {
      const link = safeLink(tool)
      if (tool.vars.length > 0) expect(link).toBeNull()
      if (link !== null) expect(link).not.toMatch(/[[\]{}<>]|example\.com/)
    }
  })
})

describe('a restore (R103)', () => {
  it('takes the day it is run, not the day it was written', () => {
    for (const id of ['AL-C8', 'AL-C9']) {
      expect(command(id).text).toContain('$(date +%Y%m%d)')
      expect(command(id).text).not.toMatch(/20\d{6}/)
    }
  })
})

describe('prevention (R91)', () => {
  it('is there where the document gives it, and nowhere else', () => {
    const given = five.map(({ id, runbooks }) => [
      id,
      runbooks.filter((one) => one.prevention.length > 0).length,
    ])
    expect(Object.fromEntries(given)).toMatchObject({
      'agent-factory': 4,
      'agent-network': 0,
      freeagentics: 0,
    })
    for (const { runbooks } of five)
      for (const { state, prevention, parts, branches } of runbooks)
        if (state === 'stub') expect([prevention, parts, branches]).toEqual([[], [], []])
  })
})
