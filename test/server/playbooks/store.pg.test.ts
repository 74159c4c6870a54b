import { describe } from 'vitest'
import { openTestPostgres, testDatabaseUrl } from '../../helpers/databases.ts'
import { playbookStoreContract } from './store-contract.ts'

describe.skipIf(testDatabaseUrl === undefined)('with PostgreSQL', () => {
  playbookStoreContract('PostgreSQL', () => openTestPostgres())
})
