import { describe, expect, it } from 'vitest'
import { incidentMarkdown } from '../../../shared/incident/markdown.ts'
import { findTask, taskLists, tickedByFacts } from '../../../shared/incident/tasks.ts'
import type { Binding, BoundFact, ChecklistItem, Moment } from '../../../shared/playbook/model.ts'
import { checklist, minute } from '../../helpers/playbook.ts'
import { ada, aRoom, given, kim, lee, type Room, robot, t0 } from './given-when-then.ts'

const fact = (name: BoundFact): Binding => ({ kind: 'fact', fact: name })
const update = (audience: string, ...after: Moment[]): Binding => ({ kind: 'update', audience, after })

/** A room whose only checklist has one item, bound. */
function boundRoom(bind: Binding, severity: string | null = null): Room {
  const list = checklist('c', 'it')
  list.items = list.items.map((item): ChecklistItem => ({ ...item, bind }))
  return aRoom({ severity }, { checklists: [list] })
}
const it1 = { task: 'c/it' }
const doneOf = (room: Room) => findTask(room.state, room.playbook, 'c/it')?.task.done
const count = (room: Room) => taskLists(room.state, room.playbook).map((l) => [l.done, l.total])

describe('an item bound to a fact', () => {
  it('is ticked by Muster when the fact happens, from that very event', () => {
    const room = boundRoom(fact('acknowledged'))
    expect(doneOf(room)).toBeNull()
    expect(count(room)).toEqual([[0, 1]])
    room.must('incident.acknowledge', {}, { at: minute, by: lee })
    const seq = room.last('incident.acknowledged')
    const from = { seq, at: t0 + minute, by: 'lee' }
    expect(doneOf(room)).toEqual({
      by: 'lee',
      at: t0 + minute,
      madeAt: null,
      from,
      watched: false,
      unseen: false,
    })
    expect(count(room)).toEqual([[1, 1]])
    expect(tickedByFacts(taskLists(room.state, room.playbook).flatMap((l) => l.tasks))).toEqual(
      new Map([[seq, ['Do it']]]),
    )
  })

  it.each<[string, Binding, (room: Room) => void]>([
    ['severity', fact('severity-set'), (room) => room.must('severity.set', { to: 'S2' })],
    ['commander taken', fact('commander-assigned'), (room) => room.must('role.take', { role: 'ic' })],
    [
      'commander accepted',
      fact('commander-assigned'),
      (room) => {
        room.must('role.offer', { role: 'ic', to: 'lee' })
        room.must('role.accept', { role: 'ic' }, { by: lee })
      },
    ],
    ['scribe', fact('scribe-assigned'), (room) => room.must('role.take', { role: 'scribe' })],
    ['timeline', fact('timeline-begun'), (room) => room.must('entry.add', { kind: 'event', text: 'Down' })],
    ['resolution', fact('resolved'), (room) => room.must('status.set', { to: 'resolved', reason: 'Over' })],
    [
      'update',
      update('customers'),
      (room) => room.must('entry.add', { kind: 'communication', text: 'We know', audience: 'customers' }),
    ],
  ])('%s', (_name, bind, make) => {
    const room = boundRoom(bind)
    expect(doneOf(room)).toBeNull()
    make(room)
    expect(doneOf(room)).toMatchObject({ from: { by: expect.any(String) }, unseen: false })
  })

  it('the declaration is one: its severity and its identifier are there from the start', () => {
    expect(doneOf(boundRoom(fact('declared')))).toMatchObject({ by: 'kim', from: { seq: 1 } })
    expect(doneOf(boundRoom(fact('severity-set'), 'S1'))).toMatchObject({ by: 'kim', from: { seq: 1 } })
  })

  it('keeps the first event of its kind', () => {
    const room = boundRoom(fact('commander-assigned'))
    room.must('role.take', { role: 'ic' })
    room.must('role.release', { role: 'ic' })
    room.must('role.take', { role: 'ic' }, { at: minute, by: lee })
    expect(doneOf(room)).toMatchObject({ by: 'kim', at: t0 })
  })

  it('hand-over is no first taking', () => {
    const room = boundRoom(fact('command-handed-over'))
    room.must('role.take', { role: 'ic' })
    room.must('role.release', { role: 'ic' })
    room.must('role.take', { role: 'ic' })
    expect(doneOf(room)).toBeNull()
    room.must('role.offer', { role: 'ic', to: 'lee' })
    room.must('role.accept', { role: 'ic' }, { at: minute, by: lee })
    expect(doneOf(room)).toMatchObject({ by: 'lee', at: t0 + minute })
  })

  it('an update to somebody else, or from before the fix, is another one', () => {
    const say = (room: Room, audience: string, at: number) =>
      room.must('entry.add', { kind: 'communication', text: 'News', audience }, { at })
    const room = boundRoom(update('customers', 'mitigated', 'resolved'))
    say(room, 'internal', minute)
    say(room, 'customers', minute)
    expect(doneOf(room)).toBeNull()
    room.must('status.set', { to: 'resolved', reason: 'Over' }, { at: 2 * minute })
    expect(doneOf(room)).toBeNull()
    say(room, 'customers', 3 * minute)
    expect(doneOf(room)).toMatchObject({ at: t0 + 3 * minute, from: { seq: room.last('entry.added') } })
  })

  it('is open again when the incident is', () => {
    const room = boundRoom(fact('resolved'))
    room.must('status.set', { to: 'resolved', reason: 'Over' })
    expect(doneOf(room)).not.toBeNull()
    room.must('incident.reopen', { reason: 'It is back' })
    expect(doneOf(room)).toBeNull()
    room.must('status.set', { to: 'resolved', reason: 'Over' }, { at: minute, by: ada })
    expect(doneOf(room)).toMatchObject({ by: 'ada' })
    room.must('status.set', { to: 'investigating', reason: 'It is back' })
    expect(doneOf(room)).toBeNull()
  })
})

