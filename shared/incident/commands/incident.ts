import * as z from 'zod/mini'
import { statuses } from '../../playbook/model.ts'
import { hasPassed } from '../deadlines.ts'
import { event } from '../events.ts'
import { momentAt } from '../facts.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, severityField, titleField } from './fields.ts'

const empty = z.strictObject({})
const optionalReason = z.optional(reasonField)

/** Stops the acknowledge clock. Only the first one counts; a later one changes nothing. */
const acknowledge = define({
  title: 'Acknowledge',
  summary: 'Says that a person has taken notice. Stops the acknowledge clock, not the response clock (R14).',
  schema: empty,
  whenClosed: false,
  grows: false,
  decide: (state, _data, { actor }) => {
    if (actor.kind !== 'person') return refuse('forbidden', 'Only a person can acknowledge.')
    return state.times.acknowledged === undefined ? accept(event('incident.acknowledged', {})) : accept()
  },
})

const respond = define({
  title: 'Respond',
  summary: 'Says that work on the incident has begun. Stops the response clock (R16, S9).',
  schema: empty,
  whenClosed: false,
  grows: false,
  decide: (state, _data, { actor }) => {
    if (actor.kind !== 'person') return refuse('forbidden', 'Only a person can respond.')
    return state.times.first_action === undefined ? accept(event('incident.responded', {})) : accept()
  },
})

const close = define({
  title: 'Close incident',
  summary: 'Ends the incident. The document becomes read-only until it is reopened.',
  schema: z.strictObject({ reason: reasonField }),
  whenClosed: false,
  grows: false,
  decide: (state, { reason }) => accept(event('incident.closed', { reason, from: state.status.value })),
})

const reopen = define({
  title: 'Reopen incident',
  summary: 'Makes a resolved or closed incident live again. Clocks go on from their original start.',
  schema: z.strictObject({ reason: reasonField }),
  whenClosed: true,
  grows: false,
  decide: (state, { reason }) =>
    state.status.value === 'closed' || state.status.value === 'resolved'
      ? accept(event('incident.reopened', { reason }))
      : refuse('conflict', 'The incident is open already.'),
})

const setTitle = define({
  title: 'Change title',
  summary: 'Changes what the incident is called.',
  schema: z.strictObject({ title: titleField }),
  whenClosed: false,
  grows: true,
  decide: (state, { title }) =>
    title === state.title ? accept() : accept(event('title.changed', { title, was: state.title })),
})

const setSeverity = define({
  title: 'Change severity',
  summary:
    'Sets the severity. Clocks aim again from their original start; a breach is never undone (R7). `expected` is what the sender saw; another value is refused as stale.',
  schema: z.strictObject({
    to: severityField,
    reason: optionalReason,
    expected: z.optional(z.nullable(severityField)),
  }),
  whenClosed: false,
  grows: false,
  decide: (state, { to, reason, expected }, { playbook }) => {
    const known = playbook.severities.map((s) => s.key)
    if (!known.includes(to))
      return refuse(
        'invalid',
        `${playbook.product} has no severity ${to}. Choose one of ${known.join(', ')}.`,
        'to',
      )
    const from = state.severity?.key ?? null
    if (expected !== undefined && expected !== from)
      return refuse('stale', `Severity is ${from ?? 'not set'} now. Look again, then choose.`, 'expected')
    if (from === to) return accept()
    if (from !== null && reason === undefined)
      return refuse('invalid', 'Say why the severity changes.', 'reason')
    return accept(event('severity.changed', { from, to, reason: reason ?? '' }))
  },
})

const openStatuses = statuses.filter((s) => s !== 'closed')

const setStatus = define({
  title: 'Change status',
  summary: 'Sets the status, up to resolved; closing is a command of its own. `expected` as for severity.',
  schema: z.strictObject({
    to: z.enum(openStatuses),
    reason: reasonField,
    expected: z.optional(z.enum(statuses)),
  }),
  whenClosed: false,
  grows: false,
  decide: (state, { to, reason, expected }) => {
    const from = state.status.value
    if (expected !== undefined && expected !== from)
      return refuse('stale', `Status is ${from} now. Look again, then choose.`, 'expected')
    return from === to ? accept() : accept(event('status.changed', { from, to, reason }))
  },
})

/** The last deadlines are met by people saying so; `decide` judges them like every other clock. */
const meetDeadline = define({
  title: 'Mark as done',
  summary: 'Marks a deadline after the incident (a report, a review) as done.',
  schema: z.strictObject({ deadline: idField }),
  whenClosed: true,
  grows: false,
  decide: (state, { deadline }, { playbook, now }) => {
    const rule = playbook.postIncident.find((d) => `after/${d.id}` === deadline)
    if (rule === undefined) return refuse('invalid', 'The playbook has no such deadline.', 'deadline')
    const from = momentAt(state, rule.from)
    if (from === undefined) return refuse('conflict', 'This deadline has not begun yet.', 'deadline')
    const kept = state.clocks[deadline]
    if (kept?.met !== undefined) return accept()
    const targetMs = rule.within.kind === 'unset' ? null : rule.within.ms
    const dueAt = targetMs === null ? null : from + targetMs
    const late = dueAt !== null && (now > dueAt || hasPassed(kept, dueAt))
    return accept(
      event('clock.met', {
        clock: deadline,
        dueAt,
        startedAt: from,
        stoppedAt: now,
        targetMs,
        late,
        overMs: late && dueAt !== null ? now - dueAt : 0,
      }),
    )
  },
})

export const incidentCommands = {
  'incident.acknowledge': acknowledge,
  'incident.respond': respond,
  'incident.close': close,
  'incident.reopen': reopen,
  'title.set': setTitle,
  'severity.set': setSeverity,
  'status.set': setStatus,
  'deadline.meet': meetDeadline,
}
