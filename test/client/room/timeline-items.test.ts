import { describe, expect, it } from 'vitest'
import { sameRows, timelineItems } from '../../../client/components/room/timeline-items.ts'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import { timeline } from '../../../shared/incident/timeline.ts'

const minute = 60_000
const start = Date.parse('2026-11-21T14:00:00Z')

function at(seq: number, minutes: number, type: string, data: object): IncidentEvent {
  const when = start + minutes * minute
  return {
    seq,
    type,
    v: 1,
    at: when,
    occurredAt: when,
    actor: { kind: 'person', id: 'p1' },
    commandId: `command-${seq}`,
    data,
    hash: '',
  } as unknown as IncidentEvent
}

const tick = (seq: number, minutes: number) => at(seq, minutes, 'task.ticked', { task: 't' })
const chat = (seq: number, minutes: number) =>
  at(seq, minutes, 'chat.sent', { text: 'hello', mentions: [], snippet: false })
const severity = (seq: number, minutes: number) =>
  at(seq, minutes, 'severity.changed', { from: null, to: 'a', reason: '' })

type Shape = number | number[] | string

function shape(events: IncidentEvent[], options: Parameters<typeof timelineItems>[1] = {}): Shape[] {
  return timelineItems(timeline(events), options).map((item): Shape => {
    switch (item.kind) {
      case 'row':
        return item.row.seq
      case 'fold':
        return item.rows.map((r) => r.seq)
      case 'gap':
        return `${item.minutes} min`
      default:
        return item.kind
    }
  })
}

describe('items of the timeline', () => {
  it('folds runs of three and more, and shows shorter ones', () => {
    expect(shape([tick(1, 0), tick(2, 0), chat(3, 1), tick(4, 2), tick(5, 2), tick(6, 3)])).toEqual([
      1,
      2,
      3,
      [4, 5, 6],
    ])
  })

  it('lets what turns the incident stand alone', () => {
    expect(shape([tick(1, 0), tick(2, 0), severity(3, 0), tick(4, 0)])).toEqual([1, 2, 3, 4])
  })

  it('never folds away who leads', () => {
    const taken = at(3, 0, 'role.taken', { role: 'commander', from: null, because: 'vacant' })
    expect(shape([tick(1, 0), tick(2, 0), taken, tick(4, 0)])).toEqual([1, 2, 3, 4])
  })

  it('says long silences and new days, and folds nothing across them', () => {
    expect(shape([tick(1, 0), tick(2, 1), tick(3, 23), tick(4, 24), tick(5, 25)])).toEqual([
      1,
      2,
      '22 min',
      [3, 4, 5],
    ])
    expect(shape([chat(1, 590), chat(2, 605)])).toEqual([1, 'day', 2])
  })

  it('says nothing of silence between rows that were chosen', () => {
    expect(shape([chat(1, 0), chat(2, 60)], { filtered: true })).toEqual([1, 2])
    expect(shape([chat(1, 590), chat(2, 605)], { filtered: true })).toEqual([1, 'day', 2])
  })

  it('draws the unread line before the first that was written unseen, and folds nothing across it', () => {
    const late = { ...chat(7, 6), occurredAt: start - 5 * minute }
    const events = [tick(1, 0), tick(2, 0), tick(3, 0), tick(4, 0), tick(5, 0), chat(6, 5), late]
    expect(shape(events, { unreadFrom: 4 })).toEqual([7, [1, 2, 3], 'unread', 4, 5, 6])
    expect(shape(events, { unreadFrom: 6 })).toEqual([7, [1, 2, 3, 4, 5], 'unread', 6])
    expect(shape(events, { unreadFrom: null })).toEqual([7, [1, 2, 3, 4, 5], 6])
    expect(shape(events, { unreadFrom: 99 })).toEqual([7, [1, 2, 3, 4, 5], 6])
  })

  it('keeps the objects of rows that did not change', () => {
    const before = timeline([chat(1, 0), chat(2, 1)])
    const edit = at(3, 2, 'chat.edited', { ref: 2, text: 'other', mentions: [] })
    const after = sameRows(before, timeline([chat(1, 0), chat(2, 1), edit, chat(4, 3)]))
    expect(after[0]).toBe(before[0])
    expect(after[1]).not.toBe(before[1])
    expect(after[1]).toMatchObject({ text: 'other', edited: 1 })
    expect(after).toHaveLength(3)
  })
})
