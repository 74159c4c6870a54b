import { describe } from 'vitest'
import { openTestPostgres, testDatabaseUrl } from '../../helpers/databases.ts'
import { playbookDraftsContract } from './drafts-contract.ts'

describe.skipIf(testDatabaseUrl === undefined)('with PostgreSQL', () => {
  playbookDraftsContract('PostgreSQL', () => openTestPostgres())
})
