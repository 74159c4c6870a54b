import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changeWords, diffPlaybooks } from '../../../shared/playbook/diff.ts'
import { loadPlaybook, problemLines } from '../../../shared/playbook/load.ts'
import { sample } from './sample.ts'

function read(text: string) {
  const result = loadPlaybook(text, 'sample.yaml')
  if (!result.ok) throw new Error(problemLines('sample.yaml', result.problems).join('\n'))
  return result.playbook
}

const shipped = (name: string) => readFileSync(`shared/playbooks/${name}.yaml`, 'utf8')

/** What is told of one replacement. */
function told(text: string, from: string, to: string): string[] {
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`There is no ${from}.`)
  return diffPlaybooks(read(text), read(changed)).map((one) => `${one.path} | ${changeWords(one)}`)
}

describe('what is different between two versions', () => {
  it.each([
    ['nothing, for the same content', 'title: Sample playbook', 'title: Sample playbook # said twice', []],
    ['nothing, for where it comes from', 'src: [X-01]', 'src: [X-09]', []],
    [
      'a figure',
      'target: 5m',
      'target: 7m',
      ['clocks[ack].target | Clocks, Acknowledge, target: 5 min → 7 min'],
    ],
    [
      'a figure nobody stated any more',
      'target: 5m',
      'target: {unset: true}',
      ['clocks[ack].target | Clocks, Acknowledge, target: 5 min → not stated'],
    ],
    [
      'a figure of ours',
      'within: 15m, bound: exclusive',
      'within: {assumed: 20m, why: so}, bound: inclusive',
      [
        'severities[MAJOR].response | Severities, MAJOR, response: < 15 min immediate → 20 min immediate, assumed',
      ],
    ],
    [
      'a condition',
      'when: {status: [mitigating]}',
      'when: {flag: harmless}',
      ['cadences[team].when | Cadences, Team, when: while Mitigating → if “Is it harmless?” is yes'],
    ],
    [
      'an entry that is new, and one that is gone',
      '- {id: look, text: Look, clock: ack, src: X-02.1}',
      '- {id: see, text: See}',
      [
        'checklists[start].items[start/see] | Checklists, Start, See: new',
        'checklists[start].items[start/look] | Checklists, Start, Look: gone',
      ],
    ],
    [
      'a line of a list',
      'definition: [a lot]',
      'definition: [a lot, and more]',
      ['severities[MAJOR].definition | Severities, MAJOR, definition: “and more”, new'],
    ],
    [
      'a switch',
      'ordered: true',
      'ordered: false',
      ['checklists[start].ordered | Checklists, Start, ordered: yes → no'],
    ],
  ] as const)('%s', (_what, from, to, expected) => {
    expect(told(sample, from, to)).toEqual(expected)
  })

  it('entries in another order are told once, and not as new ones', () => {
    const [first, second] = ['  - {id: ic,', '  - {id: scribe,'].map((start) => {
      const line = sample.split('\n').find((one) => one.startsWith(start))
      if (line === undefined) throw new Error(start)
      return line
    })
    const changed = sample.replace(`${first}\n${second}`, `${second}\n${first}`)
    expect(diffPlaybooks(read(sample), read(changed)).map(changeWords)).toEqual(['Roles: in another order'])
  })

  it('a part that comes and goes', () => {
    const withPart = `${sample}onboarding:\n  - {id: read, text: Read this}\n`
    expect(diffPlaybooks(read(sample), read(withPart)).map(changeWords)).toEqual([
      'Onboarding: Read this, new',
    ])
    expect(diffPlaybooks(read(withPart), read(sample)).map(changeWords)).toEqual([
      'Onboarding: Read this, gone',
    ])
  })

  it('a step of an escalation, in the words of its plan', () => {
    expect(
      told(
        shipped('freeagentics'),
        'since: {event: alert_fired, gte: 30m}',
        'since: {event: alert_fired, gt: 45m}',
      ),
    ).toEqual([
      'escalation.paths[levels].steps[l3].when | Escalation, Levels since the alert, L3, VP Engineering or the CTO, when: 30 min after the alert, while open → more than 45 min after the alert, while open',
    ])
    expect(told(shipped('agent-platform'), 'to: [{leadOf: paged}]', 'to: [{contact: cto}]')).toEqual([
      'escalation.paths[no-answer].steps[lead].to | Escalation, When nobody answers, The team lead, who has until minute 15, to: The lead of the paged team → CTO',
    ])
  })

  it.each(['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network'])(
    'any one line of %s that goes is told, with its place',
    (name) => {
      const text = shipped(name)
      const lines = text.split('\n')
      const before = read(text)
      let tried = 0
      for (const [i, line] of lines.entries()) {
        // One entry on one line: taking it away leaves a file that may still be right.
        if (i % 7 !== 0 || !/^\s+- \{id: /.test(line)) continue
        const result = loadPlaybook([...lines.slice(0, i), ...lines.slice(i + 1)].join('\n'), name)
        if (!result.ok) continue
        tried += 1
        const changes = diffPlaybooks(before, result.playbook)
        expect(changes.length, line).toBeGreaterThan(0)
        for (const change of changes) expect(change.path).not.toMatch(/\[\d{1,2}\]/)
      }
      expect(tried).toBeGreaterThan(3)
    },
    60_000,
  )
})

describe('whatever a playbook holds', () => {
  const names = ['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network']

  it.each(names)('%s is compared with every other one, and with a number entered for each way', (name) => {
    const text = shipped(name)
    for (const other of names) expect(diffPlaybooks(read(text), read(shipped(other)))).toBeInstanceOf(Array)
    const entered = text.replaceAll('address: {unset: true}', 'address: "+49 30 1234"')
    const told = diffPlaybooks(read(text), read(entered)).map(changeWords)
    expect(told.length > 0).toBe(entered !== text)
  })
})
