import { describe, expect, it } from 'vitest'
import { roomCommandTypes } from '../../../../shared/incident/commands/registry.ts'
import { commandSamples } from '../../../helpers/command-samples.ts'
import { hour, minute } from '../../../helpers/playbook.ts'
import { aRoom, given, lee, robot, t0 } from '../given-when-then.ts'

describe('acknowledging and responding', () => {
  it('stops the acknowledge clocks and leaves the response clock running', () => {
    const room = given(aRoom())
      .when('incident.acknowledge', {}, { at: minute })
      .gives(
        ['incident.acknowledged'],
        ['clock.met', { clock: 'ack' }],
        ['clock.met', { clock: 'ack-under' }],
      )
    expect(room.clock('response').phase).toBe('running')
    expect(room.state.times.acknowledged).toBe(t0 + minute)
  })

  it('counts the first acknowledgement only', () => {
    const room = given(aRoom(), ['incident.acknowledge', {}, { at: minute }])
      .when('incident.acknowledge', {}, { at: 2 * minute, by: lee })
      .gives()
    expect(room.state.times.acknowledged).toBe(t0 + minute)
  })

  it('stops the response clock by pressing Respond, once', () => {
    const room = given(aRoom())
      .when('incident.respond', {}, { at: minute })
      .gives(['incident.responded'], ['clock.met', { clock: 'response', late: false }])
    given(room)
      .when('incident.respond', {}, { at: 2 * minute, by: lee })
      .gives()
  })

  it.each(['incident.acknowledge', 'incident.respond'] as const)('takes no %s from automation', (type) => {
    given(aRoom()).when(type, {}, { by: robot }).refuses('forbidden')
  })
})

describe('closing and reopening', () => {
  it('closes from any status and says from which', () => {
    const room = given(aRoom(), ['status.set', { to: 'mitigating', reason: 'Rolling back' }])
      .when('incident.close', { reason: 'False alarm', as: 'false-positive' }, { at: minute })
      .gives(['incident.closed', { reason: 'False alarm', from: 'mitigating', falsePositive: true }])
    expect(room.state.status).toEqual({ value: 'closed', at: t0 + minute, by: 'kim' })
    expect(room.state.times.closed).toBe(t0 + minute)
  })

  it('takes nothing in a closed incident but reopening, owed deadlines, links and Muster itself', () => {
    const room = aRoom()
    room.must('incident.close', { reason: 'Over', as: 'false-positive' })
    const open = [
      'incident.reopen',
      'deadline.meet',
      'incident.link',
      'incident.unlink',
      'clock.look',
      'presence.note',
    ]
    for (const type of roomCommandTypes) {
      if (open.includes(type)) continue
      given(room).when(type, commandSamples[type]).refuses('closed')
    }
    for (const type of open) {
      const decision = aClosedRoom().try(isOneOf(type), commandSamples[isOneOf(type)])
      expect(decision.ok || decision.error.code !== 'closed').toBe(true)
    }
  })

  it('reopens a closed and a resolved incident, and no other', () => {
    const closed = given(aRoom(), ['incident.close', { reason: 'Over', as: 'false-positive' }])
      .when('incident.reopen', { reason: 'It is back' }, { at: minute })
      .gives(['incident.reopened', { reason: 'It is back' }])
    expect(closed.state.status.value).toBe('investigating')
    expect(closed.state.times.closed).toBeUndefined()
    expect(closed.state.times.reopened).toBe(t0 + minute)
    given(aRoom(), ['status.set', { to: 'resolved', reason: 'Fixed' }])
      .when('incident.reopen', { reason: 'Not fixed' })
      .gives(['incident.reopened'])
    given(aRoom()).when('incident.reopen', { reason: 'It is back' }).refuses('conflict')
  })
})

describe('title', () => {
  it('changes and keeps what it was', () => {
    const room = given(aRoom())
      .when('title.set', { title: '  Checkout is down ' })
      .gives(['title.changed', { title: 'Checkout is down', was: 'It is down' }])
    expect(room.state.title).toBe('Checkout is down')
    given(room).when('title.set', { title: 'Checkout is down' }).gives()
  })

  it.each([
    ['empty', ' '],
    ['too long', 'x'.repeat(201)],
    ['not text', 5],
  ])('refuses a title that is %s', (_why, title) => {
    given(aRoom()).when('title.set', { title }).refuses('invalid', 'title')
  })
})

