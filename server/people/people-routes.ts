import { Router } from 'express'
import * as z from 'zod/mini'
import { nothingHere, refuse } from '../platform/http-errors.ts'
import { pathId, readBody } from '../platform/http-input.ts'
import { labelField, nameField, passwordField } from './fields.ts'
import { sessionOf } from './guard.ts'
import { baseUrl, type Kit, programTokenFor } from './kit.ts'
import { addPerson, addSession, disablePerson, isNameTaken, listPeople, personById } from './people-store.ts'
import { addWall, listWalls, revokeWall } from './walls.ts'

const personBody = z.strictObject({
  name: nameField,
  // Guests come in by a share link only: it says which incident they may see.
  role: z.enum(['administrator', 'responder', 'viewer']),
  password: z.optional(passwordField),
})
const wallBody = z.strictObject({ label: labelField })
const noBody = z.strictObject({})

/** People and walls, as administrators manage them. */
export function peopleRoutes(kit: Kit, options: { hasRootToken: boolean }): Router {
  const { database, clock, guard, revocations } = kit
  const router = Router()
  const managePeople = guard.requirePermission('people.manage')
  const manageWalls = guard.requirePermission('walls.manage')

  router.get('/api/people', guard.requirePermission('people.list'), async (_request, response) => {
    const people = await listPeople(database)
    response.json(
      people.map(({ id, name, role, disabled, scope }) => ({
        id,
        name,
        role,
        disabled,
        ...(scope !== null && { scope }),
      })),
    )
  })

  router.post('/api/people', managePeople, async (request, response) => {
    const { name, role, password } = readBody(request, personBody)
    const passwordHash = password === undefined ? undefined : await kit.passwords.hash(password)
    const person = { name, role, ...(passwordHash !== undefined && { passwordHash }) }
    const id = await addPerson(database, person, clock.now()).catch((error: unknown) => {
      if (isNameTaken(error)) refuse('taken', 'Somebody signs in under this name already.', 'name')
      throw error
    })
    response.status(201).json({ id })
  })

  router.post('/api/people/:id/sessions', managePeople, async (request, response) => {
    readBody(request, noBody)
    const person = await personById(database, pathId(request))
    if (person === null) nothingHere()
    if (person.disabled) refuse('conflict', 'This person was shut out. No new session opens for them.')
    const token = await addSession(database, { personId: person.id, lifetime: programTokenFor }, clock.now())
    response.status(201).json({ token })
  })

  router.post('/api/people/:id/disable', managePeople, async (request, response) => {
    readBody(request, noBody)
    const keepOne = !options.hasRootToken
    const outcome = await disablePerson(revocations, pathId(request), { now: clock.now(), keepOne })
    if (outcome === 'unknown') nothingHere()
    if (outcome === 'last-administrator')
      refuse('conflict', 'This is the last administrator. Make another one first.')
    response.json({ ok: true })
  })

  router.get('/api/walls', manageWalls, async (_request, response) => {
    response.json(await listWalls(database))
  })

  router.post('/api/walls', manageWalls, async (request, response) => {
    const { label } = readBody(request, wallBody)
    const createdBy = sessionOf(request).actor.id
    const { id, token } = await addWall(database, { label, createdBy }, clock.now())
    response.status(201).json({ id, token, url: `${baseUrl(kit, request)}/wall#${token}` })
  })

  router.delete('/api/walls/:id', manageWalls, async (request, response) => {
    if (!(await revokeWall(revocations, pathId(request), clock.now()))) nothingHere()
    response.json({ ok: true })
  })

  return router
}
