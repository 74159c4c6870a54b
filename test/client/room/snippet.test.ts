import { describe, expect, it } from 'vitest'
import { sizeNote, snippetOf } from '../../../client/components/room/snippet.ts'

const log = (lines: number) =>
  Array.from(
    { length: lines },
    (_, n) => `14:19:${String(n % 60).padStart(2, '0')} ERROR lock wait timeout ${n}`,
  ).join('\n')
const prose = (lines: number) =>
  Array.from({ length: lines }, (_, n) => `We looked at part ${n} of it.`).join('\n')

describe('a long text', () => {
  it('is folded to its first lines, a log to fewer', () => {
    expect(snippetOf(log(214))).toMatchObject({ lines: 214, machine: true, folded: true })
    expect(snippetOf(log(214)).head.split('\n')).toHaveLength(5)
    expect(snippetOf(prose(30)).head.split('\n')).toHaveLength(12)
    expect(snippetOf(prose(12))).toMatchObject({ folded: false, head: prose(12) })
  })

  it('is folded when it is one long line', () => {
    expect(snippetOf('x'.repeat(5_000)).head).toHaveLength(1_200)
  })

  it.each([
    ['a log', log(4), true],
    ['a stack', 'Error: x\n  at run (a.ts:1:2)\n  at go (b.ts:3:4)', true],
    ['JSON', '{\n  "a": 1,\n  "b": 2\n}', true],
    ['a table', 'NAME      READY   AGE\napi-1     1/1     4d\napi-2     0/1     4d', true],
    ['words', prose(8), false],
    ['two lines', 'ERROR one\nERROR two', false],
    ['a list', '- look at Redis\n- call Maya\n- roll back', false],
  ])('knows %s', (_what, text, machine) => {
    expect(snippetOf(text).machine).toBe(machine)
  })

  it('is announced before it is sent, and refused above the limit', () => {
    expect(sizeNote('short')).toBeNull()
    expect(sizeNote(log(214))).toMatchObject({ refused: false })
    expect(sizeNote(log(214))?.words).toMatch(/^Becomes a snippet: 214 lines, 7.6 KiB of 256 KiB\.$/)
    expect(sizeNote('x'.repeat(262_145))).toMatchObject({ refused: true })
    expect(sizeNote('x'.repeat(262_144))).toMatchObject({ refused: false })
  })
})
