import { afterAll, vi } from 'vitest'
import { migrateContract } from '../../contract/migrate-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

// Starting a thread takes its time on a busy machine.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 })

const opening = openTestDatabase()
afterAll(async () => (await opening).close())

migrateContract('the embedded database', async () => {
  // One database, emptied each time: opening one more takes half a second.
  const database = await opening
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  return { database, again: async () => database, close: async () => undefined }
})
