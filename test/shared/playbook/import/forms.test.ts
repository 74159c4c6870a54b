import { describe, expect, it } from 'vitest'
import { found, invented, plan, playbook } from './reading.ts'

const minute = 60_000
const hour = 60 * minute
const left = (text: string) => plan(text).notUnderstood.map((one) => [one.line, one.words])
const tasks = (text: string) => found(plan(text), 'task').map((one) => one.value.text)

describe('a time in a heading', () => {
  it('is listed with its line where nothing took it', () => {
    expect(
      left('# Plan\n\n## Triage\n\n### Look inside (within 24 hours of discovery)\n\n- [ ] Look\n'),
    ).toEqual([[5, '### Look inside (within 24 hours of discovery)']])
    expect(left('# Plan\n\n## Escalate at T+45\n\nSay so.\n')).toContainEqual([3, '## Escalate at T+45'])
  })

  it('is not listed where a phase or a deadline holds it', () => {
    const read = plan(
      '# Plan\n\n## Phase 1: Look (0-15 min)\n\n- [ ] Look\n\n## Phase 2: Mend (15-60 min)\n\n- [ ] Mend\n\n## Post-incident (within 24 hours)\n\n- [ ] Write\n',
    )
    expect(read.notUnderstood).toEqual([])
    expect(found(read, 'phase').map((one) => one.value.window)).toEqual([
      { kind: 'span', from: 0, to: 15 * minute },
      { kind: 'span', from: 15 * minute, to: hour },
    ])
    expect(found(read, 'deadline').map((one) => one.value.length.ms)).toEqual([24 * hour])
  })
})

describe('a table of contents', () => {
  it.each([
    ['a numbered list', '1. [Roles](#roles)\n2. [First steps](#first-steps)\n   - [Look](#look)\n'],
    ['bullets', '- [Roles](#roles)\n- [First steps](#first-steps)\n'],
    ['a line', '[Roles](#roles) | [First steps](#first-steps)\n'],
  ])('is nothing to do: %s', (_, contents) => {
    const text = `# Plan\n\n## Response process\n\n${contents}\n## First steps\n\n1. Look\n2. Mend\n`
    expect(tasks(text)).toEqual(['Look', 'Mend'])
    expect(left(text)).toEqual([])
  })

  it('is no list that says what to do at the place it links to', () => {
    expect(tasks('# Plan\n\n## Response process\n\n1. Follow [the steps](#steps) twice\n2. Rest\n')).toEqual([
      'Follow the steps twice',
      'Rest',
    ])
  })
})

describe('a table of labels', () => {
  const rows = '| **Last updated** | 2026-02-03 |\n| **Review cycle** | Quarterly |\n'

  it.each([
    ['without a head', `| | |\n|---|---|\n${rows}`],
    ['with a head that says nothing', `| Field | Value |\n|---|---|\n${rows}`],
    [
      'with its first pair as the head',
      `| **Purpose** | Who does what when the harbour lights fail |\n|---|---|\n${rows}`,
    ],
    [
      'in HTML',
      '<table>\n<tr><th>Last updated</th><td>2026-02-03</td></tr>\n<tr><th>Review cycle</th><td>Quarterly</td></tr>\n</table>\n',
    ],
  ])('is read pair by pair: %s', (_, table) => {
    const read = plan(`# Harbour plan\n\n${table}`)
    expect(found(read, 'reviewed').map((one) => one.value)).toEqual([
      { which: 'lastUpdated', date: '2026-02-03' },
    ])
    expect(found(read, 'recurring').map((one) => one.value.every)).toEqual(['3 months'])
    expect(read.notUnderstood).toEqual([])
    expect(invented(read)).toEqual([])
  })

  it('leaves a table with a head of its own a table', () => {
    const read = plan(
      '# Plan\n\n## Roles\n\n| Role | Duty |\n|---|---|\n| **Lead** | Decides |\n| **Scribe** | Writes |\n',
    )
    expect(found(read, 'role').map((one) => one.value.name)).toEqual(['Lead', 'Scribe'])
  })
})

