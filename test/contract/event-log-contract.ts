import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../server/platform/database.ts'
import { evolve } from '../../shared/incident/evolve.ts'
import { evolveNumber, type IncidentState } from '../../shared/incident/state.ts'
import { firstBroken } from '../helpers/chain.ts'
import { createHandlerBench, type HandlerBench } from '../helpers/incidents.ts'

/** What the stored log of an incident promises on every database. */
export function eventLogContract(name: string, open: () => Promise<Database>): void {
  describe(`the log of incidents on ${name}`, () => {
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

    it('finds every change of a stored event by the hash chain, and none after a redaction', async () => {
      const id = await bench.declare('agent-network', 'P1')
      for (let i = 0; i < 5; i++) await bench.act(id, 'maya', 'chat.send', { text: `message ${i}` })
      expect(await firstBroken(database, id)).toBeNull()
      await database.query(
        'UPDATE events SET payload = NULL, salt = NULL WHERE incident_id = $1 AND seq = 3',
        [id],
      )
      expect(await firstBroken(database, id)).toBeNull()
      for (const [column, value] of [
        ['payload', '{"text":"forged","mentions":[],"snippet":false}'],
        ['actor_id', 'somebody-else'],
        ['command_id', 'another'],
        ['type', 'chat.edited'],
      ]) {
        const [kept] = await database.query<Record<string, string>>(
          `SELECT ${column} AS v FROM events WHERE incident_id = $1 AND seq = 4`,
          [id],
        )
        await database.query(`UPDATE events SET ${column} = $2 WHERE incident_id = $1 AND seq = 4`, [
          id,
          value ?? '',
        ])
        expect(await firstBroken(database, id)).toBe(4)
        await database.query(`UPDATE events SET ${column} = $2 WHERE incident_id = $1 AND seq = 4`, [
          id,
          kept?.v ?? '',
        ])
      }
      await database.query(
        'UPDATE events SET occurred_at = occurred_at - 1 WHERE incident_id = $1 AND seq = 4',
        [id],
      )
      expect(await firstBroken(database, id)).toBe(4)
    })

    it('knows what happened to a message however long ago, also within one commit and on another node', async () => {
      const id = await bench.declare('agent-network', 'P3')
      const say = async (text: string) => {
        const answer = await bench.act(id, 'maya', 'chat.send', { text })
        return answer.ok ? answer.seq : 0
      }
      const [pinned, deleted] = [await say('keep this'), await say('never mind')]
      const pin = { ref: pinned, kind: 'event' }
      const twice = await Promise.all([
        bench.act(id, 'maya', 'entry.pin', pin),
        bench.act(id, 'tomas', 'entry.pin', pin),
      ])
      expect(twice.filter((a) => a.ok)).toHaveLength(1)
      await bench.act(id, 'maya', 'chat.delete', { ref: deleted })
      for (let i = 0; i < 70; i++) {
        const ref = await say(`line ${i}`)
        await bench.act(id, 'maya', 'entry.pin', { ref, kind: 'event' })
        await bench.act(id, 'maya', 'chat.delete', { ref })
      }
      const node = await createHandlerBench(database, { clock: bench.clock })
      const refusal = { ok: false, error: { code: 'conflict', field: 'ref' } }
      expect(await node.act(id, 'lena', 'entry.pin', pin)).toMatchObject(refusal)
      expect(await node.act(id, 'maya', 'chat.edit', { ref: deleted, text: 'Back' })).toMatchObject(refusal)
      expect(await firstBroken(database, id)).toBeNull()
    })

    it('stores the state that the log gives, and replays it when `evolve` was another', async () => {
      const id = await bench.declare('freeagentics', 'SEV-1')
      await bench.act(id, 'maya', 'incident.acknowledge')
      await bench.act(id, 'maya', 'entry.add', {
        kind: 'decision',
        text: 'Roll back',
        reason: 'Started after the deploy',
      })
      let state: IncidentState | null = null
      for (const e of await bench.events(id)) state = evolve(state, e)
      const stored = await bench.store.load(id)
      expect(stored?.state).toEqual(state)
      await database.query(`UPDATE incidents SET evolve = 0, state = '{}' WHERE id = $1`, [id])
      bench.store.forget(id)
      expect((await bench.store.load(id))?.state).toEqual(state)
      await database.query('UPDATE incidents SET evolve = 999 WHERE id = $1', [id])
      bench.store.forget(id)
      expect(await bench.act(id, 'maya', 'chat.send', { text: 'hello' })).toMatchObject({
        ok: false,
        error: { code: 'newer-version' },
      })
      await database.query('UPDATE incidents SET evolve = $3, state = $2 WHERE id = $1', [
        id,
        JSON.stringify(state),
        evolveNumber,
      ])
    })

    it('bounds a page in bytes, gives at least one event, and still reaches all of them', async () => {
      const id = await bench.declare('agent-network', 'P3')
      const long = 'x'.repeat(250_000)
      for (let i = 0; i < 12; i++) await bench.act(id, 'maya', 'chat.send', { text: `${i} ${long}` })
      expect((await bench.log.readAfter(id, 0)).length).toBeLessThan(8)
      expect((await bench.log.entriesBefore(id, null, 200)).length).toBeLessThan(8)
      expect((await bench.events(id)).map((e) => e.seq)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
      const seqs: number[] = []
      for (let before: number | null = null; ; ) {
        const page = await bench.log.entriesBefore(id, before, 200)
        if (page.length === 0) break
        seqs.unshift(...page.map((e) => e.seq))
        before = page[0]?.seq ?? 0
      }
      expect(seqs).toEqual(Array.from({ length: 13 }, (_, i) => i + 1))
    })

    it('pages entries backwards without hole or repetition', async () => {
      const id = await bench.declare('agent-network', 'P3')
      for (let i = 0; i < 60; i++) await bench.act(id, 'maya', 'chat.send', { text: `line ${i}` })
      const seqs: number[] = []
      for (let before: number | null = null; ; ) {
        const page = await bench.log.entriesBefore(id, before, 17)
        if (page.length === 0) break
        expect(page.map((e) => e.seq)).toEqual([...page.map((e) => e.seq)].sort((a, b) => a - b))
        seqs.unshift(...page.map((e) => e.seq))
        before = page[0]?.seq ?? 0
      }
      expect(new Set(seqs).size).toBe(seqs.length)
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
      expect(seqs.length).toBeGreaterThanOrEqual(61)
    })
  })
}
