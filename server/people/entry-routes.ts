import { type Request, Router } from 'express'
import * as z from 'zod/mini'
import { protocolVersion } from '../../shared/protocol/version.ts'
import { refuse } from '../platform/http-errors.ts'
import { readBody } from '../platform/http-input.ts'
import { nameField, passwordField, tokenField, triedPassword } from './fields.ts'
import { addressHash, addressOf, clearCookie, type Kit, setCookie, signedInFor } from './kit.ts'
import {
  type Account,
  accountByName,
  accountExists,
  addSession,
  endSession,
  knowsAddress,
  loginOf,
} from './people-store.ts'
import type { Session } from './session.ts'
import { setUp, setUpTokenIsGood } from './set-up.ts'

/** One playbook among those that set-up chooses from: what it is for, and how many severities it knows. */
export interface PlaybookChoice {
  id: string
  product: string
  purpose: string
  severities: number
}

export interface EntryOptions {
  kit: Kit
  /** A root token stands in for the first account. */
  hasRootToken: boolean
  testClock: boolean
  limits: { chat: number; documentFrame: number }
  /** Chooses the playbook that declaring begins with; false for one nobody published. */
  chooseDefaultPlaybook(id: string): Promise<boolean>
  /** What set-up can choose from; told to anybody, but only until the first account exists. */
  playbookChoices?: (() => Promise<PlaybookChoice[]>) | undefined
}

const setUpBody = z.strictObject({
  token: tokenField,
  name: nameField,
  password: passwordField,
  playbook: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
})
const signInBody = z.strictObject({ name: nameField, password: triedPassword })
const noBody = z.strictObject({})

/** Coming in and going out: who am I, set-up, sign-in, sign-out. */
export function entryRoutes(options: EntryOptions): Router {
  const { kit } = options
  const { database, clock, rateLimits, guard } = kit
  const router = Router()

  router.get('/api/me', async (request, response) => {
    const session = await guard.identify(request)
    const needsSetup = session === null && !options.hasRootToken && !(await accountExists(database))
    response.json({
      person: session === null ? null : describe(session),
      needsSetup,
      protocol: protocolVersion,
      limits: options.limits,
      testClock: options.testClock,
      ...(needsSetup && { playbooks: (await options.playbookChoices?.()) ?? [] }),
    })
  })

  router.post('/api/setup', async (request, response) => {
    const body = readBody(request, setUpBody)
    const address = addressOf(request)
    await rateLimits.check('set-up', address)
    if (!(await setUpTokenIsGood(database, body.token))) return refuseSetUp(kit, address)
    if (body.playbook !== undefined && !(await options.chooseDefaultPlaybook(body.playbook)))
      refuse('invalid', 'There is no such playbook.', 'playbook')
    const first = {
      token: body.token,
      name: body.name,
      passwordHash: await kit.passwords.hash(body.password),
      lifetime: signedInFor,
      addressHash: addressHash(loginOf(body.name), address),
    }
    const made = await setUp(database, first, clock.now())
    if (made === null) return refuseSetUp(kit, address)
    setCookie(kit, response, made.sessionToken, signedInFor)
    response.status(201).json({ id: made.personId })
  })

  router.post('/api/sign-in', async (request, response) => {
    const body = readBody(request, signInBody)
    const account = await provePassword(kit, addressOf(request), body)
    await endCurrent(kit, request)
    const session = {
      personId: account.id,
      lifetime: signedInFor,
      addressHash: addressHash(loginOf(body.name), addressOf(request)),
    }
    const token = await addSession(database, session, clock.now())
    setCookie(kit, response, token, signedInFor)
    response.json({ id: account.id, name: account.name, role: account.role })
  })

  router.post('/api/sign-out', async (request, response) => {
    readBody(request, noBody)
    await endCurrent(kit, request)
    clearCookie(kit, response)
    response.json({ ok: true })
  })

  return router
}

async function refuseSetUp(kit: Kit, address: string): Promise<never> {
  await kit.rateLimits.fail('set-up', address)
  refuse(
    'not-found',
    'This set-up link is not valid any more. As long as nobody has an account, starting Muster again prints a new one.',
  )
}

interface Tried {
  name: string
  password: string
}

/**
 * Gives the account whose password this is. An account has its tries in common for all addresses it never
 * signed in from; addresses it did sign in from count for themselves, so that guessing locks nobody out (S20).
 */
async function provePassword(kit: Kit, address: string, tried: Tried): Promise<Account> {
  // The address first: names are made up for nothing, and each that is tried leaves a count behind.
  const end = await kit.rateLimits.begin('sign-in', `address:${address}`)
  try {
    return await tryPassword(kit, address, tried)
  } finally {
    end()
  }
}

async function tryPassword(kit: Kit, address: string, tried: Tried): Promise<Account> {
  const { database, rateLimits } = kit
  const login = loginOf(tried.name)
  const account = await accountByName(database, tried.name)
  const familiar = account !== null && (await knowsAddress(database, account.id, addressHash(login, address)))
  const accountKey = familiar ? `account:${login}:${address}` : `account:${login}`
  await rateLimits.take('sign-in', accountKey)
  const good = await kit.passwords.verify(tried.password, account?.passwordHash ?? null)
  if (account === null || !good || account.disabled) {
    await rateLimits.fail('sign-in', `address:${address}`)
    refuse('signed-out', 'This name and password do not belong together.')
  }
  await rateLimits.giveBack('sign-in', accountKey)
  return account
}

/** The session the request came with ends: a new sign-in never continues an old session. */
async function endCurrent(kit: Kit, request: Request): Promise<void> {
  const session = await kit.guard.identify(request)
  if (session === null || session.via === 'root') return
  await endSession(kit.revocations, session.key, kit.clock.now())
}

function describe({ actor, name }: Session): object {
  if (actor.kind === 'system') return { id: actor.id, name, role: 'administrator' }
  const scope = actor.kind === 'person' ? actor.scope : undefined
  return { id: actor.id, name, role: actor.role, ...(scope !== undefined && { scope }) }
}
