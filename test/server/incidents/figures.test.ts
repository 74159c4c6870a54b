import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/platform/database.ts'
import { deadlines } from '../../../shared/incident/deadlines.ts'
import { openTestDatabase } from '../../helpers/databases.ts'
import { createHandlerBench, type HandlerBench } from '../../helpers/incidents.ts'

const minute = 60_000

type Expected = { within: number } | { under: number } | 'unset' | 'scheduled' | 'next-business-day'

/** Written by hand from the five documents: acknowledge and response, in minutes, by playbook and severity. */
const figures: [playbook: string, severity: string, acknowledge: Expected, respond: Expected][] = [
  ['agent-lab', 'P0', { within: 5 }, 'unset'],
  ['agent-lab', 'P1', { within: 5 }, 'unset'],
  ['agent-lab', 'P2', { within: 5 }, 'unset'],
  ['agent-lab', 'P3', { within: 5 }, 'unset'],
  ['agent-factory', 'P0', { within: 5 }, 'unset'],
  ['agent-factory', 'P1', { within: 5 }, 'unset'],
  ['agent-factory', 'P2', { within: 5 }, 'unset'],
  ['agent-factory', 'P3', { within: 5 }, 'unset'],
  ['agent-platform', 'P0', { within: 5 }, { within: 15 }],
  ['agent-platform', 'P1', { within: 5 }, { within: 30 }],
  ['agent-platform', 'P2', { within: 5 }, { within: 120 }],
  ['agent-platform', 'P3', { within: 5 }, { within: 1440 }],
  ['freeagentics', 'SEV-1', { under: 5 }, { under: 15 }],
  ['freeagentics', 'SEV-2', { under: 5 }, { under: 30 }],
  ['freeagentics', 'SEV-3', { under: 5 }, { under: 120 }],
  ['freeagentics', 'SEV-4', { under: 5 }, 'next-business-day'],
  ['agent-network', 'P1', 'unset', { within: 15 }],
  ['agent-network', 'P2', 'unset', { within: 60 }],
  ['agent-network', 'P3', 'unset', { within: 240 }],
  ['agent-network', 'P4', 'unset', 'scheduled'],
]

describe('acknowledge and response of the five playbooks, as the server judges them', () => {
  let database: Database
  let bench: HandlerBench
  beforeAll(async () => {
    database = await openTestDatabase()
    bench = await createHandlerBench(database)
  })
  afterAll(async () => {
    await bench.handler.stop()
    await database.close()
  })

  /** The verdict in the log when the clock is stopped `ms` after the declaration. */
  async function verdict(playbook: string, severity: string, clock: 'ack' | 'response', ms: number) {
    const id = await bench.declare(playbook, severity)
    bench.clock.advance(ms)
    await bench.act(id, 'maya', clock === 'ack' ? 'incident.acknowledge' : 'incident.respond')
    const events = await bench.events(id)
    const met = events.find((e) => e.type === 'clock.met' && e.data.clock === clock)
    const breached = events.some((e) => e.type === 'clock.breached' && e.data.clock === clock)
    if (met?.type !== 'clock.met') throw new Error(`${clock} was not judged`)
    return { late: met.data.late, overMs: met.data.overMs, dueAt: met.data.dueAt, breached }
  }

  it.each(figures)('%s %s', async (playbook, severity, acknowledge, respond) => {
    for (const [clock, expected] of [
      ['ack', acknowledge],
      ['response', respond],
    ] as const) {
      const id = await bench.declare(playbook, severity)
      const incident = await bench.store.load(id)
      if (incident === null) throw new Error('gone')
      const shown = deadlines(incident.state, incident.playbook).find((d) => d.id === clock)
      if (typeof expected === 'string') {
        expect(shown?.dueAt, clock).toBeNull()
        expect(shown?.target.kind, clock).toBe(expected === 'unset' ? 'figure' : expected)
        expect(await verdict(playbook, severity, clock, 10 * 24 * 60 * minute)).toEqual({
          late: false,
          overMs: 0,
          dueAt: null,
          breached: false,
        })
        continue
      }
      const inclusive = 'within' in expected
      const target = (inclusive ? expected.within : expected.under) * minute
      expect(shown?.targetMs, clock).toBe(target)
      const early = await verdict(playbook, severity, clock, target - 1_000)
      expect(early, `${clock} a second before`).toMatchObject({ late: false, breached: false })
      const exact = await verdict(playbook, severity, clock, target)
      expect(exact, `${clock} at the very moment`).toMatchObject({
        late: !inclusive,
        overMs: 0,
        breached: !inclusive,
      })
      const after = await verdict(playbook, severity, clock, target + 1)
      expect(after, `${clock} a millisecond after`).toMatchObject({ late: true, overMs: 1, breached: true })
    }
  })
})
