import { documentsContract } from '../../contract/documents-contract.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

documentsContract('the embedded database', () => openTestDatabase())
