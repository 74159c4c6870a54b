import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import { busContract } from '../../contract/bus-contract.ts'

busContract('the memory bus', async () => createMemoryBus())
