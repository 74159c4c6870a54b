import { openIncidentsContract } from '../../contract/open-incidents-contract.ts'
import { openTestPostgres } from '../../helpers/databases.ts'

openIncidentsContract('PostgreSQL', openTestPostgres)
