import { Router } from 'express'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Logger } from '../platform/logger.ts'
import type { Pulse } from '../platform/pulse.ts'
import { createAccess } from './access.ts'
import { cookieFor } from './cookie.ts'
import { entryRoutes, type PlaybookChoice } from './entry-routes.ts'
import { createGuard, type Guard } from './guard.ts'
import { linkRoutes } from './link-routes.ts'
import { hostAllowed } from './origin.ts'
import { createPasswords, type PasswordCost } from './passwords.ts'
import { peopleRoutes } from './people-routes.ts'
import { createRateLimits } from './rate-limits.ts'
import { createRevocations } from './revocations.ts'
import type { Access } from './session.ts'
import { makeSetUpToken } from './set-up.ts'

export { demand, type Guard, sessionOf } from './guard.ts'
export { peopleWithoutRights } from './rights.ts'
export type { Access, Revocation, Session } from './session.ts'

export interface PeopleOptions {
  database: Database
  bus: Bus
  clock: Clock
  logger: Logger
  rootToken: string | undefined
  publicUrl: string | undefined
  /** Names of this machine for the check of the Host header. */
  hostNames: readonly string[]
  testClock: boolean
  limits: { chat: number; documentFrame: number }
  /** Shares counts of failed tries between nodes. */
  redisUrl?: string | undefined
  /** What people call an incident; null when there is none. */
  incidentNamed(id: string): Promise<{ key: string; title: string } | null>
  chooseDefaultPlaybook(id: string): Promise<boolean>
  /** What set-up can choose from. */
  playbookChoices?: () => Promise<PlaybookChoice[]>
  /** Tells of rights that ended on another node without a hint. */
  pulse?: Pulse
  /** Failed tries forgiven in a quarter of an hour; 20 by default. */
  tries?: number
  /** How slow hashing a password is; slow by default. */
  passwordCost?: PasswordCost
}

export interface People {
  access: Access
  guard: Guard
  router: Router
  hostAllowed(host: string | undefined): boolean
  /** A fresh one-time token for `/setup#`, or null when an account or a root token exists. For the terminal only. */
  setUpToken(): Promise<string | null>
  start(): Promise<void>
  stop(): void
}

/** Accounts, sessions, share links, walls, and the questions that all other features ask about them. */
export function createPeople(options: PeopleOptions): People {
  const { database, bus, clock, logger, rootToken, publicUrl } = options
  const hasRootToken = rootToken !== undefined
  const origins = { publicUrl, hostNames: options.hostNames, cookieName: cookieFor(publicUrl).name }
  const { pulse } = options
  const revocations = createRevocations({ database, bus, logger, ...(pulse !== undefined && { pulse }) })
  const access = createAccess({ database, clock, revocations, rootToken, origins })
  const guard = createGuard(access)
  const rateLimits = createRateLimits({
    logger,
    ...(options.redisUrl !== undefined && { redisUrl: options.redisUrl }),
    ...(options.tries !== undefined && { tries: options.tries }),
  })
  const kit = {
    database,
    clock,
    revocations,
    guard,
    passwords: createPasswords(options.passwordCost),
    rateLimits,
    publicUrl,
    incidentNamed: options.incidentNamed,
  }
  const router = Router()
  router.use(
    entryRoutes({
      kit,
      hasRootToken,
      testClock: options.testClock,
      limits: options.limits,
      chooseDefaultPlaybook: options.chooseDefaultPlaybook,
      playbookChoices: options.playbookChoices,
    }),
    linkRoutes(kit),
    peopleRoutes(kit, { hasRootToken }),
  )
  return {
    access,
    guard,
    router,
    hostAllowed: (host) => hostAllowed(host, origins),
    setUpToken: async () => (hasRootToken ? null : makeSetUpToken(database)),
    start: () => revocations.start(),
    stop() {
      revocations.stop()
      rateLimits.close()
    },
  }
}
