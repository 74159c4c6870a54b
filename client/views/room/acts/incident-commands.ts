import { closings, reopenings } from '../../../../shared/incident/commands/ending.ts'
import { statusChoices } from '../../../../shared/incident/ending-words.ts'
import { momentAt } from '../../../../shared/incident/facts.ts'
import {
  type End,
  type GateItem,
  gatesBefore,
  gatesBeforeFalsePositive,
  unmet,
} from '../../../../shared/incident/gates.ts'
import { severityName } from '../../../../shared/incident/sentences.ts'
import { suggestionOf } from '../../../../shared/incident/triage.ts'
import { statuses } from '../../../../shared/playbook/model.ts'
import type { Step, Values } from '../../../state/acts.ts'
import { utcTime } from '../../../state/times.ts'
import { overrideDenial } from '../override-denial.ts'
import { answer, askReason, choose, commandAct, oneOf } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

const group = 'Incident'
const openStatuses = statuses.filter((s) => s !== 'closed')

const whyNot = (reason: string | null): { whyNot?: string } => (reason === null ? {} : { whyNot: reason })

const severities = ({ room }: RoomContext) => {
  const now = room.state.severity?.key
  return [...room.playbook.severities]
    .sort((a, b) => a.rank - b.rank)
    .map((s) => ({
      value: s.key,
      label: severityName(room.playbook, s.key),
      detail: s.definition.join('. '),
      ...(s.key === now ? { whyNot: 'It is this now.' } : {}),
    }))
}

/** What comes before this end and is not done yet, by the same rules as the server's. */
const openBefore = ({ room }: Pick<RoomContext, 'room'>, to: End) =>
  unmet(gatesBefore(room.state, room.playbook, to, room.lists))

/** Asked only where something is open: why it ends all the same. */
const askOverride =
  (openOf: (context: RoomContext, values: Values) => readonly GateItem[]) =>
  (context: RoomContext, values: Values): Step | null => {
    const open = openOf(context, values)
    if (open.length === 0) return null
    return {
      kind: 'text',
      name: 'override',
      label: `Not done yet: ${open.map(({ text }) => text).join('; ')}. Why does it end without?`,
      max: 280,
    }
  }

/** Why this person may not end it while something is open, or null. */
const denied = (context: RoomContext, to: End): string | null => {
  return openBefore(context, to).length === 0 ? null : overrideDenial(context.room)
}

const given = <K extends string>(name: K, values: Values): Partial<Record<K, string>> =>
  values[name] === undefined ? {} : ({ [name]: answer(values, name) } as Partial<Record<K, string>>)

