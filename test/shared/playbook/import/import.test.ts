import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { found, invented, plan, playbook } from './reading.ts'

const minute = 60_000
const hour = 60 * minute

const fixture = (name: string) =>
  plan(readFileSync(new URL(`../../../fixtures/plans/${name}.md`, import.meta.url), 'utf8'))

describe('a plan with tables', () => {
  const read = fixture('table')
  const draft = playbook(read)

  it('gives severities with the bound that its words say', () => {
    expect(draft.severities.map(({ key, response }) => [key, response])).toEqual([
      ['SEV-1', { kind: 'within', target: { kind: 'stated', ms: 5 * minute }, bound: 'exclusive' }],
      ['SEV-2', { kind: 'within', target: { kind: 'stated', ms: 15 * minute }, bound: 'inclusive' }],
      ['SEV-3', expect.objectContaining({ kind: 'next-business-day', calendar: 'business' })],
    ])
  })

  it('gives coverage, rhythms, roles and ways', () => {
    expect(draft.severities.map((one) => one.coverage?.kind)).toEqual(['always', 'always', 'calendar'])
    expect(draft.cadences.map(({ every, when }) => [every, when])).toEqual([
      [
        { kind: 'stated', ms: 30 * minute },
        { kind: 'severity', keys: ['SEV-1'] },
      ],
      [
        { kind: 'stated', ms: 2 * hour },
        { kind: 'severity', keys: ['SEV-2'] },
      ],
    ])
    expect(draft.roles.map(({ kind, name, short, basis }) => [kind, name, short, basis])).toEqual([
      ['commander', 'Incident Commander', 'IC', 'stated'],
      ['scribe', 'Scribe', 'Scribe', 'stated'],
    ])
    expect(draft.contacts.find((one) => one.id === 'team-lead')?.ways).toEqual([
      { kind: 'phone', address: { kind: 'stated', value: '+44 20 7946 0000' } },
      { kind: 'email', address: { kind: 'stated', value: 'lead@example.com' } },
    ])
    expect(draft.contacts.find((one) => one.id === 'cto')?.ways.map((way) => way.address.kind)).toEqual([
      'unset',
      'unset',
    ])
  })

  it('calls by itself only where nothing but time is asked', () => {
    const steps = draft.escalation.paths.flatMap((path) => path.steps)
    expect(steps.map((step) => [step.to, JSON.stringify(step.when).includes('"manual"')])).toEqual([
      [[{ contact: 'on-call-engineer' }], false],
      [[{ contact: 'team-lead' }], false],
      [[{ contact: 'cto' }], true],
    ])
    expect(found(read, 'escalation').map((one) => one.value.after?.ms)).toEqual([0, 15 * minute, hour])
  })

  it('gives runbooks with commands, places to fill in and branches', () => {
    const [runbook] = draft.runbooks
    expect(runbook?.symptoms.map((one) => one.text)).toEqual(['timeouts', '5xx from the gateway'])
    expect(
      runbook?.branches.map(({ finding, steps }) => [finding, steps[0]?.text, steps[0]?.commands.length]),
    ).toEqual([
      ['there was a deploy', 'Roll it back', 1],
      ['the provider is down', 'Switch to the second one', 0],
    ])
    expect(draft.commands.map(({ effect, params }) => [effect, params.map((one) => one.token)])).toEqual([
      ['read', ['<namespace>']],
      ['read', ['$DB_HOST']],
      ['change', ['{{namespace}}']],
    ])
  })

  it('gives messages with slots, and what is due afterwards', () => {
    expect(draft.templates[0]?.body).toBe(
      'We are looking into {{short-description}}.\n\nNext update: {{time}}',
    )
    expect(draft.postIncident.map(({ within }) => within)).toEqual([
      { kind: 'stated', ms: 24 * hour },
      { kind: 'stated', ms: 120 * hour },
    ])
    expect(draft.postMortem?.questions.map((one) => one.text)).toEqual(['What would have found it sooner?'])
    expect(read.draft.standIns).toEqual([])
    expect(read.notUnderstood).toEqual([])
  })
})

