import { describe, expect, it } from 'vitest'
import { brief } from '../../../shared/incident/brief.ts'
import { firstUnread } from '../../../shared/incident/unread.ts'
import { minute } from '../../helpers/playbook.ts'
import { ada, aRoom, kim, lee, type Room, t0 } from './given-when-then.ts'

type Extra = {
  seen?: { seq: number; at: number } | null
  me?: string
  last?: number
  until?: number
}

/** The brief of `lee`, who last looked at `seen`; `last` events only are loaded. */
function of(room: Room, { seen = null, me = 'lee', last = 1_000, until = 1_000 }: Extra = {}) {
  return brief({
    state: room.state,
    playbook: room.playbook,
    events: room.events.slice(-last),
    hasOlder: room.events.length > last,
    seen,
    until,
    me,
    names: { person: (id) => id.toUpperCase() },
  })
}

const at = (minutes: number, by = kim) => ({ at: minutes * minute, by })
const seenNow = (room: Room) => ({ seq: room.state.seq, at: t0 + minute })
const decide = (text: string, reason: string) => ({ kind: 'decision', text, reason })

describe('the brief', () => {
  it('says what, how bad, since when, and who leads', () => {
    const room = aRoom({ title: 'API down', severity: 'S2' })
    expect(of(room).what).toEqual({
      title: 'API down',
      severity: expect.objectContaining({ key: 'S2', rank: 2 }),
      status: 'Investigating',
      since: t0,
      ended: null,
    })
    expect(of(room).lead).toBeNull()
    room.must('role.take', { role: 'ic' }, at(2, ada))
    expect(of(room).lead).toEqual({ person: 'ada', since: t0 + 2 * minute })
    room.must('status.set', { to: 'resolved', reason: 'it works' }, at(9))
    expect(of(room).what).toMatchObject({ status: 'Resolved', ended: t0 + 9 * minute })
  })

  it('counts from when the impact began, where somebody said so', () => {
    const room = aRoom()
    room.must('time.set', { time: 'impact_began', at: t0 - 10 * minute, reason: 'graphs' }, at(1))
    expect(of(room).what.since).toBe(t0 - 10 * minute)
  })

  it('has no severity where none is set', () => {
    expect(of(aRoom({ severity: null })).what.severity).toBeNull()
  })

  it('tells the newest decision that stands, as it reads now, with its reason', () => {
    const room = aRoom()
    expect(of(room).decision).toBeNull()
    room.must('entry.add', decide('Roll back', 'it began with 4.18'), at(3, ada))
    const first = room.last('entry.added')
    room.must('entry.amend', { ref: first, text: 'Roll back to 4.17' }, at(4))
    expect(of(room).decision).toEqual({
      seq: first,
      text: 'Roll back to 4.17',
      reason: 'it began with 4.18',
      at: t0 + 3 * minute,
      by: 'ada',
    })
    room.must('entry.add', decide('Flush Redis', 'why not'), at(5))
    room.must('entry.strike', { ref: room.last('entry.added'), reason: 'drops runs' }, at(6))
    expect(of(room).decision?.text).toBe('Roll back to 4.17')
  })
})

