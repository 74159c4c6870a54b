import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../../shared/incident/actor.ts'
import { isSystemCommand, roomCommandTypes } from '../../../../shared/incident/commands/registry.ts'
import { permitted } from '../../../../shared/incident/permissions.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { ada, aRoom, given, kim, lee, Room } from '../given-when-then.ts'

const five = ['agent-lab', 'agent-factory', 'agent-platform', 'freeagentics', 'agent-network']

describe('roles of the playbook (R47, R48)', () => {
  it('agent-network offers Ops and a Security Engineer, freeagentics a Scribe of its own: no list for all', () => {
    const own = (name: string) =>
      shipped(name).roles.flatMap((role) => (role.basis === 'stated' ? [role.name] : []))
    expect(own('agent-network')).toHaveLength(5)
    expect(own('freeagentics')).toHaveLength(4)
    expect(own('agent-network').join()).toMatch(/Security/)
    expect(own('freeagentics').join()).not.toMatch(/Security/)
    expect(own('agent-network').join()).not.toMatch(/Scribe/)
    expect(own('freeagentics').join()).toMatch(/Scribe/)
  })

  it.each(five)(
    '%s: somebody can command and somebody can write, also where its document names nobody',
    (name) => {
      const room = new Room(shipped(name), { severity: null })
      for (const kind of ['commander', 'scribe'] as const) {
        const role = room.playbook.roles.find((one) => one.kind === kind)
        room.must('role.take', { role: role?.id })
        expect(room.state.roles[role?.id ?? '']?.holder?.person).toBe('kim')
      }
    },
  )
})

describe('one commander (R49)', () => {
  it('of two who take command in the same millisecond one has it and the other is told who', () => {
    const room = given(aRoom(), ['role.take', { role: 'ic' }, { by: kim }]).room
    const lost = room.try('role.take', { role: 'ic' }, { by: lee })
    expect(lost).toMatchObject({ ok: false, error: { code: 'taken' } })
    expect(lost.ok ? '' : lost.error.message).toContain('KIM')
    expect(Object.values(room.state.roles).filter(({ holder }) => holder !== null)).toHaveLength(1)
  })

  it('an offer and a taking that cross leave one: what was offered is gone with the role', () => {
    const room = aRoom()
    room.must('role.take', { role: 'ic' })
    room.must('role.offer', { role: 'ic', to: 'lee' })
    room.must('role.release', { role: 'ic' })
    room.must('role.take', { role: 'ic' }, { by: ada })
    given(room).when('role.accept', { role: 'ic' }, { by: lee }).refuses('conflict', 'role')
    expect(room.state.roles.ic?.holder?.person).toBe('ada')
  })
})

describe('rights (R52)', () => {
  const reader: Actor = { kind: 'person', id: 'v', role: 'viewer' }
  const guest: Actor = {
    kind: 'person',
    id: 'g',
    role: 'guest',
    scope: { incidentId: 'here', role: 'viewer' },
  }

  it.each(roomCommandTypes.filter((type) => !isSystemCommand(type)))(
    '%s is refused to whoever only reads along, in the one policy that every way in asks',
    (type) => {
      for (const actor of [reader, guest]) expect(permitted(actor, type, { id: 'here' }).allow).toBe(false)
      expect(permitted(reader, 'document.write', { id: 'here' }).allow).toBe(false)
    },
  )
})

describe('who usually commands (R53)', () => {
  it('is a hint beside the role and bars nobody', () => {
    const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
    const role = room.playbook.roles.find((one) => one.kind === 'commander')
    expect(role?.usually).toBe('A senior engineer or a lead')
    given(room).when('role.take', { role: role?.id }).gives(['role.taken'])
  })
})
