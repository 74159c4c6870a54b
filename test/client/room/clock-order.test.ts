import { describe, expect, it } from 'vitest'
import { groupClocks, tileClocks } from '../../../client/components/room/clock-order.ts'
import { deadlines } from '../../../shared/incident/deadlines.ts'
import { minute } from '../../helpers/playbook.ts'
import { aRoom, type Room, t0 } from '../../shared/incident/given-when-then.ts'

const at = (room: Room, now: number) => groupClocks(deadlines(room.state, room.playbook), t0 + now)
const tiles = (room: Room, now: number, count = 3) => tileClocks(at(room, now).urgent, count).map((d) => d.id)

describe('clocks of the header', () => {
  it('has what breaks next large, then acknowledging and the next update', () => {
    const room = aRoom()
    room.must('status.set', { to: 'mitigating', reason: 'found it' })
    // At once the acknowledgement breaks next; the response, due before any update, gives way to it as a tile.
    expect(tiles(room, 0)[0]).toBe('ack')
    expect(tiles(room, 0, 2)).toEqual(['ack', 'ack-under'])
    room.must('incident.acknowledge', {}, { at: minute })
    expect(tiles(room, 2 * minute)).toEqual(['response', 'update/team', 'update/customers'])
    expect(tiles(room, 2 * minute, 2)).toEqual(['response', 'update/team'])
  })

  it('puts what is over first, and an update that is large is not there twice', () => {
    const room = aRoom()
    room.must('incident.acknowledge')
    room.must('incident.respond')
    expect(tiles(room, 70 * minute)).toEqual(['update/customers'])
  })

  it('folds what has no figure, and keeps what was met', () => {
    const room = aRoom()
    room.must('incident.acknowledge')
    const groups = at(room, minute)
    expect(groups.met.map((d) => d.id)).toContain('ack')
    expect(groups.unset.map((d) => d.id)).toEqual(expect.arrayContaining(['lead', 'update/public']))
    expect(groups.urgent.map((d) => d.id)).not.toContain('lead')
  })
})
