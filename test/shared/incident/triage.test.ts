import { describe, expect, it } from 'vitest'
import {
  impliedBy,
  isAnswered,
  kindsOf,
  reasonLines,
  suggestionOf,
  triageQuestions,
} from '../../../shared/incident/triage.ts'
import { answerWords } from '../../../shared/incident/triage-words.ts'
import { shipped } from '../../helpers/shipped.ts'
import { aRoom, given, Room } from './given-when-then.ts'

const network = (severity: string | null = null) => new Room(shipped('agent-network'), { severity })
const dimension = (id: string, value: string) =>
  ['triage.answer', { about: `dimension/${id}`, value }] as const
const suggested = (room: Room) => suggestionOf(room.state.answers, room.playbook)

describe('assisted classification (R5)', () => {
  it.each([
    ['All', 'Complete Outage', 'P1', false],
    ['Group', 'Partial Outage', 'P2', false],
    ['Individual', 'Degraded', 'P3', false],
    ['None', 'None', 'P4', false],
    ['All', 'Degraded', 'P1', true],
  ])('%s and %s suggest %s', (scope, impact, severity, disagree) => {
    const { room } = given(network(), dimension('user-scope', scope), dimension('service-impact', impact))
    expect(suggested(room)).toMatchObject({ severity: { key: severity }, disagree })
  })

  it('says by which rule', () => {
    const { room } = given(network(), dimension('user-scope', 'All'))
    const suggestion = suggested(room)
    expect(suggestion === null ? [] : reasonLines(suggestion)).toEqual(['How many users: “All” is P1'])
  })

  it('never sets the severity by itself', () => {
    const { room } = given(network(), dimension('user-scope', 'All'))
    expect(room.state.severity).toBeNull()
  })

  it('records the choice of another severity, and asks why', () => {
    const { room } = given(network(), dimension('user-scope', 'All'))
    given(room).when('severity.set', { to: 'P3' }).refuses('invalid', 'reason')
    given(room)
      .when('severity.set', { to: 'P3', reason: 'A test tenant' })
      .gives(['severity.changed', { to: 'P3', reason: 'A test tenant', suggested: 'P1' }])
    given(given(network(), dimension('user-scope', 'All')).room)
      .when('severity.set', { to: 'P1' })
      .gives(['severity.changed', { from: null, to: 'P1', reason: '' }])
  })

  it('takes one of the values, and takes it back', () => {
    given(network())
      .when('triage.answer', { about: 'dimension/user-scope', value: 'Many' })
      .refuses('invalid', 'value')
    given(network())
      .when('triage.answer', { about: 'dimension/mood', value: 'All' })
      .refuses('invalid', 'about')
    const { room } = given(network(), dimension('user-scope', 'All'))
    given(room)
      .when('triage.answer', { about: 'dimension/user-scope', value: null })
      .gives(['triage.answered', { value: null, was: 'All' }])
    expect(suggested(room)).toBeNull()
  })
})

describe('types of incident (R6)', () => {
  it('a type and the dimensions stay both in sight, the worst is offered', () => {
    const { room } = given(
      network(),
      ['triage.answer', { about: 'type', value: 'api-quota' }],
      dimension('user-scope', 'Individual'),
    )
    expect(suggested(room)).toMatchObject({ severity: { key: 'P1' }, disagree: true })
    expect(suggested(room)?.reasons.map((reason) => reason.severity.key)).toEqual(['P3', 'P1'])
    expect(answerWords('type', 'api-quota', room.playbook)).toBe('API quota exhaustion')
  })
})

