import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSeenMarks } from '../../server/incidents/seen.ts'
import type { Database } from '../../server/platform/database.ts'
import { createHandlerBench, type HandlerBench } from '../helpers/incidents.ts'

/** What the marks of what people have seen promise on every database. */
export function seenContract(name: string, open: () => Promise<Database>): void {
  describe(`what people have seen, on ${name}`, () => {
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

    async function talk(lines: number): Promise<string> {
      const id = await bench.declare('agent-network', 'P3')
      for (let i = 0; i < lines; i++) await bench.act(id, 'maya', 'chat.send', { text: `line ${i}` })
      return id
    }

    it('keeps the newest per person and incident, and only rises', async () => {
      const [id, other] = [await talk(5), await talk(1)]
      const marks = createSeenMarks(database, bench.clock)
      expect(await marks.last(id, 'maya')).toBeNull()
      const first = bench.clock.now()
      marks.note(id, 'maya', 4)
      marks.note(id, 'maya', 2)
      marks.note(id, 'tomas', 3)
      marks.note(other, 'maya', 1)
      expect(await marks.last(id, 'maya')).toEqual({ seq: 4, at: first })
      await marks.flush()
      bench.clock.advance(60_000)
      marks.note(id, 'maya', 3)
      await marks.flush()
      // Another node knows what was kept.
      const node = createSeenMarks(database, bench.clock)
      expect(await node.last(id, 'maya')).toEqual({ seq: 4, at: first })
      expect(await node.last(id, 'tomas')).toEqual({ seq: 3, at: first })
      expect(await node.last(other, 'maya')).toEqual({ seq: 1, at: first })
      // Who still looks at the same event is there later.
      marks.note(id, 'maya', 4)
      await marks.flush()
      expect(await node.last(id, 'maya')).toEqual({ seq: 4, at: first + 60_000 })
    })

    it('believes nobody who has seen what is not there yet, and knows no other incident', async () => {
      const id = await talk(2)
      const marks = createSeenMarks(database, bench.clock)
      marks.note(id, 'maya', 9_000)
      marks.note('nowhere', 'maya', 1)
      await marks.flush()
      expect(await marks.last(id, 'maya')).toMatchObject({ seq: 3 })
      expect(await marks.last('nowhere', 'maya')).toBeNull()
    })

    it('keeps, when asked while it writes, also what was noted meanwhile: a server that stops loses nothing', async () => {
      const id = await talk(3)
      let writes = 0
      let letGo = () => {}
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const marks = createSeenMarks(
        {
          kind: database.kind,
          transaction: (work) => database.transaction(work),
          close: () => database.close(),
          query: async (sql, values) => {
            if (sql.includes('INSERT') && ++writes === 1) await held
            return database.query(sql, values)
          },
        },
        bench.clock,
      )
      marks.note(id, 'maya', 2)
      const first = marks.flush()
      marks.note(id, 'maya', 4)
      const last = marks.flush()
      letGo()
      await Promise.all([first, last])
      expect(await createSeenMarks(database, bench.clock).last(id, 'maya')).toMatchObject({ seq: 4 })
    })

    it('keeps after a failure what it could not keep before', async () => {
      const id = await talk(2)
      let down = true
      const marks = createSeenMarks(
        {
          kind: database.kind,
          transaction: (work) => database.transaction(work),
          close: () => database.close(),
          query: (sql, values) =>
            down && sql.includes('INSERT') ? Promise.reject(new Error('down')) : database.query(sql, values),
        },
        bench.clock,
      )
      marks.note(id, 'maya', 3)
      await expect(marks.flush()).rejects.toThrow('down')
      expect(await marks.last(id, 'maya')).toMatchObject({ seq: 3 })
      down = false
      await marks.flush()
      expect(await createSeenMarks(database, bench.clock).last(id, 'maya')).toMatchObject({ seq: 3 })
    })
  })
}
