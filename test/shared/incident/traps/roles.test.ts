import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../../shared/incident/actor.ts'
import { isSystemCommand, roomCommandTypes } from '../../../../shared/incident/commands/registry.ts'
import { permitted } from '../../../../shared/incident/permissions.ts'
import { roleTerms } from '../../../../shared/incident/role-history.ts'
import { shipped } from '../../../helpers/shipped.ts'
import { ada, aRoom, given, kim, lee, Room, t0 } from '../given-when-then.ts'

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

describe('what is kept to a role (R52)', () => {
  const raised = { to: 'SEV-1', reason: 'Everybody is hit' }
  const over = { to: 'resolved', reason: 'Rolled back', override: 'Seen by hand' }
  const admin: Actor = { kind: 'person', id: 'root', role: 'administrator' }

  function commanded(name: string, severity: string): Room {
    const room = new Room(shipped(name), { severity })
    room.must('role.take', { role: 'ic' }, { by: ada })
    return room
  }

  it('the severity and the end are the commander’s and an administrator’s, whichever way they are asked for', () => {
    for (const by of [kim, lee]) {
      const room = commanded('freeagentics', 'SEV-2')
      given(room).when('severity.set', raised, { by }).refuses('forbidden')
      given(room).when('status.set', over, { by }).refuses('forbidden')
      given(room).when('incident.close', { reason: 'Over' }, { by }).refuses('forbidden')
      given(room)
        .when('incident.close', { reason: 'A test', as: 'false-positive' }, { by })
        .refuses('forbidden')
      expect(room.try('severity.set', raised, { by })).toMatchObject({
        error: {
          message: 'ADA is Incident Commander and sets the severity. Ask them, or take over the role.',
        },
      })
    }
    for (const by of [ada, admin])
      expect(commanded('freeagentics', 'SEV-2').do('severity.set', raised, { by }).ok).toBe(true)
  })

  it('are everybody’s while nobody commands, so that nothing waits for somebody who is not there', () => {
    const room = commanded('freeagentics', 'SEV-2')
    room.must('role.release', { role: 'ic' }, { by: ada })
    room.must('severity.set', raised, { by: kim })
  })

  it('and all else goes on: a status short of the end, closing what is resolved, opening it again', () => {
    const room = commanded('freeagentics', 'SEV-2')
    room.must('status.set', { to: 'mitigating', reason: 'Rolling back' }, { by: kim })
    room.must('status.set', over, { by: ada })
    expect(room.do('incident.reopen', { reason: 'It is back' }, { by: kim }).ok).toBe(true)
  })

  it('nothing is kept where the document names no commander', () => {
    for (const name of five) {
      const stated = shipped(name).roles.some((role) => role.kind === 'commander' && role.basis === 'stated')
      expect(shipped(name).roles.some((role) => role.rights !== undefined)).toBe(stated)
    }
  })
})

describe('a person of several roles (R51)', () => {
  it('keeps each until it is let go, and the history tells who held what from when to when', () => {
    const room = aRoom()
    room.must('role.take', { role: 'ic' })
    room.must('role.take', { role: 'scribe' })
    room.must('role.release', { role: 'scribe' }, { at: 60_000 })
    room.must('role.take', { role: 'scribe' }, { by: lee, at: 90_000 })
    expect(room.state.roles.ic?.holder?.person).toBe('kim')
    const terms = roleTerms(room.events).map(({ role, person, from, to }) => [role, person, from, to])
    expect(terms).toEqual([
      ['ic', 'kim', t0, null],
      ['scribe', 'kim', t0, t0 + 60_000],
      ['scribe', 'lee', t0 + 90_000, null],
    ])
  })
})

describe('handing over command (R50)', () => {
  it('leaves it with the old commander until the other one has read the note and accepts', () => {
    const room = aRoom()
    room.must('role.take', { role: 'ic' })
    room.must('role.offer', { role: 'ic', to: 'lee', note: 'The restore runs until 13:00' })
    const note = room.state.roles.ic?.offer?.note
    expect(room.state.roles.ic?.holder?.person).toBe('kim')
    given(room).when('role.accept', { role: 'ic' }, { by: lee }).refuses('stale', 'note')
    expect(room.state.roles.ic?.holder?.person).toBe('kim')
    room.must('role.accept', { role: 'ic', note }, { by: lee })
    expect(room.state.roles.ic?.holder?.person).toBe('lee')
    expect(roleTerms(room.events).at(-1)?.note?.text).toBe('The restore runs until 13:00')
  })
})

describe('who usually commands (R53)', () => {
  it('is a hint beside the role and bars nobody', () => {
    const room = new Room(shipped('freeagentics'), { severity: 'SEV-1' })
    const role = room.playbook.roles.find((one) => one.kind === 'commander')
    expect(role?.usually).toBe('A senior engineer or a lead')
    given(room).when('role.take', { role: role?.id }).gives(['role.taken'])
  })
})
