import { describe } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { createLogger } from '../../../server/platform/logger.ts'
import { openPostgres } from '../../../server/platform/postgres.ts'
import { migrateContract } from '../../contract/migrate-contract.ts'
import { createEmptyPostgres, testDatabaseUrl } from '../../helpers/databases.ts'

const logger = createLogger('silent')

describe.skipIf(testDatabaseUrl === undefined)('PostgreSQL', () => {
  migrateContract('PostgreSQL', async () => {
    const { url, drop } = await createEmptyPostgres()
    const opened: Database[] = []
    const again = async () => {
      const database = await openPostgres({ url, logger })
      opened.push(database)
      return database
    }
    const database = await again()
    const close = async () => {
      for (const each of opened) await each.close()
      await drop()
    }
    return { database, again, close }
  })
})