describe('questions (R4)', () => {
  it('agent-factory asks its four, and nobody has answered: not “no”', () => {
    const room = new Room(shipped('agent-factory'), { severity: 'P2' })
    const four = triageQuestions(room.state, room.playbook).slice(0, 4)
    expect(four.map(({ id, kind }) => [id, kind])).toEqual([
      ['users_affected', 'flag'],
      ['scope', 'choice'],
      ['data_loss_risk', 'flag'],
      ['security', 'flag'],
    ])
    expect(four.some(isAnswered)).toBe(false)
  })

  it('unknown said aloud is an answer, and decides nothing', () => {
    const room = new Room(shipped('agent-factory'), { severity: 'P2' })
    room.must('flag.set', { flag: 'security', value: 'unknown' })
    const question = triageQuestions(room.state, room.playbook).find(({ id }) => id === 'security')
    expect(question).toMatchObject({ value: 'unknown', asked: true })
    expect(room.events.some((e) => e.type === 'escalation.stepped')).toBe(false)
  })

  it('security: yes calls the Engineering Lead at once', () => {
    const room = new Room(shipped('agent-factory'), { severity: 'P3' })
    const events = room.must('flag.set', { flag: 'security', value: 'yes' })
    expect(events.map((e) => e.type)).toContain('escalation.stepped')
  })

  it('is answered in own words where the playbook offers none, and as a flag where it sets one', () => {
    const room = aRoom()
    given(room)
      .when('triage.answer', { about: 'question/who', value: 'People in Lyon' })
      .gives(['triage.answered', { value: 'People in Lyon', was: null }])
    const factory = new Room(shipped('agent-factory'), { severity: 'P3' })
    given(factory)
      .when('triage.answer', { about: 'question/security', value: 'yes' })
      .refuses('invalid', 'about')
  })
})

describe('kinds of trouble (R13)', () => {
  it('two are true at once', () => {
    const room = new Room(shipped('agent-lab'), { severity: 'P1' })
    room.must('flag.set', { flag: 'data_loss', value: 'yes' })
    room.must('flag.set', { flag: 'security', value: 'yes' })
    expect(kindsOf(room.state, room.playbook).map(({ value }) => value)).toEqual(['unknown', 'yes', 'yes'])
    // Asked once: not among the questions too.
    const asked = triageQuestions(room.state, room.playbook).map(({ id }) => id)
    expect(asked).toEqual(['users', 'rollback', 'user_impacting', 'github_down'])
  })
})

describe('rungs', () => {
  it('a rung is true with those below it, told as such; taking it back recalls none', () => {
    const room = aRoom()
    given(room)
      .when('flag.set', { flag: 'data', value: 'yes' })
      .gives(['flag.set', { flag: 'data', value: 'yes' }], ['flag.set', { flag: 'down', by: 'data' }])
    given(room)
      .when('flag.set', { flag: 'data', value: 'no' })
      .gives(['flag.set', { flag: 'data', value: 'no' }])
    expect(room.state.flags.down?.value).toBe('yes')
    expect(impliedBy('down', room.playbook)).toEqual([])
  })
})

describe('triage with the declaration', () => {
  it('answers what was answered, after the declaration, and names what its severity was against', () => {
    const room = new Room(shipped('agent-network'), {
      severity: 'P3',
      severityReason: 'A test tenant',
      flags: { security: 'yes' },
      answers: { 'dimension/user-scope': 'All' },
    })
    expect(room.events.slice(0, 3).map((e) => e.type)).toEqual([
      'incident.declared',
      'flag.set',
      'triage.answered',
    ])
    expect(room.of('incident.declared')).toMatchObject([
      { suggested: { severity: 'P1', reason: 'A test tenant' } },
    ])
  })

  it('refuses another severity without its reason, and what the playbook does not ask', () => {
    const answers = { 'dimension/user-scope': 'All' }
    const declare = (data: object) => () => new Room(shipped('agent-network'), { severity: 'P3', ...data })
    expect(declare({ answers })).toThrow('suggests P1')
    expect(declare({ answers: { 'dimension/mood': 'All' } })).toThrow('asks nothing')
    expect(declare({ flags: { rain: 'yes' } })).toThrow('no such question')
    expect(new Room(shipped('agent-network'), { severity: null, answers }).state.severity).toBeNull()
  })
})
