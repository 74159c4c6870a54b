import type { Playbook } from './model.ts'
import type { Contact } from './parts/people.ts'

type Way = Contact['ways'][number]

/** Ways that may hold a number at which somebody is called. `any` is one that nobody named. */
function mayHoldNumber(way: Way): boolean {
  return way.kind === 'phone' || way.kind === 'sms' || way.kind === 'any'
}

function holdsNumber(way: Way): boolean {
  return mayHoldNumber(way) && way.address.kind !== 'unset'
}

/** The playbook without the numbers of its contacts, for those who only read along. */
export function withoutNumbers(playbook: Playbook): Playbook {
  if (!playbook.contacts.some((contact) => contact.ways.some(holdsNumber))) return playbook
  const contacts = playbook.contacts.map((contact) => ({
    ...contact,
    ways: contact.ways.filter((way) => !holdsNumber(way)),
  }))
  return { ...playbook, contacts }
}

/** The playbook as the log may tell of it: of ways that may hold a number neither what they are nor that they changed. */
export function withoutNumberWays(playbook: Playbook): Playbook {
  const contacts = playbook.contacts.map((contact) => ({
    ...contact,
    ways: contact.ways.filter((way) => !mayHoldNumber(way)),
  }))
  return { ...playbook, contacts }
}