describe('severity', () => {
  it('changes with a reason and says from what', () => {
    const room = given(aRoom())
      .when('severity.set', { to: 'S2', reason: 'Fewer are hit', expected: 'S1' }, { at: minute, by: lee })
      .gives(['severity.changed', { from: 'S1', to: 'S2', reason: 'Fewer are hit' }])
    expect(room.state.severity).toEqual({ key: 'S2', at: t0 + minute, by: 'lee' })
  })

  it('may be chosen without a reason the first time', () => {
    given(aRoom({ severity: null }))
      .when('severity.set', { to: 'S2', expected: null })
      .gives(['severity.changed', { from: null, to: 'S2', reason: '' }])
  })

  it('takes any key its playbook uses', () => {
    const room = aRoom({ severity: null }, { severities: [{ ...level, key: 'Größe!1' }] })
    given(room)
      .when('severity.set', { to: 'Größe!1' })
      .gives(['severity.changed', { to: 'Größe!1' }])
  })

  it('refuses a key of another playbook, a change without a reason and a stale expectation', () => {
    const room = aRoom()
    given(room).when('severity.set', { to: 'P0', reason: 'Worse' }).refuses('invalid', 'to')
    given(room).when('severity.set', { to: 'S2' }).refuses('invalid', 'reason')
    given(room).when('severity.set', { to: 'S2', reason: 'x', expected: 'S3' }).refuses('stale', 'expected')
    given(room).when('severity.set', { to: 'S2', reason: 'x', expected: null }).refuses('stale', 'expected')
    given(room).when('severity.set', { to: 'S1' }).gives()
  })
})

describe('status', () => {
  it('changes, notes mitigated and resolved, and resolved is taken back', () => {
    const room = given(aRoom())
      .when('status.set', { to: 'monitoring', reason: 'Fix is out' }, { at: minute })
      .gives(['status.changed', { from: 'investigating', to: 'monitoring', reason: 'Fix is out' }])
    expect(room.state.times.mitigated).toBe(t0 + minute)
    room.must('status.set', { to: 'resolved', reason: 'Quiet' }, { at: 2 * minute })
    expect(room.state.times.resolved).toBe(t0 + 2 * minute)
    room.must('status.set', { to: 'investigating', reason: 'Back' }, { at: 3 * minute })
    expect(room.state.times.resolved).toBeUndefined()
    expect(room.state.times.reopened).toBe(t0 + 3 * minute)
    expect(room.state.times.mitigated).toBeUndefined()
    room.must('status.set', { to: 'mitigating', reason: 'Again' }, { at: 4 * minute })
    expect(room.state.times.reopened).toBe(t0 + 3 * minute)
  })

  it('refuses closing, a missing reason and a stale expectation', () => {
    const room = aRoom()
    given(room).when('status.set', { to: 'closed', reason: 'x' }).refuses('invalid', 'to')
    given(room).when('status.set', { to: 'resolved' }).refuses('invalid', 'reason')
    given(room)
      .when('status.set', { to: 'resolved', reason: 'x', expected: 'mitigating' })
      .refuses('stale', 'expected')
    given(room).when('status.set', { to: 'investigating', reason: 'x' }).gives()
  })
})

describe('deadlines after the incident', () => {
  it('are met by saying so, in time and late', () => {
    const room = given(aRoom(), ['status.set', { to: 'resolved', reason: 'Fixed' }])
      .when('deadline.meet', { deadline: 'after/report' }, { at: 24 * hour })
      .gives(['clock.met', { clock: 'after/report', late: false, overMs: 0, stoppedAt: t0 + 24 * hour }])
    given(room)
      .when('deadline.meet', { deadline: 'after/report' }, { at: 30 * hour })
      .gives()
    given(room)
      .when('deadline.meet', { deadline: 'after/review' }, { at: 121 * hour })
      .gives(
        ['clock.breached', { clock: 'after/review', dueAt: t0 + 120 * hour }],
        ['clock.met', { clock: 'after/review', late: true, overMs: hour }],
      )
    given(room)
      .when('deadline.meet', { deadline: 'after/notes' }, { at: 900 * hour })
      .gives(['clock.met', { clock: 'after/notes', dueAt: null, targetMs: null, late: false }])
  })

  it('are refused before they begin, and when there is none', () => {
    const room = aRoom()
    given(room).when('deadline.meet', { deadline: 'after/report' }).refuses('conflict', 'deadline')
    given(room).when('deadline.meet', { deadline: 'after/party' }).refuses('invalid', 'deadline')
    given(room).when('deadline.meet', { deadline: 'ack' }).refuses('invalid', 'deadline')
  })
})

const level = aRoom().playbook.severities[0] ?? expect.fail('no severity')

function aClosedRoom() {
  const room = aRoom()
  room.must('incident.close', { reason: 'Over', as: 'false-positive' })
  return room
}

function isOneOf(type: string) {
  return roomCommandTypes.find((known) => known === type) ?? expect.fail(`no ${type}`)
}
