import { databaseContract } from '../../contract/database-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

databaseContract('the embedded database', () => openTestDatabase())
