import { describe, expect, it } from 'vitest'
import { maxComponents } from '../../../../shared/incident/commands/facts.ts'
import { maxJoined } from '../../../../shared/incident/state.ts'
import { minute, second } from '../../../helpers/playbook.ts'
import { aRoom, given, muster, t0 } from '../given-when-then.ts'

describe('components', () => {
  it('are added once, whatever their capitals, and removed', () => {
    const room = given(aRoom({ components: ['Checkout'] }))
      .when('component.add', { name: ' search ' })
      .gives(['component.added', { name: 'search' }])
    given(room).when('component.add', { name: 'CHECKOUT' }).gives()
    given(room).when('component.remove', { name: 'nothing' }).gives()
    given(room).when('component.remove', { name: 'Checkout' }).gives(['component.removed'])
    expect(room.state.components).toEqual(['search'])
  })

  it('have a name and a limit', () => {
    const room = aRoom()
    given(room).when('component.add', { name: ' ' }).refuses('invalid', 'name')
    given(room)
      .when('component.add', { name: 'x'.repeat(81) })
      .refuses('invalid', 'name')
    for (let i = 0; i < maxComponents; i++) room.must('component.add', { name: `c${i}` })
    given(room).when('component.add', { name: 'one more' }).refuses('too-large', 'name')
  })
})

describe('questions', () => {
  it('are answered, and unanswered is unknown', () => {
    const room = given(aRoom())
      .when('flag.set', { flag: 'down', value: 'yes' }, { at: minute })
      .gives(['flag.set', { flag: 'down', value: 'yes', was: 'unknown' }])
    expect(room.state.flags.down).toEqual({ value: 'yes', at: t0 + minute })
    given(room).when('flag.set', { flag: 'down', value: 'yes' }).gives()
    // Asked, and nobody knows: another thing than never asked (R4).
    given(room).when('flag.set', { flag: 'data', value: 'unknown' }).gives(['flag.set'])
    given(room).when('flag.set', { flag: 'data', value: 'unknown' }).gives()
    given(room)
      .when('flag.set', { flag: 'down', value: 'unknown' }, { at: minute })
      .gives(['flag.set', { was: 'yes' }])
  })

  it('are the playbook’s', () => {
    given(aRoom()).when('flag.set', { flag: 'rain', value: 'yes' }).refuses('invalid', 'flag')
    given(aRoom()).when('flag.set', { flag: 'down', value: 'maybe' }).refuses('invalid', 'value')
  })
})

describe('times', () => {
  const set = (time: string, at: number) => ({ time, at, reason: 'Read from the pager' })

  it('are corrected with the old value kept', () => {
    const room = given(aRoom())
      .when('time.set', set('impact_began', t0 - minute))
      .gives(['time.set', { time: 'impact_began', at: t0 - minute, was: null }])
    given(room)
      .when('time.set', set('impact_began', t0 - 2 * minute))
      .gives(['time.set', { at: t0 - 2 * minute, was: t0 - minute }])
    given(room)
      .when('time.set', set('impact_began', t0 - 2 * minute))
      .gives()
    expect(room.state.times.impact_began).toBe(t0 - 2 * minute)
  })

  it('do not lie in the future, but for the slip of a clock', () => {
    given(aRoom())
      .when('time.set', set('detected', t0 + 5 * second + 1))
      .refuses('invalid', 'at')
    given(aRoom())
      .when('time.set', set('detected', t0 + 5 * second))
      .gives(['time.set', { at: t0 }])
  })

  it('that the server stamps cannot be set by hand', () => {
    for (const time of ['declared', 'first_action', 'reopened', 'closed'])
      given(aRoom()).when('time.set', set(time, t0)).refuses('invalid', 'time')
    for (const time of ['acknowledged', 'resolved'])
      given(aRoom()).when('time.set', set(time, t0)).refuses('conflict', 'time')
    given(aRoom()).when('time.set', { time: 'detected', at: t0 }).refuses('invalid', 'reason')
  })
})

describe('the bridge', () => {
  const call = 'https://meet.example.org/k7qf?pwd=1'

  it('is set, changed and taken away, and says what it was', () => {
    const room = given(aRoom())
      .when('bridge.set', { url: ` ${call} ` })
      .gives(['bridge.changed', { url: call, was: null }])
    expect(room.state.bridge).toBe(call)
    given(room).when('bridge.set', { url: call }).gives()
    given(room)
      .when('bridge.set', { url: 'tel:+493012345;ext=7' })
      .gives(['bridge.changed', { was: call }])
    given(room)
      .when('bridge.remove')
      .gives(['bridge.changed', { url: null }])
    given(room).when('bridge.remove').gives()
    expect(room.state.bridge).toBeNull()
  })

  it('is a call and nothing else that a link can do', () => {
    for (const url of [
      'http://meet.example.org/a',
      'javascript:alert(1)',
      ' javascript:alert(1)//https://a.example',
      'data:text/html,x',
      'https://',
      'https://a.example/ b',
      'https://a.example/"onclick="x',
      'tel:',
      'tel:call-me',
      'meet.example.org',
      `https://a.example/${'x'.repeat(500)}`,
    ])
      given(aRoom()).when('bridge.set', { url }).refuses('invalid', 'url')
  })
})

describe('presence', () => {
  const note = (person: string, change: string) => [{ person, change }, { by: muster }] as const

  it('is noted once when it begins and once when it ends', () => {
    const room = given(aRoom())
      .when('presence.note', ...note('lee', 'joined'))
      .gives(['person.joined', { person: 'lee' }])
    given(room)
      .when('presence.note', ...note('lee', 'joined'))
      .gives()
    given(room)
      .when('presence.note', ...note('lee', 'left'))
      .gives(['person.left'])
    given(room)
      .when('presence.note', ...note('lee', 'left'))
      .gives()
    expect(room.state.joined).toEqual([])
  })

  it('is bounded', () => {
    const room = aRoom()
    for (let i = 0; i < maxJoined; i++) room.must('presence.note', { person: `p${i}`, change: 'joined' })
    given(room).when('presence.note', { person: 'late', change: 'joined' }).gives()
  })
})
