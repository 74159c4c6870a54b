import * as z from 'zod/mini'
import { event } from '../events.ts'
import { accept, type DecideContext, define, type Outcome, refuse } from './define.ts'
import {
  audiencesOf,
  futureToleranceMs,
  kindField,
  longText,
  reasonField,
  seqField,
  timeField,
} from './fields.ts'

const optionalReason = z.optional(reasonField)
const noEntry = () => refuse('not-found', 'There is no such entry in this incident.', 'ref')

/** When it happened: never later than now. A sender's clock a little ahead is cut to now, more is refused. */
function occurred(at: number | undefined, context: DecideContext): { at: number | undefined } | Outcome {
  if (at === undefined) return { at: undefined }
  if (at > context.now + futureToleranceMs)
    return refuse('invalid', 'That lies in the future. An entry happened now or before.', 'occurredAt')
  return { at: Math.min(at, context.now) }
}

function needsReason(kind: string, reason: string | undefined): Outcome | null {
  return kind === 'decision' && reason === undefined
    ? refuse('invalid', 'Say why: a decision stands with its reason.', 'reason')
    : null
}

const add = define({
  title: 'Record',
  summary:
    'Records an entry in the timeline. A decision needs its reason. A communication with an audience counts as the update owed to it.',
  schema: z.strictObject({
    kind: kindField,
    text: longText,
    reason: optionalReason,
    audience: z.optional(z.string()),
    occurredAt: z.optional(timeField),
  }),
  whenClosed: false,
  grows: false,
  decide: (_state, data, context) => {
    const refused = needsReason(data.kind, data.reason)
    if (refused !== null) return refused
    const when = occurred(data.occurredAt, context)
    if ('ok' in when) return when
    const audiences = audiencesOf(context.playbook)
    if (data.audience !== undefined && data.kind !== 'communication')
      return refuse('invalid', 'Only a communication has an audience.', 'audience')
    if (data.audience !== undefined && !audiences.includes(data.audience))
      return refuse('invalid', `No such audience. Choose one of ${audiences.join(', ')}.`, 'audience')
    return accept(
      event(
        'entry.added',
        {
          kind: data.kind,
          text: data.text,
          ...(data.reason === undefined ? {} : { reason: data.reason }),
          ...(data.audience === undefined ? {} : { audience: data.audience }),
        },
        when.at,
      ),
    )
  },
})

/** The entry keeps words, author and time of the message; both point at each other by seq. */
const pin = define({
  title: 'Pin to timeline',
  summary:
    'Makes an entry of a chat message. Words, author and time of the original stay; `edit` names the edit whose words were seen.',
  schema: z.strictObject({
    ref: seqField,
    kind: kindField,
    reason: optionalReason,
    edit: z.optional(seqField),
  }),
  whenClosed: false,
  grows: false,
  events: (data) => (data.edit === undefined ? [data.ref] : [data.ref, data.edit]),
  decide: (state, data, context) => {
    const message = context.refs.events.get(data.ref)
    if (message === undefined || message.type !== 'chat.sent')
      return refuse('not-found', 'There is no such message in this incident.', 'ref')
    if (state.deleted.includes(data.ref)) return refuse('conflict', 'This message was deleted.', 'ref')
    const edit = data.edit === undefined ? message : context.refs.events.get(data.edit)
    if (
      edit === undefined ||
      !(edit === message || (edit.type === 'chat.edited' && edit.data.ref === data.ref))
    )
      return refuse('not-found', 'There is no such edit of this message.', 'edit')
    if (state.pinned.includes(data.ref)) return refuse('conflict', 'This message is pinned already.', 'ref')
    const refused = needsReason(data.kind, data.reason)
    if (refused !== null) return refused
    return accept(
      event(
        'entry.pinned',
        {
          ref: data.ref,
          kind: data.kind,
          text: edit.data.text,
          author: message.actor.id,
          sentAt: message.at,
          ...(data.reason === undefined ? {} : { reason: data.reason }),
        },
        message.at,
      ),
    )
  },
})

const amend = define({
  title: 'Amend entry',
  summary: 'Writes a new version of an entry. Every earlier version stays readable.',
  schema: z.strictObject({
    ref: seqField,
    text: longText,
    kind: z.optional(kindField),
    reason: optionalReason,
    occurredAt: z.optional(timeField),
  }),
  whenClosed: false,
  grows: false,
  events: (data) => [data.ref],
  decide: (_state, data, context) => {
    const entry = context.refs.events.get(data.ref)
    if (entry === undefined || (entry.type !== 'entry.added' && entry.type !== 'entry.pinned'))
      return noEntry()
    const when = occurred(data.occurredAt, context)
    if ('ok' in when) return when
    // A reason once given is never taken away, so only a change of kind can leave a decision without one.
    const refused = needsReason(data.kind ?? entry.data.kind, data.reason ?? entry.data.reason)
    if (refused !== null) return refused
    return accept(
      event('entry.amended', {
        ref: data.ref,
        text: data.text,
        ...(data.kind === undefined ? {} : { kind: data.kind }),
        ...(data.reason === undefined ? {} : { reason: data.reason }),
        ...(when.at === undefined ? {} : { occurredAt: when.at }),
      }),
    )
  },
})

const strike = define({
  title: 'Strike entry',
  summary: 'Strikes an entry through, with the reason. It stays readable.',
  schema: z.strictObject({ ref: seqField, reason: reasonField }),
  whenClosed: false,
  grows: false,
  events: (data) => [data.ref],
  decide: (_state, data, context) => {
    const entry = context.refs.events.get(data.ref)
    if (entry === undefined || (entry.type !== 'entry.added' && entry.type !== 'entry.pinned'))
      return noEntry()
    return accept(event('entry.struck', { ref: data.ref, reason: data.reason }))
  },
})

export const entryCommands = {
  'entry.add': add,
  'entry.pin': pin,
  'entry.amend': amend,
  'entry.strike': strike,
}
