import { describe, expect, it } from 'vitest'
import { roomLamp } from '../../../client/components/room/lamp.ts'

const calm = { status: 'live', waiting: 0, since: null } as const

describe('the lamp of the room', () => {
  it('is live only when both sockets are', () => {
    expect(roomLamp(calm, { kind: 'saved' }, 0, 0)).toEqual({ kind: 'live' })
    expect(roomLamp(calm, { kind: 'connecting' }, 0, 0)).toEqual({ kind: 'connecting' })
    expect(roomLamp({ ...calm, status: 'connecting' }, { kind: 'saved' }, 0, 0)).toEqual({
      kind: 'connecting',
    })
  })

  it('adds up what is kept here when either is cut off', () => {
    const offline = (kept: number) => ({ kind: 'offline', kept, nothing: false, asOf: null })
    const cut = { status: 'offline', waiting: 1, since: 0 } as const
    expect(roomLamp(calm, { kind: 'offline', kept: 2 }, 0, 0)).toEqual(offline(2))
    expect(roomLamp(cut, { kind: 'offline', kept: 2 }, 0, 0)).toEqual(offline(3))
    expect(roomLamp(cut, { kind: 'saved' }, 0, 0)).toEqual(offline(1))
    // The other line has not noticed yet: what is on its way there may not arrive.
    expect(roomLamp(cut, { kind: 'saving', acts: 2 }, 0, 0)).toEqual(offline(3))
  })

  it('says when this browser keeps nothing, and from when what is shown is', () => {
    const here = { nothing: true, asOf: 7 }
    expect(roomLamp({ ...calm, status: 'offline' }, { kind: 'saved' }, 0, 0, here)).toEqual({
      kind: 'offline',
      kept: 0,
      ...here,
    })
  })

  it('says saving after a second only', () => {
    const waiting = { status: 'live', waiting: 2, since: 1_000 } as const
    expect(roomLamp(waiting, { kind: 'saved' }, 0, 1_999)).toEqual({ kind: 'live' })
    expect(roomLamp(waiting, { kind: 'saved' }, 0, 2_000)).toEqual({ kind: 'saving', count: 2 })
    expect(roomLamp(waiting, { kind: 'saving', acts: 3 }, 0, 2_000)).toEqual({ kind: 'saving', count: 5 })
  })

  it('puts what was not accepted before everything', () => {
    expect(roomLamp({ ...calm, status: 'offline' }, { kind: 'offline', kept: 9 }, 1, 0)).toEqual({
      kind: 'refused',
      count: 1,
    })
  })
})
