import { eventLogContract } from '../../contract/event-log-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

eventLogContract('the embedded database', openTestDatabase)
