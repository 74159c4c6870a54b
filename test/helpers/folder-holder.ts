import { openEmbedded } from '../../server/platform/embedded/open.ts'
import { parseKillAt } from '../../server/platform/kill-points.ts'
import { createLogger } from '../../server/platform/logger.ts'

/**
 * A process of its own that has the folder: `folder-holder.ts <folder> [kill point]`. Tells every row
 * it has committed on a line of its own, and stays until it is ended.
 */
const [dir = '', kill = ''] = process.argv.slice(2)

async function hold(): Promise<void> {
  const database = await openEmbedded({
    dir,
    logger: createLogger('silent'),
    ...(kill === '' ? {} : { killAt: parseKillAt(kill) }),
  })
  await database.query('CREATE TABLE IF NOT EXISTS rows (id bigint PRIMARY KEY)')
  console.log('ready')
  for (let id = 0; ; id++) {
    await database.transaction(async (tx) => {
      await tx.query('INSERT INTO rows VALUES ($1) ON CONFLICT DO NOTHING', [id])
    })
    console.log(id)
    if (id % 10 === 9) await database.query('CHECKPOINT')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

hold().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error)
  process.exit(1)
})
