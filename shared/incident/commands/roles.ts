import * as z from 'zod/mini'
import type { Role } from '../../playbook/model.ts'
import { event } from '../events.ts'
import type { IncidentState } from '../state.ts'
import { accept, type DecideContext, define, type Outcome, refuse } from './define.ts'
import { handOverNote, idField, seqField } from './fields.ts'
import { silentMs, unseenMs } from './limits.ts'

const roleOnly = z.strictObject({ role: idField })

/** A command about a role of the playbook, given by a person: only people hold roles. */
function byPerson<Data extends { role: string }>(
  decide: (role: Role, state: IncidentState, data: Data, context: DecideContext) => Outcome,
) {
  return (state: IncidentState, data: Data, context: DecideContext): Outcome => {
    const role = context.playbook.roles.find((r) => r.id === data.role)
    if (role === undefined) return refuse('invalid', 'The playbook has no such role.', 'role')
    if (context.actor.kind !== 'person') return refuse('forbidden', 'Only a person can hold a role.')
    return decide(role, state, data, context)
  }
}

function nameOf(context: DecideContext, id: string): string {
  return context.refs.people.get(id)?.name ?? 'Somebody'
}

/** Why the actor may take a held role now, or null. */
function mayTakeOver(
  state: IncidentState,
  roleId: string,
  actorId: string,
  context: DecideContext,
): 'vacant' | 'unseen' | 'silent' | null {
  const current = state.roles[roleId]
  if (current === undefined || current.holder === null) return 'vacant'
  // Who took the role just now was here just now, even if no screen of theirs ever was.
  // Nobody asked when this holder was seen: not knowing unlocks nothing.
  const known = context.refs.seen.get(current.holder.person) ?? context.now
  const seen = Math.max(known, current.holder.since)
  if (context.now - seen >= unseenMs) return 'unseen'
  const asked = current.request
  if (asked !== undefined && asked.by === actorId && context.now - asked.at >= silentMs) return 'silent'
  return null
}

const take = define({
  summary:
    'Takes a role that nobody holds, whose holder was not seen for 2 minutes, or did not answer a request for 30 seconds. One holder at most.',
  schema: roleOnly,
  whenClosed: false,
  grows: false,
  decide: byPerson((role, state, _data, context) => {
    const holder = state.roles[role.id]?.holder ?? null
    if (holder?.person === context.actor.id) return accept()
    const because = mayTakeOver(state, role.id, context.actor.id, context)
    if (because === null)
      return refuse(
        'taken',
        `${nameOf(context, holder?.person ?? '')} is ${role.name}. Ask them to hand over; after 30 s without an answer you may take it.`,
        'role',
      )
    return accept(
      event('role.taken', {
        role: role.id,
        person: context.actor.id,
        from: holder?.person ?? null,
        because,
        commander: role.kind === 'commander',
      }),
    )
  }),
})

const request = define({
  summary: 'Asks the holder to hand over. Silence for 30 seconds lets the asker take the role.',
  schema: roleOnly,
  whenClosed: false,
  grows: false,
  decide: byPerson((role, state, _data, context) => {
    const current = state.roles[role.id]
    if (current === undefined || current.holder === null)
      return refuse('conflict', `Nobody is ${role.name}. Take the role.`, 'role')
    if (current.holder.person === context.actor.id) return accept()
    const asked = current.request
    if (asked?.by === context.actor.id) return accept()
    // A second asker does not take the first one's wait away; after it, they may ask in turn.
    if (asked !== undefined && context.now - asked.at < silentMs)
      return refuse(
        'conflict',
        `${nameOf(context, asked.by)} has asked already. Wait for the answer.`,
        'role',
      )
    return accept(event('role.requested', { role: role.id, person: context.actor.id }))
  }),
})

const offer = define({
  summary:
    'Offers a role to somebody, who becomes its holder by accepting; until then nothing changes hands. Only its holder or the commander offers a held role. `note` tells what the receiver has to know.',
  schema: z.strictObject({ role: idField, to: idField, note: z.optional(handOverNote) }),
  whenClosed: false,
  grows: false,
  people: (data) => [data.to],
  decide: byPerson((role, state, data, context) => {
    if (!context.refs.people.has(data.to)) return refuse('not-found', 'There is no such person here.', 'to')
    const current = state.roles[role.id]
    const commander = context.playbook.roles.find((r) => r.kind === 'commander')
    const commanding =
      commander !== undefined && state.roles[commander.id]?.holder?.person === context.actor.id
    if (current?.holder != null && current.holder.person !== context.actor.id && !commanding)
      return refuse(
        'forbidden',
        `Only ${nameOf(context, current.holder.person)} or the commander can offer this role.`,
        'role',
      )
    if (current?.holder?.person === data.to) return accept()
    const { to, note } = data
    return accept(event('role.offered', { role: role.id, to, ...(note === undefined ? {} : { note }) }))
  }),
})

const acceptOffer = define({
  summary:
    'Accepts a role that was offered to the sender. Where the offer came with a hand-over note, `note` is its seq and says that it was read.',
  schema: z.strictObject({ role: idField, note: z.optional(seqField) }),
  whenClosed: false,
  grows: false,
  decide: byPerson((role, state, data, context) => {
    const current = state.roles[role.id]
    if (current?.offer?.to !== context.actor.id)
      return refuse('conflict', `${role.name} was not offered to you, or no longer is.`, 'role')
    const { note } = current.offer
    if (note !== data.note)
      return note === undefined
        ? refuse('stale', 'The offer was made anew without a note. Accept it as it is.', 'note')
        : refuse('stale', `Read the hand-over note first, then accept: it is entry ${note}.`, 'note')
    return accept(
      event('role.accepted', {
        role: role.id,
        person: context.actor.id,
        from: current.holder?.person ?? null,
        commander: role.kind === 'commander',
        ...(note === undefined ? {} : { note }),
      }),
    )
  }),
})

const decline = define({
  summary: 'Declines an offered role, or, as its holder, keeps it when somebody asks for it.',
  schema: roleOnly,
  whenClosed: false,
  grows: false,
  decide: byPerson((role, state, _data, context) => {
    const current = state.roles[role.id]
    if (current?.offer?.to === context.actor.id)
      return accept(event('role.declined', { role: role.id, person: context.actor.id }))
    if (current?.holder?.person === context.actor.id && current.request !== undefined)
      return accept(
        event('role.kept', { role: role.id, person: context.actor.id, against: current.request.by }),
      )
    return refuse('conflict', 'There is nothing to decline.', 'role')
  }),
})

const release = define({
  summary: 'Gives a role up without a successor.',
  schema: roleOnly,
  whenClosed: false,
  grows: false,
  decide: byPerson((role, state, _data, context) => {
    if (state.roles[role.id]?.holder?.person !== context.actor.id)
      return refuse('conflict', `You are not ${role.name}.`, 'role')
    return accept(event('role.released', { role: role.id, person: context.actor.id }))
  }),
})

export const roleCommands = {
  'role.take': take,
  'role.request': request,
  'role.offer': offer,
  'role.accept': acceptOffer,
  'role.decline': decline,
  'role.release': release,
}
