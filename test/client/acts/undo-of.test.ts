import { describe, expect, it } from 'vitest'
import { type Given, wayBack } from '../../../client/views/room/acts/undo-of.ts'
import { minute } from '../../helpers/playbook.ts'
import { aRoom, lee, type Room, robot, t0 } from '../../shared/incident/given-when-then.ts'

/** Gives it, then goes the way back. */
function thereAndBack(room: Room, given: Given, between: () => void = () => {}) {
  const before = room.state
  room.must(given.type, given.data)
  const way = wayBack(given, before, room.playbook, 'Kim')
  between()
  const decisions = (way?.commands ?? []).map(({ type, data }) => {
    const decision = room.try(type, data, { at: 1 })
    if (decision.ok) room.must(type, data, { at: 1 })
    return decision
  })
  return { way, decisions }
}

describe('the way back', () => {
  it('puts the old severity back, with who and why, as one more event', () => {
    const room = aRoom({ severity: 'S2' })
    const { way } = thereAndBack(room, { type: 'severity.set', data: { to: 'S1', reason: 'Worse' } })
    expect(way?.done).toBe('Severity raised to S1.')
    expect(room.state.severity?.key).toBe('S2')
    expect(room.events.filter((e) => e.type === 'severity.changed').map((e) => e.data)).toEqual([
      { from: 'S2', to: 'S1', reason: 'Worse' },
      { from: 'S1', to: 'S2', reason: 'Undone by Kim within 10 s' },
    ])
  })

  it('is refused as stale where somebody chose again meanwhile', () => {
    const room = aRoom({ severity: 'S2' })
    const { decisions } = thereAndBack(
      room,
      { type: 'severity.set', data: { to: 'S1', reason: 'Worse' } },
      () => room.must('severity.set', { to: 'S3', reason: 'Not at all' }, { by: lee }),
    )
    expect(decisions[0]).toMatchObject({ ok: false, error: { code: 'stale' } })
    expect(room.state.severity?.key).toBe('S3')
  })

  it('leads from resolved back to where it was', () => {
    const room = aRoom()
    room.must('status.set', { to: 'monitoring', reason: 'Fixed' })
    room.must('time.set', { time: 'fix_deployed', at: t0, reason: 'v42' })
    thereAndBack(room, { type: 'status.set', data: { to: 'resolved', reason: 'Over' } })
    expect(room.state.status.value).toBe('monitoring')
    // It was never over: nothing that vouched for it is taken back.
    expect(room.state.times.fix_deployed).toBe(t0)
  })

  it('opens a closed incident again, at the status it had', () => {
    const room = aRoom()
    room.must('status.set', { to: 'monitoring', reason: 'Fixed' }, { at: minute })
    const { way } = thereAndBack(room, {
      type: 'incident.close',
      data: { reason: 'Over', as: 'false-positive' },
    })
    expect(way?.commands.map((c) => c.type)).toEqual(['incident.reopen', 'status.set'])
    expect(room.state.status.value).toBe('monitoring')
  })

  it('is not offered for the first severity, for no change, or for anything else', () => {
    const room = aRoom({ severity: 'none of these' })
    const of = (given: Given) => wayBack(given, room.state, room.playbook, 'Kim')
    expect(of({ type: 'severity.set', data: { to: 'S1' } })).toBeNull()
    expect(of({ type: 'status.set', data: { to: 'investigating', reason: 'No change' } })).toBeNull()
    room.must('status.set', { to: 'resolved', reason: 'Over', override: 'x' }, { by: robot })
    expect(of({ type: 'status.set', data: { to: 'mitigating', reason: 'Back' } })).toBeNull()
    expect(of({ type: 'title.set', data: { title: 'Other' } })).toBeNull()
  })
})
