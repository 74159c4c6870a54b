import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createIncidents,
  createMemoryRoster,
  type Incidents,
  type MusterServer,
} from '../../../server/incidents/index.ts'
import type { Access, Revocation, Session } from '../../../server/people/index.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import type { Database } from '../../../server/platform/database.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { createManualClock, type ManualClock } from '../../../server/platform/manual-clock.ts'
import { commitMark, createPulse, type Pulse } from '../../../server/platform/pulse.ts'
import { createPlaybookStore, shippedFolder } from '../../../server/playbooks/index.ts'
import type { IncidentEvent } from '../../../shared/incident/events.ts'
import { evolveNumber } from '../../../shared/incident/state.ts'
import type { CommandAnswer } from '../../../shared/protocol/errors.ts'
import type { FreshJoin } from '../../../shared/protocol/socket.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { person, testStart } from '../../helpers/incidents.ts'

/** Tokens are names here: "maya" is a responder, "guest:<incident>" a guest; anything with "!" is not known. */
function sessionFor(token: string): Session | null {
  if (token.includes('!')) return null
  const [name = '', scope] = token.split(':')
  const actor =
    scope === undefined
      ? person(name)
      : ({ kind: 'person', id: name, role: 'guest', scope: { incidentId: scope, role: 'viewer' } } as const)
  return { actor, name, key: token, expiresAt: null, via: 'bearer' }
}

