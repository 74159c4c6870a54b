import { seenContract } from '../../contract/seen-contract.ts'
import { openTestPostgres } from '../../helpers/databases.ts'

seenContract('PostgreSQL', openTestPostgres)
