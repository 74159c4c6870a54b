import { describe, expect, it } from 'vitest'
import { timeline } from '../../../shared/incident/timeline.ts'
import { fullPlaybook } from '../../helpers/playbook.ts'
import { kim, lee, Room, t0 } from './given-when-then.ts'

const minutes = (n: number) => n * 60_000
const room = () => new Room(fullPlaybook())
const firstTask = (r: Room) => r.playbook.checklists[0]?.items[0]?.id ?? ''

describe('what was made offline', () => {
  it('happened when it was made, and is judged when it came', () => {
    const r = room()
    const task = firstTask(r)
    r.must('task.tick', { task }, { at: minutes(40), madeAt: minutes(3) })
    const tick = r.events.find((e) => e.type === 'task.ticked')
    expect(tick).toMatchObject({ at: t0 + minutes(40), occurredAt: t0 + minutes(3) })
    expect(r.state.tasks[task]?.done).toMatchObject({ at: t0 + minutes(40), madeAt: t0 + minutes(3) })
    // The server's time judges every clock.
    expect(r.state.times.first_action).toBe(t0 + minutes(40))
  })

  it('stands in the timeline at its time, marked', () => {
    const r = room()
    r.must('chat.send', { text: 'online' }, { at: minutes(20), by: lee })
    r.must('chat.send', { text: 'offline' }, { at: minutes(40), madeAt: minutes(3) })
    const chat = timeline(r.events).filter((row) => row.kind === 'chat')
    expect(chat.map((row) => [row.text, row.offlineAt])).toEqual([
      ['offline', t0 + minutes(3)],
      ['online', undefined],
    ])
  })

  it('is pinned at the time it was said', () => {
    const r = room()
    r.must('chat.send', { text: 'offline' }, { at: minutes(40), madeAt: minutes(3) })
    r.must('entry.pin', { ref: r.last('chat.sent'), kind: 'finding' }, { at: minutes(41) })
    const entry = timeline(r.events).find((row) => row.kind === 'entry')
    expect(entry).toMatchObject({ at: t0 + minutes(3), pinnedFrom: { sentAt: t0 + minutes(3) } })
  })

  it('is told apart from what its author dated back', () => {
    const r = room()
    const entry = { kind: 'finding', occurredAt: t0 + minutes(1) }
    r.must('entry.add', { ...entry, text: 'dated back' }, { at: minutes(30) })
    r.must('entry.add', { ...entry, text: 'and offline' }, { at: minutes(30), madeAt: minutes(2) })
    const rows = timeline(r.events).filter((row) => row.kind === 'entry')
    expect(rows.map((row) => [row.at, row.offlineAt])).toEqual([
      [t0 + minutes(1), undefined],
      [t0 + minutes(1), t0 + minutes(2)],
    ])
  })

  it.each([
    ['came after a cut of seconds', minutes(30) - 2_000, minutes(30) - 2_000],
    ['came by a slow line', minutes(30) - 1_999, undefined],
    ['says it lies in the future', minutes(90), undefined],
    ['says it was made before the incident', -minutes(90), 0],
  ])('is bounded by what the server knows, where it %s', (_why, madeAt, expected) => {
    const r = room()
    r.must('chat.send', { text: 'hello' }, { at: minutes(30), madeAt })
    const [row] = timeline(r.events).filter((e) => e.kind === 'chat')
    expect(row?.kind === 'chat' && row.offlineAt).toBe(expected === undefined ? undefined : t0 + expected)
    expect(row?.at).toBe(t0 + (expected ?? minutes(30)))
  })

  it('is never a matter of severity, status or roles', () => {
    const r = room()
    r.must('incident.acknowledge', {}, { at: minutes(30), madeAt: minutes(1), by: kim })
    const acknowledged = r.events.find((e) => e.type === 'incident.acknowledged')
    expect(acknowledged?.occurredAt).toBe(t0 + minutes(30))
  })
})