describe('a table in HTML', () => {
  const text = `# Plan

## Severities

<table class="levels">
  <thead><tr><th>Severity</th><th>Description</th><th>Response time</th></tr></thead>
  <tbody>
    <tr>
      <td class="x">SEV-1</td>
      <td>
        <p>The harbour is shut.</p>

        <ul>
          <li>No ship can enter &amp; none can leave</li>
        </ul>
      </td>
      <td>15 minutes
    </tr>
    <!-- <tr><td>SEV-9</td><td>never</td><td>1 minute</td></tr> -->
    <tr><td colspan="3">Below this line nobody is woken.</td></tr>
    <tr><td>SEV-2</td><td>One quay is shut.</td><td>1 hour</td></tr>
  </tbody>
</table>

Ask Kim about the printer.
`
  const read = plan(text)

  it('gives its cells line by line, over blank lines, comments and ends that are missing', () => {
    expect(found(read, 'severity').map((one) => [one.value.key, one.line])).toEqual([
      ['SEV-1', 9],
      ['SEV-2', 21],
    ])
    expect(found(read, 'severity-meaning').map((one) => [one.value.text, one.line])).toEqual([
      ['The harbour is shut.', 11],
      ['No ship can enter & none can leave', 14],
      ['One quay is shut.', 21],
    ])
    expect(found(read, 'response-time').map((one) => [one.line, one.value.answer])).toEqual([
      [17, { kind: 'within', ms: 15 * minute, bound: 'inclusive' }],
      [21, { kind: 'within', ms: hour, bound: 'inclusive' }],
    ])
    expect(invented(read)).toEqual([])
  })

  it('lists what stands across it and after it, and no tags', () => {
    expect(read.notUnderstood.map((one) => one.line)).toEqual([20, 25])
  })

  it('is read up to the end of a text that never ends it', () => {
    const open = plan(
      '# Plan\n\n<table>\n<tr><th>Severity</th><th>Response time</th></tr>\n<tr><td>P1</td><td>5 min</td></tr>\n<tr><td>P2</td><td>9 min',
    )
    expect(found(open, 'response-time').map((one) => one.line)).toEqual([5, 6])
  })
})

describe('forms of other Markdowns', () => {
  it.each([
    ['GitHub', '> [!IMPORTANT]\n> Acknowledge within 5 minutes.\n'],
    ['indented notes', '!!! warning "Mind"\n    Acknowledge within 5 minutes.\n'],
    ['fenced notes', ':::tip Mind\nAcknowledge within 5 minutes.\n:::\n'],
  ])('are read as the text they hold: %s', (_, note) => {
    const read = plan(`# Plan\n\n## Response\n\n${note}\nWe have a plan for most of it.\n`)
    expect(found(read, 'clock').map((one) => [one.value.length.ms, one.line])).toEqual([[5 * minute, 6]])
    expect(read.notUnderstood.map((one) => one.words)).not.toContain('> [!IMPORTANT]')
  })

  it('stay as they are inside code', () => {
    const read = plan('# Plan\n\n## Templates\n\n```\n:::\n!!! note\n    [name] is told of [outage]\n```\n')
    expect(found(read, 'template')[0]?.value.body).toContain(':::\n!!! note\n    {{name}} is told')
  })

  it('take definitions for what they name', () => {
    const read = plan('# Plan\n\n## Severities\n\nSEV1\n: Nobody can enter\n\nSEV2\n: Some cannot enter\n')
    expect(found(read, 'severity-meaning').map((one) => [one.value.severity, one.value.text])).toEqual([
      ['SEV1', 'Nobody can enter'],
      ['SEV2', 'Some cannot enter'],
    ])
    expect(read.notUnderstood).toEqual([])
  })

  it('leave pictures and badges out, and list what front matter says of which nothing was made', () => {
    const read = plan(
      '---\ntitle: Harbour plan\ndescription: "Who does what at night"\nlast_updated: 2026-02-03\nlayout: wide\n---\n[![built](https://x.example/b.svg)](https://x.example)\n![map](map.png)\n',
    )
    expect(found(read, 'purpose').map((one) => [one.line, one.value.text])).toEqual([
      [3, 'Who does what at night'],
    ])
    expect(found(read, 'reviewed').map((one) => one.value.date)).toEqual(['2026-02-03'])
    expect(read.notUnderstood).toEqual([{ line: 5, words: 'layout: wide' }])
  })
})

