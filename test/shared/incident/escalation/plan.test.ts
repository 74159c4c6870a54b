import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comingCalls } from '../../../../shared/incident/escalation/calls.ts'
import { escalationPlan, type PlannedStep } from '../../../../shared/incident/escalation/plan.ts'
import type { IncidentEvent } from '../../../../shared/incident/events.ts'
import type { IncidentState } from '../../../../shared/incident/state.ts'
import { loadPlaybook, problemLines } from '../../../../shared/playbook/load.ts'
import type { Playbook } from '../../../../shared/playbook/model.ts'
import { anyPlaybook, anyStep } from '../../../helpers/arbitrary-incident.ts'
import { runs, runsTimeout } from '../../../helpers/runs.ts'
import { sample } from '../../playbook/sample.ts'
import { ada, kim, lee, muster, Room, robot, t0 } from '../given-when-then.ts'

const actors = { kim, lee, ada, robot, muster }

const minute = 60_000

const people = `
contacts:
  - {id: first, position: First, kind: person, ways: []}
  - {id: second, position: Second, kind: person, ways: []}
  - {id: lead, position: Lead, kind: person, ways: []}
  - {id: chief, position: Chief, kind: person, ways: []}
`
function playbookWith(escalation: string, flags = 'down, security'): Playbook {
  const extra = flags
    .split(', ')
    .map((flag) => `\n  - {id: ${flag}, question: Is it ${flag}?}`)
    .join('')
  const text = `${sample.replace('flags:', `flags:${extra}`)}${people}escalation:\n${escalation}`
  const result = loadPlaybook(text, 'test.yaml')
  if (!result.ok) throw new Error(problemLines('test.yaml', result.problems).join('\n'))
  return result.playbook
}

/** Five minutes without an answer, then the next: by marks since the alert. */
const marks = playbookWith(`  paths:
    - id: main
      label: Main
      when: {severity: [MAJOR]}
      steps:
        - {id: first, label: First, to: [{contact: first}], when: {since: {event: alert_fired, gte: 0m}}}
        - {id: second, label: Second, to: [{contact: second}], when: {all: [{open: true}, {acked: false}, {since: {event: alert_fired, gte: 5m}}]}}
        - {id: lead, label: Lead, to: [{contact: lead}], when: {any: [{flag: security}, {all: [{acked: false}, {since: {event: alert_fired, gte: 10m}}]}]}}
        - {id: chief, label: Chief, to: [{contact: chief}], when: {any: [{manual: true}, {held: {flag: down, gt: 1h}}, {since: {event: 'step:lead', gte: {unset: true}}}]}}
`)

const chain = playbookWith(`  paths:
    - id: chain
      label: Chain
      sequential: true
      steps:
        - {id: first, label: First, to: [{contact: first}], when: {since: {event: previous, gte: 0m}}}
        - {id: second, label: Second, to: [{contact: second}], when: {all: [{acked: false}, {since: {event: previous, gte: 5m}}]}}
        - {id: lead, label: Lead, to: [{contact: lead}], when: {all: [{acked: false}, {since: {event: previous, gte: 10m}}]}}
`)

const room = (playbook: Playbook) => new Room(playbook, { severity: 'MAJOR' })
const standing = (state: IncidentState, playbook: Playbook, at: number) =>
  Object.fromEntries(
    escalationPlan(state, playbook, t0 + at).map((s: PlannedStep) => [
      s.step.id,
      s.standing.kind === 'pending' || s.standing.kind === 'due'
        ? `${s.standing.kind} ${(s.standing.dueAt - t0) / minute}`
        : s.standing.kind,
    ]),
  )

const stepped = (events: readonly IncidentEvent[]) =>
  events.flatMap((e) => (e.type === 'escalation.stepped' ? [e.data] : []))

