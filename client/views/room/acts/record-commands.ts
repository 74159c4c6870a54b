import { audiencesOf, chatLimit, threadLimit } from '../../../../shared/incident/commands/limits.ts'
import { type EntryKind, entryKinds } from '../../../../shared/incident/events.ts'
import { longestThread, readThread } from '../../../../shared/incident/pasted-thread.ts'
import { guessedDay, type ToMs, threadTimes } from '../../../../shared/incident/pasted-times.ts'
import type { TimelineRow } from '../../../../shared/incident/timeline.ts'
import { mentionsIn, readScribe } from '../../../components/room/scribe-time.ts'
import { whenInWords } from '../../../components/room/when-words.ts'
import type { Option, Step, Values } from '../../../state/acts.ts'
import { utcTime } from '../../../state/times.ts'
import { answer, askReason, choose, commandAct, oneOf } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

const group = 'Timeline'

type Chat = Extract<TimelineRow, { kind: 'chat' }>
type Entry = Extract<TimelineRow, { kind: 'entry' }>

const kindNames: Record<EntryKind, string> = {
  event: 'Event',
  action: 'Action',
  decision: 'Decision',
  finding: 'Finding',
  communication: 'Communication',
}

const because: Step = { kind: 'text', name: 'reason', label: 'Because', max: 280 }

/** Newest first: what was just written is what people mean. Only what this browser has loaded can be chosen. */
function messages({ room }: RoomContext, fits: (row: Chat) => boolean): Option[] {
  return room.rows
    .filter((row) => row.kind === 'chat')
    .filter((row) => !row.deleted && !room.store.pendingIds.has(row.commandId) && fits(row))
    .reverse()
    .map((row) => ({
      value: String(row.seq),
      label: row.text.slice(0, 200),
      detail: `${room.shortName(row.actor.id)}, ${utcTime(row.at)}`,
    }))
}

function entries({ room }: RoomContext, fits: (row: Entry) => boolean): Option[] {
  return room.rows
    .filter((row) => row.kind === 'entry')
    .filter((row) => !room.store.pendingIds.has(row.commandId) && fits(row))
    .reverse()
    .map((row) => ({
      value: String(row.seq),
      label: row.text.slice(0, 200),
      detail: `${kindNames[row.entry]}, ${utcTime(row.at)}`,
    }))
}

const rowOf = ({ room }: RoomContext, values: Values) =>
  room.rows.find((row) => row.seq === Number(answer(values, 'ref')))

const mine =
  ({ room }: RoomContext) =>
  (row: Chat) =>
    row.actor.id === room.me
const deletable = (context: RoomContext) => (row: Chat) => {
  const { room } = context
  const commands = room.playbook.roles.some(
    (r) => r.kind === 'commander' && room.me !== null && room.state.roles[r.id]?.holder?.person === room.me,
  )
  return commands || mine(context)(row)
}
const pinnable = (row: Chat) => row.pinnedAs === null

const wordsOf = (context: RoomContext, values: Values): string => {
  const row = rowOf(context, values)
  return row === undefined || row.kind === 'system' ? '' : row.text
}

const namesOf = (room: RoomContext['room']) => room.people.map(({ name }) => name)
const utc: ToMs = (day, { hours, minutes, seconds }) =>
  Date.parse(`${day}T00:00:00Z`) + ((hours * 60 + minutes) * 60 + seconds) * 1_000

