import { describe, expect, it } from 'vitest'
import { decodeCursors, encodeCursors } from '../../../server/documents/cursor-packet.ts'
import type { CursorMessage, CursorRelay, HeardCursors } from '../../../server/documents/cursor-relay.ts'
import type { AwarenessEntry } from '../../../server/documents/frames.ts'
import { mostRemote, RemoteCursors, remoteLifeMs } from '../../../server/documents/remote-cursors.ts'
import { startDocuments, until } from '../../helpers/documents.ts'

const user = { id: 'maya', name: 'Maya', color: 3 }
const stateOf = (cursor: unknown, who: object = user) => JSON.stringify({ user: who, cursor })
const statesOf = (states: readonly AwarenessEntry[]): CursorMessage => ({
  kind: 'states',
  document: 'room',
  states,
})
const heard = (clientId: number, clock: number, state: string) => ({
  clientId,
  clock,
  state,
  userId: state === 'null' ? undefined : 'maya',
})

describe('a packet of cursors', () => {
  it('carries states there and back, without fields that are no cursor', () => {
    const more = JSON.stringify({ user, cursor: { anchor: 1, head: 2 }, secret: 'x' })
    const [text, ...others] = encodeCursors(
      'n1',
      statesOf([
        { clientId: 7, clock: 3, state: more },
        { clientId: 8, clock: 1, state: 'null' },
      ]),
    )
    expect(others).toEqual([])
    expect(decodeCursors(text ?? '')).toEqual({
      kind: 'states',
      node: 'n1',
      document: 'room',
      states: [
        { clientId: 7, clock: 3, state: stateOf({ anchor: 1, head: 2 }), userId: 'maya' },
        { clientId: 8, clock: 1, state: 'null', userId: undefined },
      ],
    })
    expect(text).not.toContain('secret')
  })

  it('is split at 200 states and leaves out what is too large', () => {
    const states = Array.from({ length: 401 }, (_, i) => ({ clientId: i, clock: 1, state: stateOf(i) }))
    const large = { clientId: 999, clock: 1, state: stateOf({ anchor: 'x'.repeat(4_096) }) }
    const packets = encodeCursors('n1', statesOf([...states, large])).map(decodeCursors)
    const sizes = packets.map((packet) => (packet?.kind === 'states' ? packet.states.length : -1))
    expect(sizes).toEqual([200, 200, 1])
  })

  it('is no packet when anything around the states is wrong', () => {
    const good = { node: 'n1', document: 'room', states: [] }
    expect(decodeCursors(JSON.stringify(good))).toBeDefined()
    for (const wrong of [
      { node: 1 },
      { node: '' },
      { node: 'x'.repeat(129) },
      { document: '../etc' },
      { document: 7 },
      { states: {} },
      { states: Array.from({ length: 201 }, () => null) },
    ])
      expect(decodeCursors(JSON.stringify({ ...good, ...wrong })), JSON.stringify(wrong)).toBeUndefined()
    for (const text of ['', 'no json', 'null', '[]', '7', ' '.repeat(1_000_001)])
      expect(decodeCursors(text)).toBeUndefined()
  })

  it('loses the states that are not in order, and only those', () => {
    const good = { clientId: 1, clock: 1, state: { user, cursor: null } }
    const wrong = [
      null,
      { ...good, clientId: -1 },
      { ...good, clientId: 1.5 },
      { ...good, clock: 2 ** 41 },
      { ...good, clock: '1' },
      { ...good, state: 'text' },
      { ...good, state: { cursor: null } },
      { ...good, state: { user: { ...user, color: 12 }, cursor: null } },
      { ...good, state: { user: { ...user, name: 'x'.repeat(401) }, cursor: null } },
      { ...good, state: { user: { ...user, id: 7 }, cursor: null } },
      { ...good, state: { user, cursor: [1] } },
      { ...good, state: { user, cursor: { anchor: 'ä'.repeat(2_048) } } },
    ]
    const packet = decodeCursors(JSON.stringify({ node: 'n1', document: 'room', states: [...wrong, good] }))
    expect(packet?.kind === 'states' && packet.states).toEqual([
      { clientId: 1, clock: 1, state: stateOf(null), userId: 'maya' },
    ])
  })
})

