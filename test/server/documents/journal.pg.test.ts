import { documentsContract } from '../../contract/documents-contract.ts'
import { openTestPostgres } from '../../helpers/databases.ts'

documentsContract('PostgreSQL', () => openTestPostgres())
