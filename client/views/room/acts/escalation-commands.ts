import {
  escalationPlan,
  isOver,
  nextToPress,
  type PlannedStep,
} from '../../../../shared/incident/escalation/plan.ts'
import type { Option, Values } from '../../../state/acts.ts'
import { answer, askReason, choose, commandAct } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

const group = 'Escalation'

function planOf({ room }: RoomContext, at: number): PlannedStep[] {
  return escalationPlan(room.state, room.playbook, at)
}

/** The next step of each path: one press moves one step. */
function nextSteps(context: RoomContext, at: number): PlannedStep[] {
  const plan = planOf(context, at)
  const paths = [...new Set(plan.map((one) => one.path.id))]
  return paths.flatMap((id) => nextToPress(plan.filter((one) => one.path.id === id)) ?? [])
}

const options = (steps: readonly PlannedStep[]): Option[] =>
  steps.map(({ key, step, path }) => ({ value: key, label: step.label, detail: path.label }))

/** Which step an answer names. */
function chosen(values: Values): { path: string; step: string } {
  const [path = '', step = ''] = answer(values, 'step').split('/')
  return { path, step }
}

type Fits = (context: RoomContext, at: number) => PlannedStep[]

const open: Fits = (context, at) => planOf(context, at).filter((one) => !isOver(one))
// By the log, not by the plan: a hold on what does not come at the moment can be ended as well.
const held: Fits = (context, at) =>
  planOf(context, at).filter((one) => context.room.state.escalation.steps[one.key]?.kind === 'held')

const none = (fits: Fits, words: string) => (context: RoomContext) =>
  fits(context, context.room.state.at).length === 0 ? words : null

export const escalationActs = {
  'escalation.press': commandAct('escalation.press', {
    group,
    words: 'call page help next level',
    slash: { escalate: {} },
    whyNot: none(nextSteps, 'This playbook has nobody further to call.'),
    ask: [(context, _values, at) => choose('step', 'Whom', options(nextSteps(context, at))), askReason],
    data: (values) => ({ ...chosen(values), reason: answer(values, 'reason') }),
  }),
  'escalation.hold': commandAct('escalation.hold', {
    group,
    words: 'wait ten minutes step',
    slash: { hold: {} },
    whyNot: none(open, 'No step is left to hold back.'),
    ask: [(context, _values, at) => choose('step', 'Step', options(open(context, at))), askReason],
    data: (values) => ({ ...chosen(values), reason: answer(values, 'reason') }),
  }),
  'escalation.let-go': commandAct('escalation.let-go', {
    group,
    words: 'end hold step',
    slash: { letgo: {} },
    whyNot: none(held, 'No step is held back.'),
    ask: [(context, _values, at) => choose('step', 'Step', options(held(context, at)))],
    data: (values) => chosen(values),
  }),
  'escalation.skip': commandAct('escalation.skip', {
    group,
    words: 'leave out step',
    slash: { skipstep: {} },
    whyNot: none(open, 'No step is left to skip.'),
    ask: [(context, _values, at) => choose('step', 'Step', options(open(context, at))), askReason],
    data: (values) => ({ ...chosen(values), reason: answer(values, 'reason') }),
  }),
  'responder.name': commandAct('responder.name', {
    group,
    words: 'who answered first position',
    slash: { first: {} },
    whyNot: ({ room }) =>
      room.playbook.escalation.matrix === undefined
        ? 'This playbook does not go by who answered first.'
        : null,
    ask: [
      ({ room }) =>
        choose(
          'position',
          'Who answered first',
          (room.playbook.escalation.matrix?.rows ?? []).map((row) => ({
            value: row.first,
            label: room.playbook.contacts.find((one) => one.id === row.first)?.position ?? row.first,
          })),
        ),
    ],
    data: (values) => ({ position: answer(values, 'position') }),
  }),
}
