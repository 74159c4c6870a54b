import * as z from 'zod/mini'
import { event, type SaidBy } from '../events.ts'
import { accept, type DecideContext, define, happenedTo, type Outcome, refuse } from './define.ts'
import {
  futureToleranceMs,
  kindField,
  longText,
  reasonField,
  saidByField,
  seqField,
  timeField,
} from './fields.ts'
import { audiencesOf, snippetLimit, threadLimit } from './limits.ts'

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

/** The person is kept only when there is such a one; the name stays as it was quoted. */
function quoted(said: SaidBy | undefined, context: DecideContext): { saidBy?: SaidBy } {
  if (said === undefined) return {}
  const { name, person } = said
  return { saidBy: person !== undefined && context.refs.people.has(person) ? { name, person } : { name } }
}

const named = (said: SaidBy | undefined) => (said?.person === undefined ? [] : [said.person])

const add = define({
  summary:
    'Records an entry in the timeline. A decision needs its reason. A communication with an audience counts as the update owed to it. `saidBy` names whose words it quotes.',
  schema: z.strictObject({
    kind: kindField,
    text: longText,
    reason: optionalReason,
    audience: z.optional(z.string()),
    occurredAt: z.optional(timeField),
    saidBy: z.optional(saidByField),
  }),
  whenClosed: false,
  grows: false,
  people: (data) => named(data.saidBy),
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
          ...quoted(data.saidBy, context),
          ...(context.madeAt === undefined ? {} : { madeAt: context.madeAt }),
        },
        when.at,
      ),
    )
  },
})

/** All lines or none, in the order given, with nobody's words between them. */
const addThread = define({
  summary:
    'Records the lines of a quoted conversation as entries, in order and all or none. Each keeps whose words it is and when it was said.',
  schema: z.strictObject({
    kind: kindField,
    lines: z
      .array(
        z.strictObject({
          text: longText,
          occurredAt: z.optional(timeField),
          saidBy: z.optional(saidByField),
        }),
      )
      .check(
        z.minLength(1, 'A thread has lines.'),
        z.maxLength(threadLimit),
        z.refine(
          (lines) => lines.reduce((sum, line) => sum + line.text.length, 0) <= snippetLimit,
          'These lines are too long together: 256 KiB at most.',
        ),
      ),
  }),
  whenClosed: false,
  grows: false,
  size: (data) => data.lines.length,
  people: (data) => data.lines.flatMap((line) => named(line.saidBy)),
  decide: (_state, data, context) => {
    if (data.kind === 'decision')
      return refuse('invalid', 'A decision stands with its reason: record it alone.', 'kind')
    const events = []
    for (const [at, line] of data.lines.entries()) {
      const when = occurred(line.occurredAt, context)
      if ('ok' in when)
        return refuse(
          'invalid',
          `Line ${at + 1} lies in the future. Choose an earlier day.`,
          `lines.${at}.occurredAt`,
        )
      const said = {
        kind: data.kind,
        text: line.text,
        ...quoted(line.saidBy, context),
        ...(context.madeAt === undefined ? {} : { madeAt: context.madeAt }),
      }
      events.push(event('entry.added', said, when.at))
    }
    return accept(...events)
  },
})

/** The entry keeps words, author and time of the message; both point at each other by seq. */
const pin = define({
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
  decide: (_state, data, context) => {
    const message = context.refs.events.get(data.ref)
    if (message === undefined || message.type !== 'chat.sent')
      return refuse('not-found', 'There is no such message in this incident.', 'ref')
    if (happenedTo(data.ref, 'chat.deleted', context.refs))
      return refuse('conflict', 'This message was deleted.', 'ref')
    const edit = data.edit === undefined ? message : context.refs.events.get(data.edit)
    if (
      edit === undefined ||
      !(edit === message || (edit.type === 'chat.edited' && edit.data.ref === data.ref))
    )
      return refuse('not-found', 'There is no such edit of this message.', 'edit')
    if (happenedTo(data.ref, 'entry.pinned', context.refs))
      return refuse('conflict', 'This message is pinned already.', 'ref')
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
          sentAt: message.occurredAt,
          ...(data.reason === undefined ? {} : { reason: data.reason }),
        },
        message.occurredAt,
      ),
    )
  },
})

const amend = define({
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
  summary: 'Strikes an entry through, with the reason. It stays readable.',
  schema: z.strictObject({ ref: seqField, reason: reasonField }),
  whenClosed: false,
  grows: false,
  events: (data) => [data.ref],
  decide: (_state, data, context) => {
    const entry = context.refs.events.get(data.ref)
    if (entry === undefined || (entry.type !== 'entry.added' && entry.type !== 'entry.pinned'))
      return noEntry()
    if (happenedTo(data.ref, 'entry.struck', context.refs))
      return refuse('conflict', 'This entry was struck already; its reason stands.', 'ref')
    return accept(event('entry.struck', { ref: data.ref, reason: data.reason }))
  },
})

export const entryCommands = {
  'entry.add': add,
  'entry.add-thread': addThread,
  'entry.pin': pin,
  'entry.amend': amend,
  'entry.strike': strike,
}
