import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../server/platform/logger.ts'
import { openPostgres } from '../../../server/platform/postgres.ts'
import { databaseContract } from '../../contract/database-contract.ts'
import { asAdmin, openTestPostgres, testDatabaseUrl } from '../../helpers/databases.ts'

const logger = createLogger('silent')
const KILL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`

describe.skipIf(testDatabaseUrl === undefined)('PostgreSQL', () => {
  databaseContract('PostgreSQL', openTestPostgres)

  it('is unavailable when nobody listens, within seconds', async () => {
    const opening = openPostgres({ url: 'postgres://postgres@127.0.0.1:1/none', logger })
    await expect(opening).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('survives the end of its connections, idle and busy', async () => {
    const db = await openTestPostgres()
    const name = new URL(db.url).pathname.slice(1)
    try {
      await db.query('CREATE TABLE t (id bigint)')
      await asAdmin((admin) => admin.query(KILL, [name]))
      // The pool may hand out a connection whose end it has not noticed yet, but only once.
      await db.query('SELECT 1').catch(() => undefined)
      expect(await db.query('SELECT 1 AS x')).toEqual([{ x: 1 }])

      const slow = db.query('SELECT pg_sleep(4)')
      const refused = expect(slow).rejects.toMatchObject({ kind: 'unavailable' })
      await asAdmin((admin) => admin.query(KILL, [name]))
      await refused

      const lostInside = db.transaction(async (tx) => {
        await tx.query('INSERT INTO t VALUES (1)')
        await asAdmin((admin) => admin.query(KILL, [name]))
        await tx.query('INSERT INTO t VALUES (2)')
      })
      await expect(lostInside).rejects.toMatchObject({ kind: 'unavailable' })
      expect(await db.query('SELECT * FROM t')).toEqual([])
    } finally {
      await db.close()
    }
  })

  it('says that it does not know when the connection is lost while committing', async () => {
    const db = await openTestPostgres()
    const name = new URL(db.url).pathname.slice(1)
    try {
      await db.query('CREATE TABLE t (id bigint)')
      const lost = db.transaction(async (tx) => {
        await tx.query('INSERT INTO t VALUES (1)')
        await asAdmin((admin) => admin.query(KILL, [name]))
      })
      await expect(lost).rejects.toMatchObject({ kind: 'unknown-outcome' })
      expect(await db.query('SELECT * FROM t')).toEqual([])
    } finally {
      await db.close()
    }
  })

  it('gives up a statement and a lock after some seconds, and the connection works on', async () => {
    const db = await openTestPostgres()
    try {
      await expect(db.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ kind: 'unavailable' })
      expect(await db.query('SELECT 1 AS x')).toEqual([{ x: 1 }])
    } finally {
      await db.close()
    }
  })

  it('calls a deadlock a conflict', async () => {
    const db = await openTestPostgres()
    try {
      await db.query('CREATE TABLE t (id bigint PRIMARY KEY)')
      await db.query('INSERT INTO t VALUES (1), (2)')
      const lock = 'SELECT 1 FROM t WHERE id = $1 FOR UPDATE'
      let ready = 0
      let meet: () => void = () => undefined
      const met = new Promise<void>((resolve) => {
        meet = resolve
      })
      const cross = (first: number, second: number) =>
        db.transaction(async (tx) => {
          await tx.query(lock, [first])
          if (++ready === 2) meet()
          await met
          await tx.query(lock, [second])
        })
      const outcomes = await Promise.allSettled([cross(1, 2), cross(2, 1)])
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused).toMatchObject([{ reason: { kind: 'conflict' } }])
    } finally {
      await db.close()
    }
  })
})
