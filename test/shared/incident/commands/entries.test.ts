import { describe, expect, it } from 'vitest'
import { entryKinds } from '../../../../shared/incident/events.ts'
import { minute, second } from '../../../helpers/playbook.ts'
import { aRoom, given, lee, robot, t0 } from '../given-when-then.ts'

describe('recording an entry', () => {
  it.each(entryKinds)('of kind %s', (kind) => {
    const room = aRoom()
    const events = room.must('entry.add', { kind, text: 'So it is', reason: 'We saw it' }, { at: minute })
    expect(events[0]).toMatchObject({ data: { kind, text: 'So it is', reason: 'We saw it' } })
    expect(room.state.counts.entries).toBe(1)
  })

  it('needs the reason of a decision', () => {
    given(aRoom()).when('entry.add', { kind: 'decision', text: 'Roll back' }).refuses('invalid', 'reason')
    given(aRoom())
      .when('entry.add', { kind: 'decision', text: 'Roll back', reason: ' ' })
      .refuses('invalid', 'reason')
  })

  it('answers the response clock when a person acted, at the server’s time', () => {
    given(aRoom())
      .when('entry.add', { kind: 'action', text: 'Restarted', occurredAt: t0 - minute }, { at: 16 * minute })
      .gives(
        ['clock.breached', { clock: 'ack-under' }],
        ['clock.breached', { clock: 'ack' }],
        ['clock.elapsed', { clock: 'phase/detect' }],
        ['clock.breached', { clock: 'response', dueAt: t0 + 15 * minute }],
        ['entry.added', { kind: 'action' }],
        ['clock.met', { clock: 'response', late: true, overMs: minute, stoppedAt: t0 + 16 * minute }],
      )
    const byRobot = given(aRoom())
      .when('entry.add', { kind: 'action', text: 'Restarted' }, { by: robot })
      .gives(['entry.added'])
    expect(byRobot.state.times.first_action).toBeUndefined()
  })

  it('is dated back as far as one likes, and ahead only by the slip of a clock, which is cut', () => {
    const room = aRoom()
    const at = 10 * second
    const add = (occurredAt: number) =>
      given(room).when('entry.add', { kind: 'event', text: 'x', occurredAt }, { at })
    add(t0 - 900 * minute).gives(['entry.added'])
    expect(room.events.at(-1)?.occurredAt).toBe(t0 - 900 * minute)
    add(t0 + at + 5 * second).gives(['entry.added'])
    expect(room.events.at(-1)).toMatchObject({ occurredAt: t0 + at, at: t0 + at })
    add(t0 + at + 5 * second + 1).refuses('invalid', 'occurredAt')
  })

  it('has an audience only as a communication, and only one the playbook knows', () => {
    const add = (kind: string, audience: string) =>
      given(aRoom()).when('entry.add', { kind, text: 'x', audience })
    add('event', 'internal').refuses('invalid', 'audience')
    add('communication', 'martians').refuses('invalid', 'audience')
    const room = add('communication', 'customers').gives(['entry.added'])
    expect(room.state.updates.customers).toEqual({ seq: 2, at: t0, by: 'kim', text: 'x' })
  })

  it('keeps the beginning of an update, never half a character', () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'communication', text: `${'x'.repeat(239)}😀y`, audience: 'internal' })
    expect(room.state.updates.internal?.text).toBe('x'.repeat(239))
  })
})

describe('recording what others said', () => {
  it('keeps the name as quoted, and the person only when there is one', () => {
    const quote = (person: string) => ({
      kind: 'event',
      text: 'It is down',
      saidBy: { name: 'lee.from.support', person },
    })
    const room = aRoom()
    expect(room.must('entry.add', quote('lee'))[0]).toMatchObject({
      actor: { id: 'kim' },
      data: { saidBy: { name: 'lee.from.support', person: 'lee' } },
    })
    expect(room.must('entry.add', quote('nobody'))[0]?.data).toEqual({
      kind: 'event',
      text: 'It is down',
      saidBy: { name: 'lee.from.support' },
    })
  })

  it('takes a thread in its order, each line with its time and author', () => {
    const room = aRoom()
    const lines = [
      { text: 'Since when?', occurredAt: t0 - minute, saidBy: { name: 'sam' } },
      { text: 'Since noon', occurredAt: t0 - minute, saidBy: { name: 'lee', person: 'lee' } },
      { text: 'Hm' },
    ]
    const events = room.must('entry.add-thread', { kind: 'event', lines })
    expect(events.map((e) => [e.seq - (events[0]?.seq ?? 0), e.occurredAt, e.data])).toEqual([
      [0, t0 - minute, { kind: 'event', text: 'Since when?', saidBy: { name: 'sam' } }],
      [1, t0 - minute, { kind: 'event', text: 'Since noon', saidBy: { name: 'lee', person: 'lee' } }],
      [2, t0, { kind: 'event', text: 'Hm' }],
    ])
    expect(room.state.counts.entries).toBe(3)
  })

  it('takes all lines of a thread or none, and names the line', () => {
    const lines = [{ text: 'Since noon' }, { text: 'To be', occurredAt: t0 + 10 * minute }]
    given(aRoom()).when('entry.add-thread', { kind: 'event', lines }).refuses('invalid', 'lines.1.occurredAt')
    given(aRoom())
      .when('entry.add-thread', { kind: 'decision', lines: [{ text: 'Roll back' }] })
      .refuses('invalid', 'kind')
    given(aRoom()).when('entry.add-thread', { kind: 'event', lines: [] }).refuses('invalid', 'lines')
    const long = { text: 'x'.repeat(200_000) }
    given(aRoom())
      .when('entry.add-thread', { kind: 'event', lines: [long, long] })
      .refuses('invalid', 'lines')
  })
})

