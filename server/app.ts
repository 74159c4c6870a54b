import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { permitted } from '../shared/incident/permissions.ts'
import { documentAccess, documentFigures, incidentDocuments, playbooksOf } from './between.ts'
import type { Limits } from './config.ts'
import {
  type CursorRelay,
  createDocumentGateway,
  createSqlJournal,
  type DocumentGateway,
  documentRoutes,
} from './documents/index.ts'
import { createIncidents, type Incidents, type Roster } from './incidents/index.ts'
import { createPeople, type People, sessionOf } from './people/index.ts'
import type { Bus } from './platform/bus.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database.ts'
import { type Durability, healthRoutes } from './platform/health.ts'
import { createHttp } from './platform/http.ts'
import type { Logger } from './platform/logger.ts'
import { commitMark, createPulse } from './platform/pulse.ts'
import { testClockRoutes } from './platform/test-clock.ts'
import { routeUpgrades } from './platform/upgrades.ts'
import {
  createPlaybookChecker,
  createPlaybookDrafts,
  type PlaybookStore,
  playbookEditRoutes,
  playbookRoutes,
} from './playbooks/index.ts'
import { socketServer } from './sockets.ts'

/** Everything the server is made of that opens something outside; tests put in their own. */
export interface Components {
  database: Database
  bus: Bus
  clock: Clock
  roster: Roster
  /** Carries cursors between nodes. */
  cursors: CursorRelay
  logger: Logger
  playbooks: PlaybookStore
  version: string
  settings: AppSettings
  /** Set only while the test clock is on. */
  advance?: (ms: number) => Promise<number>
  durability: Durability
  /** What differs whenever anything was committed, where that is known without asking the database. */
  mark?: () => Promise<string>
  /** Null while the store can work; asked by `/readyz`. */
  storeTrouble?: () => string | null
  /** True while the store refuses writes for want of space. */
  storeFull?: () => boolean
}

/** The part of the configuration that routes and gateways hold to. */
export interface AppSettings {
  publicUrl: string | undefined
  rootToken: string | undefined
  redisUrl: string | undefined
  hostNames: readonly string[]
  trustProxy: false | number | string[]
  clientDir: string | undefined
  limits: Limits
}

export interface App {
  server: Server
  people: People
  incidents: Incidents
  documents: DocumentGateway
  /** Begins to work and listens; gives the port. Port 0 takes a free one. */
  start(port: number, host: string): Promise<number>
  /** Lets everything under way end: commits what came, tells sockets to come back, closes the port. */
  stop(): Promise<void>
}

/** The one place where the parts meet. Nothing runs before `start`. */
export function createApp(components: Components): App {
  const { database, bus, clock, logger, playbooks, settings } = components
  const { limits } = settings
  const https = settings.publicUrl?.startsWith('https:') ?? false
  const pulse = createPulse({ mark: components.mark ?? commitMark(database), logger })
  let accepting = false

  const people = createPeople({
    ...settings,
    database,
    bus,
    pulse,
    clock,
    logger,
    testClock: components.advance !== undefined,
    limits: { chat: limits.chat, documentFrame: limits.documentFrame },
    incidentNamed: async (id) => {
      const incident = await incidents.store.load(id)
      return incident === null ? null : { key: incident.state.key, title: incident.state.title }
    },
    chooseDefaultPlaybook: async (id) => {
      if ((await playbooks.latest(id)) === undefined) return false
      await playbooks.setDefault(id)
      return true
    },
    playbookChoices: async () =>
      (await playbooks.list()).map(({ playbook: { id, product, purpose, severities } }) => ({
        id,
        product,
        purpose,
        severities: severities.length,
      })),
  })
  const { access, guard } = people
  const checker = createPlaybookChecker()

  const journal = createSqlJournal(database)
  const documents = createDocumentGateway({
    journal,
    bus,
    cursors: components.cursors,
    clock,
    logger,
    access: documentAccess(access),
    limits: {
      frameBytes: limits.documentFrame,
      documentBytes: limits.document,
      historyBytes: limits.documentHistory,
      newClientsPerHour: limits.documentClients,
      newClientsPerPersonPerHour: Math.ceil(limits.documentClients / 2),
      answerBurstBytes: 4 * limits.document,
    },
  })
  access.onRevoked(({ personId, incidentId, sessionKey, wallId }) => {
    if (wallId !== undefined) return
    documents.closeFor({
      ...(personId !== undefined && { personId }),
      ...(incidentId !== undefined && { incidentId }),
      ...(sessionKey !== undefined && { sessionId: sessionKey }),
    })
  })

  const incidents = createIncidents({
    database,
    bus,
    pulse,
    clock,
    logger,
    roster: components.roster,
    access,
    sessionOf: (request) => guard.identify(request),
    playbooks,
    documents: incidentDocuments(journal, bus),
    version: components.version,
  })

  const health = healthRoutes({
    database: database.kind,
    durability: components.durability,
    accepting: () => accepting,
    async trouble() {
      const trouble = components.storeTrouble?.() ?? null
      if (trouble === null) await database.query('SELECT 1 AS one')
      return trouble
    },
    full: () => components.storeFull?.() ?? false,
    metrics: () => ({
      ...incidents.metrics(),
      ...documentFigures(documents),
      muster_hints_connected: bus.connected() ? 1 : 0,
    }),
  })
  const readable = playbooksOf(() => incidents.store)
  const { advance } = components
  const app = createHttp({
    logger,
    clientDir: settings.clientDir,
    https,
    trustProxy: settings.trustProxy,
    bodyLimit: limits.body,
    hostAllowed: people.hostAllowed,
    originAllowed: (headers) => access.originAllowed(headers),
    signedIn: async (request) => (await guard.identify(request)) !== null,
    health,
    routers: [
      people.router,
      playbookRoutes({
        store: playbooks,
        requirePermission: guard.requirePermission,
        mayReadNumbers: (request) => permitted(sessionOf(request).actor, 'numbers.read').allow,
        readable,
      }),
      playbookEditRoutes({
        store: playbooks,
        drafts: createPlaybookDrafts(database, playbooks, checker.check),
        readable,
        requirePermission: guard.requirePermission,
        mayListPeople: (request) => permitted(sessionOf(request).actor, 'people.list').allow,
        personOf: (request) => {
          const { actor } = sessionOf(request)
          return actor.kind === 'person' ? actor.id : null
        },
        sessionKeyOf: (request) => sessionOf(request).key,
        names: (ids) => access.names(ids),
        now: () => clock.now(),
      }),
      ...(advance === undefined
        ? []
        : [
            testClockRoutes({
              advance,
              settle: () => incidents.settle(),
              now: () => clock.now(),
              mayAdvance: guard.requirePermission('clock.advance'),
            }),
          ]),
      documentRoutes({
        journal,
        requirePermission: guard.requirePermission,
        names: (ids) => access.names(ids),
        referenceWords: (id) => incidents.referenceWords(id),
      }),
      incidents.router,
    ],
  })

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, app)
  const io = socketServer(server, access, https)
  incidents.attach(io)
  routeUpgrades(server, (request, socket, head) => documents.handleUpgrade(request, socket, head))

  return {
    server,
    people,
    incidents,
    documents,
    async start(port, host) {
      await people.start()
      incidents.start()
      pulse.start()
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
      accepting = true
      return portOf(server)
    },
    async stop() {
      accepting = false
      pulse.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // What people wrote is committed and acknowledged before their sockets end.
      await Promise.all([incidents.stop(), documents.drain(), checker.stop()])
      io.engine.close()
      await io.close().catch(() => undefined)
      people.stop()
      server.closeAllConnections()
      await closed
    },
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}
