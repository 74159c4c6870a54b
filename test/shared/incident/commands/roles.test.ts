import { describe, expect, it } from 'vitest'
import { roleTerms } from '../../../../shared/incident/role-history.ts'
import { minute, second } from '../../../helpers/playbook.ts'
import { ada, aRoom, given, kim, lee, muster, person, robot, t0 } from '../given-when-then.ts'

const ic = { role: 'ic' }
const led = () => {
  const room = aRoom()
  room.must('role.take', ic)
  return room
}

describe('taking a role', () => {
  it('that is vacant', () => {
    const room = given(aRoom())
      .when('role.take', ic, { at: minute })
      .gives(
        ['role.taken', { role: 'ic', person: 'kim', from: null, because: 'vacant', commander: true }],
        ['clock.met', { clock: 'lead', targetMs: null, late: false }],
      )
    expect(room.state.roles.ic).toEqual({ holder: { person: 'kim', since: t0 + minute } })
    expect(room.state.times.commander_set).toBe(t0 + minute)
    given(room)
      .when('role.take', { role: 'scribe' })
      .gives(['role.taken', { commander: false }])
    given(room).when('role.take', ic).gives()
  })

  it('is refused to a second commander', () => {
    const room = given(led()).when('role.take', ic, { by: lee, at: second }).refuses('taken', 'role')
    expect(room.state.roles.ic?.holder?.person).toBe('kim')
  })

  it('works when the holder was not seen for two minutes, and not a millisecond sooner', () => {
    const seen = { kim: minute }
    const room = led()
    given(room)
      .when('role.take', ic, { by: lee, at: 3 * minute - 1, seen })
      .refuses('taken', 'role')
    given(room)
      .when('role.take', ic, { by: lee, at: 3 * minute, seen })
      .gives(['role.taken', { person: 'lee', from: 'kim', because: 'unseen' }])
  })

  it('counts from taking the role for a holder who was never seen, or before', () => {
    given(led())
      .when('role.take', ic, { by: lee, at: 2 * minute - 1 })
      .refuses('taken', 'role')
    const seen = { kim: -10 * minute }
    given(led())
      .when('role.take', ic, { by: lee, at: 2 * minute - 1, seen })
      .refuses('taken', 'role')
    given(led())
      .when('role.take', ic, { by: lee, at: 2 * minute, seen: { kim: 0 } })
      .gives(['role.taken', { because: 'unseen' }])
  })

  it('does not unlock when nobody asked whether the holder was seen', () => {
    given(led())
      .when('role.take', ic, { by: lee, at: 10 * minute, seen: {} })
      .refuses('taken', 'role')
  })

  it('works after thirty seconds of silence to a request, for the asker, and not a millisecond sooner', () => {
    const seen = { kim: minute }
    const room = led()
    room.must('role.request', ic, { by: lee, at: 10 * second, seen })
    given(room)
      .when('role.take', ic, { by: lee, at: 40 * second - 1, seen })
      .refuses('taken', 'role')
    given(room)
      .when('role.take', ic, { by: ada, at: 40 * second, seen })
      .refuses('taken', 'role')
    given(room)
      .when('role.take', ic, { by: lee, at: 40 * second, seen })
      .gives(['role.taken', { person: 'lee', from: 'kim', because: 'silent' }])
    expect(room.state.roles.ic).toEqual({
      holder: { person: 'lee', since: t0 + 40 * second },
      taken: { because: 'silent', from: 'kim', seq: room.state.seq },
    })
  })

  it('is refused to automation and to Muster itself', () => {
    given(aRoom()).when('role.take', ic, { by: robot }).refuses('forbidden')
    given(aRoom()).when('role.take', ic, { by: muster }).refuses('forbidden')
    given(led()).when('role.request', ic, { by: robot }).refuses('forbidden')
    given(aRoom()).when('role.offer', { role: 'ic', to: 'lee' }, { by: robot }).refuses('forbidden')
  })

  it.each(['role.take', 'role.request', 'role.accept', 'role.decline', 'role.release'] as const)(
    '%s names a role the playbook does not have',
    (type) => {
      given(aRoom()).when(type, { role: 'king' }).refuses('invalid', 'role')
      given(aRoom()).when('role.offer', { role: 'king', to: 'lee' }).refuses('invalid', 'role')
    },
  )
})

describe('asking for a role', () => {
  it('is answered by keeping it', () => {
    const room = given(led(), ['role.request', ic, { by: lee }])
      .when('role.decline', ic)
      .gives(['role.kept', { role: 'ic', person: 'kim', against: 'lee' }])
    expect(room.state.roles.ic?.request).toBeUndefined()
    given(room).when('role.take', ic, { by: lee, at: minute }).refuses('taken', 'role')
  })

  it('is for roles that somebody else holds', () => {
    given(aRoom()).when('role.request', ic).refuses('conflict', 'role')
    given(led()).when('role.request', ic).gives()
  })

  it('twice does not begin the wait anew', () => {
    const room = given(led(), ['role.request', ic, { by: lee, at: second }])
      .when('role.request', ic, { by: lee, at: 20 * second })
      .gives()
    expect(room.state.roles.ic?.request).toEqual({ by: 'lee', at: t0 + second })
  })

  it('by a second person does not take the first one’s wait away', () => {
    const room = given(led(), ['role.request', ic, { by: lee, at: 0 }])
      .when('role.request', ic, { by: ada, at: 30 * second - 1 })
      .refuses('conflict', 'role')
    given(room)
      .when('role.request', ic, { by: ada, at: 30 * second })
      .gives(['role.requested', { person: 'ada' }])
  })
})

