import type { RawEvent } from '../../shared/incident/events.ts'
import type { Playbook } from '../../shared/playbook/model.ts'
import { request } from './http.ts'
import {
  anything,
  having,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  type Read,
  type Reader,
  shape,
  text,
  yes,
} from './shape.ts'

/** The requests that a room is drawn from, typed, decoded where they enter. All throw `RequestFailed`. */

export const linkRole = oneOf('responder', 'viewer')
const personRole = oneOf('administrator', 'responder', 'viewer', 'guest')

const person = shape({
  id: text,
  name: text,
  role: personRole,
  scope: maybe(orNull(shape({ incidentId: text, role: linkRole }))),
})
export type Person = Read<typeof person>

const me = shape({
  person: orNull(person),
  needsSetup: yes,
  protocol: number,
  testClock: (value: unknown) => (value === undefined ? false : yes(value)),
  /** What set-up can choose from; only told while nobody has set it up. */
  playbooks: maybe(list(shape({ id: text, product: text, purpose: text, severities: number }))),
})
export type Me = Read<typeof me>

export const getMe = () => request('GET', '/api/me', me)

export const signOut = () => request('POST', '/api/sign-out', anything, { body: {} })

export const named = shape({
  id: text,
  name: text,
  role: text,
  disabled: maybe(yes),
})
export type NamedPerson = Read<typeof named>

/** Accepts the bare list or the list under its name. */
export const listOf =
  <T>(item: Reader<T>, name: string): Reader<T[]> =>
  (answer) =>
    list(item)(Array.isArray(answer) ? answer : shape({ [name]: anything })(answer)[name])

export const incidentPeople = (incidentId: string) =>
  request('GET', `/api/incidents/${encodeURIComponent(incidentId)}/people`, listOf(named, 'people'))

/** Older entries, newest last. */
export const entriesBefore = (incidentId: string, before: number) =>
  // Every event is checked by `lift` before it is used.
  request(
    'GET',
    `/api/incidents/${encodeURIComponent(incidentId)}/entries?before=${before}`,
    listOf(having<RawEvent>('seq'), 'entries'),
  )

// Playbooks are validated before they are published and named by their content; their inside is not checked twice.
export const playbook = having<Playbook>('severities')
const kept = new Map<string, Promise<Playbook>>()

/** One version of a playbook by its hash. It never changes, so each is asked for once. */
export function getPlaybook(hash: string): Promise<Playbook> {
  const known = kept.get(hash)
  if (known !== undefined) return known
  const asked = request('GET', `/api/playbooks/${encodeURIComponent(hash)}`, playbook)
  kept.set(hash, asked)
  asked.catch(() => kept.delete(hash))
  return asked
}

/** Forgets what was read: another person is told other parts of it. */
export function forgetPlaybooks(): void {
  kept.clear()
}
