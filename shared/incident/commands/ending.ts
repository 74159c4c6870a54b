import * as z from 'zod/mini'
import { type Playbook, statuses } from '../../playbook/model.ts'
import { type EventData, event, type NewEvent, type Override } from '../events.ts'
import {
  type End,
  type GateItem,
  type GateStanding,
  gatesBefore,
  gatesBeforeFalsePositive,
  unmet,
  vouching,
} from '../gates.ts'
import { overrideDenied } from '../override.ts'
import { type IncidentState, maxVouchers } from '../state.ts'
import type { TaskDone } from '../tasks.ts'
import { accept, type DecideContext, define, type Outcome, refuse } from './define.ts'
import { keyField, longReason, reasonField } from './fields.ts'
import { noSuchIncident, otherIncident } from './links.ts'

/** Things that were open, named in the record of an override. */
const mostOpen = 10

/** What an incident is closed as. */
export const closings = ['over', 'false-positive', 'duplicate'] as const
/** Why it is open again: it came back, or it was ended by mistake. */
export const reopenings = ['back', 'mistake'] as const

const openStatuses = statuses.filter((s) => s !== 'closed')
const override = z.optional(reasonField)

const setStatus = define({
  summary:
    'Sets the status, up to resolved; closing is a command of its own. `expected` as for severity. Resolved waits for what the playbook puts before it: tick it, set it aside, or send `override` with the reason, as commander or administrator (R125, R126). With resolved the `reason` says what was done and `cause` what it was (R127). Leaving resolved reopens it.',
  schema: z.strictObject({
    to: z.enum(openStatuses),
    reason: reasonField,
    expected: z.optional(z.enum(statuses)),
    cause: z.optional(longReason),
    override,
  }),
  whenClosed: false,
  grows: false,
  right: (_state, { to }) => (to === 'resolved' ? 'resolve' : null),
  decide: (state, { to, reason, expected, cause, override: because }, context) => {
    const from = state.status.value
    if (expected !== undefined && expected !== from)
      return refuse('stale', `Status is ${from} now. Look again, then choose.`, 'expected')
    if (from === to) return accept()
    if (to !== 'resolved') {
      if (from !== 'resolved') return accept(event('status.changed', { from, to, reason }))
      // Whoever opens it again by its status reopens it: what vouched for the end is asked again (R130).
      const on =
        to === 'investigating' ? [] : [event('status.changed', { from: 'investigating', to, reason })]
      return accept(...reopened(state, context.playbook, reason), ...on)
    }
    const gates = gatesBefore(state, context.playbook, to)
    return passing(to, gates, because, state, context, (over) => {
      const verifiedBy = vouchers(state, context)
      return [event('status.changed', { from, to, reason, ...stated(cause, verifiedBy), ...over })]
    })
  },
})

const close = define({
  summary:
    'Ends the incident. The document becomes read-only until it is reopened. Waits for what comes before it as `status.set` does, and for what is owed after the incident (R132). As `false-positive` it was not real; nothing is verified and nothing is owed, but what was put on for a while comes off (R8, R69). As `duplicate` another incident, `of` by its key, goes on with it: that one is told and links back (R9).',
  schema: z.strictObject({
    reason: reasonField,
    as: z.optional(z.enum(closings)),
    of: z.optional(keyField),
    override,
  }),
  whenClosed: false,
  grows: false,
  right: ({ status }) => (status.value === 'resolved' ? null : 'resolve'),
  incidents: ({ of }) => (of === undefined ? [] : [of]),
  alsoIn: ({ as, of }) =>
    as === 'duplicate' && of !== undefined
      ? { incident: of, type: 'incident.link', data: (self) => ({ other: self, how: 'duplicate' }) }
      : null,
  decide: (state, { reason, as, of, override: because }, context) => {
    const from = state.status.value
    if (as === 'duplicate' && of === undefined)
      return refuse('invalid', 'Name the incident that goes on, by its key.', 'of')
    if (as !== 'duplicate' && of !== undefined)
      return refuse('invalid', 'Only a duplicate names another incident.', 'of')
    const other = of === undefined ? undefined : otherIncident(of, context)
    if (of !== undefined && other === undefined) return noSuchIncident(of, 'of')
    const gates = endsReally(as)
      ? gatesBefore(state, context.playbook, 'closed')
      : gatesBeforeFalsePositive(state, context.playbook)
    const ended = {
      ...(as === 'false-positive' ? { falsePositive: true as const } : {}),
      ...(other === undefined ? {} : { duplicateOf: other }),
    }
    return passing('closed', gates, because, state, context, (over) => [
      event('incident.closed', { reason, from, ...ended, ...over }),
    ])
  },
})

