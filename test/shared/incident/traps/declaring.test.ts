import { describe, expect, it } from 'vitest'
import { severityName } from '../../../../shared/incident/sentences.ts'
import { statusMessage } from '../../../../shared/incident/status-message.ts'
import { suggestionOf } from '../../../../shared/incident/triage.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { aRoom, given, Room, t0 } from '../given-when-then.ts'

const names = ['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network']
const five = names.map(shipped)
const keys = ({ severities }: Playbook) => severities.map(({ key }) => key)
const severity = (name: string, key: string) => shipped(name).severities.find((one) => one.key === key)

describe('one incident, one playbook (R1)', () => {
  it('five schemes stay five: a severity of another product is refused by name of the product', () => {
    expect(new Set(five.map((playbook) => keys(playbook).join())).size).toBeGreaterThan(2)
    for (const playbook of five)
      for (const foreign of five.flatMap(keys).filter((key) => !keys(playbook).includes(key))) {
        const room = new Room(playbook, { severity: null })
        const refused = room.try('severity.set', { to: foreign })
        expect(refused).toMatchObject({ ok: false, error: { code: 'invalid', field: 'to' } })
        expect(refused.ok ? '' : refused.error.message).toContain(playbook.product)
      }
  })

  it('no list, template, contact or path of one is found in another', () => {
    const own = (playbook: Playbook) =>
      [playbook.checklists, playbook.runbooks, playbook.templates, playbook.escalation.paths].flatMap(
        (part) => part.flatMap((one) => one.src),
      )
    const sources = five.map((playbook) => new Set(own(playbook).map((src) => src.split('-')[0])))
    expect(sources.map((one) => [...one])).toEqual([['AL'], ['AF'], ['AP'], ['FA'], ['AN']])
  })
})

describe('severities (R3)', () => {
  it('stand by rank and never by their digit or letter', () => {
    for (const playbook of five)
      expect(playbook.severities.map(({ rank }) => rank)).toEqual(
        playbook.severities.map(({ rank }) => rank).toSorted((a, b) => a - b),
      )
    expect(severity('agent-network', 'P1')?.rank).toBe(1)
    for (const other of ['agent-lab', 'agent-factory', 'agent-platform'])
      expect(severity(other, 'P1')?.rank).toBe(2)
    expect(severity('freeagentics', 'SEV-1')?.rank).toBe(1)
  })

  it('P1 of agent-network is no “High”: a name comes with the scheme, not with the key', () => {
    expect(severityName(shipped('agent-platform'), 'P1')).toBe('P1 High')
    expect(severityName(shipped('agent-network'), 'P1')).not.toContain('High')
    expect(severityName(shipped('agent-network'), 'P1')).toContain(severity('agent-network', 'P1')?.name)
  })

  it('show what they mean to whoever chooses', () => {
    for (const { severities } of five)
      for (const one of severities) expect([...one.definition, ...one.examples].length).toBeGreaterThan(0)
  })
})

describe('the type of incident (R6)', () => {
  it('overrules nobody: what a person chose stands, whatever is answered afterwards', () => {
    const room = new Room(shipped('agent-network'), { severity: 'P4' })
    room.must('triage.answer', { about: 'type', value: 'api-quota' })
    expect(suggestionOf(room.state.answers, room.playbook)?.severity.key).toBe('P1')
    expect(room.state.severity?.key).toBe('P4')
  })

  it('“performance degradation” is P3 by its type, and that P2 speaks of it too is said, not hidden', () => {
    const room = new Room(shipped('agent-network'), { severity: null })
    room.must('triage.answer', { about: 'type', value: 'performance' })
    expect(suggestionOf(room.state.answers, room.playbook)?.severity.key).toBe('P3')
    expect(room.playbook.looksWrong.join(' ')).toMatch(/P2.*performance degradation.*P3/)
  })
})

describe('what is affected (R10)', () => {
  it('is one list: an edit shows wherever it is told', () => {
    const room = aRoom({ components: ['Checkout'] })
    const told = () => statusMessage(room.state, room.playbook, { person: (id) => id }, t0)
    expect(told()).toContain('Affected: Checkout')
    room.must('component.add', { name: 'Search' })
    room.must('component.remove', { name: 'Checkout' })
    expect(told()).toContain('Affected: Search')
    expect(told()).not.toContain('Checkout')
    expect(JSON.stringify(room.state)).not.toContain('Checkout')
  })
})

describe('an incident that was not real (R8)', () => {
  it('counts as no resolved one: it has no resolution, and its end is another', () => {
    const { room } = given(aRoom(), [
      'incident.close',
      { reason: 'A test of the alarm', as: 'false-positive' },
    ])
    expect(room.state).toMatchObject({ falsePositive: true, resolution: null })
    expect(room.state.times.resolved).toBeUndefined()
  })
})