describe('offering a role', () => {
  it('makes its taker the holder by accepting', () => {
    const room = given(led())
      .when('role.offer', { role: 'ic', to: 'lee' })
      .gives(['role.offered', { role: 'ic', to: 'lee' }])
    expect(room.state.roles.ic?.holder?.person).toBe('kim')
    given(room)
      .when('role.accept', ic, { by: lee, at: minute })
      .gives(['role.accepted', { role: 'ic', person: 'lee', from: 'kim', commander: true }])
    expect(room.state.roles.ic).toEqual({ holder: { person: 'lee', since: t0 + minute } })
  })

  it('is the holder’s or the commander’s when somebody holds it, anyone’s when nobody does', () => {
    const room = led()
    room.must('role.take', { role: 'scribe' }, { by: lee })
    given(room).when('role.offer', { role: 'scribe', to: 'ada' }, { by: ada }).refuses('forbidden', 'role')
    given(room).when('role.offer', { role: 'scribe', to: 'ada' }, { by: kim }).gives(['role.offered'])
    given(room).when('role.offer', { role: 'comms', to: 'lee' }, { by: ada }).gives(['role.offered'])
    given(room).when('role.offer', { role: 'scribe', to: 'lee' }, { by: lee }).gives()
  })

  it('to nobody known is refused', () => {
    given(led()).when('role.offer', { role: 'ic', to: 'nobody' }).refuses('not-found', 'to')
  })

  it('ends when declined, taken back by release, or overtaken', () => {
    const room = given(led(), ['role.offer', { role: 'ic', to: 'lee' }])
      .when('role.decline', ic, { by: lee })
      .gives(['role.declined', { role: 'ic', person: 'lee' }])
    given(room).when('role.accept', ic, { by: lee }).refuses('conflict', 'role')
    const released = given(led(), ['role.offer', { role: 'ic', to: 'lee' }], ['role.release', ic]).room
    given(released).when('role.accept', ic, { by: lee }).refuses('conflict', 'role')
    const taken = given(aRoom(), ['role.offer', { role: 'ic', to: 'lee' }], ['role.take', ic]).room
    given(taken).when('role.accept', ic, { by: lee }).refuses('conflict', 'role')
  })

  it('is not for others to accept, and without one there is nothing to decline', () => {
    const room = given(led(), ['role.offer', { role: 'ic', to: 'lee' }]).room
    given(room).when('role.accept', ic, { by: ada }).refuses('conflict', 'role')
    given(room).when('role.decline', ic, { by: ada }).refuses('conflict', 'role')
    given(led()).when('role.decline', ic).refuses('conflict', 'role')
  })
})

describe('handing over with a note', () => {
  const note = 'Rollback at two of six, legal waits for a number'
  const offered = () => given(led(), ['role.offer', { role: 'ic', to: 'lee', note }, { at: second }]).room

  it('leaves the old holder in place until the receiver says that it was read', () => {
    const room = offered()
    const seq = room.last('role.offered')
    expect(room.state.roles.ic).toMatchObject({ holder: { person: 'kim' }, offer: { to: 'lee', note: seq } })
    given(room).when('role.accept', ic, { by: lee }).refuses('stale', 'note')
    given(room)
      .when('role.accept', { ...ic, note: seq - 1 }, { by: lee })
      .refuses('stale', 'note')
    given(room)
      .when('role.accept', { ...ic, note: seq }, { by: lee, at: minute })
      .gives(['role.accepted', { person: 'lee', from: 'kim', note: seq }])
    expect(room.state.roles.ic).toEqual({ holder: { person: 'lee', since: t0 + minute } })
  })

  it('an offer made anew is another one', () => {
    const room = offered()
    const seq = room.last('role.offered')
    room.must('role.offer', { role: 'ic', to: 'lee' })
    given(room)
      .when('role.accept', { ...ic, note: seq }, { by: lee })
      .refuses('stale', 'note')
    given(room).when('role.accept', ic, { by: lee }).gives(['role.accepted'])
  })

  it('a history says who held it from when to when, and what was handed over', () => {
    const room = offered()
    room.must('role.accept', { ...ic, note: room.last('role.offered') }, { by: lee, at: minute })
    room.must('role.release', ic, { by: lee, at: 2 * minute })
    room.must('role.take', ic, { by: ada, at: 3 * minute })
    const terms = [
      { role: 'ic', person: 'kim', from: t0, to: t0 + minute, note: null },
      { role: 'ic', person: 'lee', from: t0 + minute, to: t0 + 2 * minute, note: { by: 'kim', text: note } },
      { role: 'ic', person: 'ada', from: t0 + 3 * minute, to: null, note: null },
    ]
    expect(roleTerms(room.events)).toEqual(terms)
    expect(roleTerms(room.events.filter((e) => e.seq > room.last('role.offered')))).toEqual([
      { ...terms[0], from: null },
      { ...terms[1], note: null },
      terms[2],
    ])
  })
})

describe('releasing a role', () => {
  it('leaves it vacant', () => {
    const room = given(led())
      .when('role.release', ic)
      .gives(['role.released', { role: 'ic', person: 'kim' }])
    expect(room.state.roles.ic).toEqual({ holder: null })
    given(room)
      .when('role.take', ic, { by: lee })
      .gives(['role.taken', { because: 'vacant' }])
  })

  it('is the holder’s', () => {
    given(led())
      .when('role.release', ic, { by: person('lee') })
      .refuses('conflict', 'role')
  })
})
