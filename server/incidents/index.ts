import type { Request, Router } from 'express'
import type { IncidentEvent } from '../../shared/incident/events.ts'
import type { IncidentState } from '../../shared/incident/state.ts'
import type { Playbook, PublishedPlaybook } from '../../shared/playbook/model.ts'
import type { Access, Session } from '../people/index.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, Queryable } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Pulse } from '../platform/pulse.ts'
import { type Board, createBoard } from './board.ts'
import { calmPicture } from './calm.ts'
import { createCommandHandler } from './command-handler.ts'
import { createDeadlineAuditor } from './deadline-auditor.ts'
import { createDeadlineRunner } from './deadline-runner.ts'
import { createEventLog } from './event-log.ts'
import { sweepExpired } from './expiry.ts'
import { exportMarkdown, readReferenceWords } from './export.ts'
import { Feed } from './feed.ts'
import { attachGateway, incidentRoom, type MusterServer } from './gateway.ts'
import { type Ids, randomIds } from './ids.ts'
import { createIncidentStore } from './incident-store.ts'
import { createPresence } from './presence.ts'
import type { Roster } from './roster.ts'
import { incidentRoutes } from './routes.ts'
import { searchEntries } from './search.ts'
import { createSeenMarks } from './seen.ts'

export type { MusterServer } from './gateway.ts'
export { openApi } from './openapi.ts'
export { createMemoryRoster, type Roster } from './roster.ts'
export { createRedisRoster } from './roster-redis.ts'

/** What incidents ask of their documents. */
export interface IncidentDocuments {
  /** Writes the document of a new incident, in its transaction. */
  create(tx: Queryable, incidentId: string, playbook: Playbook, at: number): Promise<void>
  /** Opens or closes the documents for writing, in the transaction of the event that does so. */
  setWritable(tx: Queryable, incidentId: string, writable: boolean): Promise<void>
  /** After the commit: documents of this incident may have another access now. */
  accessChanged(incidentId: string): void
  rowOf(incidentId: string): Promise<{ epoch: number; schema: number }>
  /** The committed document as Markdown, and the notes under tasks as plain text. `words`: what references say. */
  textOf(
    incidentId: string,
    words: (kind: string, id: string) => string | undefined,
  ): Promise<{ markdown: string; notes: Record<string, string> }>
}

export interface IncidentsParts {
  database: Database
  bus: Bus
  /** Tells of commits that no hint told of. */
  pulse: Pulse
  clock: Clock
  logger: Logger
  roster: Roster
  access: Access
  sessionOf(request: Request): Promise<Session | null>
  playbooks: {
    byHash(hash: string): Promise<PublishedPlaybook | undefined>
    latest(id: string): Promise<PublishedPlaybook | undefined>
    defaultId(): Promise<string | null>
    list(): Promise<PublishedPlaybook[]>
  }
  documents: IncidentDocuments
  version: string
  ids?: Ids
}

export interface Incidents {
  router: Router
  attach(io: MusterServer): void
  start(): void
  stop(): Promise<void>
  /** Resolves when everything due by now is decided and committed. */
  settle(): Promise<void>
  handler: ReturnType<typeof createCommandHandler>
  store: ReturnType<typeof createIncidentStore>
  log: ReturnType<typeof createEventLog>
  board: Board
  /** What tasks and entries of an incident say, by kind and id. */
  referenceWords(incidentId: string): Promise<(kind: string, id: string) => string | undefined>
  metrics(): Record<string, number>
}

const minuteMs = 60_000
const secondMs = 1_000
/** How far a crash may set back what people have seen. */
const keepSeenMs = 2_000

