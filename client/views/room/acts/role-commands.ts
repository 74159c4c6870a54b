import type { Role } from '../../../../shared/playbook/model.ts'
import type { Option, Step, Values } from '../../../state/acts.ts'
import { answer, type CommandTold, choose, commandAct } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

const group = 'Roles'

type Filter = (role: Role, context: RoomContext) => boolean

const holderOf = (role: Role, { room }: RoomContext) => room.state.roles[role.id]?.holder?.person ?? null

function options(context: RoomContext, fits: Filter): Option[] {
  const { room } = context
  return room.playbook.roles
    .filter((role) => fits(role, context))
    .map((role) => {
      const holder = holderOf(role, context)
      const who = holder === null ? 'Nobody' : holder === room.me ? 'You' : room.nameOf(holder)
      return { value: role.id, label: role.name, detail: who }
    })
}

const askRole =
  (fits: Filter) =>
  (context: RoomContext): Step =>
    choose('role', 'Role', options(context, fits))

/** What is told of a command about one role that asks for nothing but which. */
function aboutRole(told: {
  words: string
  slash: Readonly<Record<string, Values>>
  fits: Filter
  none: string
}): CommandTold<'role.take' | 'role.request' | 'role.accept' | 'role.decline' | 'role.release'> {
  return {
    group,
    words: told.words,
    slash: told.slash,
    whyNot: (context) => (options(context, told.fits).length === 0 ? told.none : null),
    ask: [askRole(told.fits)],
    data: (values) => ({ role: answer(values, 'role') }),
  }
}

const mine: Filter = (role, context) => holderOf(role, context) === context.room.me
const askedOfMe: Filter = (role, context) => {
  const current = context.room.state.roles[role.id]
  return current?.offer?.to === context.room.me || (mine(role, context) && current?.request !== undefined)
}
const mayOffer: Filter = (role, context) => {
  const { room } = context
  const holder = holderOf(role, context)
  const commands = room.playbook.roles.some((r) => r.kind === 'commander' && mine(r, context))
  return holder === null || holder === room.me || commands
}

export const roleActs = {
  'role.take': commandAct(
    'role.take',
    aboutRole({
      words: 'command commander scribe lead',
      slash: { role: {}, take: {} },
      fits: (role, context) => !mine(role, context),
      none: 'You hold every role.',
    }),
  ),
  'role.request': commandAct(
    'role.request',
    aboutRole({
      words: 'request hand over',
      slash: { 'ask-role': {} },
      fits: (role, context) => holderOf(role, context) !== null && !mine(role, context),
      none: 'Nobody else holds a role. Take one.',
    }),
  ),
  'role.offer': commandAct('role.offer', {
    group,
    words: 'hand over give',
    slash: { handover: {}, offer: {} },
    whyNot: (context) =>
      options(context, mayOffer).length === 0
        ? 'Only the holder of a role or the commander offers it.'
        : null,
    ask: [
      askRole(mayOffer),
      ({ room }, values) =>
        choose(
          'to',
          'To whom',
          room.people
            .filter(
              (p) => p.id !== room.state.roles[answer(values, 'role')]?.holder?.person && p.id !== room.me,
            )
            .map((p) => ({
              value: p.id,
              label: p.name,
              ...(room.store.present.some((here) => here.id === p.id) ? { detail: 'here' } : {}),
            })),
        ),
    ],
    data: (values) => ({ role: answer(values, 'role'), to: answer(values, 'to') }),
  }),
  'role.accept': commandAct(
    'role.accept',
    aboutRole({
      words: 'offered',
      slash: { accept: {} },
      fits: (role, { room }) => room.state.roles[role.id]?.offer?.to === room.me && room.me !== null,
      none: 'No role is offered to you.',
    }),
  ),
  'role.decline': commandAct(
    'role.decline',
    aboutRole({
      words: 'keep refuse offered',
      slash: { decline: {} },
      fits: askedOfMe,
      none: 'Nobody offers you a role or asks for yours.',
    }),
  ),
  'role.release': commandAct(
    'role.release',
    aboutRole({
      words: 'give up',
      slash: { release: {} },
      fits: mine,
      none: 'You hold no role.',
    }),
  ),
}
