import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TimelineRow, timeline } from '../../../shared/incident/timeline.ts'
import { minute } from '../../helpers/playbook.ts'
import { everyEvent } from './every-event.ts'
import { aRoom, lee, t0 } from './given-when-then.ts'

const rowOf = (rows: readonly TimelineRow[], seq: number) => {
  const row = rows.find((r) => r.seq === seq)
  if (row === undefined) throw new Error(`no row ${seq}`)
  return row
}

describe('the timeline', () => {
  it('stands in the order in which things happened, not in which they were written', () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'event', text: 'second' }, { at: minute })
    room.must('entry.add', { kind: 'event', text: 'first', occurredAt: t0 + 1 }, { at: 2 * minute })
    room.must('entry.add', { kind: 'event', text: 'third' }, { at: 2 * minute })
    const rows = timeline(room.events)
    expect(rows.map((r) => (r.kind === 'entry' ? r.text : r.kind))).toEqual([
      'system',
      'first',
      'second',
      'third',
    ])
    expect(rows[1]).toMatchObject({ at: t0 + 1, recordedAt: t0 + 2 * minute })
  })

  it('keeps every version of an amended entry; what an amendment leaves out stays', () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'event', text: 'one', occurredAt: t0 - minute })
    const ref = room.last('entry.added')
    room.must('entry.amend', { ref, text: 'two', kind: 'decision', reason: 'why' }, { by: lee })
    room.must('entry.amend', { ref, text: 'three' }, { at: minute })
    room.must('entry.amend', { ref, text: 'four', occurredAt: t0 - 2 * minute }, { at: 2 * minute })
    expect(rowOf(timeline(room.events), ref)).toMatchObject({
      text: 'four',
      entry: 'decision',
      reason: 'why',
      at: t0 - 2 * minute,
      recordedAt: t0,
      actor: { id: 'kim' },
      versions: [
        { text: 'one', entry: 'event', reason: null, occurredAt: t0 - minute, by: { id: 'kim' } },
        { text: 'two', entry: 'decision', reason: 'why', occurredAt: t0 - minute, by: { id: 'lee' } },
        { text: 'three', entry: 'decision', reason: 'why', occurredAt: t0 - minute, at: t0 + minute },
        { text: 'four', entry: 'decision', reason: 'why', occurredAt: t0 - 2 * minute },
      ],
    })
  })

  it('says when a pinned message was edited or deleted since, and keeps its words', () => {
    const room = aRoom()
    room.must('chat.send', { text: 'It is Redis' })
    const ref = room.last('chat.sent')
    room.must('chat.edit', { ref, text: 'It is Redis!' })
    room.must('entry.pin', { ref, kind: 'finding', edit: room.last('chat.edited') })
    const pin = room.last('entry.pinned')
    const since = () => rowOf(timeline(room.events), pin)
    expect(since()).toMatchObject({ text: 'It is Redis!', pinnedFrom: { since: null } })
    room.must('chat.edit', { ref, text: 'It is not Redis' })
    expect(since()).toMatchObject({ text: 'It is Redis!', pinnedFrom: { since: 'edited' } })
    // The message itself may not be loaded.
    const part = room.events.filter((e) => e.seq >= pin)
    expect(rowOf(timeline(part), pin)).toMatchObject({ pinnedFrom: { since: 'edited' } })
    room.must('chat.delete', { ref })
    expect(since()).toMatchObject({ text: 'It is Redis!', pinnedFrom: { since: 'deleted' } })
  })

  it('says so too when the words changed while the pin was on its way', () => {
    const room = aRoom()
    room.must('chat.send', { text: 'It is Redis' })
    const ref = room.last('chat.sent')
    room.must('chat.edit', { ref, text: 'It is not Redis' })
    room.must('entry.pin', { ref, kind: 'finding' })
    expect(rowOf(timeline(room.events), room.last('entry.pinned'))).toMatchObject({
      text: 'It is Redis',
      pinnedFrom: { since: 'edited' },
    })
  })

  it('strikes with who and why, and keeps the words', () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'event', text: 'It rained' })
    const ref = room.last('entry.added')
    room.must('entry.strike', { ref, reason: 'Beside the point' }, { at: minute, by: lee })
    expect(rowOf(timeline(room.events), ref)).toMatchObject({
      text: 'It rained',
      struck: { by: { kind: 'person', id: 'lee' }, at: t0 + minute, reason: 'Beside the point' },
    })
  })

  it('points from a pinned message to its entry and back', () => {
    const room = aRoom()
    room.must('chat.send', { text: 'We roll back' }, { at: minute, by: lee })
    const ref = room.last('chat.sent')
    room.must('entry.pin', { ref, kind: 'event' }, { at: 2 * minute })
    const rows = timeline(room.events)
    const pin = room.last('entry.pinned')
    expect(rowOf(rows, ref)).toMatchObject({ kind: 'chat', pinnedAs: pin })
    expect(rowOf(rows, pin)).toMatchObject({
      kind: 'entry',
      text: 'We roll back',
      at: t0 + minute,
      recordedAt: t0 + 2 * minute,
      actor: { id: 'kim' },
      pinnedFrom: { seq: ref, author: 'lee', sentAt: t0 + minute },
    })
  })

  it('shows the newest words of an edited message and none of a deleted one', () => {
    const room = aRoom()
    room.must('chat.send', { text: 'one', mentions: ['lee'] })
    const ref = room.last('chat.sent')
    room.must('chat.edit', { ref, text: 'two' })
    room.must('chat.edit', { ref, text: 'three', mentions: ['ada'] })
    const edit = room.last('chat.edited')
    expect(rowOf(timeline(room.events), ref)).toMatchObject({
      text: 'three',
      mentions: ['ada'],
      edited: 2,
      lastEdit: edit,
    })
    room.must('chat.delete', { ref })
    // An edit that an older log may hold after the deletion brings no words back.
    const ghost = { ...room.events[edit - 1], seq: 99 } as (typeof room.events)[number]
    expect(rowOf(timeline([...room.events, ghost]), ref)).toMatchObject({
      text: '',
      mentions: [],
      deleted: true,
    })
  })

  it('shows a clock that was late, and a person’s mark, but not what was met in time', () => {
    const room = aRoom({ severity: 'S6' })
    room.must('incident.acknowledge', {}, { at: 7 * minute })
    room.must('incident.respond', {}, { at: 8 * minute })
    room.must('status.set', { to: 'resolved', reason: 'x' }, { at: 8 * minute })
    room.must('deadline.meet', { deadline: 'after/report' }, { at: 9 * minute })
    const met = timeline(room.events).flatMap((r) =>
      r.kind === 'system' && r.event.type === 'clock.met' ? [r.event.data.clock] : [],
    )
    expect(met).toEqual(['ack', 'ack-under', 'after/report'])
  })

  it('leaves out changes to rows it does not have, and counts overlapping pages once', () => {
    const room = everyEvent()
    const changes = room.events.filter((e) =>
      ['chat.edited', 'chat.deleted', 'entry.amended', 'entry.struck'].includes(e.type),
    )
    expect(timeline(changes)).toEqual([])
    expect(timeline([...room.events.slice(20), ...room.events])).toEqual(timeline(room.events))
    expect(timeline([])).toEqual([])
  })

  it('gives the same rows for any order of the events', { timeout: 30_000 }, () => {
    const { events } = everyEvent()
    const rows = timeline(events)
    expect(rows.length).toBeGreaterThan(30)
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(timeline(shuffled)).toEqual(rows)
      }),
      { numRuns: 300 },
    )
  })
})
