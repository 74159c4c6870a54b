import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createPeople, type People } from '../../../server/people/index.ts'
import { addPerson, addSession } from '../../../server/people/people-store.ts'
import type { Bus } from '../../../server/platform/bus.ts'
import { createMemoryBus } from '../../../server/platform/bus-memory.ts'
import type { Database } from '../../../server/platform/database.ts'
import { healthRoutes } from '../../../server/platform/health.ts'
import { createHttp } from '../../../server/platform/http.ts'
import type { Logger } from '../../../server/platform/logger.ts'
import { createManualClock, type ManualClock } from '../../../server/platform/manual-clock.ts'
import { commitMark, createPulse } from '../../../server/platform/pulse.ts'
import type { PersonRole } from '../../../shared/incident/actor.ts'
import { openTestDatabase } from '../../helpers/databases.ts'

export const incidentA = 'aaaaaaaaaaaaaaaaaaaaaaaaaa'
export const incidentB = 'bbbbbbbbbbbbbbbbbbbbbbbbbb'
export const rootToken = 'root-token-for-tests-0123456789abcdef'
export const day = 24 * 60 * 60 * 1000

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever came; each test says what it expects of it
  body: any
}

export interface CallOptions {
  /** A session token, sent as a bearer. */
  as?: string | undefined
  /** A session token, sent as the cookie with a good Origin. */
  cookie?: string
  body?: unknown
  headers?: Record<string, string | string[]>
}

export interface House {
  people: People
  database: Database
  clock: ManualClock
  /** Everything logged, as text. */
  log: string[]
  url: string
  host: string
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** Adds somebody and gives a session token. */
  person(role: PersonRole, scope?: { incidentId: string; role: 'responder' | 'viewer' }): Promise<string>
  close(): Promise<void>
}

export interface HouseOptions {
  database?: Database
  bus?: Bus
  clock?: ManualClock
  rootToken?: string | undefined
  publicUrl?: string
  trustProxy?: false | number
  pollMs?: number
  tries?: number
  /** Passwords as slow as for users; cheap ones by default. */
  slowPasswords?: boolean
}

/** People behind real Express on a free port, over a database of its own. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const database = options.database ?? (await openTestDatabase())
  const clock = options.clock ?? createManualClock(1_800_000_000_000)
  const log: string[] = []
  const logger = capture(log)
  const bus = options.bus ?? createMemoryBus()
  const { pollMs } = options
  const pulse =
    pollMs === undefined ? undefined : createPulse({ mark: commitMark(database), logger, everyMs: pollMs })
  const people = createPeople({
    database,
    bus,
    clock,
    logger,
    rootToken: 'rootToken' in options ? options.rootToken : rootToken,
    publicUrl: options.publicUrl,
    hostNames: ['war-room.example'],
    testClock: false,
    limits: { chat: 8000, documentFrame: 1_000_000 },
    incidentNamed: async (id) =>
      id === incidentA || id === incidentB ? { key: 'K7QF', title: 'API down' } : null,
    chooseDefaultPlaybook: async (id) => id === 'known',
    ...(pulse !== undefined && { pulse }),
    // Passwords are slow on purpose, for those who guess them: the tests sign in some hundred times.
    ...(options.slowPasswords !== true && { passwordCost: { N: 2 ** 10, r: 8, p: 1 } }),
    ...(options.tries !== undefined && { tries: options.tries }),
  })
  const app = createHttp({
    logger,
    clientDir: undefined,
    https: options.publicUrl?.startsWith('https:') ?? false,
    trustProxy: options.trustProxy ?? false,
    bodyLimit: 256 * 1024,
    hostAllowed: people.hostAllowed,
    originAllowed: (headers) => people.access.originAllowed(headers),
    signedIn: async (request) => (await people.guard.identify(request)) !== null,
    health: healthRoutes({
      database: 'embedded',
      durability: { level: 'D2', statement: 'Synced.' },
      accepting: () => true,
      trouble: async () => null,
      metrics: () => ({}),
    }),
    routers: [people.router],
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await people.start()
  pulse?.start()
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const host = `127.0.0.1:${port}`
  const cookieName = options.publicUrl?.startsWith('https:') ? '__Host-muster' : 'muster'

  return {
    people,
    database,
    clock,
    log,
    host,
    url: `http://${host}`,
    call(method, path, { as, cookie, body, headers } = {}) {
      return send(port, method, path, body, {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(cookie !== undefined && {
          cookie: `${cookieName}=${cookie}`,
          origin: options.publicUrl ?? `http://${host}`,
        }),
        ...headers,
      })
    },
    async person(role, scope) {
      const now = clock.now()
      const person = { name: `A ${role}`, role, ...(scope && { scope: { ...scope, linkId: 'none' } }) }
      const personId = await addPerson(database, person, now)
      return addSession(database, { personId, lifetime: 30 * day }, now)
    },
    async close() {
      pulse?.stop()
      people.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (options.database === undefined) await database.close()
    },
  }
}

function send(
  port: number,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string | string[]>,
): Promise<Answer> {
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method,
        path,
        agent: false,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          'content-length': Buffer.byteLength(payload),
          ...headers,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          const isJson = response.headers['content-type']?.includes('json') ?? false
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: isJson && text !== '' ? JSON.parse(text) : undefined,
          })
        })
      },
    )
    request.on('error', reject)
    request.end(payload)
  })
}

function capture(lines: string[]): Logger {
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  }
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  }
  return logger
}
