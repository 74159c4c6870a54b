import type { Playbook } from './model.ts'
import type { Contact } from './parts/people.ts'

type Way = Contact['ways'][number]

/** Ways that may hold a number at which somebody is called. `any` is one that nobody named. */
function holdsNumber(way: Way): boolean {
  return (way.kind === 'phone' || way.kind === 'sms' || way.kind === 'any') && way.address.kind !== 'unset'
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
