import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomIds } from '../../server/incidents/ids.ts'
import type { Database, Queryable } from '../../server/platform/database.ts'
import { DatabaseError } from '../../server/platform/database.ts'
import { firstBroken } from '../helpers/chain.ts'
import { command, createHandlerBench, type HandlerBench, person } from '../helpers/incidents.ts'

const minute = 60_000

/** What the command handler, the log and the runner promise on every database. */
export function incidentsContract(name: string, open: () => Promise<Database>): void {
  describe(`incidents on ${name}`, () => {
    let database: Database
    let bench: HandlerBench
    beforeAll(async () => {
      database = await open()
      bench = await createHandlerBench(database)
    })
    afterAll(async () => {
      await bench.handler.stop()
      await database.close()
    })

    it('declares once for one command id, however often it is sent (R2)', async () => {
      const published = await bench.playbooks.latest('freeagentics')
      if (published === undefined) throw new Error('no playbook')
      const id = randomIds.command()
      const send = () =>
        bench.handler.declare(person('maya'), id, { title: 'API down', severity: 'SEV-1' }, published)
      const answers = await Promise.all([send(), send(), send(), send()])
      expect(new Set(answers.map((a) => (a.ok ? a.id : a.error.code))).size).toBe(1)
      const other = await bench.handler.declare(person('tomas'), id, { title: 'API down' }, published)
      expect(other.ok && answers[0]?.ok && other.id !== answers[0].id).toBe(true)
    })

    it('finds another key when the four letters are taken', async () => {
      const lengths: number[] = []
      const key = (n: 4 | 5) => {
        lengths.push(n)
        return n === 4 ? 'AAAA' : randomIds.key(5)
      }
      const ids = { ...randomIds, key }
      const node = await createHandlerBench(database, { ids, clock: bench.clock })
      await node.declare('agent-lab', null)
      const second = await node.declare('agent-lab', null)
      expect((await node.store.load(second))?.state.key).toHaveLength(5)
      expect(lengths).toEqual([4, 4, 5])
    })

    it('gives a resend its first answer, refusals too, and appends nothing', async () => {
      const id = await bench.declare('freeagentics', 'SEV-2')
      const tick = command('task.tick', { task: 'immediate/acknowledge-alert' })
      const wrong = command('severity.set', { to: 'P9', reason: 'x' })
      const send = (c: typeof tick) => bench.handler.submit(id, person('maya'), c)
      const first = [await send(tick), await send(wrong)]
      const before = (await bench.events(id)).length
      expect([await send(tick), await send(wrong)]).toEqual(first)
      expect(first[1]).toMatchObject({ ok: false, error: { code: 'invalid', field: 'to' } })
      expect((await bench.events(id)).length).toBe(before)
    })

    it('has one commander at most when many take command at once', async () => {
      const id = await bench.declare('freeagentics', 'SEV-1')
      const playbook = (await bench.store.load(id))?.playbook
      const role = playbook?.roles.find((r) => r.kind === 'commander')?.id ?? ''
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => bench.act(id, `person-${i}`, 'role.take', { role })),
      )
      expect(answers.filter((a) => a.ok)).toHaveLength(1)
      for (const a of answers) if (!a.ok) expect(a.error).toMatchObject({ code: 'taken', field: 'role' })
    })

    it('asks for the holder of now before a role is taken over, whatever this node remembers', async () => {
      const other = await createHandlerBench(database, { clock: bench.clock })
      const id = await bench.declare('freeagentics', 'SEV-1')
      const role = (await bench.store.load(id))?.playbook.roles.find((r) => r.kind === 'commander')?.id ?? ''
      await other.act(id, 'lena', 'chat.send', { text: 'this node has seen the room without a commander' })
      await bench.act(id, 'maya', 'role.take', { role })
      bench.clock.advance(5 * minute)
      other.seen.set('maya', bench.clock.now())
      expect(await other.act(id, 'tomas', 'role.take', { role })).toMatchObject({ error: { code: 'taken' } })
      bench.clock.advance(2 * minute)
      expect(await other.act(id, 'tomas', 'role.take', { role })).toMatchObject({ ok: true })
    })

    it('keeps order and loses nothing with 300 commands at once from two nodes', async () => {
      const other = await createHandlerBench(database, { clock: bench.clock })
      const id = await bench.declare('agent-platform', 'P1')
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, i) =>
          (i % 2 === 0 ? bench : other).act(id, `p${i % 7}`, 'chat.send', { text: `message ${i}` }),
        ),
      )
      expect(answers.every((a) => a.ok)).toBe(true)
      const events = await bench.events(id)
      expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1))
      const texts = events.flatMap((e) => (e.type === 'chat.sent' ? [e.data.text] : []))
      expect(new Set(texts).size).toBe(300)
      expect(await firstBroken(database, id)).toBeNull()
    })

    it('writes a flood of long threads in commits short enough for other incidents to go between', async () => {
      const id = await bench.declare('agent-network', 'P1')
      const lines = Array.from({ length: 200 }, (_, n) => ({ text: `line ${n}` }))
      const from = bench.told.length
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => bench.act(id, 'maya', 'entry.add-thread', { kind: 'event', lines })),
      )
      expect(answers.every((answer) => answer.ok)).toBe(true)
      const sizes = bench.told
        .slice(from)
        .flatMap(({ incident, events }) => (incident.id === id ? [events.length] : []))
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(8 * 200)
      expect(Math.max(...sizes)).toBeLessThan(300)
    })

    it('asks a database that does not answer once for all that wait, not once for each (F14)', async () => {
      let asked = 0
      const away: Database = {
        kind: database.kind,
        query: (sql, params) => database.query(sql, params),
        async transaction() {
          asked++
          throw new DatabaseError('unavailable', 'lock time-out')
        },
        close: async () => {},
      }
      const node = await createHandlerBench(away, { clock: bench.clock })
      const id = await bench.declare('agent-lab', 'P2')
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => node.act(id, `p${i}`, 'chat.send', { text: `m${i}` })),
      )
      for (const a of answers) expect(a).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      expect(asked).toBeLessThanOrEqual(2)
    })

    it('refuses only the guilty command when a transaction fails', async () => {
      const node = await createHandlerBench(database, {
        clock: bench.clock,
        onAppend: async () => {
          if (fail(node.told.length)) throw new Error('broken hook')
        },
      })
      let broken = true
      const fail = (_n: number) => broken
      const id = await bench.declare('agent-lab', 'P2')
      const failing = await Promise.all([
        node.act(id, 'a', 'chat.send', { text: 'one' }),
        node.act(id, 'b', 'chat.send', { text: 'two' }),
      ])
      expect(failing.every((a) => !a.ok && a.error.code === 'internal')).toBe(true)
      broken = false
      expect((await node.act(id, 'a', 'chat.send', { text: 'three' })).ok).toBe(true)
      expect((await bench.events(id)).flatMap((e) => (e.type === 'chat.sent' ? [e.data.text] : []))).toEqual([
        'three',
      ])
    })

    it('settles a commit of unknown outcome by what was kept', async () => {
      const id = await bench.declare('agent-lab', 'P2')
      let cut: 'before' | 'after' | null = null
      const flaky: Database = {
        kind: database.kind,
        query: (sql, params) => database.query(sql, params),
        close: async () => {},
        async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
          if (cut === 'before') throw new DatabaseError('unknown-outcome', 'connection lost')
          const result = await database.transaction(work)
          if (cut === 'after') throw new DatabaseError('unknown-outcome', 'connection lost')
          return result
        },
      }
      const node = await createHandlerBench(flaky, { clock: bench.clock })
      cut = 'after'
      expect(await node.act(id, 'a', 'chat.send', { text: 'kept' })).toMatchObject({ ok: true })
      cut = 'before'
      expect(await node.act(id, 'a', 'chat.send', { text: 'not kept' })).toMatchObject({
        ok: false,
        error: { code: 'unavailable' },
      })
      expect((await bench.events(id)).flatMap((e) => (e.type === 'chat.sent' ? [e.data.text] : []))).toEqual([
        'kept',
      ])
    })

    it.each([
      ['full', 'full'],
      ['unavailable', 'unavailable'],
      ['conflict', 'unavailable'],
      ['internal', 'internal'],
    ] as const)(
      'says what a person can do when the database answers %s, and takes the command later',
      async (kind, code) => {
        const id = await bench.declare('agent-lab', 'P1')
        let broken = true
        const failing: Database = {
          kind: database.kind,
          query: (sql, params) => database.query(sql, params),
          close: async () => {},
          transaction: async (work) => {
            if (broken) throw new DatabaseError(kind, 'no space left on /secret/path')
            return database.transaction(work)
          },
        }
        const node = await createHandlerBench(failing, { clock: bench.clock })
        const say = command('chat.send', { text: 'kept on the second try' })
        const refused = await node.handler.submit(id, person('maya'), say)
        expect(refused).toMatchObject({ ok: false, error: { code } })
        expect(JSON.stringify(refused)).not.toContain('secret')
        broken = false
        expect(await node.handler.submit(id, person('maya'), say)).toMatchObject({ ok: true })
      },
    )

    it('tells the incident that goes on of its duplicate, before it answers, and once (R9)', async () => {
      const [kept, same] = [await bench.declare('agent-lab', 'P1'), await bench.declare('agent-lab', 'P1')]
      const keyOf = async (id: string) => (await bench.store.load(id))?.state.key
      const close = command('incident.close', { reason: 'The same', as: 'duplicate', of: await keyOf(kept) })
      const linked = async () => (await bench.events(kept)).filter((e) => e.type === 'incident.linked')
      expect(await bench.handler.submit(same, person('maya'), close)).toMatchObject({ ok: true })
      expect((await linked()).map((e) => [e.actor.id, e.data])).toEqual([
        ['maya', { other: { id: same, key: await keyOf(same) }, how: 'duplicate' }],
      ])
      await bench.handler.submit(same, person('maya'), close)
      expect(await linked()).toHaveLength(1)
    })

    it('lets a guest name no incident but its own, by any key (R9)', async () => {
      const [own, foreign] = [await bench.declare('agent-lab', 'P1'), await bench.declare('agent-lab', 'P1')]
      const guest = {
        kind: 'person',
        id: 'g',
        role: 'guest',
        scope: { incidentId: own, role: 'responder' },
      } as const
      const of = (await bench.store.load(foreign))?.state.key
      const close = command('incident.close', { reason: 'The same', as: 'duplicate', of })
      expect(await bench.handler.submit(own, guest, close)).toMatchObject({
        error: { code: 'not-found', field: 'of' },
      })
      expect((await bench.store.load(foreign))?.state.links).toEqual([])
    })

    it('takes nobody for absent because the server has just started', async () => {
      const id = await bench.declare('freeagentics', 'SEV-1')
      await bench.act(id, 'maya', 'role.take', { role: 'ic' })
      bench.clock.advance(10 * minute)
      const started = await createHandlerBench(database, { clock: bench.clock })
      expect(await started.act(id, 'tomas', 'role.take', { role: 'ic' })).toMatchObject({
        error: { code: 'taken' },
      })
      bench.clock.advance(2 * minute)
      expect(await started.act(id, 'tomas', 'role.take', { role: 'ic' })).toMatchObject({ ok: true })
    })

    it('refuses what it does not know and whoever may not', async () => {
      const id = await bench.declare('freeagentics', 'SEV-1')
      const say = command('chat.send', { text: 'hi' })
      expect(await bench.handler.submit('nowhere', person('maya'), say)).toMatchObject({
        error: { code: 'not-found' },
      })
      const guest = {
        kind: 'person',
        id: 'g',
        role: 'guest',
        scope: { incidentId: 'other', role: 'responder' },
      } as const
      expect(await bench.handler.submit(id, guest, say)).toMatchObject({ error: { code: 'not-found' } })
      const viewer = { kind: 'person', id: 'v', role: 'viewer' } as const
      expect(await bench.handler.submit(id, viewer, say)).toMatchObject({ error: { code: 'forbidden' } })
      expect(await bench.handler.submit(id, person('maya'), command('clock.look'))).toMatchObject({
        error: { code: 'forbidden' },
      })
      await bench.act(id, 'maya', 'incident.close', { reason: 'Over', as: 'false-positive' })
      expect(await bench.act(id, 'maya', 'chat.send', { text: 'late' })).toMatchObject({
        error: { code: 'closed' },
      })
      expect(await bench.act(id, 'maya', 'incident.reopen', { reason: 'It is back' })).toMatchObject({
        ok: true,
      })
    })

    it('records a breach at its due time although the runner looks later, and only once with two nodes (R21, R23)', async () => {
      const other = await createHandlerBench(database, { clock: bench.clock })
      const id = await bench.declare('freeagentics', 'SEV-1')
      const declaredAt = bench.clock.now()
      bench.clock.advance(20 * minute)
      await Promise.all([bench.runner.settle(), other.runner.settle()])
      const breaches = (await bench.events(id)).flatMap((e) => (e.type === 'clock.breached' ? [e] : []))
      expect(breaches.map((e) => [e.data.clock, e.data.dueAt - declaredAt])).toEqual([
        ['ack', 5 * minute],
        ['response', 15 * minute],
      ])
      expect(breaches.every((e) => e.at === bench.clock.now())).toBe(true)
      const row = await bench.store.load(id)
      expect(row?.nextDueAt === null || (row?.nextDueAt ?? 0) > bench.clock.now()).toBe(true)
    })

    it('wakes by itself when something falls due', async () => {
      const id = await bench.declare('freeagentics', 'SEV-1')
      const before = bench.told.length
      bench.runner.start()
      const breached = new Promise<void>((resolve) => {
        const push = bench.told.push.bind(bench.told)
        bench.told.push = (...items) => {
          const length = push(...items)
          if (items.some((i) => i.incident.id === id && i.events.some((e) => e.type === 'clock.breached')))
            resolve()
          return length
        }
      })
      await bench.runner.settle()
      bench.clock.advance(5 * minute)
      await breached
      await bench.runner.stop()
      expect(bench.told.length).toBeGreaterThan(before)
    })
  })
}