describe('the gateway', () => {
  let database: Database
  let http: HttpServer
  let io: MusterServer
  let pulse: Pulse
  let incidents: Incidents
  let clock: ManualClock
  let revoke: (revocation: Revocation) => void = () => {}
  let url = ''
  const sockets: Socket[] = []

  beforeAll(async () => {
    database = await openTestDatabase()
    clock = createManualClock(testStart)
    const logger = createLogger('silent')
    const playbooks = createPlaybookStore(database)
    await playbooks.publishShipped(shippedFolder(), clock.now())
    const access: Access = {
      fromHeaders: async () => null,
      fromToken: async (token) => sessionFor(token),
      fromWallToken: async (token) => (token === 'wall-token' ? { id: 'wall' } : null),
      originAllowed: () => true,
      names: async (ids) => new Map(ids.map((id) => [id, { name: id }])),
      members: async (_incidentId, ids) => new Map(ids.map((id) => [id, { name: id }])),
      onRevoked: (listener) => {
        revoke = listener
        return () => {}
      },
    }
    pulse = createPulse({ mark: commitMark(database), logger })
    incidents = createIncidents({
      database,
      bus: createMemoryBus(),
      pulse,
      clock,
      logger,
      roster: createMemoryRoster(() => clock.now()),
      access,
      sessionOf: async () => null,
      playbooks,
      documents: {
        create: async () => {},
        setWritable: async () => {},
        accessChanged: () => {},
        rowOf: async () => ({ epoch: 0, schema: 1 }),
        textOf: async () => ({ markdown: '', notes: {} }),
      },
      version: 'test',
    })
    http = createServer()
    io = new Server(http, { transports: ['websocket'] })
    incidents.attach(io)
    incidents.start()
    pulse.start()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect()
    pulse.stop()
    await incidents.stop()
    await io.close()
    await database.close()
  })

  async function open(auth: object): Promise<Socket> {
    const socket = connect(url, { transports: ['websocket'], auth, reconnection: false })
    sockets.push(socket)
    await new Promise<void>((resolve, reject) => {
      socket.on('connect', resolve)
      socket.on('connect_error', reject)
    })
    return socket
  }

  async function declare(): Promise<string> {
    const playbook = await createPlaybookStore(database).latest('freeagentics')
    if (playbook === undefined) throw new Error('no playbook')
    const answer = await incidents.handler.declare(
      person('maya'),
      crypto.randomUUID(),
      { title: 'Down', severity: 'SEV-1' },
      playbook,
    )
    if (!answer.ok) throw new Error(answer.error.message)
    return answer.id
  }

  const send = (
    socket: Socket,
    incidentId: string,
    type: string,
    data: unknown = {},
    id: string = crypto.randomUUID(),
  ) => socket.emitWithAck('incident:command', { incidentId, id, type, data }) as Promise<CommandAnswer>

  /** Collects events until the one with this seq has come. */
  function until(socket: Socket, seq: () => number): Promise<IncidentEvent[]> {
    const got: IncidentEvent[] = []
    return new Promise((resolve) => {
      socket.on('incident:events', ({ events }: { events: IncidentEvent[] }) => {
        got.push(...events)
        if (got.some((e) => e.seq >= seq())) resolve(got)
      })
    })
  }

  it('gives a fresh picture, then every event in order to everyone in the room', async () => {
    const id = await declare()
    const maya = await open({ token: 'maya' })
    const tomas = await open({ token: 'tomas' })
    const fresh = (await tomas.emitWithAck('incident:join', { incidentId: id })) as FreshJoin
    expect(fresh).toMatchObject({ ok: true, seq: 2, epoch: 0 })
    expect(fresh.entries.map((e) => e.type)).toEqual(['incident.declared', 'escalation.stepped'])
    let last = Number.POSITIVE_INFINITY
    const heard = until(tomas, () => last)
    await maya.emitWithAck('incident:join', { incidentId: id })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => send(maya, id, 'chat.send', { text: `m${i}` })),
    )
    last = Math.max(...answers.map((a) => (a.ok ? a.seq : 0)))
    await send(maya, id, 'chat.send', { text: 'end' })
    const seqs = (await heard).map((e) => e.seq)
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
    expect(seqs[0]).toBe(fresh.seq + 1)
  })

  it('catches up after a cut, and starts afresh when the hash is not ours or too much is missing', async () => {
    const id = await declare()
    const maya = await open({ token: 'maya' })
    const fresh = (await maya.emitWithAck('incident:join', { incidentId: id })) as FreshJoin
    await send(maya, id, 'chat.send', { text: 'one' })
    await send(maya, id, 'chat.send', { text: 'two' })
    const tomas = await open({ token: 'tomas' })
    const caught = await tomas.emitWithAck('incident:join', {
      incidentId: id,
      since: fresh.seq,
      hash: fresh.hash,
    })
    expect(caught.events.map((e: IncidentEvent) => e.seq)[0]).toBe(fresh.seq + 1)
    expect(caught.events.some((e: IncidentEvent) => e.type === 'chat.sent' && e.data.text === 'two')).toBe(
      true,
    )
    for (const since of [fresh.seq, fresh.seq + 900])
      expect(
        await (await open({ token: 'x' })).emitWithAck('incident:join', {
          incidentId: id,
          since,
          hash: 'not-ours',
        }),
      ).toMatchObject({ ok: true, reset: true, state: { key: fresh.state.key } })
  })

  it('tells who comes back what they had last seen, people only and never more than they could see', async () => {
    const id = await declare()
    const maya = await open({ token: 'maya' })
    const saw = (socket: Socket, incidentId: string, seq: unknown) =>
      socket.emitWithAck('incident:seen', { incidentId, seq })
    expect(await saw(maya, id, 1)).toMatchObject({ ok: false, error: { code: 'not-found' } })
    const fresh = (await maya.emitWithAck('incident:join', { incidentId: id })) as FreshJoin
    expect(fresh.seen).toBeNull()
    expect(await saw(maya, id, 0)).toMatchObject({ ok: false, error: { code: 'invalid', field: 'seq' } })
    const at = clock.now()
    expect(await saw(maya, id, 1)).toEqual({ ok: true })
    maya.emit('incident:seen', { incidentId: id, seq: 1 })
    const said = await send(maya, id, 'chat.send', { text: 'one' })
    const phone = await open({ token: 'maya' })
    const again = { incidentId: id, since: 1, hash: fresh.hash }
    expect(await phone.emitWithAck('incident:join', again)).toMatchObject({ ok: true, seen: { seq: 1, at } })
    await saw(phone, id, said.ok ? said.seq : 0)
    const [third, tomas] = [await open({ token: 'maya' }), await open({ token: 'tomas' })]
    expect(await third.emitWithAck('incident:join', { incidentId: id })).toMatchObject({
      seen: { seq: said.ok ? said.seq : 0 },
    })
    expect(await tomas.emitWithAck('incident:join', { incidentId: id })).toMatchObject({ seen: null })
    const flood = await Promise.all(Array.from({ length: 300 }, () => saw(tomas, id, 1)))
    expect(flood.filter((a) => !a.ok).map((a) => a.error.code)).toContain('too-fast')
  })

  it('names the field that is wrong and stays usable', async () => {
    const id = await declare()
    const maya = await open({ token: 'maya' })
    const bad = [
      [{ incidentId: 7 }, 'incidentId'],
      [{ incidentId: id, id: 'x', type: 'chat.send' }, 'id'],
      [{ incidentId: id, id: crypto.randomUUID(), type: 'chat.shout' }, 'type'],
      [{ incidentId: id, id: crypto.randomUUID(), type: 'chat.send', data: { text: '' } }, 'text'],
      [
        { incidentId: id, id: crypto.randomUUID(), type: 'chat.send', data: { text: 'a', loud: true } },
        'loud',
      ],
      ['nonsense', undefined],
      [null, undefined],
    ] as const
    for (const [message, field] of bad) {
      const answer = await maya.emitWithAck('incident:command', message)
      expect(answer.ok).toBe(false)
      if (field !== undefined) expect(answer.error.field).toBe(field)
    }
    maya.emit('incident:command', { incidentId: id })
    maya.emit('incident:join')
    expect((await send(maya, id, 'chat.send', { text: 'still here' })).ok).toBe(true)
  })

  it('lets nobody in without a session, and guests into their incident only', async () => {
    await expect(open({ token: 'forged!' })).rejects.toThrow('signed-out')
    await expect(open({ wall: 'forged' })).rejects.toThrow('signed-out')
    const [own, other] = [await declare(), await declare()]
    const guest = await open({ token: `gast:${own}` })
    expect(await guest.emitWithAck('incident:join', { incidentId: own })).toMatchObject({ ok: true })
    const foreign = await guest.emitWithAck('incident:join', { incidentId: other })
    const missing = await guest.emitWithAck('incident:join', { incidentId: 'nothing' })
    expect(foreign).toEqual(missing)
    expect(await send(guest, own, 'chat.send', { text: 'hi' })).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(await guest.emitWithAck('board:join', {})).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    })
  })

  it('tells who is here, one line a person', async () => {
    const id = await declare()
    const [a, b, c] = [
      await open({ token: 'maya' }),
      await open({ token: 'maya' }),
      await open({ token: 'tomas' }),
    ]
    await a.emitWithAck('incident:join', { incidentId: id })
    await b.emitWithAck('incident:join', { incidentId: id })
    const present = new Promise<string[]>((resolve) => {
      a.on('incident:presence', ({ people }: { people: { name: string }[] }) => {
        if (people.length === 2) resolve(people.map((p) => p.name).sort())
      })
    })
    await c.emitWithAck('incident:join', { incidentId: id })
    expect(await present).toEqual(['maya', 'tomas'])
  })

  it('gives walls tiles and nothing else (R215, R216)', async () => {
    const id = await declare()
    const wall = await open({ wall: 'wall-token' })
    const key = (await incidents.store.load(id))?.state.key
    // The board looks at open incidents each second: a tile may come a moment after its incident.
    const { joined, tile } = await vi.waitFor(
      async () => {
        const answer = await wall.emitWithAck('wall:join', {})
        const found = answer.wall.tiles.find((t: { key: string }) => t.key === key)
        if (found === undefined) throw new Error('no tile yet')
        return { joined: answer, tile: found }
      },
      { timeout: 5_000 },
    )
    expect(tile).toMatchObject({ severity: { key: 'SEV-1', rank: 1 }, commander: null })
    expect(JSON.stringify(joined)).not.toContain(id)
    expect(JSON.stringify(joined)).not.toContain('maya')
    const events: string[] = []
    wall.onAny((name) => events.push(name))
    wall.emit('incident:join', { incidentId: id })
    wall.emit('incident:command', {
      incidentId: id,
      id: crypto.randomUUID(),
      type: 'chat.send',
      data: { text: 'x' },
    })
    const tiles = new Promise((resolve) => wall.once('wall:tile', resolve))
    const maya = await open({ token: 'maya' })
    await send(maya, id, 'incident.acknowledge')
    await tiles
    expect(new Set(events)).toEqual(new Set(['wall:tile']))
    expect((await incidents.log.entriesBefore(id, null, 50)).some((e) => e.type === 'chat.sent')).toBe(false)
  })

  it('puts changes on the board', async () => {
    const maya = await open({ token: 'maya' })
    await maya.emitWithAck('board:join', {})
    const row = new Promise<{ title: string }>((resolve) => {
      maya.on('board:rows', ({ rows }: { rows: { title: string }[] }) => {
        const found = rows.find((r) => r.title === 'Renamed')
        if (found !== undefined) resolve(found)
      })
    })
    const id = await declare()
    await send(maya, id, 'title.set', { title: 'Renamed' })
    expect(await row).toMatchObject({ severity: { key: 'SEV-1' }, commander: null, open: true })
  })

  it('cuts a socket that does not read, and nobody else (F24)', async () => {
    const id = await declare()
    const [maya, sleeper] = [await open({ token: 'maya' }), await open({ token: 'tomas' })]
    await sleeper.emitWithAck('incident:join', { incidentId: id })
    const wire: { ws: { _socket: { pause(): void; destroy(): void } } } = sleeper.io.engine.transport as never
    wire.ws._socket.pause()
    const before = incidents.metrics().muster_slow_sockets_cut_total ?? 0
    for (let i = 0; i < 100; i++) await send(maya, id, 'chat.send', { text: 'x'.repeat(200_000) })
    await vi.waitFor(() => expect(incidents.metrics().muster_slow_sockets_cut_total).toBe(before + 1), 5_000)
    wire.ws._socket.destroy()
    expect(maya.connected).toBe(true)
  })

  it('slows down who joins again and again', async () => {
    const id = await declare()
    const maya = await open({ token: 'maya' })
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => maya.emitWithAck('incident:join', { incidentId: id })),
    )
    expect(answers.filter((a) => a.ok === false).map((a) => a.error.code)).toContain('too-fast')
    expect(answers.filter((a) => a.ok).length).toBeGreaterThanOrEqual(200)
  })

  it('draws all the others when one incident is from a newer version', async () => {
    const [newer, id] = [await declare(), await declare()]
    await database.query('UPDATE incidents SET evolve = 999, seq = seq + 1 WHERE id = $1', [newer])
    try {
      const maya = await open({ token: 'maya' })
      await send(maya, id, 'title.set', { title: 'Still drawn' })
      const { ok, rows } = await maya.emitWithAck('board:join', {})
      expect(ok).toBe(true)
      expect(rows.map((r: { title: string }) => r.title)).toContain('Still drawn')
      const wall = await (await open({ wall: 'wall-token' })).emitWithAck('wall:join', {})
      expect(wall.wall.tiles.map((t: { title: string }) => t.title)).toContain('Still drawn')
    } finally {
      await database.query('UPDATE incidents SET evolve = $2, seq = seq - 1 WHERE id = $1', [
        newer,
        evolveNumber,
      ])
    }
  })

  it('knows no incident by a name that cannot be an id (S35)', async () => {
    const maya = await open({ token: 'maya' })
    for (const id of ['a\0b', '..', '\ud800'])
      for (const answer of [
        await maya.emitWithAck('incident:join', { incidentId: id }),
        await send(maya, id, 'chat.send', { text: 'x' }),
      ])
        expect(answer).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('ends at once what is revoked (S08)', async () => {
    const id = await declare()
    const guest = await open({ token: `gast:${id}` })
    await guest.emitWithAck('incident:join', { incidentId: id })
    const denied = new Promise((resolve) => guest.once('incident:denied', resolve))
    revoke({ incidentId: id, personId: 'gast' })
    expect(await denied).toMatchObject({ incidentId: id })
    const gone = new Promise((resolve) => guest.once('disconnect', resolve))
    revoke({ personId: 'gast' })
    await gone
    const wall = await open({ wall: 'wall-token' })
    const dark = new Promise((resolve) => wall.once('disconnect', resolve))
    revoke({ wallId: 'wall' })
    await dark
  })
})