/** Puts the parts of incidents together; nothing runs before `start`. */
export function createIncidents(parts: IncidentsParts): Incidents {
  const { database, bus, pulse, clock, logger, roster, access, documents } = parts
  const log = createEventLog(database)
  const store = createIncidentStore(database, log, (hash) => parts.playbooks.byHash(hash))
  const names = (ids: readonly string[]) => access.names(ids)
  const counts = { committed: 0, delivered: 0, wrongDeadlines: 0, shed: 0 }
  let io: MusterServer | null = null
  let shedSlow: () => number = () => 0
  let detach = () => {}

  const feed = new Feed({
    source: { readAfter: (id, seq) => log.readAfter(id, seq), heads: (ids) => log.heads(ids) },
    deliver(incidentId, events) {
      counts.delivered += events.length
      io?.to(incidentRoom(incidentId)).emit('incident:events', { incidentId, events: [...events] })
    },
    onError: (error) => logger.warn({ err: error }, 'the feed could not read the log'),
  })

  const handler = createCommandHandler({
    database,
    store,
    log,
    clock,
    logger,
    ids: parts.ids ?? randomIds,
    names,
    members: (incidentId, ids) => access.members(incidentId, ids),
    playbookByHash: (hash) => parts.playbooks.byHash(hash),
    lastSeen: (incidentId, people) => roster.lastSeen(incidentId, people),
    onCreate: (tx, incident) => documents.create(tx, incident.id, incident.playbook, incident.state.at),
    onAppend: (tx, incidentId, events, state) => applyToDocuments(tx, incidentId, events, state),
    committed(incident, events) {
      counts.committed += events.length
      feed.committed(incident.id, events)
      bus.publish({ topic: 'incident', id: incident.id, seq: incident.seq })
      if (changesAccess(events)) documents.accessChanged(incident.id)
      runner.notice(incident.nextDueAt)
    },
  })

  /** Closing clears `writable`, reopening sets it, in the same transaction as the event. */
  async function applyToDocuments(
    tx: Queryable,
    incidentId: string,
    events: readonly IncidentEvent[],
    state: IncidentState,
  ): Promise<void> {
    if (changesAccess(events)) await documents.setWritable(tx, incidentId, state.status.value !== 'closed')
  }

  const runner = createDeadlineRunner({ store, handler, clock, logger })
  const auditor = createDeadlineAuditor({ store, handler, logger })
  const board = createBoard({
    store,
    roster,
    clock,
    names,
    calm: (now) => calmPicture(database, async (hash) => (await parts.playbooks.byHash(hash))?.playbook, now),
    unreadable: (incident, error) => logger.warn({ incident, err: error }, 'an incident could not be drawn'),
    changed({ rows, gone, wall }) {
      if (rows.length > 0 || gone.length > 0) io?.to('board').emit('board:rows', { rows, gone })
      io?.to('wall').emit('wall:tile', wall)
    },
  })
  const seen = createSeenMarks(database, clock)
  const presence = createPresence({
    roster,
    bus,
    clock,
    logger,
    handler,
    store,
    names,
    announce: (incidentId, people) =>
      void io?.to(incidentRoom(incidentId)).emit('incident:presence', { incidentId, people }),
  })

  const router = incidentRoutes({
    handler,
    store,
    log,
    version: parts.version,
    sessionOf: parts.sessionOf,
    playbooks: parts.playbooks,
    documentOf: (id) => documents.rowOf(id),
    searchEntries: (id, query, before, limit) =>
      searchEntries({ store, log, names }, id, query, before, limit),
    exportMarkdown: (id) =>
      exportMarkdown({ store, log, clock, names, textOf: (i, words) => documents.textOf(i, words) }, id),
  })

  const redrawBoard = () => (io === null ? Promise.resolve() : board.refresh())
  const drawWhatIsDue = () => (board.due() ? redrawBoard() : Promise.resolve())
  const cutSlow = async () => {
    if (io !== null) sweepExpired(io, clock.now())
    counts.shed += shedSlow()
  }
  const everyMinute = oneAtATime(async () => {
    // A timer that was lost here is found within the minute, whoever lost it.
    runner.look()
    const report = await auditor.audit()
    counts.wrongDeadlines += report.wrong.length
    await presence.noteLeavings(auditor.joined())
  })
  const trouble = (what: string) => (error: unknown) => logger.warn({ err: error }, what)
  const stops: (() => void)[] = []

  return {
    router,
    handler,
    store,
    log,
    board,
    referenceWords: (id) => readReferenceWords({ store, log }, id),
    attach(server) {
      io = server
      const gateway = attachGateway(server, {
        access,
        handler,
        store,
        log,
        feed,
        board,
        presence,
        seen,
        clock,
        logger,
        documentOf: (id) => documents.rowOf(id),
      })
      shedSlow = gateway.shedSlow
      detach = gateway.stop
    },
    start() {
      const every = (ms: number, what: string, run: () => Promise<void>) => {
        const timer = setInterval(() => void run().catch(trouble(what)), ms)
        stops.push(() => clearInterval(timer))
      }
      // Apart from each other: a board that waits for the roster must not hold up events or who is cut.
      stops.push(
        pulse.follow('the log could not be reread', () => feed.reread()),
        pulse.follow('the board could not be drawn', () => {
          board.stale()
          return redrawBoard()
        }),
        pulse.follow('the deadline runner could not look', async () => runner.look()),
      )
      every(secondMs, 'the board could not be drawn', drawWhatIsDue)
      every(secondMs, 'slow sockets could not be cut', cutSlow)
      every(keepSeenMs, 'what people have seen could not be kept', () => seen.flush())
      every(minuteMs, 'the audit failed', everyMinute)
      stops.push(
        bus.subscribe('incident', ({ id, seq }) => {
          feed.hint(id, seq)
          void redrawBoard().catch(trouble('the board could not be drawn'))
        }),
        bus.subscribe('presence', ({ id }) => {
          board.touch(id)
          void presence.refresh(id)
        }),
        bus.subscribe('clock', () => {
          io?.emit('clock', { now: clock.now() })
        }),
      )
      runner.start()
    },
    async stop() {
      for (const stop of stops.splice(0)) stop()
      detach()
      await runner.stop()
      await handler.stop()
      await seen.flush().catch(trouble('what people have seen could not be kept'))
      await roster.close()
    },
    async settle() {
      await runner.settle()
      await handler.idle()
    },
    metrics: () => ({
      muster_events_committed_total: counts.committed,
      muster_events_delivered_total: counts.delivered,
      muster_wrong_deadlines_total: counts.wrongDeadlines,
      muster_slow_sockets_cut_total: counts.shed,
      muster_open_incidents: board.rows().filter((row) => row.open).length,
      muster_sockets: io?.sockets.sockets.size ?? 0,
    }),
  }
}

function changesAccess(events: readonly IncidentEvent[]): boolean {
  return events.some((e) => e.type === 'incident.closed' || e.type === 'incident.reopened')
}

/** Runs `work` once at a time; a call meanwhile makes it run once more afterwards. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  return function run(): Promise<void> {
    if (running !== null) {
      again = true
      return running
    }
    running = (async () => {
      do {
        again = false
        await work()
      } while (again)
    })().finally(() => {
      running = null
    })
    return running
  }
}
