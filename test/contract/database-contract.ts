import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, DatabaseError } from '../../server/platform/database.ts'

/**
 * What both databases must do alike. `open` gives a database of its own; what it holds is left alone.
 * `closed` gives one that may be closed in a test.
 */
export function databaseContract(name: string, open: () => Promise<Database>): void {
  describe(`${name} keeps the database contract`, () => {
    let db: Database

    beforeAll(async () => {
      db = await open()
      await db.query('CREATE TABLE things (id bigint PRIMARY KEY, text text, flag boolean, body bytea)')
      await db.query('CREATE UNIQUE INDEX things_text ON things (text)')
    })
    beforeEach(async () => {
      await db.query('DELETE FROM things')
    })
    afterAll(() => db.close())

    const insert = (id: number, text: string | null = null) =>
      db.query('INSERT INTO things (id, text) VALUES ($1, $2)', [id, text])
    const ids = async () =>
      (await db.query<{ id: number }>('SELECT id FROM things ORDER BY id')).map((r) => r.id)

    describe('values', () => {
      it('gives back what was put in', async () => {
        const text = 'Zoë said: "50 % — it\'s \\ back" 🛠️\n\t𝒳'
        const body = Uint8Array.from({ length: 256 }, (_, i) => i)
        const at = 1_795_000_000_123
        await db.query('INSERT INTO things VALUES ($1, $2, $3, $4)', [at, text, true, body])
        const rows = await db.query('SELECT * FROM things')
        expect(rows).toEqual([{ id: at, text, flag: true, body }])
        expect(Object.getPrototypeOf((rows[0] as { body: object }).body)).toBe(Uint8Array.prototype)
      })

      it('gives numbers for every number type that fits one', async () => {
        const sql = `SELECT 7::int2 AS a, -7::int4 AS b, 9007199254740991::int8 AS c, 0.5::float8 AS d, count(*) AS e
          FROM (SELECT 1) x`
        expect(await db.query(sql)).toEqual([{ a: 7, b: -7, c: Number.MAX_SAFE_INTEGER, d: 0.5, e: 1 }])
      })

      it('refuses an int8 that a number cannot hold, and works on', async () => {
        await expect(db.query('SELECT 9007199254740993::int8 AS x')).rejects.toMatchObject({
          kind: 'invalid',
        })
        expect(await db.query('SELECT 1 AS x')).toEqual([{ x: 1 }])
      })

      it('tells NULL, empty text and empty bytes apart', async () => {
        await db.query('INSERT INTO things VALUES (1, $1, NULL, $2), (2, NULL, false, NULL)', [
          '',
          new Uint8Array(),
        ])
        expect(await db.query('SELECT * FROM things ORDER BY id')).toEqual([
          { id: 1, text: '', flag: null, body: new Uint8Array() },
          { id: 2, text: null, flag: false, body: null },
        ])
      })

      it('takes and gives arrays', async () => {
        const texts = ['plain', 'with,comma', 'with "quotes"', 'back\\slash', '', 'NULL', '{}', 'ü']
        const numbers = [3, 1, 2]
        const rows = await db.query(
          'SELECT $1::text[] AS texts, $2::bigint[] AS numbers, $3::text[] AS none',
          [texts, numbers, []],
        )
        expect(rows).toEqual([{ texts, numbers, none: [] }])
        await insert(1)
        await insert(2)
        expect(await db.query('SELECT id FROM things WHERE id = ANY($1::bigint[])', [[2, 9]])).toEqual([
          { id: 2 },
        ])
      })

      it('reads json, and leaves text that happens to be JSON alone', async () => {
        expect(await db.query(`SELECT '{"a":[1]}'::jsonb AS j, '{"a":[1]}'::text AS t`)).toEqual([
          { j: { a: [1] }, t: '{"a":[1]}' },
        ])
      })

      it('refuses NUL in text and in a statement', async () => {
        await expect(insert(1, 'a\0b')).rejects.toMatchObject({ name: 'DatabaseError', kind: 'invalid' })
        await expect(db.query('SELECT 1 --\0')).rejects.toMatchObject({ kind: 'invalid' })
        expect(await ids()).toEqual([])
      })

      it('stores a megabyte of bytes exactly', async () => {
        const body = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31 + (i >> 8)) & 255)
        await db.query('INSERT INTO things (id, body) VALUES (1, $1)', [body])
        const [row] = await db.query<{ body: Uint8Array }>('SELECT body FROM things')
        expect(row?.body.length).toBe(body.length)
        expect(Buffer.compare(row?.body ?? new Uint8Array(), body)).toBe(0)
      })

      it('sends a view of a larger buffer, and leaves the buffer to its owner', async () => {
        const whole = Uint8Array.from({ length: 64 }, (_, i) => i)
        const rows = await db.query('SELECT $1::bytea AS b', [whole.subarray(10, 13)])
        expect(rows).toEqual([{ b: Uint8Array.of(10, 11, 12) }])
        expect(whole[11]).toBe(11)
      })

      it('runs a script of several statements and gives the last result', async () => {
        const rows = await db.query(`INSERT INTO things (id) VALUES (1); INSERT INTO things (id) VALUES (2);
          SELECT count(*) AS n FROM things;`)
        expect(rows).toEqual([{ n: 2 }])
      })
    })

    describe('errors', () => {
      it('names the unique constraint', async () => {
        await insert(1, 'one')
        await expect(insert(2, 'one')).rejects.toMatchObject({
          kind: 'unique',
          details: { constraint: 'things_text', code: '23505' },
        })
      })

      it.each([
        ['an unknown column', 'SELECT nothing FROM things'],
        ['an unknown table', 'SELECT 1 FROM nowhere'],
        ['broken syntax', 'SELEC 1'],
        ['a value of the wrong type', `SELECT 'x'::int4`],
        ['NULL where there must be a value', 'INSERT INTO things (id) VALUES (NULL)'],
        ['too many parameters', 'SELECT 1'],
      ])('calls %s invalid', async (what, sql) => {
        const params = what === 'too many parameters' ? [1] : undefined
        const error: unknown = await db.query(sql, params).catch((e: unknown) => e)
        expect(error).toBeInstanceOf(DatabaseError)
        expect(error).toMatchObject({ kind: 'invalid' })
      })

      it('does not repeat refused values, which may be words of people', async () => {
        const error: unknown = await db
          .query('SELECT $1::text::int4', ['secret words'])
          .catch((e: unknown) => e)
        expect(error).toMatchObject({ kind: 'invalid' })
        expect(String(error)).not.toContain('secret')
      })

      it('works on after an error, also with the same statement', async () => {
        await insert(1)
        await expect(insert(1)).rejects.toMatchObject({ kind: 'unique' })
        await insert(2)
        expect(await ids()).toEqual([1, 2])
      })

      it('runs a known statement after its table has changed', async () => {
        const read = () => db.query('SELECT * FROM changing')
        await db.query('CREATE TABLE changing (a integer)')
        await db.query('INSERT INTO changing VALUES (1)')
        for (let i = 0; i < 3; i++) await read()
        await db.query('ALTER TABLE changing ADD COLUMN b text')
        // The first try may find its plan stale; it says so and the next one works.
        await read().catch(() => undefined)
        expect(await read()).toEqual([{ a: 1, b: null }])
      })
    })

    describe('transactions', () => {
      it('keeps everything or nothing', async () => {
        const result = await db.transaction(async (tx) => {
          await tx.query('INSERT INTO things (id) VALUES (1)')
          await tx.query('INSERT INTO things (id) VALUES (2)')
          return 'kept'
        })
        expect(result).toBe('kept')
        const failure = new Error('changed my mind')
        await expect(
          db.transaction(async (tx) => {
            await tx.query('INSERT INTO things (id) VALUES (3)')
            throw failure
          }),
        ).rejects.toBe(failure)
        expect(await ids()).toEqual([1, 2])
      })

      it('rolls back when a statement fails, and gives that error', async () => {
        await insert(1)
        await expect(
          db.transaction(async (tx) => {
            await tx.query('INSERT INTO things (id) VALUES (2)')
            await tx.query('INSERT INTO things (id) VALUES (1)')
          }),
        ).rejects.toMatchObject({ kind: 'unique' })
        expect(await ids()).toEqual([1])
      })

      it('does not claim to have committed when a failure inside was swallowed', async () => {
        await insert(1)
        await expect(
          db.transaction(async (tx) => {
            await tx.query('INSERT INTO things (id) VALUES (2)')
            await tx.query('INSERT INTO things (id) VALUES (1)').catch(() => undefined)
          }),
        ).rejects.toMatchObject({ kind: 'unique' })
        expect(await ids()).toEqual([1])
      })

      it('refuses a deferred constraint at commit', async () => {
        await db.query('CREATE TABLE late (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)')
        await expect(
          db.transaction(async (tx) => {
            await tx.query('INSERT INTO late VALUES (1)')
            await tx.query('INSERT INTO late VALUES (1)')
          }),
        ).rejects.toMatchObject({ kind: 'unique' })
        expect(await db.query('SELECT * FROM late')).toEqual([])
      })

      it('shows nobody what is not committed', async () => {
        let outside: Promise<number[]> = Promise.resolve([])
        const inside = await db.transaction(async (tx) => {
          await tx.query('INSERT INTO things (id) VALUES (1)')
          outside = ids()
          const rows = await tx.query('SELECT id FROM things')
          if (db.kind === 'postgres') expect(await outside).toEqual([])
          return rows
        })
        expect(inside).toEqual([{ id: 1 }])
        // Over one session the question waits for the end of the transaction; it never sees half of one.
        expect(await outside).toEqual(db.kind === 'postgres' ? [] : [1])
      })

      it('lets two read-modify-writes behind a row lock both count', async () => {
        await insert(1, '0')
        const add = () =>
          db.transaction(async (tx) => {
            const [row] = await tx.query<{ text: string }>('SELECT text FROM things WHERE id = 1 FOR UPDATE')
            await tx.query('UPDATE things SET text = $1 WHERE id = 1', [String(Number(row?.text) + 1)])
          })
        await Promise.all(Array.from({ length: 20 }, add))
        expect(await db.query('SELECT text FROM things')).toEqual([{ text: '20' }])
      })

      it('runs many transactions and plain statements at once without mixing them', async () => {
        const work = Array.from({ length: 60 }, (_, i) =>
          i % 3 === 0
            ? insert(1000 + i).then(() => true)
            : db
                .transaction(async (tx) => {
                  await tx.query('INSERT INTO things (id) VALUES ($1)', [i * 2])
                  await tx.query('INSERT INTO things (id) VALUES ($1)', [i * 2 + 1])
                  if (i % 3 === 2) throw new Error('no')
                })
                .then(
                  () => true,
                  () => false,
                ),
        )
        const kept = await Promise.all(work)
        const expected = kept.flatMap((ok, i) => (!ok ? [] : i % 3 === 0 ? [1000 + i] : [i * 2, i * 2 + 1]))
        expect(kept.filter((ok) => !ok).length).toBe(20)
        expect(await ids()).toEqual(expected.sort((a, b) => a - b))
      })

      it('refuses statements after its end', async () => {
        let kept: { query: Database['query'] } | undefined
        await db.transaction(async (tx) => {
          kept = tx
        })
        await expect(kept?.query('INSERT INTO things (id) VALUES (1)')).rejects.toMatchObject({
          kind: 'invalid',
        })
        expect(await ids()).toEqual([])
      })
    })

    it('finishes what was asked before it closes, and refuses what comes after', async () => {
      const other = await open()
      const before = other.query('SELECT 1 AS x')
      const closing = other.close()
      expect(await before).toEqual([{ x: 1 }])
      await closing
      await other.close()
      await expect(other.query('SELECT 1')).rejects.toMatchObject({ kind: 'unavailable' })
      await expect(other.transaction(async () => undefined)).rejects.toMatchObject({ kind: 'unavailable' })
    })
  })
}
