import { describe, expect, it } from 'vitest'
import { needsOf, projectOf } from '../../scripts/lib/test-files.ts'

describe('the project of a test file', () => {
  it.each([
    ['test/shared/incident/decide.test.ts', 'unit'],
    ['test/server/platform/postgres.pg.test.ts', 'pg'],
    ['test/server/platform/bus.redis.test.ts', 'pg'],
    ['test/sim/storm.pg.test.ts', 'sim'],
    ['test/faults/kill.pg.redis.test.ts', 'faults'],
    ['test/e2e/room.e2e.ts', 'e2e'],
    ['test/helpers/server.ts', null],
    ['test/server/stray.e2e.ts', null],
  ])('of %s is %s', (path, project) => {
    expect(projectOf(path)).toBe(project)
  })
})

describe('what a test file needs', () => {
  it.each([
    ['test/shared/a.test.ts', []],
    ['test/server/a.pg.test.ts', ['PostgreSQL']],
    ['test/server/a.redis.test.ts', ['Redis']],
    ['test/faults/a.pg.redis.test.ts', ['PostgreSQL', 'Redis']],
    ['test/e2e/a.pg.e2e.ts', ['PostgreSQL']],
  ])('by the name %s is %j', (path, needs) => {
    expect(needsOf(path)).toEqual(needs)
  })
})
