import * as z from 'zod/mini'
import type { Playbook } from '../../playbook/model.ts'
import { escalationPlan, holdMs, isOver, nextToPress, type PlannedStep } from '../escalation/plan.ts'
import { event } from '../events.ts'
import type { IncidentState } from '../state.ts'
import { accept, type DecideContext, define, type Outcome, refuse } from './define.ts'
import { idField, reasonField } from './fields.ts'

const stepRef = { path: idField, step: idField }
const withReason = z.strictObject({ ...stepRef, reason: reasonField })

type StepData = z.infer<typeof withReason>

/** A command about one step of the plan as it stands now. */
function onStep<Data extends { path: string; step: string }>(
  decide: (planned: PlannedStep, plan: readonly PlannedStep[], data: Data, context: DecideContext) => Outcome,
) {
  return (state: IncidentState, data: Data, context: DecideContext): Outcome => {
    const plan = escalationPlan(state, context.playbook, context.now).filter(
      (one) => one.path.id === data.path,
    )
    if (plan.length === 0) return refuse('invalid', 'The playbook has no such escalation path.', 'path')
    const planned = plan.find((one) => one.step.id === data.step)
    if (planned === undefined) return refuse('invalid', 'That path has no such step.', 'step')
    return decide(planned, plan, data, context)
  }
}

/** Why this person may not hold back or skip what the playbook asks for: only the commander may, on the record. */
export function commanderOnly(
  state: IncidentState,
  playbook: Playbook,
  person: string | null,
): string | null {
  const role = playbook.roles.find((one) => one.kind === 'commander')
  const holder = role === undefined ? null : (state.roles[role.id]?.holder ?? null)
  if (holder !== null && holder.person === person) return null
  const rule = `Only the ${role?.name ?? 'commander'} holds back or skips a step.`
  return holder === null ? `${rule} Nobody is: take command first.` : rule
}

function byCommander(state: IncidentState, context: DecideContext): Outcome | null {
  const why = commanderOnly(state, context.playbook, context.actor.id)
  return why === null ? null : refuse('forbidden', why)
}

function already(planned: PlannedStep): Outcome {
  return refuse(
    'stale',
    planned.standing.kind === 'skipped'
      ? `“${planned.step.label}” was skipped already.`
      : `“${planned.step.label}” was reached already.`,
    'step',
  )
}

const press = define({
  summary:
    'Takes the next step of a path now, with a reason. `step` names the step that the sender saw as next: one press moves one step.',
  schema: withReason,
  whenClosed: false,
  grows: true,
  decide: onStep<StepData>((planned, plan, data) => {
    if (isOver(planned)) return already(planned)
    const next = nextToPress(plan)
    if (next !== planned) return refuse('stale', `“${next?.step.label ?? ''}” comes first.`, 'step')
    return accept(
      event('escalation.stepped', {
        path: data.path,
        step: data.step,
        dueAt: null,
        how: 'pressed',
        reason: data.reason,
      }),
    )
  }),
})

const hold = define({
  summary: 'Holds a step back for 10 minutes, with a reason; then it is due again. The commander only.',
  schema: withReason,
  whenClosed: false,
  grows: true,
  decide: (state, data: StepData, context) => {
    const refused = byCommander(state, context)
    if (refused !== null) return refused
    return onStep<StepData>((planned, _plan, given, { now }) => {
      if (isOver(planned)) return already(planned)
      const { path, step, reason } = given
      return accept(event('escalation.held', { path, step, until: now + holdMs, reason }))
    })(state, data, context)
  },
})

const letGo = define({
  summary: 'Ends the hold on a step, which is due again by the plan. The commander only.',
  schema: z.strictObject(stepRef),
  whenClosed: false,
  grows: false,
  decide: (state, data: { path: string; step: string }, context) => {
    const refused = byCommander(state, context)
    if (refused !== null) return refused
    return onStep((planned) =>
      state.escalation.steps[planned.key]?.kind === 'held'
        ? accept(event('escalation.let-go', { path: planned.path.id, step: planned.step.id }))
        : refuse('stale', `“${planned.step.label}” is not held back.`, 'step'),
    )(state, data, context)
  },
})

const skip = define({
  summary: 'Leaves a step out, with a reason, and goes on to the next. The commander only.',
  schema: withReason,
  whenClosed: false,
  grows: true,
  decide: (state, data: StepData, context) => {
    const refused = byCommander(state, context)
    if (refused !== null) return refused
    return onStep<StepData>((planned, _plan, { path, step, reason }) =>
      isOver(planned) ? already(planned) : accept(event('escalation.skipped', { path, step, reason })),
    )(state, data, context)
  },
})

const nameResponder = define({
  summary: 'Says by position who answered first, for paths that go by it.',
  schema: z.strictObject({ position: idField }),
  whenClosed: false,
  grows: true,
  decide: (state, { position }, { playbook }) => {
    const rows = playbook.escalation.matrix?.rows ?? []
    if (!rows.some((row) => row.first === position))
      return refuse(
        'invalid',
        rows.length === 0
          ? 'This playbook does not go by who answered first.'
          : `Choose one of: ${rows.map((row) => row.first).join(', ')}.`,
        'position',
      )
    if (state.escalation.firstResponder?.position === position) return accept()
    return accept(event('responder.named', { position }))
  },
})

export const escalationCommands = {
  'escalation.press': press,
  'escalation.hold': hold,
  'escalation.let-go': letGo,
  'escalation.skip': skip,
  'responder.name': nameResponder,
}
