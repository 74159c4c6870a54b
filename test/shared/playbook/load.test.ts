import { describe, expect, it } from 'vitest'
import { loadPlaybook, type Problem, problemLines } from '../../../shared/playbook/load.ts'
import { sample } from './sample.ts'

/** The problems of the sample after one replacement that must have changed it. */
function problemsOf(from: string | RegExp, to: string): Problem[] {
  const text = sample.replace(from, to)
  expect(text, 'the replacement must change the sample').not.toBe(sample)
  const result = loadPlaybook(text, 'sample.yaml')
  return result.ok ? [] : result.problems
}

const lineOf = (start: string) => sample.split('\n').findIndex((line) => line.trim().startsWith(start)) + 1

describe('a playbook file that is right', () => {
  it('is normalised: ms, defaults, item ids, severities by rank', () => {
    const result = loadPlaybook(sample, 'sample.yaml')
    if (!result.ok) throw new Error(problemLines('sample.yaml', result.problems).join('\n'))
    const { playbook } = result
    expect(playbook.version).toBe(0)
    expect(playbook.src).toEqual(['X-01'])
    expect(playbook.severities.map((severity) => severity.key)).toEqual(['MAJOR', 'MINOR'])
    expect(playbook.severities[0]).toEqual({
      key: 'MAJOR',
      rank: 1,
      name: 'Major',
      alias: 'Bad',
      definition: ['a lot'],
      examples: [],
      response: {
        kind: 'within',
        target: { kind: 'stated', ms: 900_000 },
        bound: 'exclusive',
        word: 'immediate',
      },
      src: [],
    })
    expect(playbook.severities[1]?.response).toEqual({ kind: 'scheduled' })
    expect(playbook.cadences[0]).toEqual({
      id: 'team',
      audience: 'internal',
      label: 'Team',
      every: { kind: 'local', ms: 1_200_000, by: 'Kim' },
      when: { kind: 'status', statuses: ['mitigating'] },
      soft: false,
      orOnNews: false,
      src: [],
    })
    expect(playbook.phases.map((phase) => phase.window)).toEqual([
      { kind: 'window', fromMs: 0, toMs: 900_000 },
      { kind: 'window', fromMs: 900_000, toMs: null },
    ])
    expect(playbook.checklists[0]?.when).toEqual({
      kind: 'any',
      of: [
        { kind: 'severity', keys: ['MAJOR'] },
        { kind: 'not', of: { kind: 'flag', id: 'harmless' } },
        {
          kind: 'all',
          of: [
            { kind: 'open', is: true },
            { kind: 'acknowledged', is: false },
          ],
        },
      ],
    })
    expect(playbook.checklists[0]?.items).toEqual([
      { id: 'start/look', text: 'Look', optional: false, clock: 'ack', children: [], src: ['X-02.1'] },
      {
        id: 'start/tell',
        text: 'Tell',
        optional: true,
        cadence: 'team',
        children: [
          {
            id: 'start/tell-team',
            text: 'The team',
            optional: false,
            children: [],
            src: ['X-02.2', 'X-02.3'],
          },
        ],
        src: [],
      },
    ])
    expect(playbook.statusLabels).toEqual({ resolved: 'Done' })
    expect(playbook.postIncident[0]?.within).toEqual({ kind: 'unset' })
  })
})

