import { describe, expect, it } from 'vitest'
import { deadlines } from '../../../../shared/incident/deadlines.ts'
import { statusNow } from '../../../../shared/incident/ending-words.ts'
import { escalationPlan } from '../../../../shared/incident/escalation/plan.ts'
import { maxLinks } from '../../../../shared/incident/state.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { aRoom, given, Room, t0 } from '../given-when-then.ts'

const duplicate = { reason: 'The same outage', as: 'duplicate', of: 'm4xt' }

describe('a duplicate (R9)', () => {
  it('ends, says where it goes on, and keeps every word', () => {
    const room = aRoom()
    room.must('chat.send', { text: 'Checkout is slow' })
    const before = room.events.length
    given(room)
      .when('incident.close', duplicate)
      .gives(['incident.closed', { duplicateOf: { id: 'other-1', key: 'M4XT' } }])
    expect(room.events.slice(0, before).some((e) => e.type === 'chat.sent')).toBe(true)
    expect(statusNow(room.state, room.playbook)).toMatch(/, duplicate of M4XT$/)
  })

  it('calls nobody any more and owes nothing afterwards: the other one does', () => {
    const room = new Room(shipped('agent-platform'), { severity: 'P1', alertFiredAt: t0 })
    const waiting = () =>
      escalationPlan(room.state, room.playbook, t0 + 1).filter(({ standing }) => standing.kind === 'pending')
    expect(waiting().length).toBeGreaterThan(0)
    room.must('incident.close', duplicate)
    expect(waiting()).toEqual([])
    expect(deadlines(room.state, room.playbook).filter((d) => d.kind === 'post-incident')).toEqual([])
  })

  it('that was none is reopened with all that was asked before', () => {
    const room = aRoom()
    room.must('incident.close', duplicate)
    room.must('incident.reopen', { reason: 'Another cause', as: 'mistake' })
    expect(room.state).toMatchObject({ duplicateOf: null, status: { value: 'investigating' } })
  })

  it('names an incident that exists and that its reader may see, or nothing changes', () => {
    given(aRoom())
      .when('incident.close', { ...duplicate, of: 'QQQQ' })
      .refuses('not-found', 'of')
    given(aRoom()).when('incident.close', { reason: 'The same', as: 'duplicate' }).refuses('invalid', 'of')
    given(aRoom()).when('incident.close', { reason: 'Over', of: 'M4XT' }).refuses('invalid', 'of')
    given(aRoom())
      .when('incident.close', { ...duplicate, of: 'no key' })
      .refuses('invalid', 'of')
  })
})

describe('linked incidents (R9)', () => {
  it('are named by their key, once each, and the link can be taken away', () => {
    const room = aRoom()
    room.must('incident.link', { other: 'M4XT', how: 'related' })
    given(room).when('incident.link', { other: 'M4XT', how: 'related' }).gives()
    room.must('incident.link', { other: 'M4XT', how: 'duplicate' })
    expect(room.state.links).toEqual([{ id: 'other-1', key: 'M4XT', how: 'duplicate' }])
    room.must('incident.unlink', { other: 'M4XT' })
    given(room).when('incident.unlink', { other: 'M4XT' }).gives()
    expect(room.state.links).toEqual([])
    given(room).when('incident.link', { other: 'QQQQ', how: 'related' }).refuses('not-found', 'other')
    expect(maxLinks).toBe(20)
  })

  it('can be named after the end, too', () => {
    const room = aRoom()
    room.must('incident.close', { reason: 'Over', as: 'false-positive' })
    given(room).when('incident.link', { other: 'P9QZ', how: 'related' }).gives(['incident.linked'])
  })
})