export const incidentActs = {
  'incident.acknowledge': commandAct('incident.acknowledge', {
    group,
    words: 'taken notice seen',
    slash: { ack: {}, acknowledge: {} },
    whyNot: ({ room }) => {
      const at = room.state.times.acknowledged
      return at === undefined ? null : `Acknowledged already, at ${utcTime(at)} UTC.`
    },
    data: () => ({}),
  }),
  'incident.respond': commandAct('incident.respond', {
    group,
    words: 'begin work',
    slash: { respond: {} },
    whyNot: ({ room }) => {
      const at = room.state.times.first_action
      return at === undefined ? null : `Work began already, at ${utcTime(at)} UTC.`
    },
    data: () => ({}),
  }),
  'severity.set': commandAct('severity.set', {
    group,
    words: 'raise lower downgrade upgrade',
    slash: { severity: {}, sev: {} },
    ask: [
      (context) => choose('to', 'Severity', severities(context)),
      ({ room }, { to }) => {
        const suggested = suggestionOf(room.state.answers, room.playbook)?.severity.key ?? to
        return room.state.severity === null && suggested === to ? null : askReason()
      },
    ],
    data: (values, { room }) => ({
      to: answer(values, 'to'),
      expected: room.state.severity?.key ?? null,
      ...(values.reason === undefined ? {} : { reason: values.reason }),
    }),
  }),
  'status.set': commandAct('status.set', {
    group,
    words: 'resolve resolved mitigating monitoring investigating',
    slash: { status: {}, resolve: { to: 'resolved' } },
    whyNot: ({ room }) =>
      room.state.status.value === 'resolved' ? 'It is resolved. Reopen it to go on.' : null,
    ask: [
      (context) =>
        choose(
          'to',
          'Status',
          statusChoices(context.room.playbook).map(({ status, name, basis }) => ({
            value: status,
            label: name,
            ...(basis === 'local' ? { detail: 'not from this playbook' } : {}),
            ...(status === context.room.state.status.value ? { whyNot: 'It is this now.' } : {}),
            ...(status === 'resolved' ? whyNot(denied(context, 'resolved')) : {}),
          })),
        ),
      (_context, { to }) => ({
        kind: 'text',
        name: 'reason',
        label: to === 'resolved' ? 'What fixed it' : 'Reason',
        max: 280,
      }),
      askOverride((context, { to }) => (to === 'resolved' ? openBefore(context, to) : [])),
    ],
    data: (values, { room }) => ({
      to: oneOf(openStatuses, answer(values, 'to')),
      reason: answer(values, 'reason'),
      expected: room.state.status.value,
      ...given('override', values),
    }),
  }),
  'title.set': commandAct('title.set', {
    group,
    words: 'rename name',
    slash: { title: {} },
    ask: [({ room }) => ({ kind: 'text', name: 'title', label: 'Title', value: room.state.title, max: 200 })],
    data: (values) => ({ title: answer(values, 'title') }),
  }),
  'incident.close': commandAct('incident.close', {
    group,
    words: 'end finish false positive not real duplicate merge',
    slash: { close: { as: 'over' }, 'not-real': { as: 'false-positive' }, duplicate: { as: 'duplicate' } },
    ask: [
      (context) => {
        const over = denied(context, 'closed')
        return choose('as', 'Closed as', [
          { value: 'over', label: 'It is over', ...whyNot(over) },
          { value: 'false-positive', label: 'It was not real', detail: 'A false positive: nothing is owed' },
          { value: 'duplicate', label: 'It is a duplicate', detail: 'Another incident goes on with it' },
        ])
      },
      (_context, { as }) =>
        as === 'duplicate'
          ? {
              kind: 'text',
              name: 'of',
              label: 'Key of the incident that goes on',
              placeholder: 'K7QF',
              max: 5,
            }
          : null,
      askReason,
      askOverride(({ room }, { as }) =>
        as === 'over'
          ? openBefore({ room }, 'closed')
          : unmet(gatesBeforeFalsePositive(room.state, room.playbook)),
      ),
    ],
    data: (values) => ({
      reason: answer(values, 'reason'),
      as: oneOf(closings, answer(values, 'as')),
      ...given('of', values),
      ...given('override', values),
    }),
  }),
  'playbook.adopt': commandAct('playbook.adopt', {
    group,
    words: 'version newer adopt',
    slash: { playbook: {} },
    whyNot: ({ room }) =>
      room.newer === null ? `It runs by the newest version, ${room.state.playbook.version}.` : null,
    ask: [
      ({ room }) =>
        choose(
          'hash',
          'Version',
          room.newer === null
            ? []
            : [
                {
                  value: room.newer.hash,
                  label: `Version ${room.newer.version}`,
                  detail: `This room runs by version ${room.state.playbook.version}`,
                },
              ],
        ),
    ],
    data: (values) => ({ hash: answer(values, 'hash') }),
  }),
  'incident.reopen': commandAct('incident.reopen', {
    group,
    words: 'back again live mistake',
    slash: { reopen: { as: 'back' } },
    whyNot: ({ room }) =>
      room.over || room.state.status.value === 'resolved' ? null : 'The incident is open already.',
    ask: [
      () =>
        choose('as', 'Why it is open again', [
          { value: 'back', label: 'It is back', detail: 'What vouched for the end is asked again' },
          { value: 'mistake', label: 'Ended by mistake', detail: 'What vouched for the end still does' },
        ]),
      askReason,
    ],
    data: (values) => ({ reason: answer(values, 'reason'), as: oneOf(reopenings, answer(values, 'as')) }),
  }),
  'deadline.meet': commandAct('deadline.meet', {
    group,
    words: 'report review deadline after met',
    slash: { met: {} },
    whyNot: ({ room }) =>
      room.playbook.postIncident.length === 0 ? 'The playbook has no deadline after the incident.' : null,
    ask: [
      ({ room }) =>
        choose(
          'deadline',
          'Deadline',
          room.playbook.postIncident.map((rule) => {
            const id = `after/${rule.id}`
            const met = room.state.clocks[id]?.met
            const begun = momentAt(room.state, rule.from) !== undefined
            return {
              value: id,
              label: rule.label,
              ...(met === undefined ? {} : { whyNot: `Done at ${utcTime(met.at)} UTC.` }),
              ...(begun ? {} : { whyNot: 'It has not begun yet.' }),
            }
          }),
        ),
    ],
    data: (values) => ({ deadline: answer(values, 'deadline') }),
  }),
}
