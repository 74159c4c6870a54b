import { afterAll, beforeAll, expect, it } from 'vitest'
import { membersOf } from '../../../server/people/people-store.ts'
import type { Database } from '../../../server/platform/database.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
  const add = (id: string, role: string, scope: string | null, disabledAt: number | null) =>
    database.query(
      'INSERT INTO people (id, name, role, scope_incident_id, scope_role, disabled_at, created_at) VALUES ($1, $1, $2, $3, $4, $5, 0)',
      [id, role, scope, scope === null ? null : 'responder', disabledAt],
    )
  await add('lee', 'responder', null, null)
  await add('gone', 'responder', null, 5)
  await add('guest-here', 'guest', 'here', null)
  await add('guest-there', 'guest', 'there', null)
})
afterAll(() => database.close())

it('names in a command are people of the room: accounts and its own guests, nobody shut out', async () => {
  const asked = ['lee', 'gone', 'guest-here', 'guest-there', 'nobody']
  expect([...(await membersOf(database, 'here', asked)).keys()].sort()).toEqual(['guest-here', 'lee'])
  expect([...(await membersOf(database, 'there', asked)).keys()].sort()).toEqual(['guest-there', 'lee'])
  expect((await membersOf(database, 'here', [])).size).toBe(0)
})
