import { describe, expect, it } from 'vitest'
import {
  darkLamp,
  type LampEvent,
  lampAfter,
  lampAt,
  lampChangesAt,
} from '../../../client/net/document-lamp.ts'

const lit = (...events: LampEvent[]) => events.reduce(lampAfter, darkLamp)
const opened: LampEvent = { kind: 'opened', at: 0 }
const update = (at: number): LampEvent => ({ kind: 'sent', frame: 'update', at })
const answer = (at: number): LampEvent => ({ kind: 'sent', frame: 'answer', at })

describe('the lamp of the document', () => {
  it('connects, and is then saved', () => {
    expect(lampAt(darkLamp, 0)).toEqual({ kind: 'connecting' })
    expect(lampAt(lit(opened), 0)).toEqual({ kind: 'saved' })
  })

  it('says saving only after a second, and says when to look again', () => {
    const lamp = lit(opened, update(100))
    expect(lampAt(lamp, 1_099)).toEqual({ kind: 'saved' })
    expect(lampChangesAt(lamp, 200)).toBe(1_100)
    expect(lampAt(lamp, 1_100)).toEqual({ kind: 'saving', frames: 1 })
    expect(lampChangesAt(lamp, 1_100)).toBeNull()
  })

  it('counts what the server has committed, in total', () => {
    const lamp = lit(opened, update(0), update(10), update(20), { kind: 'committed', frames: 2 })
    expect(lampAt(lamp, 5_000)).toEqual({ kind: 'saving', frames: 1 })
    expect(lampAt(lampAfter(lamp, { kind: 'committed', frames: 3 }), 5_000)).toEqual({ kind: 'saved' })
    expect(lampAt(lampAfter(lamp, { kind: 'committed', frames: 2 }), 5_000)).toEqual({
      kind: 'saving',
      frames: 1,
    })
  })

  it('does not count the answer to the server as a change of ours', () => {
    expect(lampAt(lit(opened, answer(0)), 60_000)).toEqual({ kind: 'saved' })
  })

  it('is not saved while an answer brings words of an earlier visit', () => {
    const brought = lit(opened, { kind: 'sent', frame: 'answer', at: 0, brings: true })
    expect(lampAt(brought, 999)).toEqual({ kind: 'saved' })
    expect(lampAt(brought, 1_000)).toEqual({ kind: 'saving', frames: 1 })
    expect(lampAt(lampAfter(brought, { kind: 'closed' }), 1_000)).toEqual({ kind: 'offline', kept: 1 })
    expect(lampAt(lampAfter(brought, { kind: 'committed', frames: 1 }), 1_000)).toEqual({ kind: 'saved' })
  })

  it('keeps what was on its way when the connection broke, and what came after', () => {
    const lamp = lit(opened, update(0), update(1), { kind: 'committed', frames: 1 }, { kind: 'closed' })
    expect(lampAt(lamp, 10)).toEqual({ kind: 'offline', kept: 1 })
    expect(lampAt(lampAfter(lamp, { kind: 'kept' }), 10)).toEqual({ kind: 'offline', kept: 2 })
  })

  it('lets go of what was kept only when the answer that holds it is committed', () => {
    const back = lit(opened, update(0), { kind: 'closed' }, { kind: 'opened', at: 10_000 })
    expect(lampAt(back, 11_000)).toEqual({ kind: 'saving', frames: 1 })
    const early = [update(10_001), answer(10_002), { kind: 'committed', frames: 1 } as const].reduce(
      lampAfter,
      back,
    )
    expect(lampAt(early, 12_000)).toEqual({ kind: 'saving', frames: 1 })
    expect(lampAt(lampAfter(early, { kind: 'committed', frames: 2 }), 12_000)).toEqual({ kind: 'saved' })
  })

  it('shows a refusal until the text was dealt with, also over a fresh start', () => {
    const lamp = lit(opened, { kind: 'refused', texts: 1 }, { kind: 'afresh' }, opened)
    expect(lampAt(lamp, 0)).toEqual({ kind: 'refused', texts: 1 })
    expect(lampAt(lampAfter(lamp, { kind: 'dismissed', texts: 1 }), 0)).toEqual({ kind: 'saved' })
  })
})
