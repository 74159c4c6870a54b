import * as z from 'zod/mini'
import { event, linkKinds } from '../events.ts'
import { maxLinks } from '../state.ts'
import { accept, type DecideContext, define, type Outcome, refuse } from './define.ts'
import { keyField } from './fields.ts'

/** Why no incident of this key can be named here. One of another room answers as if it did not exist. */
export function noSuchIncident(key: string, field: string): Outcome {
  return refuse(
    'not-found',
    `There is no other incident ${key} that you can see. Look at its key again.`,
    field,
  )
}

/** The other incident that a command names by its key. */
export function otherIncident(key: string, { refs }: Pick<DecideContext, 'refs'>) {
  return refs.incidents?.get(key)
}

const link = define({
  summary:
    'Links another incident by its key: as `related` it has to do with this one, as `duplicate` it was merged into this one. Both keep their own timeline (R9).',
  schema: z.strictObject({ other: keyField, how: z.enum(linkKinds) }),
  whenClosed: true,
  grows: true,
  incidents: ({ other }) => [other],
  decide: (state, { other: key, how }, context) => {
    const other = otherIncident(key, context)
    if (other === undefined) return noSuchIncident(key, 'other')
    const known = state.links.find(({ id }) => id === other.id)
    if (known?.how === how) return accept()
    if (known === undefined && state.links.length >= maxLinks)
      return refuse('too-large', `${maxLinks} incidents are linked already. Take one away first.`, 'other')
    return accept(event('incident.linked', { other, how }))
  },
})

const unlink = define({
  summary: 'Takes the link to another incident away. What the log says of it stays.',
  schema: z.strictObject({ other: keyField }),
  whenClosed: true,
  grows: false,
  decide: (state, { other: key }) => {
    const known = state.links.find((one) => one.key === key)
    return known === undefined
      ? accept()
      : accept(event('incident.unlinked', { other: { id: known.id, key: known.key } }))
  },
})

export const linkCommands = { 'incident.link': link, 'incident.unlink': unlink }