describe('pinning', () => {
  const said = () => {
    const room = aRoom()
    room.must('chat.send', { text: 'We roll back' }, { at: minute, by: lee })
    return { room, ref: room.last('chat.sent') }
  }

  it('keeps words, author and time of the message', () => {
    const { room, ref } = said()
    given(room)
      .when('entry.pin', { ref, kind: 'decision', reason: 'Fastest' }, { at: 3 * minute })
      .gives([
        'entry.pinned',
        {
          ref,
          kind: 'decision',
          text: 'We roll back',
          author: 'lee',
          sentAt: t0 + minute,
          reason: 'Fastest',
        },
      ])
    expect(room.events.at(-1)).toMatchObject({ at: t0 + 3 * minute, occurredAt: t0 + minute })
  })

  it('keeps the words of the edit that was seen', () => {
    const { room, ref } = said()
    room.must('chat.edit', { ref, text: 'We roll back to 41' }, { by: lee })
    const edit = room.last('chat.edited')
    room.must('chat.send', { text: 'Else' })
    const other = room.last('chat.sent')
    given(room).when('entry.pin', { ref, kind: 'event', edit: 99 }).refuses('not-found', 'edit')
    given(room).when('entry.pin', { ref: other, kind: 'event', edit }).refuses('not-found', 'edit')
    given(room)
      .when('entry.pin', { ref, kind: 'event', edit })
      .gives(['entry.pinned', { ref, text: 'We roll back to 41', author: 'lee' }])
  })

  it('happens once to a message', () => {
    const { room, ref } = said()
    room.must('entry.pin', { ref, kind: 'event' })
    given(room).when('entry.pin', { ref, kind: 'event' }, { by: lee }).refuses('conflict', 'ref')
  })

  it('happens once to a message, however many were pinned after it', () => {
    const { room, ref } = said()
    room.must('entry.pin', { ref, kind: 'event' })
    for (let i = 0; i < 70; i++) {
      room.must('chat.send', { text: `line ${i}` })
      room.must('entry.pin', { ref: room.last('chat.sent'), kind: 'event' })
    }
    given(room).when('entry.pin', { ref, kind: 'event' }, { by: lee }).refuses('conflict', 'ref')
  })

  it('needs the reason of a decision, and a message', () => {
    const { room, ref } = said()
    given(room).when('entry.pin', { ref, kind: 'decision' }).refuses('invalid', 'reason')
    given(room).when('entry.pin', { ref: 1, kind: 'event' }).refuses('not-found', 'ref')
    given(room).when('entry.pin', { ref: 99, kind: 'event' }).refuses('not-found', 'ref')
  })
})

describe('amending and striking', () => {
  const recorded = () => {
    const room = aRoom()
    room.must('entry.add', { kind: 'event', text: 'It fell' })
    return { room, ref: room.last('entry.added') }
  }

  it('writes only what changed, so that what is left out stays as it was', () => {
    const { room, ref } = recorded()
    given(room).when('entry.amend', { ref, text: 'It fell over' }).gives(['entry.amended'])
    expect(room.of('entry.amended')).toEqual([{ ref, text: 'It fell over' }])
    given(room)
      .when('entry.amend', { ref, text: 'x', kind: 'decision', reason: 'y', occurredAt: t0 - 1 })
      .gives(['entry.amended', { ref, text: 'x', kind: 'decision', reason: 'y', occurredAt: t0 - 1 }])
  })

  it('cannot make a decision without a reason, nor date into the future', () => {
    const { room, ref } = recorded()
    given(room).when('entry.amend', { ref, text: 'x', kind: 'decision' }).refuses('invalid', 'reason')
    given(room)
      .when('entry.amend', { ref, text: 'x', occurredAt: t0 + 5 * second + 1 })
      .refuses('invalid', 'occurredAt')
    given(room)
      .when('entry.amend', { ref, text: 'x', occurredAt: t0 + 5 * second })
      .gives(['entry.amended', { occurredAt: t0 }])
  })

  it('is no update to its audience and no response', () => {
    const { room, ref } = recorded()
    room.must('entry.amend', { ref, text: 'x', kind: 'action' }, { at: minute })
    expect(room.state.times.first_action).toBeUndefined()
    expect(room.state.updates).toEqual({})
  })

  it('strikes with a reason, pinned entries too', () => {
    const { room, ref } = recorded()
    given(room)
      .when('entry.strike', { ref, reason: 'Was not so' })
      .gives(['entry.struck', { ref, reason: 'Was not so' }])
    given(room).when('entry.strike', { ref }).refuses('invalid', 'reason')
    given(room).when('entry.strike', { ref, reason: 'Again' }, { by: lee }).refuses('conflict', 'ref')
    room.must('chat.send', { text: 'x' })
    room.must('entry.pin', { ref: room.last('chat.sent'), kind: 'finding' })
    given(room)
      .when('entry.strike', { ref: room.last('entry.pinned'), reason: 'No' })
      .gives(['entry.struck'])
  })

  it.each([
    ['entry.amend', { text: 'x' }],
    ['entry.strike', { reason: 'x' }],
  ] as const)('%s names an entry that is not there, or is none', (type, rest) => {
    given(aRoom())
      .when(type, { ref: 99, ...rest })
      .refuses('not-found', 'ref')
    given(aRoom())
      .when(type, { ref: 1, ...rest })
      .refuses('not-found', 'ref')
  })
})
