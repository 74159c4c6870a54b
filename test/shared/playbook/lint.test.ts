import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkPlaybook, problemLines } from '../../../shared/playbook/load.ts'
import { sample } from './sample.ts'

function findings(text: string, kind?: string): string[] {
  const result = checkPlaybook(text, 'sample.yaml')
  if (!result.ok) throw new Error(problemLines('sample.yaml', result.problems).join('\n'))
  return result.findings
    .filter((one) => kind === undefined || one.kind === kind)
    .map((one) => `${one.line} ${one.kind} ${one.path}: ${one.message}`)
}

function changed(from: string, to: string, kind: string): string[] {
  const text = sample.replace(from, to)
  if (text === sample) throw new Error(`There is no ${from}.`)
  return findings(text, kind)
}

const lineOf = (text: string, start: string) =>
  text.split('\n').findIndex((line) => line.trim().startsWith(start)) + 1

const people = `contacts:
  - {id: kim, position: Kim, kind: person, ways: []}
  - {id: lee, position: Lee, kind: person, ways: []}
  - {id: kim-too, position: Deputy, kind: person, ways: [], sameAs: kim}
teams:
  - id: main
    label: Main
    tiers: [{id: primary, label: Primary, contact: kim}]
    lead: lee
    coverage: always
`
const ladder = (steps: string, more = '') => `${sample}${people}escalation:
  paths:
    - id: up
      label: Up
${more}      steps:
${steps}
`
const step = (id: string, to: string, when: string) =>
  `        - {id: ${id}, label: ${id}, to: [${to}], when: ${when}}`
const mark = (ms: string) => `{since: {event: alert_fired, gte: ${ms}}}`

describe('the lint of a playbook', () => {
  it('names a figure without which a rule never fires', () => {
    expect(changed('target: 5m', 'target: {unset: true}', 'unset')).toContain(
      `${lineOf(sample, '- {id: ack')} unset clocks[ack].target: “Acknowledge” is never late: no time is set.`,
    )
    const text = ladder(step('one', '{contact: kim}', `{all: [{acked: false}, ${mark('{unset: true}')}]}`))
    expect(findings(text, 'unset')).toContain(
      `${lineOf(text, '- {id: one')} unset escalation.paths[up].steps[one].when: “one” rests on a figure that is not set: that part never fires by itself.`,
    )
  })

  it('names a step that no incident ever comes to, and those behind it', () => {
    const steps = [
      step('one', '{contact: kim}', '{severity: [MINOR]}'),
      step('two', '{contact: lee}', mark('5m')),
    ].join('\n')
    const text = ladder(steps, '      when: {severity: [MAJOR]}\n      sequential: true\n')
    expect(findings(text, 'unreachable').map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'unreachable escalation.paths[up].steps[one]: “one” can never come: its condition and that of its path exclude one another.',
      'unreachable escalation.paths[up].steps[two]: “two” waits for “one”, which can never come.',
    ])
    expect(findings(ladder(steps, '      sequential: true\n'), 'unreachable')).toEqual([])
    const over = ladder(step('one', '{contact: kim}', '{all: [{open: true}, {status: [resolved]}]}'))
    expect(findings(over, 'unreachable')).toHaveLength(1)
  })

  it('never calls a wait, a press or an unanswered question unreachable', () => {
    const when = `{any: [{manual: true}, {all: [{flag: harmless}, {open: true}, ${mark('5m')}]}]}`
    expect(findings(ladder(step('one', '{contact: kim}', when)), 'unreachable')).toEqual([])
  })

  it('names one person at two steps, also under another id and behind a team', () => {
    const text = ladder(
      [
        step('one', '{oncall: main, tier: primary}', mark('0m')),
        step('two', '{contact: kim-too}', mark('5m')),
      ].join('\n'),
    )
    expect(findings(text, 'twice')).toEqual([
      `${lineOf(text, '- {id: two')} twice escalation.paths[up].steps[two]: Kim is called at “one” and again at “two”.`,
    ])
    const other = ladder(
      [
        step('one', '{oncall: main, tier: primary}', mark('0m')),
        step('two', '{leadOf: main}', mark('5m')),
      ].join('\n'),
    )
    expect(findings(other, 'twice')).toEqual([])
  })

  it('names a severity of which nobody hears, and hours nobody said', () => {
    const text = ladder(step('one', '{contact: kim}', mark('0m')), '      when: {severity: [MAJOR]}\n')
    expect(findings(text, 'gap')).toEqual([
      `${lineOf(text, '- {key: MINOR')} gap severities[MINOR]: Nobody is called or told when MINOR is declared.`,
    ])
    const office = text
      .replace('response: {rule: scheduled}', 'response: {rule: scheduled}, coverage: office')
      .concat(
        'calendars:\n  - {id: office, label: Office, zone: {unset: true}, week: {unset: true}, holidays: []}\n',
      )
    expect(findings(office, 'gap').join()).toMatch(
      /MINOR is answered in the hours of “Office”, and nobody said/,
    )
  })

  it('names an acknowledgement that may take longer than the response, and no equal one', () => {
    expect(changed('target: 5m', 'target: 20m', 'contradiction')).toEqual([
      `${lineOf(sample, '- {id: ack')} contradiction clocks[ack].target: “Acknowledge” has 20 min, and MAJOR must be responded to in 15 min.`,
    ])
    expect(changed('target: 5m', 'target: 15m', 'contradiction')).toEqual([])
    expect(
      changed(
        'basis: stated}\ncadences',
        'basis: stated, when: {severity: [MINOR]}}\ncadences',
        'contradiction',
      ),
    ).toEqual([])
  })

  it('names steps that stand in another order than they come', () => {
    const text = ladder(
      [step('one', '{contact: kim}', mark('30m')), step('two', '{contact: lee}', mark('10m'))].join('\n'),
    )
    expect(findings(text, 'contradiction').join()).toMatch(/“two” comes after 10 min, before “one”/)
  })
})

describe('the shipped playbooks', () => {
  it('say so where teams are paged by what is affected and nobody said which team answers for what (R11)', () => {
    const gapsOf = (name: string) => findings(readFileSync(`shared/playbooks/${name}.yaml`, 'utf8'), 'gap')
    const unrouted = (name: string) => gapsOf(name).filter((line) => line.includes('no incident pages it'))
    expect(unrouted('agent-platform').map((line) => line.split(' gap ')[1])).toEqual(
      ['Platform', 'Infrastructure', 'Security'].map(
        (team) =>
          `teams[${team.toLowerCase()}].components: What “${team}” answers for is not set: no incident pages it.`,
      ),
    )
    expect(unrouted('agent-factory')).toEqual([])
  })

  it.each([
    ['agent-lab', 0, 0],
    ['agent-factory', 0, 0],
    // The Security Lead is the first on call of Security and its lead (R42).
    ['agent-platform', 1, 0],
    ['freeagentics', 0, 0],
    ['agent-network', 0, 0],
  ])(
    '%s: what is open is named with its line; nothing is unreachable or contradicts itself',
    (name, twice, others) => {
      const text = readFileSync(`shared/playbooks/${name}.yaml`, 'utf8')
      const all = findings(text)
      for (const line of all) expect(line).toMatch(/^\d+ /)
      expect(findings(text, 'twice')).toHaveLength(twice)
      expect([...findings(text, 'unreachable'), ...findings(text, 'contradiction')]).toHaveLength(others)
      expect(findings(text, 'unset').length).toBeGreaterThan(0)
    },
  )
})
