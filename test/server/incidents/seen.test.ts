import { seenContract } from '../../contract/seen-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

seenContract('the embedded database', openTestDatabase)
