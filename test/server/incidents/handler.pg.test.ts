import { incidentsContract } from '../../contract/incidents-contract.ts'
import { openTestPostgres } from '../../helpers/databases.ts'

incidentsContract('PostgreSQL', openTestPostgres)
