import { defineConfig } from 'vitest/config'

const service = ['test/**/*.pg.test.ts', 'test/**/*.redis.test.ts']
const campaigns = ['test/sim/**', 'test/faults/**']

/** The long forms take what they take. */
const campaignTimeout = process.env.MUSTER_LONG === undefined ? 180_000 : 3_600_000

/**
 * Five runs that fail for different reasons. `unit` needs nothing but Node; `pg` needs TEST_DATABASE_URL
 * (and TEST_REDIS_URL); `sim` and `faults` run their short form unless MUSTER_LONG is set; `e2e` drives
 * browsers against built servers, two files at a time: most of a file's time is waiting for a page.
 */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    // Long enough for a machine that does other things as well.
    testTimeout: 15_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...service, ...campaigns],
          // Files share their worker: reading every module anew for each of them costs more than most tests do.
          // A file takes back what it changed for all (fake timers, stubbed globals, spies).
          isolate: false,
          unstubGlobals: true,
        },
      },
      {
        extends: true,
        test: { name: 'pg', include: service, exclude: campaigns, testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          testTimeout: campaignTimeout,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: campaignTimeout,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
          setupFiles: ['test/e2e/after-a-failure.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
