import { describe, expect, it } from 'vitest'
import { hoursOf } from '../../../shared/playbook/calendar/hours.ts'
import { loadPlaybook, problemLines } from '../../../shared/playbook/load.ts'
import { noParts } from '../../../shared/playbook/parts/index.ts'
import { matrixPaths } from '../../../shared/playbook/parts/matrix.ts'
import { segmentsOf, slotsIn } from '../../../shared/playbook/parts/template-text.ts'
import { sample } from './sample.ts'

const load = (parts: string) => loadPlaybook(`${sample}\n${parts}`, 'sample.yaml')
const read = (parts: string) => {
  const result = load(parts)
  if (!result.ok) throw new Error(problemLines('sample.yaml', result.problems).join('\n'))
  return result.playbook
}
const problems = (parts: string) => {
  const result = load(parts)
  return result.ok ? [] : problemLines('sample.yaml', result.problems)
}
const firstLine = sample.split('\n').length + 1

const people = `
contacts:
  - {id: one, position: First on call, kind: person, ways: [{kind: phone, address: {unset: true}}], src: X-1}
  - {id: lead, position: Lead, kind: person, ways: []}
teams:
  - {id: main, label: On call, tiers: [{id: primary, label: Primary, contact: one}], lead: lead, coverage: unset}
`

describe('parts of a playbook', () => {
  it('are empty where a file says nothing', () => {
    expect(read('')).toMatchObject(noParts)
  })

  it('keep what is unset apart from what is stated', () => {
    const [contact] = read(people).contacts
    expect(contact?.ways).toEqual([{ kind: 'phone', address: { kind: 'unset' } }])
    expect(contact?.src).toEqual(['X-1'])
  })

  it('read working hours, and compute nothing while a half of them is unset', () => {
    const playbook = read(`
calendars:
  - {id: office, label: Office, zone: Europe/London, week: {mon-fri: '09:00-12:00 13:00-17:00'}, holidays: ['2026-12-25']}
  - {id: open, label: Open, zone: {unset: true}, week: {unset: true}}
`)
    const [office, open] = playbook.calendars
    expect(office && hoursOf(office)?.week[1]).toEqual([
      { from: 540, to: 720 },
      { from: 780, to: 1020 },
    ])
    expect(office && hoursOf(office)?.week[0]).toEqual([])
    expect(open && hoursOf(open)).toBeNull()
  })

  it('turn a matrix into paths that wait step by step', () => {
    const playbook = read(`${people}
escalation:
  matrix:
    label: By who answered first
    advance: {any: [{manual: true}, {since: {event: previous, gte: {unset: true}}}]}
    rows:
      - {first: one, label: On call, cells: {MAJOR: [{contact: lead}, {action: backlog}]}, src: X-2}
`)
    const { matrix } = playbook.escalation
    const [path] = matrix === undefined ? [] : matrixPaths(matrix, playbook)
    expect(path?.sequential).toBe(true)
    expect(path?.steps.map((step) => step.to)).toEqual([[{ contact: 'lead' }], [{ action: 'backlog' }]])
  })
})

describe('faults of parts', () => {
  const cases: [string, string, string][] = [
    [
      'two people who are each the other',
      `contacts:\n  - {id: one, position: One, kind: person, ways: [], sameAs: two}\n  - {id: two, position: Two, kind: person, ways: [], sameAs: one}`,
      'contacts[0].sameAs: "two" is itself the same as another',
    ],
    [
      'an unknown zone',
      `calendars:\n  - {id: a, label: A, zone: Mars/Base, week: {unset: true}}`,
      'calendars[0].zone: is "Mars/Base" (expected a time zone',
    ],
    [
      'hours that end before they begin',
      `calendars:\n  - {id: a, label: A, zone: UTC, week: {mon: '17:00-09:00'}}`,
      'calendars[0].week',
    ],
    [
      'a step for nobody known',
      `escalation: {paths: [{id: p, label: P, steps: [{id: s, label: S, to: [{contact: ghost}], when: {manual: true}}]}]}`,
      'unknown contact "ghost"',
    ],
    [
      'an unknown severity in a rule',
      `policies:\n  - {id: p, label: P, audience: [public], when: {severity: [P9]}, effect: deny}`,
      'unknown severity "P9"',
    ],
    [
      'a step that waits for itself',
      `${people}escalation: {paths: [{id: p, label: P, steps: [{id: s, label: S, to: [{contact: one}], when: {since: {event: 'step:s', gte: 5m}}}]}]}`,
      'waits for step "s"',
    ],
    [
      'a negative duration',
      `${people}escalation: {paths: [{id: p, label: P, steps: [{id: s, label: S, to: [{contact: one}], when: {since: {event: declared, gte: -5m}}}]}]}`,
      '"-5m" is negative',
    ],
    [
      'a slot that nothing fills',
      `templates:\n  - {id: t, title: T, audience: team, body: 'Since {{when}}', slots: []}`,
      'nothing fills the slot "when"',
    ],
    [
      'a command nobody wrote',
      `runbooks:\n  - {id: r, title: R, state: written, parts: [{id: i, title: Now, kind: immediate, steps: [{id: s, text: Look, commands: [C9]}]}]}`,
      'unknown command "C9"',
    ],
    [
      'a parameter that is not in the command',
      `commands:\n  - {id: C1, purpose: Look, effect: read, text: ls, params: [{id: a, label: A, token: '{a}', quoting: shell}]}`,
      '"{a}" is not in the command',
    ],
    [
      'a stub with steps',
      `runbooks:\n  - {id: r, title: R, state: stub, parts: [{id: i, title: Now, kind: immediate, steps: [{id: s, text: Look}]}]}`,
      'is a stub with steps',
    ],
    [
      'an id used twice',
      `measures: []\nonboarding:\n  - {id: a, text: One}\n  - {id: a, text: Two}`,
      'onboarding[1].id: "a" is used twice',
    ],
  ]
  it.each(cases)('%s is told with its line', (_what, parts, told) => {
    const lines = problems(parts)
    expect(lines.join('\n')).toContain(told)
    const line = Number(/sample\.yaml:(\d+)/.exec(lines[0] ?? '')?.[1])
    expect(line).toBeGreaterThanOrEqual(firstLine)
  })
})

describe('template text', () => {
  it('has one kind of slot; brackets, braces and dollar signs are themselves', () => {
    const text = '[Agent Platform] {title} costs $5: {{impact}}, {{ not }}'
    expect(slotsIn(text)).toEqual(['impact'])
    expect(segmentsOf(text)).toEqual([
      { kind: 'text', text: '[Agent Platform] {title} costs $5: ' },
      { kind: 'slot', slot: 'impact' },
      { kind: 'text', text: ', {{ not }}' },
    ])
  })
})