export const recordActs = {
  'chat.send': commandAct('chat.send', {
    group,
    words: 'say write chat message',
    slash: { say: {} },
    ask: [() => ({ kind: 'text', name: 'text', label: 'Message', placeholder: 'Write to the room' })],
    data: (values, { room }) => {
      const text = answer(values, 'text')
      return { text, mentions: mentionsIn(text, room.people) }
    },
  }),
  'chat.edit': commandAct('chat.edit', {
    group,
    words: 'change own',
    slash: { edit: {} },
    whyNot: (context) =>
      messages(context, mine(context)).length === 0 ? 'None of your messages is here.' : null,
    ask: [
      (context) => choose('ref', 'Your message', messages(context, mine(context))),
      (context, values) => ({
        kind: 'text',
        name: 'text',
        label: 'Message',
        value: wordsOf(context, values),
      }),
    ],
    data: (values, { room }) => {
      const text = answer(values, 'text')
      return { ref: Number(answer(values, 'ref')), text, mentions: mentionsIn(text, room.people) }
    },
  }),
  'chat.delete': commandAct('chat.delete', {
    group,
    words: 'remove',
    slash: { delete: {} },
    whyNot: (context) =>
      messages(context, deletable(context)).length === 0 ? 'There is no message you may delete.' : null,
    ask: [(context) => choose('ref', 'Message', messages(context, deletable(context)))],
    data: (values) => ({ ref: Number(answer(values, 'ref')) }),
  }),
  'entry.add': commandAct('entry.add', {
    group,
    words: 'note event action decision finding communication update',
    slash: {
      event: { kind: 'event' },
      note: { kind: 'event' },
      action: { kind: 'action' },
      decision: { kind: 'decision' },
      finding: { kind: 'finding' },
      update: { kind: 'communication' },
    },
    ask: [
      () =>
        choose(
          'kind',
          'What it is',
          entryKinds.map((value) => ({ value, label: kindNames[value] })),
        ),
      ({ room }, values) =>
        values.kind !== 'communication'
          ? null
          : choose(
              'audience',
              'To whom',
              audiencesOf(room.playbook).map((value) => ({
                value,
                label: value.charAt(0).toUpperCase() + value.slice(1),
              })),
            ),
      (_context, values, at) => ({
        kind: 'text',
        name: 'text',
        label: values.kind === 'decision' ? 'What was decided' : 'What happened',
        placeholder: '-5m or 14:05 before it: earlier, UTC',
        max: chatLimit,
        check: (text) => {
          const read = readScribe(text, at)
          return read.problem ?? (read.text.trim() === '' ? 'Write what happened behind the time.' : null)
        },
      }),
      (_context, values, at) => {
        const { ahead } = readScribe(answer(values, 'text'), at)
        if (ahead === null) return null
        return choose('day', `${utcTime(ahead.today)} has not come yet today`, [
          {
            value: 'yesterday',
            label: `Yesterday ${utcTime(ahead.yesterday)}`,
            detail: whenInWords(ahead.yesterday, at),
          },
          { value: 'now', label: `Now, ${utcTime(at)}` },
        ])
      },
      (_context, values) => (values.kind === 'decision' ? because : null),
    ],
    data: (values, _context, at) => {
      const read = readScribe(answer(values, 'text'), at)
      return {
        kind: oneOf(entryKinds, answer(values, 'kind')),
        text: read.text.trim(),
        occurredAt: read.occurredAt ?? (values.day === 'yesterday' ? (read.ahead?.yesterday ?? at) : at),
        ...(values.reason === undefined ? {} : { reason: values.reason }),
        ...(values.audience === undefined ? {} : { audience: values.audience }),
      }
    },
  }),
  'entry.add-thread': commandAct('entry.add-thread', {
    group,
    words: 'conversation paste chat log lines quote',
    slash: { thread: {} },
    ask: [
      ({ room }) => ({
        kind: 'text',
        name: 'lines',
        label: 'The conversation, as it was copied',
        max: longestThread,
        check: (text) => {
          const { length } = readThread(text, namesOf(room)) ?? []
          if (length === 0)
            return 'That is no conversation: lines such as “14:03 maya: It is back”, two or more.'
          return length > threadLimit ? `${length} lines; ${threadLimit} are the most at once.` : null
        },
      }),
      () =>
        choose(
          'kind',
          'What it is',
          entryKinds
            .filter((kind) => kind !== 'decision')
            .map((value) => ({ value, label: kindNames[value] })),
        ),
    ],
    data: (values, { room }, at) => {
      const lines = readThread(answer(values, 'lines'), namesOf(room)) ?? []
      const stamps = lines.map((line) => line.stamp)
      const times = threadTimes(
        stamps,
        guessedDay(stamps, at, new Date(at).toISOString().slice(0, 10), utc),
        utc,
      )
      const people = new Map(room.people.map(({ id, name }) => [name.toLowerCase(), id]))
      return {
        kind: oneOf(entryKinds, answer(values, 'kind')),
        lines: lines.map(({ author, text }, i) => {
          const person = people.get(author.toLowerCase())
          return {
            text,
            occurredAt: times[i] ?? at,
            saidBy: person === undefined ? { name: author } : { name: author, person },
          }
        }),
      }
    },
  }),
  'entry.pin': commandAct('entry.pin', {
    group,
    words: 'chat message record',
    slash: { pin: {} },
    whyNot: (context) => (messages(context, pinnable).length === 0 ? 'There is no message to pin.' : null),
    ask: [
      (context) => choose('ref', 'Message', messages(context, pinnable)),
      () =>
        choose(
          'kind',
          'What it is',
          entryKinds.map((value) => ({ value, label: kindNames[value] })),
        ),
      (_context, values) => (values.kind === 'decision' ? because : null),
    ],
    data: (values, context) => {
      const row = rowOf(context, values)
      const edit = row?.kind === 'chat' ? row.lastEdit : null
      return {
        ref: Number(answer(values, 'ref')),
        kind: oneOf(entryKinds, answer(values, 'kind')),
        ...(edit === null ? {} : { edit }),
        ...(values.reason === undefined ? {} : { reason: values.reason }),
      }
    },
  }),
  'entry.amend': commandAct('entry.amend', {
    group,
    words: 'correct change edit version',
    slash: { amend: {} },
    whyNot: (context) => (entries(context, () => true).length === 0 ? 'There is no entry yet.' : null),
    ask: [
      (context) =>
        choose(
          'ref',
          'Entry',
          entries(context, () => true),
        ),
      (context, values) => ({
        kind: 'text',
        name: 'text',
        label: 'What happened',
        value: wordsOf(context, values),
      }),
    ],
    data: (values) => ({ ref: Number(answer(values, 'ref')), text: answer(values, 'text') }),
  }),
  'entry.strike': commandAct('entry.strike', {
    group,
    words: 'cross out wrong',
    slash: { strike: {} },
    whyNot: (context) =>
      entries(context, (row) => row.struck === null).length === 0 ? 'There is no entry to strike.' : null,
    ask: [
      (context) =>
        choose(
          'ref',
          'Entry',
          entries(context, (row) => row.struck === null),
        ),
      askReason,
    ],
    data: (values) => ({ ref: Number(answer(values, 'ref')), reason: answer(values, 'reason') }),
  }),
}
