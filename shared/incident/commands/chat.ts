import * as z from 'zod/mini'
import { event } from '../events.ts'
import { accept, type DecideContext, define, happenedTo, type Outcome, refuse } from './define.ts'
import { longText, mentionsField, seqField } from './fields.ts'
import { chatLimit } from './limits.ts'

const noMessage = () => refuse('not-found', 'There is no such message in this incident.', 'ref')

function mentioned(ids: string[] | undefined, context: DecideContext): string[] {
  return [...new Set(ids ?? [])].filter((id) => context.refs.people.has(id))
}

const send = define({
  summary: 'Says something in the room. Longer than 8 kB becomes a snippet, 256 KiB at most.',
  schema: z.strictObject({ text: longText, mentions: mentionsField }),
  whenClosed: false,
  grows: false,
  people: (data) => data.mentions ?? [],
  decide: (_state, data, context) =>
    accept(
      event('chat.sent', {
        text: data.text,
        mentions: mentioned(data.mentions, context),
        snippet: data.text.length > chatLimit,
      }),
    ),
})

/** Authors change their own words only; the first words stay in the log. */
function own(
  ref: number,
  context: DecideContext,
  alsoCommander: boolean,
  commander: boolean,
): Outcome | null {
  const message = context.refs.events.get(ref)
  if (message === undefined || message.type !== 'chat.sent') return noMessage()
  const mine = message.actor.kind === context.actor.kind && message.actor.id === context.actor.id
  if (mine || (alsoCommander && commander)) return null
  return refuse('forbidden', 'Only who wrote it can change it.', 'ref')
}

const edit = define({
  summary: 'Changes the words of an own message; the earlier words stay in the record.',
  schema: z.strictObject({ ref: seqField, text: longText, mentions: mentionsField }),
  whenClosed: false,
  grows: false,
  events: (data) => [data.ref],
  people: (data) => data.mentions ?? [],
  decide: (_state, data, context) => {
    const refused = own(data.ref, context, false, false)
    if (refused !== null) return refused
    if (happenedTo(data.ref, 'chat.deleted', context.refs))
      return refuse('conflict', 'This message was deleted.', 'ref')
    return accept(
      event('chat.edited', { ref: data.ref, text: data.text, mentions: mentioned(data.mentions, context) }),
    )
  },
})

const remove = define({
  summary:
    'Takes a message out of the room. Its author or the commander may; the record keeps that it was there.',
  schema: z.strictObject({ ref: seqField }),
  whenClosed: false,
  grows: false,
  events: (data) => [data.ref],
  decide: (state, data, context) => {
    const role = context.playbook.roles.find((r) => r.kind === 'commander')
    const commander = role !== undefined && state.roles[role.id]?.holder?.person === context.actor.id
    const refused = own(data.ref, context, true, commander)
    if (refused !== null) return refused
    return happenedTo(data.ref, 'chat.deleted', context.refs)
      ? accept()
      : accept(event('chat.deleted', { ref: data.ref }))
  },
})

export const chatCommands = { 'chat.send': send, 'chat.edit': edit, 'chat.delete': remove }
