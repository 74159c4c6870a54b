import { incidentsContract } from '../../contract/incidents-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

incidentsContract('the embedded database', openTestDatabase)