describe('cursors another node speaks for', () => {
  it('expire without renewal, not with it', () => {
    const cursors = new RemoteCursors()
    cursors.hear('n1', heard(7, 1, stateOf(1)), 0, 0)
    expect(cursors.flush(false)).toHaveLength(1)
    cursors.hear('n1', heard(7, 1, stateOf(1)), 20_000, 0)
    expect(cursors.hasNews).toBe(false)
    cursors.expire(remoteLifeMs)
    expect(cursors.size).toBe(1)
    expect(cursors.nextExpiry).toBe(20_000 + remoteLifeMs)
    cursors.expire(20_000 + remoteLifeMs)
    expect(cursors.flush(false)).toEqual([{ clientId: 7, clock: 2, state: 'null' }])
    expect(cursors.size).toBe(0)
  })

  it('go at once when their node says so, not when another does', () => {
    const cursors = new RemoteCursors()
    cursors.hear('n1', heard(7, 1, stateOf(1)), 0, 0)
    cursors.hear('n2', heard(7, 9, 'null'), 0, 0)
    expect(cursors.size).toBe(1)
    cursors.hear('n1', heard(7, 2, 'null'), 0, 0)
    expect(cursors.size).toBe(0)
  })

  it('come back with a clock that clients take for newer', () => {
    const cursors = new RemoteCursors()
    cursors.hear('n1', heard(7, 40, stateOf(1)), 0, 0)
    cursors.hear('n1', heard(7, 41, 'null'), 0, 0)
    cursors.hear('n2', heard(7, 3, stateOf(2)), 0, 0)
    const clocks = cursors.flush(false).map(({ clock, state }) => [clock, state])
    expect(clocks).toEqual([
      [41, 'null'],
      [42, stateOf(2)],
    ])
  })

  it('are no more than so many', () => {
    const cursors = new RemoteCursors()
    for (let id = 0; id < mostRemote + 50; id++) cursors.hear('n1', heard(id, 1, stateOf(1)), 0, 0)
    expect(cursors.size).toBe(mostRemote)
  })
})

/** A relay whose other side is the test. */
function handRelay() {
  const listeners = new Set<(message: HeardCursors) => void>()
  const sent: CursorMessage[] = []
  const relay: CursorRelay = {
    publish: (message) => void sent.push(message),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {},
  }
  const say = (message: HeardCursors) => {
    for (const listener of listeners) listener(message)
  }
  const told = () => sent.flatMap((message) => (message.kind === 'states' ? message.states : []))
  return { relay, sent, say, told }
}

describe('a room beside other nodes', () => {
  const fromElsewhere = (
    clientId: number,
    clock: number,
    state: string,
    document = 'room',
  ): HeardCursors => ({
    kind: 'states',
    node: 'n2',
    document,
    states: [heard(clientId, clock, state)],
  })

  it('asks, shows what it hears, passes nothing of it on, and never lets it touch its own', async () => {
    const { relay, sent, say, told } = handRelay()
    const server = await startDocuments({ cursors: relay })
    const tomas = server.client('tomas')
    await tomas.synced()
    expect(sent).toContainEqual({ kind: 'ask', document: 'room' })
    const own = tomas.doc.clientID
    tomas.provider.awareness.setLocalState({ cursor: 5, secret: 'kept here' })
    await until('his cursor is told', () => told().some(({ clientId }) => clientId === own))
    expect(told().every(({ state }) => JSON.parse(state).user.id === 'tomas')).toBe(true)

    const states = () => tomas.provider.awareness.getStates()
    await until('his own name has come back', () => states().get(own)?.user !== undefined)
    const before = JSON.stringify(states().get(own))
    say(fromElsewhere(own, 2 ** 39, stateOf(99)))
    say(fromElsewhere(own, 2 ** 39, 'null'))
    say(fromElsewhere(5, 1, stateOf(1), 'not-loaded'))
    say(fromElsewhere(4711, 1, stateOf(8)))
    await until('the other cursor is seen', () => states().get(4711) !== undefined)
    expect(states().get(4711)).toEqual({ user, cursor: 8 })
    expect(JSON.stringify(states().get(own))).toBe(before)
    expect(states().get(5)).toBeUndefined()
    expect(told().some(({ clientId }) => clientId === 4711)).toBe(false)

    const count = told().length
    say({ kind: 'ask', document: 'room' })
    say({ kind: 'ask', document: 'room' })
    await until('the question is answered', () => told().length > count)
    expect(told().slice(count)).toMatchObject([{ clientId: own }])

    say(fromElsewhere(4711, 2, 'null'))
    await until('the other cursor is gone', () => !states().has(4711))
    tomas.destroy()
    await until('his leaving is told', () => told().at(-1)?.state === 'null')
    await server.close()
  })

  it('shows no id of one person under the name of another', async () => {
    const { relay, say } = handRelay()
    const server = await startDocuments({ cursors: relay })
    const [tomas, eve] = [server.client('tomas'), server.client('eve')]
    await Promise.all([tomas.synced(), eve.synced()])
    tomas.doc.getText('notes').insert(0, 'mine')
    await until('it arrives', () => eve.text() === 'mine')
    const id = tomas.doc.clientID
    tomas.destroy()
    say(fromElsewhere(id, 9, stateOf(1)))
    say(fromElsewhere(4711, 1, stateOf(1)))
    const states = eve.provider.awareness.getStates()
    await until('the unbound one is seen', () => states.has(4711))
    expect(states.has(id)).toBe(false)
    await server.close()
  })

  it('tells the others when it closes', async () => {
    const { relay, told } = handRelay()
    const server = await startDocuments({ cursors: relay })
    const tomas = server.client('tomas')
    await tomas.synced()
    tomas.provider.awareness.setLocalState({ cursor: 5 })
    await until('his cursor is told', () => told().length > 0)
    await server.gateway.drain()
    expect(told().at(-1)).toMatchObject({ clientId: tomas.doc.clientID, state: 'null' })
    await server.close()
  })
})
