import pg from 'pg'
import { createClient } from 'redis'
import type { Need } from './test-files.ts'

const patience = 3_000

async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function redisAnswers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { connectTimeout: patience, reconnectStrategy: false } })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    if (client.isOpen) client.destroy()
  }
}

/** Why a service cannot be used now; services that answer are not in the map. */
export async function missingServices(env: NodeJS.ProcessEnv): Promise<Map<Need, string>> {
  const missing = new Map<Need, string>()
  const postgres = env.TEST_DATABASE_URL
  const redis = env.TEST_REDIS_URL
  if (!postgres) missing.set('PostgreSQL', 'TEST_DATABASE_URL is not set')
  else if (!(await postgresAnswers(postgres))) missing.set('PostgreSQL', 'PostgreSQL does not answer')
  if (!redis) missing.set('Redis', 'TEST_REDIS_URL is not set')
  else if (!(await redisAnswers(redis))) missing.set('Redis', 'Redis does not answer')
  return missing
}
