import { describe, expect, it } from 'vitest'
import { permitted } from '../../../../shared/incident/permissions.ts'
import { minute } from '../../../helpers/playbook.ts'
import { aRoom, given, kim, lee, robot, t0 } from '../given-when-then.ts'

const said = () => {
  const room = aRoom()
  room.must('chat.send', { text: 'Anybody there?' })
  return room
}

describe('chat', () => {
  it('says something, with those mentioned who exist, each once', () => {
    const room = given(aRoom())
      .when('chat.send', { text: ' Look! ', mentions: ['lee', 'nobody', 'lee'] })
      .gives(['chat.sent', { text: ' Look! ', mentions: ['lee'], snippet: false }])
    expect(room.state.counts).toEqual({ chat: 1, entries: 0 })
  })

  it('is a snippet when longer than 8,000 characters, and refused beyond 256 KiB', () => {
    given(aRoom())
      .when('chat.send', { text: 'x'.repeat(8_000) })
      .gives(['chat.sent', { snippet: false }])
    given(aRoom())
      .when('chat.send', { text: 'x'.repeat(8_001) })
      .gives(['chat.sent', { snippet: true }])
    given(aRoom())
      .when('chat.send', { text: 'x'.repeat(262_144) })
      .gives(['chat.sent', { snippet: true }])
    given(aRoom())
      .when('chat.send', { text: 'x'.repeat(262_145) })
      .refuses('invalid', 'text')
    given(aRoom()).when('chat.send', { text: ' \n ' }).refuses('invalid', 'text')
  })

  it('is no response and no acknowledgement', () => {
    const room = said()
    expect(room.state.times.first_action).toBeUndefined()
    expect(room.state.times.acknowledged).toBeUndefined()
  })

  it.each(['ack', 'Ack!', 'ACK', '/ack', 'I ack this', 'acknowledged'])(
    '“%s” is talk whoever says it: only the command acknowledges, under the name of who gave it (R90)',
    (text) => {
      const room = given(aRoom()).when('chat.send', { text }, { by: lee }).gives(['chat.sent'])
      expect(room.state.times.acknowledged).toBeUndefined()
      expect(room.clock('ack').met).toBeNull()
      room.must('chat.edit', { ref: room.last('chat.sent'), text: 'ack' }, { by: lee })
      room.must('entry.pin', { ref: room.last('chat.sent'), kind: 'event' }, { by: lee })
      expect(room.state.times.acknowledged).toBeUndefined()
      room.must('incident.acknowledge', {}, { by: kim, at: 2 * minute })
      expect(room.state.facts.acknowledged).toMatchObject({ by: 'kim', at: t0 + 2 * minute })
      expect(room.clock('ack').met).toMatchObject({ late: false })
    },
  )

  it('nobody who only reads along acknowledges from it, and no program does (R90)', () => {
    const reader = { id: 'v', kind: 'person', role: 'viewer' } as const
    expect(permitted(reader, 'incident.acknowledge', { id: 'here' }).allow).toBe(false)
    given(aRoom()).when('incident.acknowledge', {}, { by: robot }).refuses('forbidden')
  })

  it('is edited by its author and nobody else, not even the commander', () => {
    const room = said()
    const ref = room.last('chat.sent')
    room.must('role.take', { role: 'ic' }, { by: lee })
    given(room).when('chat.edit', { ref, text: 'Mine now' }, { by: lee }).refuses('forbidden', 'ref')
    given(room).when('chat.edit', { ref, text: 'Mine now' }, { by: robot }).refuses('forbidden', 'ref')
    given(room)
      .when('chat.edit', { ref, text: 'Is anybody there?' }, { by: kim, at: minute })
      .gives(['chat.edited', { ref, text: 'Is anybody there?', mentions: [] }])
  })

  it('is deleted by its author or the commander', () => {
    const room = said()
    const ref = room.last('chat.sent')
    given(room).when('chat.delete', { ref }, { by: lee }).refuses('forbidden', 'ref')
    room.must('role.take', { role: 'ic' }, { by: lee })
    given(room).when('chat.delete', { ref }, { by: lee }).gives(['chat.deleted', { ref }])
    given(said()).when('chat.delete', { ref }, { by: kim }).gives(['chat.deleted', { ref }])
  })

  it('stays deleted: no edit, no pin, no second deletion', () => {
    const room = said()
    const ref = room.last('chat.sent')
    room.must('chat.delete', { ref })
    given(room).when('chat.edit', { ref, text: 'Back' }).refuses('conflict', 'ref')
    given(room).when('entry.pin', { ref, kind: 'event' }).refuses('conflict', 'ref')
    given(room).when('chat.delete', { ref }).gives()
  })

  it('stays deleted however many were deleted after it', () => {
    const room = said()
    const ref = room.last('chat.sent')
    room.must('chat.delete', { ref })
    for (let i = 0; i < 70; i++) {
      room.must('chat.send', { text: `line ${i}` })
      room.must('chat.delete', { ref: room.last('chat.sent') })
    }
    given(room).when('chat.edit', { ref, text: 'Back' }).refuses('conflict', 'ref')
    given(room).when('entry.pin', { ref, kind: 'event' }).refuses('conflict', 'ref')
    given(room).when('chat.delete', { ref }).gives()
  })

  it.each([
    ['chat.edit', { text: 'x' }],
    ['chat.delete', {}],
  ] as const)('%s names a message that is not there, or is none', (type, rest) => {
    given(said())
      .when(type, { ref: 99, ...rest })
      .refuses('not-found', 'ref')
    given(said())
      .when(type, { ref: 1, ...rest })
      .refuses('not-found', 'ref')
  })
})
