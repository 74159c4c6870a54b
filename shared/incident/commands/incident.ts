import * as z from 'zod/mini'
import { metSince } from '../deadline.ts'
import { hasPassed } from '../deadlines.ts'
import { event } from '../events.ts'
import { momentAt } from '../facts.ts'
import { suggestionOf } from '../triage.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, severityField, titleField } from './fields.ts'

const empty = z.strictObject({})
const optionalReason = z.optional(reasonField)

/** Stops the acknowledge clock. Only the first one counts; a later one changes nothing. */
const acknowledge = define({
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
  summary: 'Says that work on the incident has begun. Stops the response clock (R16, S9).',
  schema: empty,
  whenClosed: false,
  grows: false,
  decide: (state, _data, { actor }) => {
    if (actor.kind !== 'person') return refuse('forbidden', 'Only a person can respond.')
    return state.times.first_action === undefined ? accept(event('incident.responded', {})) : accept()
  },
})

const setTitle = define({
  summary: 'Changes what the incident is called.',
  schema: z.strictObject({ title: titleField }),
  whenClosed: false,
  grows: true,
  decide: (state, { title }) =>
    title === state.title ? accept() : accept(event('title.changed', { title, was: state.title })),
})

const setSeverity = define({
  summary:
    'Sets the severity. Clocks aim again from their original start; a breach is never undone (R7). `expected` is what the sender saw; another value is refused as stale. Where the rules of the playbook suggest another severity, that is a decision: it needs a reason (R5). Where the playbook keeps it to a role, its holder and administrators set it (R52).',
  schema: z.strictObject({
    to: severityField,
    reason: optionalReason,
    expected: z.optional(z.nullable(severityField)),
  }),
  whenClosed: false,
  grows: false,
  right: () => 'severity',
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
    const suggested = suggestionOf(state.answers, playbook)?.severity.key ?? to
    if (suggested !== to && reason === undefined)
      return refuse('invalid', `The playbook suggests ${suggested}. Say why it is ${to}.`, 'reason')
    return accept(
      event('severity.changed', {
        from,
        to,
        reason: reason ?? '',
        ...(suggested === to ? {} : { suggested }),
      }),
    )
  },
})

/** The last deadlines are met by people saying so; `decide` judges them like every other clock. */
const meetDeadline = define({
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
    if (metSince(state, kept, rule.from, from) !== null) return accept()
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
  'title.set': setTitle,
  'severity.set': setSeverity,
  'deadline.meet': meetDeadline,
}