describe('severities', () => {
  it.each([
    [
      'as headings',
      '### SEV1 – Total loss\n\nNobody can enter\n\n### SEV2 – Some loss\n\nSome cannot enter\n',
    ],
    [
      'with signs before them',
      '### 🔴 SEV1: Total loss\n\nNobody can enter\n\n### :warning: SEV2: Some loss\n\nSome cannot enter\n',
    ],
    [
      'underlined',
      'SEV1 - Total loss\n---\n\nNobody can enter\n\nSEV2 - Some loss\n---\n\nSome cannot enter\n',
    ],
    [
      'numbered',
      '### 2.1 SEV1: Total loss\n\nNobody can enter\n\n### 2.2 SEV2: Some loss\n\nSome cannot enter\n',
    ],
    [
      'from zero, with a space',
      '### Sev 0: Total loss\n\nNobody can enter\n\n### Sev 1: Some loss\n\nSome cannot enter\n',
    ],
    [
      'as columns',
      '| | SEV1 (Total loss) | SEV2 (Some loss) |\n|---|---|---|\n| Definition | Nobody can enter | Some cannot enter |\n',
    ],
  ])('are found %s', (_, text) => {
    const draft = playbook(plan(`# Plan\n\n## What we go by\n\n${text}`))
    expect(draft.severities.map((one) => [one.rank, one.name, one.definition])).toEqual([
      [1, 'Total loss', ['Nobody can enter']],
      [2, 'Some loss', ['Some cannot enter']],
    ])
  })

  it('have steps of their own below a heading that repeats them', () => {
    const read = plan(
      '# Plan\n\n## Severities\n\n- **P1**: Nobody can enter\n- **P2**: Some cannot\n\n## By severity\n\n### P1\n\n1. Acknowledge within 5 minutes\n2. Light the fire\n\n### P2 response\n\n- Acknowledge within 20 minutes\n- Write it down\n',
    )
    const draft = playbook(read)
    expect(draft.severities.map((one) => [one.name, one.definition])).toEqual([
      ['P1', ['Nobody can enter']],
      ['P2', ['Some cannot']],
    ])
    expect(draft.checklists.map((one) => [one.title, one.when])).toEqual([
      ['P1', { kind: 'severity', keys: ['P1'] }],
      ['P2 response', { kind: 'severity', keys: ['P2'] }],
    ])
    expect(draft.clocks.map((one) => [one.target, one.when])).toEqual([
      [
        { kind: 'stated', ms: 5 * minute },
        { kind: 'severity', keys: ['P1'] },
      ],
      [
        { kind: 'stated', ms: 20 * minute },
        { kind: 'severity', keys: ['P2'] },
      ],
    ])
    expect(read.contradictions).toEqual([])
  })
})

describe('what a sentence says of several', () => {
  it('is taken for each severity beside its own rhythm, and for none where none is named', () => {
    const head =
      '# Plan\n\n## Severities\n\n- **P1**: Nobody can enter\n- **P2**: Some cannot\n\n## Response\n\n'
    const rhythms = (text: string) =>
      found(plan(`${head}1. ${text}\n2. Rest\n`), 'cadence').map((one) => [
        one.value.severities,
        one.value.length.ms,
      ])
    expect(rhythms('Send updates every 30 minutes (P1), every 2 hours (P2)')).toEqual([
      [['P1'], 30 * minute],
      [['P2'], 2 * hour],
    ])
    expect(rhythms('Send updates (at night: hourly; else: daily)')).toEqual([])
    expect(rhythms('Send updates hourly')).toEqual([[[], hour]])
  })
})

describe('what stands around an incident', () => {
  it('is read from its label: principles, scope, questions with notes, commands that stand ready', () => {
    const read = plan(
      [
        '# Harbour plan',
        '',
        'This plan says who does what when the lights fail.',
        '',
        '## Scope',
        '',
        '**In scope:**',
        '',
        '- All quays',
        '',
        '**Out of scope:**',
        '',
        '- The fish market',
        '',
        '## First look',
        '',
        '| Question | Notes |',
        '|---|---|',
        '| Is anybody hurt? | Yes or no |',
        '| Which quay is it? | By number |',
        '',
        '## Emergency commands',
        '',
        '```bash',
        '# Put all lights out',
        './lights.sh --off',
        '```',
        '',
        '**Remember:** Stay calm, write everything down.',
        '',
      ].join('\n'),
    )
    const draft = playbook(read)
    expect(draft.about?.scope).toEqual(['All quays', 'Out of scope: The fish market'])
    expect(draft.about?.principles).toEqual(['Stay calm', 'write everything down'])
    expect(draft.classification?.questions.map((one) => one.text)).toEqual([
      'Is anybody hurt?',
      'Which quay is it?',
    ])
    expect(draft.commands.map((one) => [one.panel, one.src])).toEqual([['emergency', ['L22', 'L25-26']]])
    expect(read.notUnderstood).toEqual([])
    expect(invented(read)).toEqual([])
  })

  it('a label over the steps of an outline in code leads over to them; what else it says is listed', () => {
    const read = plan(
      [
        '# Harbour plan',
        '',
        '## Opening the gate',
        '',
        '```',
        'Gate:',
        '  openGate:',
        '    Returns:',
        '      gate (object)',
        '    Steps:',
        '      1. Look at the tide',
        '      2. Open the gate',
        '```',
        '',
      ].join('\n'),
    )
    expect(found(read, 'task').map((one) => one.value.text)).toEqual(['Look at the tide', 'Open the gate'])
    expect(read.notUnderstood.map(({ line }) => line)).toEqual([8, 9])
    expect(invented(read)).toEqual([])
  })
})
