import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { openPostgres } from '../../../server/platform/postgres.ts'
import { commitMark, createPulse } from '../../../server/platform/pulse.ts'
import { openTestPostgres, type TestPostgres, testDatabaseUrl } from '../../helpers/databases.ts'

const logger = createLogger('silent')

describe.skipIf(testDatabaseUrl === undefined)('the pulse on PostgreSQL', () => {
  let database: TestPostgres
  let other: Database
  beforeAll(async () => {
    database = await openTestPostgres()
    other = await openPostgres({ url: database.url, logger })
    await database.query('CREATE TABLE news (n bigint)')
  })
  afterAll(async () => {
    await other.close()
    await database.close()
  })

  const readNews = async () =>
    (await database.query<{ n: number }>('SELECT n FROM news ORDER BY n')).map(({ n }) => n)

  /** Other databases of the same PostgreSQL may move the pulse too: that costs a look, and hides nothing. */
  const follow = async () => {
    const pulse = createPulse({ mark: commitMark(database), logger })
    const seen: { news: number[] } = { news: [] }
    pulse.follow('trouble', async () => {
      seen.news = await readNews()
    })
    await pulse.beat()
    return { pulse, seen }
  }

  /** A transaction of another node that has written and waits for its end. */
  const writing = async (n: number) => {
    let finish = () => {}
    const end = new Promise<void>((resolve) => {
      finish = resolve
    })
    let wrote = () => {}
    const written = new Promise<void>((resolve) => {
      wrote = resolve
    })
    const done = other.transaction(async (tx) => {
      await tx.query('INSERT INTO news VALUES ($1)', [n])
      wrote()
      await end
    })
    await written
    return () => {
      finish()
      return done
    }
  }

  it('tells of what another node commits, also when it began before the last look', async () => {
    const { pulse, seen } = await follow()
    const [first, second] = [await writing(1), await writing(2)]
    await pulse.beat()
    expect(seen.news).toEqual([])
    // In the other order than they began.
    await second()
    await pulse.beat()
    expect(seen.news).toEqual([2])
    await first()
    await pulse.beat()
    expect(seen.news).toEqual([1, 2])
  })

  it('keeps up with many that commit at once', async () => {
    const { pulse, seen } = await follow()
    const all = Array.from({ length: 40 }, (_, i) => 100 + i)
    await Promise.all(
      all.map(async (n) => {
        await other.query('INSERT INTO news VALUES ($1)', [n])
        await pulse.beat()
      }),
    )
    // Looks that came while one was under way are folded: one more, as the next second would bring it.
    await pulse.beat()
    expect(seen.news.filter((n) => n >= 100)).toEqual(all)
  })
})
