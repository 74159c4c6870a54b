import { openTestDatabase } from '../../helpers/databases.ts'
import { playbookDraftsContract } from './drafts-contract.ts'

playbookDraftsContract('the embedded database', () => openTestDatabase())