describe('a path by marks', () => {
  it('takes at once what is due at once, and shows what comes when and what only a press fires', () => {
    expect(standing(room(marks).state, marks, 0)).toEqual({
      first: 'done',
      second: 'pending 5',
      lead: 'pending 10',
      chief: 'asks',
    })
  })

  it('stops at the acknowledgement what waits for silence, and nothing else', () => {
    const one = room(marks)
    one.must('incident.acknowledge', {}, { at: 3 * minute })
    expect(standing(one.state, marks, 4 * minute)).toMatchObject({ second: 'off', lead: 'asks' })
    expect(one.look(20 * minute).map((e) => e.type)).not.toContain('escalation.stepped')
  })

  it('calls the lead at once when the flag is set, whatever the silence', () => {
    const one = room(marks)
    const events = one.must('flag.set', { flag: 'security', value: 'yes' }, { at: 2 * minute })
    expect(stepped(events)).toEqual([{ path: 'main', step: 'lead', dueAt: t0 + 2 * minute, how: 'due' }])
  })

  it('counts a flag that stands without a break, from when it was set', () => {
    const one = room(marks)
    one.must('flag.set', { flag: 'down', value: 'yes' }, { at: 10 * minute })
    const [chief] = escalationPlan(one.state, marks, one.state.at).filter((s) => s.step.id === 'chief')
    expect(chief?.standing).toEqual({ kind: 'pending', dueAt: t0 + 70 * minute + 1 })
    one.must('flag.set', { flag: 'down', value: 'no' }, { at: 60 * minute })
    expect(standing(one.state, marks, 60 * minute)).toMatchObject({ chief: 'unset' })
  })

  it('is off for a severity it is not for, and asks where no severity was chosen', () => {
    const minor = new Room(marks, { severity: 'MINOR' })
    expect(standing(minor.state, marks, 0)).toMatchObject({ first: 'off', second: 'off' })
    const none = new Room(marks, { severity: null })
    const [first] = escalationPlan(none.state, marks, t0)
    expect(first?.standing).toEqual({ kind: 'asks', flags: [], severity: true, firstResponder: false })
  })

  it('takes everything that fell due while nobody looked, once, in order, with the time it should have been', () => {
    const one = room(marks)
    const events = one.must('chat.send', { text: 'Are we late?' }, { at: 30 * minute })
    expect(stepped(events).map((s) => [s.step, ((s.dueAt ?? 0) - t0) / minute])).toEqual([
      ['second', 5],
      ['lead', 10],
    ])
    expect(stepped(one.look(40 * minute))).toEqual([])
  })

  it('cancels what is pending when the incident is resolved, and takes it up when it is reopened (R43)', () => {
    const one = room(marks)
    one.must('status.set', { expected: 'investigating', to: 'resolved', reason: 'fixed' }, { at: 6 * minute })
    expect(standing(one.state, marks, 20 * minute)).toMatchObject({ second: 'done', lead: 'off' })
    one.look(20 * minute)
    const events = one.must(
      'status.set',
      { expected: 'resolved', to: 'investigating', reason: 'again' },
      { at: 30 * minute },
    )
    // The lead's mark went by while it was resolved: due now, and nobody is called twice.
    expect(stepped(events)).toEqual([{ path: 'main', step: 'lead', dueAt: t0 + 30 * minute, how: 'due' }])
  })
})

