import { describe, expect, it } from 'vitest'
import { lastDecision, statusMessage } from '../../../shared/incident/status-message.ts'
import { timeline } from '../../../shared/incident/timeline.ts'
import { minute } from '../../helpers/playbook.ts'
import { aRoom, kim, type Room, t0 } from './given-when-then.ts'

const names = { person: (id: string) => id.toUpperCase() }
const day = 24 * 60 * minute
const message = (room: Room, now = 0) =>
  statusMessage(room.state, room.playbook, names, t0 + now, lastDecision(timeline(room.events)))

describe('the status as a message', () => {
  it('tells what is known and leaves out what nobody stated', () => {
    const room = aRoom({ title: 'API down', severity: 'none of these' })
    expect(message(room).split('\n')).toEqual([
      'K7QF · API down',
      'Status: Investigating since 12:00 UTC',
      'Since: 12:00 UTC (declared)',
    ])
  })

  it('tells severity, what is affected, answers, who leads, the last decision and the next update', () => {
    const room = aRoom({ title: 'API down', severity: 'S1', components: ['checkout', 'search'] })
    room.must('flag.set', { flag: 'down', value: 'yes' })
    room.must('role.take', { role: 'ic' }, { by: kim })
    room.must('time.set', { time: 'impact_began', at: t0 - 5 * minute, reason: 'Seen in the graphs' })
    room.must('entry.add', { kind: 'decision', text: 'Wait', reason: 'It may pass' })
    room.must(
      'entry.add',
      { kind: 'decision', text: 'Roll back\nto 4.17', reason: 'It worked before' },
      { at: minute },
    )
    const lines = message(room, 2 * minute).split('\n')
    expect(lines[0]).toBe('K7QF · S1 Level 1 · API down')
    expect(lines).toContain('Affected: checkout, search')
    expect(lines).toContain('Since: 11:55 UTC (impact began)')
    expect(lines).toContain('IC: KIM')
    expect(lines).toContain('Decided 12:01 UTC: Roll back to 4.17 Because It worked before')
    expect(lines.some((line) => line.endsWith(' Yes'))).toBe(true)
    expect(lines.at(-1)).toBe('Next update: 13:00 UTC')
    expect(message(room, 61 * minute)).toContain('Next update was due: 13:00 UTC')
  })

  it('does not tell a decision that was struck', () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'decision', text: 'Roll back', reason: 'It worked before' })
    room.must('entry.strike', { ref: room.state.seq, reason: 'Not decided' })
    expect(message(room)).not.toContain('Roll back')
  })

  it('owes no update once it is over, and names the day where it is another', () => {
    const room = aRoom()
    room.must('status.set', { to: 'resolved', reason: 'It works again' })
    const text = message(room, day)
    expect(text).not.toContain('update')
    expect(text).toContain('Status: Resolved since 2026-01-05 12:00 UTC')
  })
})