/** Whether what comes before an end is asked for: not of what was not real, nor of what goes on elsewhere. */
export function endsReally(as: (typeof closings)[number] | undefined): boolean {
  return as === undefined || as === 'over'
}

const reopen = define({
  summary:
    'Makes a resolved or closed incident live again. Clocks go on from their original start. What vouched for the end is asked again and the time of the fix is taken away, so that a watch begins with the next one (R130). As a `mistake` it was never over: both stay, and what was closed while resolved is resolved again. `expected` as for the status.',
  schema: z.strictObject({
    reason: reasonField,
    as: z.optional(z.enum(reopenings)),
    expected: z.optional(z.enum(statuses)),
  }),
  whenClosed: true,
  grows: false,
  decide: (state, { reason, as, expected }, { playbook }) => {
    if (state.status.value !== 'closed' && state.status.value !== 'resolved')
      return refuse('conflict', 'The incident is open already.')
    if (expected !== undefined && expected !== state.status.value)
      return refuse('stale', `It is ${state.status.value} now. Look again, then reopen it.`, 'expected')
    if (as === 'mistake') {
      const resolved = state.status.value === 'closed' && state.resolution !== null
      return accept(
        event('incident.reopened', { reason, mistake: true, ...(resolved ? { to: 'resolved' } : {}) }),
      )
    }
    return accept(...reopened(state, playbook, reason))
  },
})

/** It came back: what vouched for the end is taken back, and the time of the fix with it (R130). */
function reopened(state: IncidentState, playbook: Playbook, reason: string): NewEvent[] {
  const again = vouching(state, playbook).filter((task) => task.state.done !== undefined)
  // What was not real has had no fix to doubt.
  const fixes =
    state.falsePositive || state.duplicateOf !== null ? [] : (['mitigated', 'fix_deployed'] as const)
  return [
    event('incident.reopened', { reason }),
    ...again.map((task) => event('task.unticked', { task: task.id })),
    ...fixes.flatMap((time): NewEvent[] => {
      const was = state.times[time]
      return was === undefined ? [] : [event('time.set', { time, at: null, was, reason: 'Reopened' })]
    }),
  ]
}

/** Lets an end come when nothing stands before it, or when somebody who may says why it comes all the same. */
function passing(
  to: End,
  gates: readonly GateStanding[],
  because: string | undefined,
  state: IncidentState,
  context: DecideContext,
  events: (over: { override?: Override }) => NewEvent[],
): Outcome {
  const open = unmet(gates)
  if (open.length === 0) return accept(...events({}))
  if (because === undefined) return refuse('conflict', openWords(to, open), 'override')
  const denied = overrideDenied(state, context)
  if (denied !== null) return refuse('forbidden', denied, 'override')
  return accept(
    ...events({ override: { reason: because, open: open.slice(0, mostOpen).map(({ text }) => text) } }),
  )
}

function openWords(to: End, open: readonly GateItem[]): string {
  const some = open.slice(0, 4).map(({ text }) => text)
  const more = open.length > some.length ? `; and ${open.length - some.length} more` : ''
  return `Before it is ${to}: ${some.join('; ')}${more}. Do it, set it aside, or send the reason as override.`
}

/** Who ticked what stands before resolving, by the order of the list, each once. */
function vouchers(state: IncidentState, { playbook }: DecideContext): string[] {
  const done = gatesBefore(state, playbook, 'resolved').flatMap(({ items }) =>
    items.flatMap((item) =>
      item.kind === 'task' && item.task.done !== null && isByHand(item.task.done) ? [item.task.done.by] : [],
    ),
  )
  return [...new Set(done)].slice(0, maxVouchers)
}

function isByHand({ from, watched }: TaskDone): boolean {
  return from === null && !watched
}

function stated(
  cause: string | undefined,
  verifiedBy: string[],
): Pick<EventData['status.changed'], 'cause' | 'verifiedBy'> {
  return {
    ...(cause === undefined ? {} : { cause }),
    ...(verifiedBy.length === 0 ? {} : { verifiedBy }),
  }
}

export const endingCommands = {
  'incident.close': close,
  'incident.reopen': reopen,
  'status.set': setStatus,
}
