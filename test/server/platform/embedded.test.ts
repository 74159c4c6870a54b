import { vi } from 'vitest'
import { databaseContract } from '../../contract/database-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

// Starting a thread takes its time on a busy machine.
vi.setConfig({ testTimeout: 20_000, hookTimeout: 60_000 })

databaseContract('the embedded database', () => openTestDatabase())
