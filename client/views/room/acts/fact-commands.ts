import { flagValues, linkKinds, settableTimes } from '../../../../shared/incident/events.ts'
import { momentLabel } from '../../../../shared/incident/sentences.ts'
import { answerLimit } from '../../../../shared/incident/triage.ts'
import { answerWords, triageSubjects } from '../../../../shared/incident/triage-words.ts'
import { readScribe } from '../../../components/room/scribe-time.ts'
import { utcDay, utcSeconds } from '../../../state/times.ts'
import { answer, askReason, choose, commandAct, oneOf } from './command-act.ts'

const group = 'Facts'
const answers = { yes: 'Yes', no: 'No', unknown: 'Unknown' } as const

export const factActs = {
  'component.add': commandAct('component.add', {
    group,
    words: 'affected system service',
    slash: { affected: {} },
    ask: [() => ({ kind: 'text', name: 'name', label: 'System, service or feature', max: 80 })],
    data: (values) => ({ name: answer(values, 'name') }),
  }),
  'component.remove': commandAct('component.remove', {
    group,
    words: 'affected system service',
    slash: { unaffected: {} },
    whyNot: ({ room }) => (room.state.components.length === 0 ? 'Nothing is listed as affected.' : null),
    ask: [
      ({ room }) =>
        choose(
          'name',
          'Component',
          room.state.components.map((name) => ({ value: name, label: name })),
        ),
    ],
    data: (values) => ({ name: answer(values, 'name') }),
  }),
  'flag.set': commandAct('flag.set', {
    group,
    words: 'triage yes no unknown',
    slash: { answer: {} },
    whyNot: ({ room }) => (room.playbook.flags.length === 0 ? 'The playbook asks no question.' : null),
    ask: [
      ({ room }) =>
        choose(
          'flag',
          'Question',
          room.playbook.flags.map((f) => ({
            value: f.id,
            label: f.question,
            detail: answers[room.state.flags[f.id]?.value ?? 'unknown'],
          })),
        ),
      () =>
        choose(
          'value',
          'Answer',
          flagValues.map((value) => ({ value, label: answers[value] })),
        ),
    ],
    data: (values) => ({ flag: answer(values, 'flag'), value: oneOf(flagValues, answer(values, 'value')) }),
  }),
  'triage.answer': commandAct('triage.answer', {
    group,
    words: 'triage classify scope dimension type of incident impact users',
    slash: { triage: {} },
    whyNot: ({ room }) =>
      triageSubjects(room.playbook).length === 0 ? 'The playbook asks only questions with yes or no.' : null,
    ask: [
      ({ room }) =>
        choose(
          'about',
          'What',
          triageSubjects(room.playbook).map(({ about, text }) => {
            const said = room.state.answers[about]?.value
            const detail = said === undefined ? 'not answered' : answerWords(about, said, room.playbook)
            return { value: about, label: text, detail }
          }),
        ),
      ({ room }, values) => {
        const about = answer(values, 'about')
        const subject = triageSubjects(room.playbook).find((one) => one.about === about)
        if (subject !== undefined && subject.options.length > 0)
          return choose('value', subject.text, [
            ...subject.options,
            { value: '', label: 'Not answered', detail: 'Takes the answer back' },
          ])
        return { kind: 'text', name: 'value', label: subject?.text ?? 'Answer', max: answerLimit }
      },
    ],
    data: (values) => ({ about: answer(values, 'about'), value: answer(values, 'value') || null }),
  }),
  'bridge.set': commandAct('bridge.set', {
    group,
    words: 'call link meeting video telephone conference join',
    slash: { bridge: {} },
    ask: [
      ({ room }) => ({
        kind: 'text',
        name: 'url',
        label: 'Link to the call',
        placeholder: 'https://… or tel:+49…',
        value: room.state.bridge ?? '',
        max: 500,
      }),
    ],
    data: (values) => ({ url: answer(values, 'url') }),
  }),
  'bridge.remove': commandAct('bridge.remove', {
    group,
    words: 'call link meeting',
    slash: { unbridge: {} },
    whyNot: ({ room }) => (room.state.bridge === null ? 'No bridge is set.' : null),
    data: () => ({}),
  }),
  'incident.link': commandAct('incident.link', {
    group,
    words: 'related duplicate merge same other incident',
    slash: { link: { how: 'related' }, merge: { how: 'duplicate' } },
    ask: [
      () =>
        choose('how', 'The other incident', [
          { value: 'related', label: 'Has to do with this one' },
          { value: 'duplicate', label: 'Is the same', detail: 'It was merged into this one' },
        ]),
      () => ({ kind: 'text', name: 'other', label: 'Its key', placeholder: 'K7QF', max: 5 }),
    ],
    data: (values) => ({ other: answer(values, 'other'), how: oneOf(linkKinds, answer(values, 'how')) }),
  }),
  'incident.unlink': commandAct('incident.unlink', {
    group,
    words: 'related duplicate other incident',
    slash: { unlink: {} },
    whyNot: ({ room }) => (room.state.links.length === 0 ? 'No incident is linked.' : null),
    ask: [
      ({ room }) =>
        choose(
          'other',
          'Incident',
          room.state.links.map(({ key, how }) => ({
            value: key,
            label: key,
            ...(how === 'duplicate' ? { detail: 'the same' } : {}),
          })),
        ),
    ],
    data: (values) => ({ other: answer(values, 'other') }),
  }),
  'time.set': commandAct('time.set', {
    group,
    words: 'began detected mitigated fix deployed alert',
    slash: { time: {} },
    ask: [
      ({ room }) =>
        choose(
          'time',
          'Which time',
          settableTimes.map((value) => {
            const at = room.state.times[value]
            return {
              value,
              label: momentLabel(value),
              detail: at === undefined ? 'not stated' : `${utcDay(at)} ${utcSeconds(at)} UTC`,
            }
          }),
        ),
      (_context, _values, now) => ({
        kind: 'text',
        name: 'at',
        label: 'Time, UTC',
        placeholder: '14:05, 14:05:30 or -5m',
        check: (text) => {
          const read = readScribe(text, now)
          if (read.ahead !== null)
            return 'That has not come yet today. For yesterday write how long ago, as -3h.'
          return read.occurredAt === null || read.text.trim() !== ''
            ? 'Write a time such as 14:05, 14:05:30 or -5m. It is UTC.'
            : null
        },
      }),
      askReason,
    ],
    data: (values, _context, now) => ({
      time: oneOf(settableTimes, answer(values, 'time')),
      at: readScribe(answer(values, 'at'), now).occurredAt ?? now,
      reason: answer(values, 'reason'),
    }),
  }),
}