describe('what somebody missed', () => {
  it('is nothing for who was never here, and empty where nothing happened', () => {
    const room = aRoom()
    expect(of(room).missed).toBeNull()
    expect(of(room, { seen: seenNow(room) }).missed).toEqual({
      since: t0 + minute,
      parts: [],
      complete: true,
    })
  })

  it('counts in words, own acts and what was taken back left out', () => {
    const room = aRoom({ severity: 'S2' })
    const seen = seenNow(room)
    room.must('severity.set', { to: 'S1', reason: 'all of them' }, at(2))
    room.must('status.set', { to: 'mitigating', reason: 'found it' }, at(2))
    room.must('role.take', { role: 'ic' }, at(2, ada))
    room.must('entry.add', decide('Roll back', 'it began with 4.18'), at(3))
    room.must('entry.add', decide('Wait', 'not sure'), at(3))
    room.must('entry.add', { kind: 'finding', text: 'Locks have no expiry' }, at(3))
    room.must('entry.add', { kind: 'communication', text: 'We know', audience: 'customers' }, at(3))
    room.must('chat.send', { text: 'one' }, at(4))
    room.must('chat.send', { text: 'two' }, at(4))
    room.must('chat.send', { text: 'mine' }, at(4, lee))
    room.must('chat.send', { text: 'oops' }, at(4))
    room.must('chat.delete', { ref: room.last('chat.sent') }, at(4))
    room.must('task.tick', { task: 'first/look' }, at(4))
    room.must('task.tick', { task: 'second/alpha' }, at(4))
    room.must('task.untick', { task: 'second/alpha' }, at(4))
    expect(of(room, { seen }).missed?.parts).toEqual([
      'severity raised to S1 Level 1',
      'it is mitigating now',
      'ADA took command',
      '2 decisions',
      '1 update',
      '1 entry',
      '2 messages',
      '1 task done',
    ])
  })

  it('tells the net of what was turned back and forth', () => {
    const room = aRoom({ severity: 'S2' })
    const seen = seenNow(room)
    room.must('severity.set', { to: 'S1', reason: 'worse' }, at(2))
    room.must('severity.set', { to: 'S2', reason: 'not after all' }, at(3))
    expect(of(room, { seen }).missed?.parts).toEqual([])
    room.must('severity.set', { to: 'S3', reason: 'few' }, at(4))
    expect(of(room, { seen }).missed?.parts).toEqual(['severity lowered to S3 Level 3'])
  })

  it('names a first severity as set, and a clock that broke', () => {
    const room = aRoom({ severity: null })
    const seen = seenNow(room)
    room.must('severity.set', { to: 'S3' }, at(2))
    room.look(6 * minute)
    const parts = of(room, { seen }).missed?.parts
    expect(parts?.[0]).toBe('severity set to S3 Level 3')
    expect(parts).toContain('2 clocks overdue')
  })

  it('ends where somebody came back: what happens before their eyes is not missed', () => {
    const room = aRoom()
    const seen = seenNow(room)
    room.must('chat.send', { text: 'one' }, at(2))
    const until = room.state.seq
    room.must('chat.send', { text: 'two' }, at(3))
    expect(of(room, { seen, until }).missed?.parts).toEqual(['1 message'])
  })

  it('says when it does not know all of it', () => {
    const room = aRoom()
    const seen = seenNow(room)
    for (let n = 0; n < 5; n++) room.must('chat.send', { text: `m${n}` }, at(2))
    expect(of(room, { seen, last: 3 }).missed).toMatchObject({ parts: ['3 messages'], complete: false })
    expect(of(room, { seen, last: 5 }).missed).toMatchObject({ parts: ['5 messages'], complete: true })
  })
})

describe('where reading goes on', () => {
  const unread = (room: Room, seen: { seq: number; at: number } | null, last = 1_000) =>
    firstUnread({ events: room.events.slice(-last), hasOlder: room.events.length > last, seen, me: 'lee' })

  it('is the first thing another did since', () => {
    const room = aRoom()
    const seen = seenNow(room)
    expect(unread(room, seen)).toBeNull()
    room.must('chat.send', { text: 'mine' }, at(2, lee))
    expect(unread(room, seen)).toBeNull()
    room.must('chat.send', { text: 'yours' }, at(2))
    expect(unread(room, seen)).toBe(room.last('chat.sent'))
    expect(unread(room, null)).toBeNull()
  })

  it('is right behind what was seen where the record is not loaded so far back', () => {
    const room = aRoom()
    const seen = seenNow(room)
    for (let n = 0; n < 5; n++) room.must('chat.send', { text: `m${n}` }, at(2))
    expect(unread(room, seen, 2)).toBe(seen.seq + 1)
  })
})