describe('what is wrong is said with path, line and what was expected', () => {
  it.each<[string, string | RegExp, string, string, string, RegExp, RegExp]>([
    [
      'unknown severity in a rule',
      'severity: [MAJOR]',
      'severity: [SEV-9]',
      'checklists[0].when.any[0].severity',
      'when:',
      /unknown severity "SEV-9"/,
      /MINOR, MAJOR/,
    ],
    [
      'unknown flag in a rule',
      'flag: harmless',
      'flag: harmful',
      'checklists[0].when.any[1].not.flag',
      'when:',
      /unknown flag "harmful"/,
      /harmless/,
    ],
    [
      'unknown status in a rule',
      'status: [mitigating]',
      'status: [fighting]',
      'cadences[0].when.status',
      '- {id: team',
      /unknown status "fighting"/,
      /investigating/,
    ],
    [
      'unknown kind of condition',
      '{open: true}',
      '{closed: true}',
      'checklists[0].when.any[2].all[0].closed',
      'when:',
      /unknown condition "closed"/,
      /acked/,
    ],
    [
      'two conditions in one',
      '{open: true}',
      '{open: true, acked: true}',
      'checklists[0].when.any[2].all[0]',
      'when:',
      /not one condition/,
      /acked/,
    ],
    [
      'a condition that is no answer',
      '{open: true}',
      '{open: maybe}',
      'checklists[0].when.any[2].all[0].open',
      'when:',
      /"maybe"/,
      /true or false/,
    ],
    [
      'an empty rule',
      'severity: [MAJOR]',
      'severity: []',
      'checklists[0].when.any[0].severity',
      'when:',
      /empty list/,
      /at least one/,
    ],
    [
      'unknown phase',
      'phase: first',
      'phase: third',
      'checklists[0].phase',
      'phase:',
      /unknown phase "third"/,
      /first, second/,
    ],
    [
      'unknown clock of an item',
      'clock: ack',
      'clock: nak',
      'checklists[0].items[0].clock',
      '- {id: look',
      /unknown clock/,
      /ack/,
    ],
    [
      'unknown cadence of an item',
      'cadence: team',
      'cadence: all',
      'checklists[0].items[1].cadence',
      'cadence:',
      /unknown cadence/,
      /team/,
    ],
    [
      'phases numbered wrongly',
      'order: 2',
      'order: 3',
      'phases[1].order',
      '- {id: second',
      /order 3 at place 2/,
      /counted from 1/,
    ],
    [
      'a phase before the one above',
      'window: {from: 0m, to: 15m}',
      'window: {from: 20m, to: 30m}',
      'phases[1].window',
      '- {id: second',
      /begins before the one above/,
      /order/,
    ],
    [
      'a window that ends too early',
      'from: 0m, to: 15m',
      'from: 15m, to: 5m',
      'phases[0].window.to',
      '- {id: first',
      /ends before it begins/,
      /longer/,
    ],
    [
      'a window without an end',
      '{from: 0m, to: 15m}',
      '{from: 0m}',
      'phases[0].window',
      '- {id: first',
      /not a window/,
      /immediate or none/,
    ],
    [
      'a negative duration',
      'target: 5m',
      'target: -5m',
      'clocks[0].target',
      '- {id: ack',
      /"-5m" is negative/,
      /90s, 15m/,
    ],
    [
      'an absurd duration',
      'target: 5m',
      'target: 4000d',
      'clocks[0].target',
      '- {id: ack',
      /longer than ten years/,
      /90s, 15m/,
    ],
    [
      'a duration of zero',
      'target: 5m',
      'target: 0m',
      'clocks[0].target',
      '- {id: ack',
      /is zero/,
      /90s, 15m/,
    ],
    [
      'a figure without a unit',
      'target: 5m',
      'target: 5',
      'clocks[0].target',
      '- {id: ack',
      /5 has no unit/,
      /unset/,
    ],
    [
      'an assumption without a reason',
      'target: 5m',
      'target: {assumed: 5m}',
      'clocks[0].target',
      '- {id: ack',
      /not a figure/,
      /why/,
    ],
    [
      'unset: false',
      '{unset: true}',
      '{unset: false}',
      'postIncident[0].within',
      '- {id: report',
      /not a figure/,
      /unset: true/,
    ],
    [
      'a response target of no known kind',
      '{rule: scheduled}',
      '{rule: someday}',
      'severities[0].response',
      '- {key: MINOR',
      /not a response target/,
      /scheduled/,
    ],
    [
      'a bound that is none',
      'bound: exclusive',
      'bound: about',
      'severities[1].response.bound',
      '- {key: MAJOR',
      /"about"/,
      /inclusive or exclusive/,
    ],
    [
      'a business day without start or end',
      '{rule: scheduled}',
      '{rule: next-business-day, by: noon}',
      'severities[0].response.by',
      '- {key: MINOR',
      /"noon"/,
      /assumed: end/,
    ],
    [
      'an id used twice',
      'id: tell-team',
      'id: look',
      'checklists[0].items[1].children[0].id',
      '- {id: tell-team',
      /"look" is used twice/,
      /once/,
    ],
    [
      'a severity key used twice',
      'key: MINOR',
      'key: MAJOR',
      'severities[1].key',
      '- {key: MAJOR',
      /"MAJOR" is used twice/,
      /once/,
    ],
    ['ranks with a hole', 'rank: 2', 'rank: 3', 'severities[0].rank', '- {key: MINOR', /rank 3/, /1 to 2/],
    ['a rank twice', 'rank: 2', 'rank: 1', 'severities[1].rank', '- {key: MAJOR', /rank 1/, /once/],
    [
      'two commanders',
      'flags:\n',
      '  - {id: ic2, kind: commander, name: Two, short: C2, duties: [], basis: local}\nflags:\n',
      'roles[2].kind',
      'flags:',
      /second commander/,
      /exactly one/,
    ],
    ['no scribe', 'kind: scribe', 'kind: other', 'roles', 'roles:', /no role is the scribe/, /exactly one/],
    [
      'an unknown key',
      'title: Sample playbook',
      'title: Sample playbook\nversion: 3',
      'version',
      'purpose:',
      /unknown key "version"/,
      /severities/,
    ],
    [
      'an unknown key deep inside',
      'id: look, text: Look',
      'id: look, text: Look, colour: red',
      'checklists[0].items[0].colour',
      '- {id: look',
      /unknown key "colour"/,
      /children/,
    ],
    ['a missing key', 'product: Sample\n', '', 'product', 'id: sample', /missing/, /a text/],
    [
      'a value of the wrong kind',
      'duties: [decides]',
      'duties: decides',
      'roles[0].duties',
      '- {id: ic',
      /"decides"/,
      /list of texts/,
    ],
    ['an empty text', 'title: Sample playbook', 'title: ""', 'title', 'title:', /is ""/, /1 to 500/],
    [
      'an unknown moment',
      'until: acknowledged',
      'until: lunch',
      'clocks[0].until',
      '- {id: ack',
      /"lunch"/,
      /elapsed/,
    ],
    [
      'a clock that ends where it begins',
      'until: acknowledged',
      'until: alert_fired',
      'clocks[0].until',
      '- {id: ack',
      /ends where it begins/,
      /another moment/,
    ],
    [
      'an assumed clock without a reason',
      'bound: inclusive, basis: stated',
      'bound: inclusive, basis: assumed',
      'clocks[0]',
      '- {id: ack',
      /without a reason/,
      /why/,
    ],
    ['an id with capitals', 'id: sample', 'id: Sample', 'id', 'id: sample', /"Sample"/, /small letters/],
  ])('%s', (_name, from, to, path, line, message, expected) => {
    const problems = problemsOf(from, to)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.path).toBe(path)
    expect(problems[0]?.line).toBe(lineOf(line))
    expect(problems[0]?.message).toMatch(message)
    expect(problems[0]?.expected).toMatch(expected)
  })

  it('tells everything at once', () => {
    const text = sample.replace('target: 5m', 'target: -5m').replace('phase: first', 'phase: third')
    const result = loadPlaybook(text, 'sample.yaml')
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual([
      'clocks[0].target',
      'checklists[0].phase',
    ])
  })

  it('is written as one line each', () => {
    expect(problemLines('sample.yaml', problemsOf('order: 2', 'order: 3'))).toEqual([
      `sample.yaml:${lineOf('- {id: second')} phases[1].order: order 3 at place 2 (expected phases written in order, counted from 1)`,
    ])
  })
})