describe('a plan with lists', () => {
  const read = fixture('lists')
  const draft = playbook(read)

  it('takes the title of its front matter and leaves comments out', () => {
    expect(found(read, 'title').map((one) => one.value.text)).toEqual(['Orchard on-call handbook'])
    expect(draft.product).toBe('Orchard')
    expect(JSON.stringify(read)).not.toContain('"text":"nobody reads this')
  })

  it('gives severities, phases and nested tasks', () => {
    expect(draft.severities.map(({ key, name, response }) => [key, name, response.kind])).toEqual([
      ['P1', 'Critical', 'within'],
      ['P2', 'Major', 'within'],
      ['P3', 'Minor', 'unset'],
    ])
    expect(draft.severities[0]?.examples).toEqual(['nobody can buy', 'data is lost'])
    expect(draft.phases.map(({ name, window }) => [name, window])).toEqual([
      ['First look', { kind: 'window', fromMs: 0, toMs: 15 * minute }],
      ['Repair', { kind: 'window', fromMs: 15 * minute, toMs: hour }],
    ])
    const [list] = draft.checklists
    expect(list?.phase).toBe('first-look')
    expect(list?.items.map((item) => [item.text, item.children.length])).toEqual([
      ['Acknowledge the page within 5 minutes', 0],
      ['Open #incident-room in Slack', 0],
      ['Look around:', 3],
    ])
    expect(draft.commands.map((one) => one.text)).toEqual(['kubectl get pods -n shop'])
  })

  it('finds the clocks, rhythms and channels that tasks name', () => {
    expect(found(read, 'clock').map(({ value: { until, length } }) => [until, length.ms])).toEqual([
      ['acknowledged', 5 * minute],
      ['elapsed', 20 * minute],
    ])
    expect(
      found(read, 'cadence').map(({ value: { audience, length, severities } }) => [
        audience,
        length.ms,
        severities,
      ]),
    ).toEqual([['customers', 30 * minute, ['P1', 'P2']]])
    expect(found(read, 'channel').map((one) => one.value.name)).toEqual(['#incident-room'])
  })

  it('says what it did not understand, and what does not fit together', () => {
    expect(read.notUnderstood.map((one) => one.words)).toEqual([
      'layout: page',
      '<summary>Old notes</summary>',
      'Ask Kim about the printer.',
    ])
    expect(read.contradictions.map((one) => one.lines)).toEqual([[43, 46]])
    expect(draft.notStated).toContain('How fast to respond to P3: the plan says "best effort" and no figure')
  })
})

describe('a plan in words', () => {
  const read = fixture('words')
  const draft = playbook(read)

  it('takes severities without numbers, and assumes of two figures the longer', () => {
    expect(draft.severities.map(({ key, rank }) => [key, rank])).toEqual([
      ['Critical', 1],
      ['High', 2],
      ['Low', 3],
    ])
    expect(draft.severities.map((one) => one.response)).toEqual([
      {
        kind: 'within',
        target: { kind: 'stated', ms: 10 * minute },
        bound: 'inclusive',
        word: 'immediately',
      },
      { kind: 'within', target: expect.objectContaining({ kind: 'assumed', ms: hour }), bound: 'inclusive' },
      { kind: 'scheduled' },
    ])
  })

  it('reads a drawn flow: each box is called when the one before it has had its time', () => {
    const steps = draft.escalation.paths.flatMap((path) => path.steps)
    expect(
      steps.slice(-2).map((step) => [step.label, JSON.stringify(step.when).match(/"ms":(\d+)/)?.[1]]),
    ).toEqual([
      ['Primary on-call (5m)', '0'],
      ['Team lead (10 min)', String(5 * minute)],
    ])
  })

  it('gives thresholds, what is only watched, and links', () => {
    expect(
      draft.alerts.thresholds.map(({ op, value, metric }) => [
        metric,
        op,
        value.kind === 'stated' && value.value,
      ]),
    ).toEqual([
      ['error-rate', '>', 5],
      ['latency', '>', 800],
    ])
    expect(draft.alerts.metrics.map((one) => one.label)).toEqual(['Error rate', 'Latency', 'Disk'])
    expect(draft.tools?.dashboards[0]?.address).toEqual({
      kind: 'stated',
      value: 'https://grafana.example.com/d/[board]',
    })
  })
})

