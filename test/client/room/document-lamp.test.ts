import { describe, expect, it } from 'vitest'
import {
  darkLamp,
  type LampEvent,
  lampAfter,
  lampAt,
  lampChangesAt,
} from '../../../client/net/document-lamp.ts'

const come: LampEvent = { kind: 'come' }
const lit = (...events: LampEvent[]) => [...events, come].reduce(lampAfter, darkLamp)
const opened: LampEvent = { kind: 'opened', at: 0 }
const update = (at: number): LampEvent => ({ kind: 'sent', frame: 'update', at })
const answer = (at: number): LampEvent => ({ kind: 'sent', frame: 'answer', at })

describe('the lamp of the document', () => {
  it('connects until the document has come, and is then saved', () => {
    expect(lampAt(darkLamp, 0)).toEqual({ kind: 'connecting' })
    const empty = lampAfter(darkLamp, opened)
    expect(lampAt(empty, 0)).toEqual({ kind: 'connecting' })
    expect(lampAt(lampAfter(empty, come), 0)).toEqual({ kind: 'saved' })
    expect(lampAt(lampAfter(lit(opened), { kind: 'afresh' }), 0)).toEqual({ kind: 'offline', kept: 0 })
  })

  it('says saving only after a second, and says when to look again', () => {
    const lamp = lit(opened, update(100))
    expect(lampAt(lamp, 1_099)).toEqual({ kind: 'saved' })
    expect(lampChangesAt(lamp, 200)).toBe(1_100)
    expect(lampAt(lamp, 1_100)).toEqual({ kind: 'saving', acts: 1 })
    expect(lampChangesAt(lamp, 1_100)).toBeNull()
  })

  it('counts what the server has committed, in total', () => {
    const lamp = lit(opened, update(0), update(10), update(20), { kind: 'committed', frames: 2 })
    expect(lampAt(lamp, 5_000)).toEqual({ kind: 'saving', acts: 1 })
    expect(lampAt(lampAfter(lamp, { kind: 'committed', frames: 3 }), 5_000)).toEqual({ kind: 'saved' })
    expect(lampAt(lampAfter(lamp, { kind: 'committed', frames: 2 }), 5_000)).toEqual({
      kind: 'saving',
      acts: 1,
    })
  })

  it('does not count the answer to the server as a change of ours', () => {
    expect(lampAt(lit(opened, answer(0)), 60_000)).toEqual({ kind: 'saved' })
  })

  it('is not saved while an answer brings words of an earlier visit', () => {
    const brought = lit(opened, { kind: 'sent', frame: 'answer', at: 0, brings: true })
    expect(lampAt(brought, 999)).toEqual({ kind: 'saved' })
    expect(lampAt(brought, 1_000)).toEqual({ kind: 'saving', acts: 1 })
    expect(lampAt(lampAfter(brought, { kind: 'closed' }), 1_000)).toEqual({ kind: 'offline', kept: 1 })
    expect(lampAt(lampAfter(brought, { kind: 'committed', frames: 1 }), 1_000)).toEqual({ kind: 'saved' })
  })

  it('keeps what was on its way when the connection broke, and what came after', () => {
    const lamp = lit(opened, update(0), update(1), { kind: 'committed', frames: 1 }, { kind: 'closed' })
    expect(lampAt(lamp, 10)).toEqual({ kind: 'offline', kept: 1 })
    expect(lampAt(lampAfter(lamp, { kind: 'kept', at: 60_000 }), 60_000)).toEqual({
      kind: 'offline',
      kept: 2,
    })
  })

  it('counts acts of writing, not the letters of one', () => {
    const typed = (...times: number[]) =>
      lampAt(lit(opened, { kind: 'closed' }, ...times.map((at): LampEvent => ({ kind: 'kept', at }))), 99_999)
    expect(typed(0, 150, 300, 450)).toEqual({ kind: 'offline', kept: 1 })
    expect(typed(0, 150, 10_000, 10_100)).toEqual({ kind: 'offline', kept: 2 })
    expect(lampAt(lit(opened, update(0), update(90), update(5_000)), 6_000)).toEqual({
      kind: 'saving',
      acts: 2,
    })
    // The letters on their way when the line broke belong to what is typed on.
    const cut = lit(opened, update(0), update(90), { kind: 'closed' }, { kind: 'kept', at: 180 })
    expect(lampAt(cut, 200)).toEqual({ kind: 'offline', kept: 1 })
  })

  it('lets go of what was kept only when the answer that holds it is committed', () => {
    const back = lit(opened, update(0), { kind: 'closed' }, { kind: 'opened', at: 10_000 })
    expect(lampAt(back, 11_000)).toEqual({ kind: 'saving', acts: 1 })
    const early = [update(10_001), answer(10_002), { kind: 'committed', frames: 1 } as const].reduce(
      lampAfter,
      back,
    )
    expect(lampAt(early, 12_000)).toEqual({ kind: 'saving', acts: 1 })
    expect(lampAt(lampAfter(early, { kind: 'committed', frames: 2 }), 12_000)).toEqual({ kind: 'saved' })
  })
})
