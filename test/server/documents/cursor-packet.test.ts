import { describe, expect, it } from 'vitest'
import { decodeCursors, encodeCursors } from '../../../server/documents/cursor-packet.ts'

const document = '769tkwc728a43r9pwch3j4y9yw'
const user = { id: 'maya', name: 'Maya', color: 1 }

function across(state: unknown): unknown[] {
  const states = [{ clientId: 7, clock: 1, state: JSON.stringify(state) }]
  return encodeCursors('one', { kind: 'states', document, states }).flatMap((packet) => {
    const heard = decodeCursors(packet)
    return heard?.kind === 'states' ? heard.states.map((s) => JSON.parse(s.state)) : []
  })
}

describe('what other nodes hear of somebody', () => {
  it('is their cursor and the note they write in, and nothing else', () => {
    const cursor = { anchor: 1, head: 2 }
    expect(across({ user, cursor, note: 'first/look', secret: 'x' })).toEqual([
      { user, cursor, note: 'first/look' },
    ])
    expect(across({ user, cursor: null, note: null })).toEqual([{ user, cursor: null, note: null }])
  })

  it('is nothing where the note is no id of a task', () => {
    expect(across({ user, note: 'x'.repeat(201) })).toEqual([])
    expect(across({ user, note: { evil: true } })).toEqual([])
  })
})
