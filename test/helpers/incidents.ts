import { createCommandHandler } from '../../server/incidents/command-handler.ts'
import { createDeadlineRunner } from '../../server/incidents/deadline-runner.ts'
import { createEventLog } from '../../server/incidents/event-log.ts'
import { type Ids, randomIds } from '../../server/incidents/ids.ts'
import { createIncidentStore, type Incident } from '../../server/incidents/incident-store.ts'
import type { Database, Queryable } from '../../server/platform/database.ts'
import { createLogger } from '../../server/platform/logger.ts'
import { createManualClock } from '../../server/platform/manual-clock.ts'
import { createPlaybookStore, shippedFolder } from '../../server/playbooks/index.ts'
import type { Actor } from '../../shared/incident/actor.ts'
import { type ParsedCommand, parseCommand } from '../../shared/incident/commands/parse.ts'
import type { RoomCommandType } from '../../shared/incident/commands/registry.ts'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { CommandAnswer } from '../../shared/protocol/errors.ts'

export const testStart = Date.UTC(2026, 0, 5, 9, 0, 0)
export const person = (id: string): Actor => ({ kind: 'person', id, role: 'responder' })

export function command(
  type: RoomCommandType,
  data: unknown = {},
  id: string = randomIds.command(),
): ParsedCommand {
  const parsed = parseCommand(id, type, data)
  if (!parsed.ok) throw new Error(`${type}: ${parsed.error.message}`)
  return parsed.command
}

/** One node's handler on a given database, with a clock that stands still and everything it told in lists. */
export async function createHandlerBench(
  database: Database,
  options: {
    clock?: ReturnType<typeof createManualClock>
    ids?: Ids
    onAppend?: (tx: Queryable) => Promise<void>
  } = {},
) {
  const clock = options.clock ?? createManualClock(testStart)
  const logger = createLogger('silent')
  const playbooks = createPlaybookStore(database, 'test')
  await playbooks.publishShipped(shippedFolder(), clock.now())
  const log = createEventLog(database)
  const store = createIncidentStore(database, log, (hash) => playbooks.byHash(hash))
  const told: { incident: Incident; events: readonly IncidentEvent[] }[] = []
  const seen = new Map<string, number>()
  const handler = createCommandHandler({
    database,
    store,
    log,
    clock,
    logger,
    ids: options.ids ?? randomIds,
    names: async (ids) => new Map(ids.map((id) => [id, { name: `Name of ${id}` }])),
    members: async (_incidentId, ids) => new Map(ids.map((id) => [id, { name: `Name of ${id}` }])),
    playbookByHash: (hash) => playbooks.byHash(hash),
    lastSeen: async (_incidentId, people) =>
      new Map(people.flatMap((id) => (seen.has(id) ? [[id, seen.get(id) ?? 0] as const] : []))),
    onCreate: async () => {},
    onAppend: async (tx) => options.onAppend?.(tx),
    committed: (incident, events) => told.push({ incident, events }),
  })
  const runner = createDeadlineRunner({ store, handler, clock, logger })

  async function declare(
    playbook: string,
    severity: string | null,
    actor: Actor = person('maya'),
  ): Promise<string> {
    const published = await playbooks.latest(playbook)
    if (published === undefined) throw new Error(`no playbook ${playbook}`)
    const answer = await handler.declare(
      actor,
      randomIds.command(),
      { title: 'API down', severity },
      published,
    )
    if (!answer.ok) throw new Error(answer.error.message)
    return answer.id
  }

  async function events(incidentId: string): Promise<IncidentEvent[]> {
    const all: IncidentEvent[] = []
    for await (const page of log.pages(incidentId, 0)) all.push(...page)
    return all
  }

  const act = (
    incidentId: string,
    who: string,
    type: RoomCommandType,
    data: unknown = {},
  ): Promise<CommandAnswer> => handler.submit(incidentId, person(who), command(type, data))

  return { clock, playbooks, log, store, handler, runner, told, seen, declare, events, act }
}

export type HandlerBench = Awaited<ReturnType<typeof createHandlerBench>>
