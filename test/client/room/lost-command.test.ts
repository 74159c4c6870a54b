import { describe, expect, it } from 'vitest'
import { lostCommand } from '../../../client/components/room/lost-command.ts'
import { minute, second } from '../../helpers/playbook.ts'
import { ada, aRoom, kim, lee, type Room, t0 } from '../../shared/incident/given-when-then.ts'

const lost = (room: Room, me: string | null = 'kim') => lostCommand(room.state, room.playbook, me)
const role = { role: 'ic' }

/** Kim commands, Lee asks, and takes after the silence of Kim. */
function taken(): Room {
  const room = aRoom()
  room.must('role.take', role, { by: kim })
  room.must('role.request', role, { at: minute, by: lee })
  room.must('role.take', role, { at: minute + 30 * second, by: lee, seen: { kim: minute } })
  return room
}

describe('command that was lost', () => {
  it('names who took it, when and why, for the one who had it alone', () => {
    const room = taken()
    expect(lost(room)).toEqual({
      seq: room.last('role.taken'),
      role: 'ic',
      by: 'lee',
      at: t0 + minute + 30 * second,
      because: 'silent',
    })
    expect(lost(room, 'lee')).toBeNull()
    expect(lost(room, 'ada')).toBeNull()
    expect(lost(room, null)).toBeNull()
  })

  it('tells also that nobody had seen the commander', () => {
    const room = aRoom()
    room.must('role.take', role, { by: kim })
    room.must('role.take', role, { at: 5 * minute, by: lee, seen: { kim: 0 } })
    expect(lost(room)?.because).toBe('unseen')
  })

  it('is told however much was said since', () => {
    const room = taken()
    const seq = room.last('role.taken')
    room.must('role.offer', { ...role, to: 'ada' }, { at: 2 * minute, by: lee })
    room.must('role.decline', role, { at: 2 * minute, by: ada })
    for (let i = 0; i < 250; i += 1)
      room.must('chat.send', { text: `line ${i}` }, { at: 2 * minute, by: ada })
    expect(lost(room)).toMatchObject({ seq, by: 'lee', at: t0 + minute + 30 * second })
  })

  it('is no loss to hand over, to release, or to command again', () => {
    const room = aRoom()
    room.must('role.take', role, { by: kim })
    room.must('role.offer', { ...role, to: 'lee' }, { by: kim })
    room.must('role.accept', role, { by: lee })
    expect(lost(room)).toBeNull()
    const back = taken()
    back.must('role.offer', { ...role, to: 'kim' }, { at: 2 * minute, by: lee })
    back.must('role.accept', role, { at: 2 * minute, by: kim })
    expect(lost(back)).toBeNull()
  })

  it('is past once the taker commands no more, or it is closed', () => {
    const released = taken()
    released.must('role.release', role, { at: 2 * minute, by: lee })
    expect(lost(released)).toBeNull()
    const passedOn = taken()
    passedOn.must('role.offer', { ...role, to: 'ada' }, { at: 2 * minute, by: lee })
    passedOn.must('role.accept', role, { at: 2 * minute, by: ada })
    expect(lost(passedOn)).toBeNull()
    const closed = taken()
    closed.must('incident.close', { reason: 'over', as: 'false-positive' }, { at: 2 * minute })
    expect(lost(closed)).toBeNull()
  })
})