describe('files that are not read at all', () => {
  const only = (text: string) => {
    const result = loadPlaybook(text, 'bad.yaml')
    expect(result.ok).toBe(false)
    return result.ok ? undefined : result.problems[0]
  }

  it('broken YAML, with its line', () => {
    expect(only('id: a\ntitle: [unclosed\n')).toMatchObject({ path: '', line: 3 })
  })

  it('a key written twice', () => {
    expect(only('id: a\nid: b\n')).toMatchObject({ line: 2, message: 'The key "id" is written twice.' })
  })

  it('an alias bomb', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`)
    expect(only(`l0: &l0 [x]\n${levels.join('\n')}\n`)?.message).toMatch(/anchors too often/)
  })

  it('a few aliases are no bomb', () => {
    const text = sample
      .replace('duties: [decides]', 'duties: &d [decides]')
      .replace('duties: [writes]', 'duties: *d')
    expect(loadPlaybook(text, 'sample.yaml').ok).toBe(true)
  })

  it('an alias that refers to nothing', () => {
    expect(only('id: *nowhere\n')?.message).toMatch(/Unresolved alias.*nowhere/)
  })

  it.each([
    ['Windows letters', 'title: We donâ€™t know'],
    ['a lost sign', 'title: We \uFFFD know'],
    ['a sign in pieces', 'title: ðŸš¨ down'],
    ['an old Mac', 'title: üö® down'],
    ['a NUL', 'title: We\u0000know'],
  ])('garbled text: %s, with its line', (_what, line) => {
    expect(only(sample.replace('title: Sample playbook', line))).toMatchObject({
      line: 3,
      message: 'The text is garbled here.',
      expected: 'text in UTF-8',
    })
  })

  it('takes what is written in other languages', () => {
    const line = 'title: 🚨 Störung – «café» naïve Übergröße Ãrea ¡así! 障害'
    expect(loadPlaybook(sample.replace('title: Sample playbook', line), 'sample.yaml').ok).toBe(true)
  })

  it('ten megabytes, without reading them', () => {
    expect(only(`id: a # ${'x'.repeat(10 * 1024 * 1024)}\n`)?.message).toMatch(/too large/)
  })

  it('more than 256 KiB', () => {
    expect(only(`id: a # ${'ä'.repeat(128 * 1024)}\n`)?.message).toMatch(/too large/)
  })

  it('nesting without end', () => {
    expect(only(`a: ${'['.repeat(60)}${']'.repeat(60)}`)?.message).toMatch(/nested too deeply/)
    expect(only(`a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`)?.message).toMatch(/nested too deeply/)
    expect(only('['.repeat(100_000))).toMatchObject({ path: '' })
  })

  it.each([
    ['20 000 unknown keys', 20_000, (i: number) => `k${i}: 1`],
    ['40 000 broken lines', 40_000, () => 'a: [}'],
  ])('%s, without parsing them', (_what, lines, line) => {
    const text = Array.from({ length: lines }, (_, i) => line(i)).join('\n')
    expect(only(text)?.message).toBe('The file holds too much.')
  })

  it.each([
    ['unknown keys', (i: number) => `k${i}: 1`, 1_965],
    ['keys written twice', () => 'k: 1', 1_949],
    ['broken lines', () => 'a: "\\q"', 1_950],
  ])('more than fifty problems, only counted beyond: %s', (_what, line, more) => {
    const result = loadPlaybook(Array.from({ length: 2_000 }, (_, i) => line(i)).join('\n'), 'bad.yaml')
    const problems = result.ok ? [] : result.problems
    expect(problems).toHaveLength(51)
    expect(problems[49]?.line).toBeGreaterThan(0)
    expect(problems[50]).toEqual({ path: '', message: `and ${more} more`, expected: 'these mended first' })
  })

  it('an empty file, a list, a text, two documents', () => {
    for (const text of ['', '- 1\n', 'hello\n', 'id: a\n---\nid: b\n']) expect(only(text)?.path).toBe('')
  })

  it('keys that would reach a prototype', () => {
    const result = loadPlaybook(`${sample}__proto__: {polluted: 1}\n`, 'bad.yaml')
    expect(result.ok ? [] : result.problems.map((problem) => problem.path)).toEqual(['__proto__'])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
