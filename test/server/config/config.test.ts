import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../../server/config.ts'

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('stands without any variable, on this machine only', () => {
    const config = readConfig({ PUBLIC_URL: ' ', LOG_LEVEL: '' })
    expect(config).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      testClock: false,
      trustProxy: false,
      logLevel: 'info',
      limits: {
        chat: 8000,
        documentFrame: 1_000_000,
        document: 5_000_000,
        documentHistory: 1e9,
        body: 262_144,
      },
    })
    expect(config.publicUrl).toBeUndefined()
    expect(config.databaseUrl).toBeUndefined()
    expect(config.killAt).toBeUndefined()
  })

  it('reports all problems together', () => {
    const problems = problemsOf({
      PORT: '70000',
      PUBLIC_URL: 'ftp://somewhere',
      DATABASE_URL: 'mysql://u:hunter2@db/x',
      REDIS_URL: 'nonsense',
      MUSTER_ROOT_TOKEN: 'too-short-secret',
      MUSTER_TEST_CLOCK: '1',
      NODE_ENV: 'production',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: 'everyone',
      LIMIT_DOCUMENT_BYTES: '-1',
      MUSTER_KILL_AT: 'somewhere',
    })
    const named = [
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'REDIS_URL',
      'MUSTER_ROOT_TOKEN',
      'MUSTER_TEST_CLOCK',
      'LOG_LEVEL',
      'TRUST_PROXY',
      'LIMIT_DOCUMENT_BYTES',
      'MUSTER_KILL_AT',
    ]
    for (const name of named) expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1)
    expect(problems).toHaveLength(named.length)
    expect(problems.join()).not.toMatch(/hunter2|too-short-secret/)
  })

  it.each([
    ['MUSTER_ROOT_TOKEN', 'x'.repeat(31), false],
    ['MUSTER_ROOT_TOKEN', 'x'.repeat(32), true],
    ['MUSTER_ROOT_TOKEN', `${'x'.repeat(32)} y`, false],
    ['PUBLIC_URL', 'https://muster.example', true],
    ['PUBLIC_URL', 'https://muster.example/', true],
    ['PUBLIC_URL', 'https://muster.example/room', false],
    ['PUBLIC_URL', 'https://u:p@muster.example', false],
    ['PORT', '0', true],
    ['PORT', '3e3', false],
    ['TRUST_PROXY', '1', true],
    ['TRUST_PROXY', 'loopback, 10.0.0.0/8', true],
    ['TRUST_PROXY', '10.0.0.0/33', false],
    ['TRUST_PROXY', 'true', false],
    ['MUSTER_TEST_CLOCK', 'yes', false],
    ['MUSTER_KILL_AT', 'in-commit:3', false], // not without the test clock
  ])('%s=%s: %s', (name, value, good) => {
    expect(problemsOf({ [name]: value }).length === 0).toBe(good)
  })

  it('arms a kill point only beside the test clock', () => {
    const config = readConfig({ MUSTER_TEST_CLOCK: '1', MUSTER_KILL_AT: 'in-commit:3' })
    expect(config.killAt).toEqual({ point: 'in-commit', passing: 3 })
  })

  it('keeps the origin of PUBLIC_URL as browsers write it', () => {
    expect(readConfig({ PUBLIC_URL: 'HTTPS://Muster.Example:443/' }).publicUrl).toBe('https://muster.example')
  })
})