describe('a table of severities that says everything', () => {
  const read = fixture('by-severity')
  const draft = playbook(read)

  it('keeps a word without a figure as a word, and calls at the time that stands beside the name', () => {
    expect(draft.severities.map((one) => one.response.kind)).toEqual(['unset', 'within'])
    expect(
      found(read, 'escalation').map((one) => [one.value.severities, one.value.to, one.value.after?.ms]),
    ).toEqual([
      [['SEV1'], ['cto'], hour],
      [['SEV2'], ['team-lead'], undefined],
    ])
  })

  it('takes "within" for no rhythm, and roles without duties for roles', () => {
    expect(draft.cadences.map(({ every, when }) => [every, when])).toEqual([
      [
        { kind: 'stated', ms: hour },
        { kind: 'severity', keys: ['SEV2'] },
      ],
    ])
    expect(draft.roles.map((role) => [role.kind, role.basis])).toEqual([
      ['commander', 'stated'],
      ['communications', 'stated'],
      ['scribe', 'local'],
    ])
  })
})

describe('contradictions', () => {
  const read = fixture('at-odds')

  it.each([
    ['two response times of one severity', /P1 is to be answered in 60 min|P1 is to be answered in 1 h/],
    ['two names of one severity', /P1 is called "Critical", and "Severe"/],
    ['a worse severity that may wait longer', /P1 may wait/],
    ['a severity that is not there', /P4 is named/],
    ['two times for acknowledging', /Acknowledging is due within 5 min, and within 10 min/],
    ['something due after the section it stands in', /due within 3 d/],
  ])('finds %s', (_, words) => {
    expect(read.contradictions.map((one) => one.what).join('\n')).toMatch(words)
  })

  it('puts them into the draft with their lines', () => {
    const draft = playbook(read)
    expect(draft.looksWrong).toHaveLength(read.contradictions.length)
    expect(draft.looksWrong.every((line) => /\(L\d+/.test(line))).toBe(true)
  })
})

describe('a plan that says nothing', () => {
  it('leaves everything open, and marks what a playbook cannot be without', () => {
    const read = plan('# Notes\n\nWe have none.\n')
    const draft = playbook(read)
    expect(read.draft.standIns).toEqual(['severity', 'commander', 'scribe'])
    expect(draft.severities.map((one) => one.response)).toEqual([{ kind: 'unset' }])
    expect(draft.roles.every((role) => role.basis === 'local')).toBe(true)
    expect([draft.clocks, draft.cadences, draft.phases, draft.checklists, draft.postIncident]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ])
    expect(read.notUnderstood).toEqual([{ line: 3, words: 'We have none.' }])
  })
})

describe('words of a finding', () => {
  it.each(['table', 'lists', 'words', 'by-severity', 'at-odds'])(
    'stand on the lines it names: %s',
    (name) => {
      expect(invented(fixture(name))).toEqual([])
    },
  )

  it('name the head of the column as well as the row', () => {
    const read = plan(
      '# Plan\n\n## Severities\n\n| Severity | Who is hit | Fixed within |\n|---|---|---|\n| P1 | everybody | 4 hours |\n| P2 | some | 2 days |\n',
    )
    expect(
      found(read, 'severity-meaning').map(({ value, line, under }) => [value.text, line, under]),
    ).toEqual([
      ['Who is hit: everybody', 7, [5]],
      ['Who is hit: some', 8, [5]],
    ])
    expect(found(read, 'clock').map(({ value, under }) => [value.label, under])).toEqual([
      ['Fixed within', [5]],
      ['Fixed within', [5]],
    ])
    expect(invented(read)).toEqual([])
  })
})