describe('a path step by step', () => {
  it('foretells the whole chain, and waits from when a step was really taken', () => {
    const one = room(chain)
    expect(standing(one.state, chain, 0)).toEqual({ first: 'done', second: 'pending 5', lead: 'pending 15' })
    // Nobody looked until minute 7: whom it reached then has ten minutes from then.
    one.look(7 * minute)
    expect(standing(one.state, chain, 7 * minute)).toEqual({
      first: 'done',
      second: 'done',
      lead: 'pending 17',
    })
  })

  it('moves one step with one press, and refuses a press on what is not next', () => {
    const one = room(chain)
    const press = (step: string) => ({ path: 'chain', step, reason: 'We need help' })
    expect(one.try('escalation.press', press('lead'), { at: minute })).toMatchObject({ ok: false })
    one.must('escalation.press', press('second'), { at: minute })
    expect(standing(one.state, chain, minute)).toMatchObject({ second: 'done', lead: 'pending 11' })
    expect(one.try('escalation.press', press('second'), { at: minute })).toMatchObject({
      ok: false,
      error: { code: 'stale' },
    })
  })

  it('is pressed past steps that the playbook does not ask for now', () => {
    const one = room(marks)
    one.must('incident.acknowledge', {}, { at: minute })
    expect(standing(one.state, marks, minute)).toMatchObject({
      second: 'off',
      lead: expect.stringMatching(/^asks/),
    })
    const press = (step: string) => ({ path: 'main', step, reason: 'We need help' })
    expect(one.try('escalation.press', press('second'), { at: minute })).toMatchObject({ ok: false })
    one.must('escalation.press', press('lead'), { at: minute })
    // Nothing else is asked for: then the first that is ahead.
    one.must('escalation.press', press('chief'), { at: minute })
    one.must('escalation.press', press('second'), { at: minute })
  })

  it('is held back for ten minutes by the commander, on the record, and then goes on', () => {
    const one = room(chain)
    const hold = { path: 'chain', step: 'second', reason: 'Nearly there' }
    expect(one.try('escalation.hold', hold, { at: 4 * minute })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    })
    one.must('role.take', { role: 'ic' }, { at: 4 * minute })
    one.must('escalation.hold', hold, { at: 4 * minute })
    expect(standing(one.state, chain, 6 * minute)).toMatchObject({ second: 'held', lead: 'pending 24' })
    expect(stepped(one.look(13 * minute))).toEqual([])
    const [taken] = stepped(one.look(14 * minute))
    expect(taken).toMatchObject({ step: 'second', how: 'due' })
  })

  it('tells who is called by waiting alone, soonest first, a held step by when it asks again', () => {
    const coming = (one: Room, at: number) =>
      comingCalls(one.state, one.playbook, escalationPlan(one.state, one.playbook, t0 + at)).map(
        ({ id, at, unless }) => `${id} ${(at - t0) / minute} ${unless}`,
      )
    const waiting = room(chain)
    expect(coming(waiting, minute)).toEqual([
      'call:chain/second 5 acknowledged',
      'call:chain/lead 15 acknowledged',
    ])
    waiting.must('role.take', { role: 'ic' }, { at: 4 * minute })
    waiting.must('escalation.hold', { path: 'chain', step: 'second', reason: 'Soon' }, { at: 4 * minute })
    expect(coming(waiting, 6 * minute)).toEqual([
      'call:chain/second 14 acknowledged',
      'call:chain/lead 24 acknowledged',
    ])
    waiting.must('incident.acknowledge', {}, { at: 7 * minute })
    expect(coming(waiting, 7 * minute)).toEqual([])
    // What needs a press or an answer is nobody's to wait for.
    expect(coming(room(marks), 6 * minute)).toEqual(['call:main/lead 10 acknowledged'])
  })

  it('is due when the hold is over, whatever else was written meanwhile', () => {
    const dueAt = (talk: boolean) => {
      const one = room(chain)
      one.must('role.take', { role: 'ic' }, { at: 4 * minute })
      one.must('escalation.hold', { path: 'chain', step: 'second', reason: 'Soon' }, { at: 4 * minute })
      if (talk) one.must('chat.send', { text: 'Still here' }, { at: 9 * minute })
      return stepped(one.look(15 * minute))[0]?.dueAt
    }
    expect(dueAt(false)).toBe(t0 + 14 * minute)
    expect(dueAt(true)).toBe(t0 + 14 * minute)
  })

  it('goes on after a skipped step', () => {
    const one = room(chain)
    one.must('role.take', { role: 'ic' }, { at: minute })
    one.must('escalation.skip', { path: 'chain', step: 'second', reason: 'On holiday' }, { at: minute })
    expect(standing(one.state, chain, minute)).toMatchObject({ second: 'skipped', lead: 'pending 11' })
  })
})

describe('a plan in any history', { timeout: runsTimeout }, () => {
  it('takes no step twice, none early, none whose condition was called off, and forgets none', () => {
    fc.assert(
      fc.property(
        anyPlaybook,
        fc.array(anyStep, { maxLength: 30 }),
        fc.integer({ min: -200 * minute, max: 0 }),
        (playbook, steps, alert) => {
          const one = new Room(playbook, { severity: 'S1', alertFiredAt: t0 + alert })
          let at = 0
          for (const step of steps) {
            at = Math.max(0, at + step.afterMs)
            // A time set by hand moves marks; that is judged in tests of its own.
            if (step.type === 'time.set') continue
            one.do(step.type, step.data, { at, by: actors[step.by] })
            expect(
              escalationPlan(one.state, playbook, one.state.at).filter((s) => s.standing.kind === 'due'),
            ).toEqual([])
          }
          const seen = new Set<string>()
          for (const e of one.events) {
            if (e.type !== 'escalation.stepped') continue
            const key = `${e.data.path}/${e.data.step}`
            expect(seen.has(key)).toBe(false)
            seen.add(key)
            expect(e.data.dueAt ?? e.at).toBeLessThanOrEqual(e.at)
            if (key === 'auto/two' && e.data.how === 'due') {
              const acknowledged = one.events.find((a) => a.type === 'incident.acknowledged')
              expect(e.seq).toBeLessThan(acknowledged?.seq ?? Number.MAX_SAFE_INTEGER)
            }
          }
          for (const [key, step] of Object.entries(one.state.escalation.steps))
            expect(step.kind === 'done').toBe(seen.has(key))
        },
      ),
      runs,
    )
  })
})