describe('a bound item and a hand', () => {
  it('ticking the acknowledgement acknowledges: one act, and no response to the incident', () => {
    const room = given(boundRoom(fact('acknowledged')))
      .when('task.tick', it1, { at: minute, by: lee })
      .gives(
        ['incident.acknowledged'],
        ['clock.met', { clock: 'ack' }],
        ['clock.met', { clock: 'ack-under' }],
      )
    expect(room.state.times).toMatchObject({ acknowledged: t0 + minute })
    expect(room.state.times.first_action).toBeUndefined()
    expect(doneOf(room)).toMatchObject({ by: 'lee', unseen: false })
    given(room).when('task.tick', it1).gives()
  })

  it('automation does not acknowledge that way', () => {
    given(boundRoom(fact('acknowledged')))
      .when('task.tick', it1, { by: robot })
      .refuses('forbidden', 'task')
  })

  it('ticked without the fact it says that Muster has not seen it, until it has', () => {
    const room = given(boundRoom(fact('commander-assigned')))
      .when('task.tick', it1)
      .gives(['task.ticked'])
    expect(doneOf(room)).toMatchObject({ by: 'kim', from: null, unseen: true })
    room.must('role.take', { role: 'ic' }, { at: minute, by: lee })
    expect(doneOf(room)).toMatchObject({ by: 'kim', at: t0, unseen: false })
  })

  it('what Muster saw is not unticked, and may be set aside with the reason', () => {
    const room = given(boundRoom(fact('declared')))
      .when('task.untick', it1)
      .refuses('conflict', 'task')
    given(room).when('task.tick', it1).gives()
    room.must('task.not-applicable', { ...it1, reason: 'We use another number' }, { at: minute })
    expect(doneOf(room)).toBeNull()
    room.must('task.untick', it1)
    expect(doneOf(room)).not.toBeNull()
  })

  it('the export says what it was ticked from, and what nobody saw', () => {
    const text = (room: Room) =>
      incidentMarkdown({
        state: room.state,
        playbook: room.playbook,
        events: room.events,
        people: new Map([['kim', 'Kim']]),
        documentMarkdown: '',
        notes: {},
        exportedAt: t0,
      })
    const seen = boundRoom(fact('acknowledged'))
    seen.must('incident.acknowledge', {}, { by: kim })
    expect(text(seen)).toContain(
      '- [x] Do it (done by Muster from Kim’s acknowledgement, entry 2, 2026-01-05 12:00:00 UTC)',
    )
    expect(text(seen)).toContain('Kim acknowledged, which ticked “Do it”')
    const unseen = boundRoom(fact('resolved'))
    unseen.must('task.tick', it1)
    expect(text(unseen)).toContain('(done by Kim, 2026-01-05 12:00:00 UTC, not seen by Muster)')
  })
})
