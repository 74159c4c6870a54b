import { describe, expect, it } from 'vitest'
import {
  eventVersions,
  hashInput,
  isEntry,
  isEventType,
  lift,
  payloadInput,
  UnknownEventError,
} from '../../../shared/incident/events.ts'
import { evolve } from '../../../shared/incident/evolve.ts'
import { deed, type Names } from '../../../shared/incident/sentences.ts'
import { timeline } from '../../../shared/incident/timeline.ts'
import { everyEvent } from './every-event.ts'
import { aRoom, replay, t0 } from './given-when-then.ts'

const room = everyEvent()
const types = Object.keys(eventVersions).filter(isEventType)

describe('every type of event', () => {
  it('happens in the long incident, at its present version', () => {
    expect([...new Set(room.events.map((e) => e.type))].sort()).toEqual([...types].sort())
    for (const e of room.events) expect(e.v).toBe(eventVersions[e.type])
  })

  it('is read back by lift, and evolves by replay', () => {
    const lifted = room.events.map((e) => lift(JSON.parse(JSON.stringify(e))))
    expect(lifted).toEqual(room.events)
    expect(replay(lifted)).toEqual(room.state)
  })

  it.each(types)('%s shows in the timeline, changes a row, or is meant to be silent', (type) => {
    const seqs = new Set(room.events.filter((e) => e.type === type).map((e) => e.seq))
    const all = JSON.stringify(timeline(room.events))
    const without = JSON.stringify(timeline(room.events.filter((e) => !seqs.has(e.seq))))
    if (['person.joined', 'person.left'].includes(type)) expect(without).toBe(all)
    else expect(without).not.toBe(all)
    // Whatever shows has to be among what is paged.
    if (without !== all) expect(isEntry(type)).toBe(true)
  })

  it.each(types)('%s has words', (type) => {
    const names: Names = { person: (id) => id.toUpperCase(), task: (id) => id, time: (ms) => `+${ms - t0}` }
    for (const e of room.events.filter((e) => e.type === type)) {
      expect(deed(e, room.playbook, names)).toMatch(/^\S.*\S$/)
      expect(deed(e, room.playbook, names)).not.toMatch(/undefined|null|object|NaN/)
    }
  })
})

describe('the log', () => {
  it('begins with its declaration, once, and has no gaps', () => {
    const [first, second, third] = room.events
    if (first === undefined || second === undefined || third === undefined) throw new Error('too short')
    expect(() => evolve(null, second)).toThrow('begins with its declaration')
    const state = evolve(null, first)
    expect(() => evolve(state, { ...first, seq: 2 })).toThrow('declared once')
    expect(() => evolve(state, third)).toThrow('does not follow')
    expect(() => evolve(state, first)).toThrow('does not follow')
  })

  it('never goes back in time, and nothing happened after it was recorded', () => {
    for (const [i, e] of room.events.entries()) {
      expect(e.seq).toBe(i + 1)
      expect(e.at).toBeGreaterThanOrEqual(room.events[i - 1]?.at ?? 0)
      expect(e.occurredAt).toBeLessThanOrEqual(e.at)
    }
    const late = aRoom()
    late.must('chat.send', { text: 'x' }, { at: 1000 })
    expect(late.must('chat.send', { text: 'y' }, { at: 500 })[0]?.at).toBe(t0 + 1000)
  })

  it('is not read by a version that does not know it', () => {
    const raw = { ...JSON.parse(JSON.stringify(room.events[0])) }
    expect(() => lift({ ...raw, type: 'incident.exploded' })).toThrow(UnknownEventError)
    expect(() => lift({ ...raw, type: 'toString' })).toThrow(UnknownEventError)
    expect(() => lift({ ...raw, v: 3 })).toThrow(UnknownEventError)
  })
})

describe('the hash', () => {
  it('covers its fields in the stated order', () => {
    const e = { seq: 1, type: 'chat.sent', v: 1, at: 5, occurredAt: 4, actorId: 'kim', commandId: 'c' }
    expect(hashInput('prev', e, 'digest')).toBe('["prev",1,"chat.sent",1,5,4,"kim","c","digest"]')
    expect(payloadInput('salt', '{"a":1}')).toBe('["salt","{\\"a\\":1}"]')
  })
})
