import { openTestDatabase } from '../../helpers/databases.ts'
import { playbookStoreContract } from './store-contract.ts'

playbookStoreContract('the embedded database', () => openTestDatabase())
