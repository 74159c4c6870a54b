import { openIncidentsContract } from '../../contract/open-incidents-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

openIncidentsContract('the embedded database', openTestDatabase)
