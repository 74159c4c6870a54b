import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BoardChange, createBoard } from '../../../server/incidents/board.ts'
import { calmPicture } from '../../../server/incidents/calm.ts'
import { createMemoryRoster } from '../../../server/incidents/roster.ts'
import type { EmbeddedDatabase } from '../../../server/platform/embedded/open.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { createHandlerBench, type HandlerBench } from '../../helpers/incidents.ts'

const minute = 60_000
const day = 86_400_000

describe('the board', () => {
  let database: EmbeddedDatabase
  let bench: HandlerBench
  beforeAll(async () => {
    database = await openTestDatabase()
    bench = await createHandlerBench(database)
  })
  afterAll(async () => {
    await bench.handler.stop()
    await database.close()
  })

  /** A board that has drawn what is there, and how often it counted days and told of a change. */
  async function draw() {
    const told: BoardChange[] = []
    const counted: number[] = []
    let calmFails = false
    const roster = createMemoryRoster(() => bench.clock.now())
    const board = createBoard({
      store: bench.store,
      roster,
      clock: bench.clock,
      names: async () => new Map(),
      async calm(now) {
        if (calmFails) throw new Error('away')
        counted.push(now)
        return { days: [], last: null }
      },
      changed: (change) => told.push(change),
      unreadable: () => {},
    })
    await board.refresh()
    told.length = 0
    counted.length = 0
    const fail = (fails: boolean) => {
      calmFails = fails
    }
    return { board, roster, told, counted, fail }
  }

  it('tells board and wall who is called next by waiting, until it is answered', async () => {
    const id = await bench.declare('freeagentics', 'SEV-1')
    const { board, told } = await draw()
    await bench.act(id, 'maya', 'chat.send', { text: 'On it' })
    await board.refresh()
    const calls = (told.at(-1)?.rows.find((row) => row.id === id)?.calls ?? []).map(({ id, at }) => ({
      id,
      minutes: (at - bench.clock.now()) / minute,
    }))
    // FA-16: fifteen minutes after the alert, and thirty; whether the last is called nobody has said yet.
    expect(calls.map(({ minutes }) => minutes)).toEqual([15, 30])
    const tile = told.at(-1)?.wall.tiles.find(({ calls }) => calls !== undefined && calls.length > 0)
    expect(tile?.calls?.map(({ id }) => id)).toEqual(calls.map(({ id }) => id))
    await bench.act(id, 'maya', 'role.take', { role: 'ic' })
    const closed = await bench.act(id, 'maya', 'incident.close', { reason: 'Over', override: 'Checked' })
    expect(closed).toMatchObject({ ok: true })
    await board.refresh()
    expect(told.at(-1)?.rows.find((row) => row.id === id)?.calls).toEqual([])
  })

  it('has nothing to do while nothing is committed and nobody comes or goes', async () => {
    await bench.declare('agent-lab', null)
    const { board, told, counted } = await draw()
    expect(board.due()).toBe(false)
    bench.clock.advance(5 * minute)
    expect(board.due()).toBe(false)
    await board.refresh()
    expect([told, counted]).toEqual([[], []])
  })

  it('takes no part in what moves the pulse: it and all that is read again and again only reads', async () => {
    const { board } = await draw()
    const before = database.writes
    board.stale()
    await board.refresh()
    await calmPicture(database, async () => undefined, bench.clock.now())
    await bench.store.due(100)
    await bench.store.openBefore(null, 100)
    await bench.log.heads(board.rows().map((row) => row.id))
    expect(database.writes).toBe(before)
  })

  it('counts the thirty days anew a minute after they were, when something was committed since', async () => {
    const { board, counted } = await draw()
    board.stale()
    bench.clock.advance(minute)
    expect(board.due()).toBe(false)
    bench.clock.advance(1)
    expect(board.due()).toBe(true)
    await board.refresh()
    expect(counted).toEqual([bench.clock.now()])
    expect(board.due()).toBe(false)
  })

  it('counts them at midnight, and again when that failed', async () => {
    const { board, counted, fail } = await draw()
    bench.clock.set(Math.ceil((bench.clock.now() + 1) / day) * day)
    expect(board.due()).toBe(true)
    fail(true)
    await expect(board.refresh()).rejects.toThrow('away')
    expect(board.due()).toBe(true)
    fail(false)
    await board.refresh()
    expect([board.due(), counted]).toEqual([false, [bench.clock.now()]])
  })

  it('draws again whose people changed; of rooms that it does not show it forgets it', async () => {
    const id = await bench.declare('agent-lab', null)
    const { board, roster, told } = await draw()
    roster.enter(id, 'maya', 'socket')
    board.touch(id)
    board.touch('somewhere-else')
    expect(board.due()).toBe(true)
    await board.refresh()
    expect(told.flatMap(({ rows }) => rows.map((row) => [row.id, row.present]))).toEqual([[id, 1]])
    expect(board.due()).toBe(false)
  })

  it('lets a closed incident go after seven days without being told', async () => {
    const id = await bench.declare('agent-lab', null)
    const role = (await bench.store.load(id))?.playbook.roles.find((r) => r.kind === 'commander')?.id
    await bench.act(id, 'maya', 'role.take', { role })
    const answer = await bench.act(id, 'maya', 'incident.close', { reason: 'Done', override: 'All is well' })
    expect(answer.ok).toBe(true)
    const closedAt = bench.clock.now()
    const { board, told } = await draw()
    expect(board.rows().map((row) => row.id)).toContain(id)
    // A day's end draws too: from here on only the seven days are left.
    bench.clock.set(closedAt + 7 * day - 1)
    await board.refresh()
    expect(board.due()).toBe(false)
    told.length = 0
    bench.clock.advance(1)
    expect(board.due()).toBe(true)
    await board.refresh()
    expect(told.flatMap(({ gone }) => gone)).toContain(id)
  })
})
