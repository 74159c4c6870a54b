import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { writeYaml } from '../../../shared/playbook/yaml-write.ts'

const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      'no',
      'Null',
      '~',
      '1h30m',
      '1e5',
      '0x1f',
      '-',
      '- a',
      'a: b',
      'a:',
      'a #b',
      '#',
      '[x',
      '{x',
    ],
    ...['*a', '&a', '!x', '%x', '@x', '`x`', '"', "'", '---', '...', '|', '>', '<<', 'a\n', '\na', 'a\n\n b'],
    ...[
      'a\n \nb',
      ' a\nb',
      'a\n\tb',
      'a\r\nb',
      'üö®',
      '🚨 a\nb',
      '\u2028',
      '\ufeffa\nb',
      '2026-01-02',
      '12:30',
    ],
  ),
)
const data = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    texts,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(texts, tie('any'), { maxKeys: 4 }),
  ),
})).any

describe('written YAML', () => {
  it('reads back as what it was, whatever the texts', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(parse(writeYaml(value), { stringKeys: true, uniqueKeys: false })).toEqual(value)
      }),
      { numRuns: 400 },
    )
  })

  it('reads as people write it', () => {
    const value = {
      id: 'a',
      left: undefined,
      none: [],
      list: [{ key: 'P1', within: '15m', on: 'no' }, ['x']],
      said: 'one\n\n two',
    }
    expect(writeYaml(value)).toBe(
      [
        'id: a',
        'none: []',
        'list:',
        '  - key: P1',
        '    within: 15m',
        '    "on": "no"',
        '  - - x',
        'said: |-',
        '  one',
        '',
        '   two',
        '',
      ].join('\n'),
    )
  })
})
