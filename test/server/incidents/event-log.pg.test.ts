import { eventLogContract } from '../../contract/event-log-contract.ts'
import { openTestPostgres } from '../../helpers/databases.ts'

eventLogContract('PostgreSQL', openTestPostgres)
