import { attachedRunbooks } from '../../../../shared/incident/runbooks.ts'
import { flatTasks, type Task } from '../../../../shared/incident/tasks.ts'
import type { Option } from '../../../state/acts.ts'
import { inputsOf } from '../runbooks/procedure-inputs.ts'
import { answer, askReason, choose, commandAct } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

/** Phases, procedures, runbooks, and what comes of single tasks. */
const work = 'Work'
const books = 'Runbooks'
const minute = 60_000

function tasks({ room }: RoomContext, fits: (task: Task) => boolean): Option[] {
  return room.lists.flatMap((list) =>
    flatTasks([list])
      .filter((task) => task.children.length === 0 && fits(task))
      .map((task) => ({ value: task.id, label: task.text, detail: list.checklist.title })),
  )
}

const phases = ({ room }: RoomContext, open: boolean): Option[] =>
  room.playbook.phases
    .filter(({ id }) => {
      const now = room.state.phases[id]
      return open ? now?.left == null : now === undefined || now.left !== null
    })
    .map(({ id, name }) => ({
      value: id,
      label: name,
      detail: room.state.phases[id]?.entered == null ? 'not begun' : 'begun',
    }))

const procedures = ({ room }: RoomContext, running: boolean): Option[] =>
  room.playbook.checklists
    .filter((list) => {
      const run = room.state.procedures[list.id]
      return list.procedure !== undefined && (run !== undefined && run.ended === null) === running
    })
    .map((list) => ({ value: list.id, label: list.title }))

const timers: Option[] = [
  ...[5, 10, 15, 30, 60].map((n) => ({ value: `${n}`, label: `In ${n} minutes` })),
  ...[5, 10, 15, 30, 60].map((n) => ({ value: `every ${n}`, label: `Every ${n} minutes` })),
  { value: 'off', label: 'Take the timer off' },
]

const attachable = ({ room }: RoomContext): Option[] =>
  room.playbook.runbooks
    .filter(({ id }) => room.state.runbooks[id] === undefined || room.state.runbooks[id].detached !== null)
    .map(({ id, title, state }) => ({
      value: id,
      label: title,
      ...(state === 'stub' ? { detail: 'Missing, not written yet' } : {}),
    }))

const attached = ({ room }: RoomContext) => attachedRunbooks(room.state, room.playbook)
const findings = (context: RoomContext): Option[] =>
  attached(context).flatMap(({ runbook, attached: now }) =>
    runbook.branches.map((branch) => ({
      value: `${runbook.id}/${branch.id}`,
      label: branch.finding,
      detail: now.findings[branch.id]?.taken === true ? 'Found. Choose to take it back' : runbook.title,
    })),
  )

const none = (list: (context: RoomContext) => readonly Option[], words: string) => (context: RoomContext) =>
  list(context).length === 0 ? words : null

export const processActs = {
  'task.outcome': commandAct('task.outcome', {
    group: 'Tasks',
    words: 'result what came',
    slash: { outcome: {} },
    ask: [
      (context) =>
        choose(
          'task',
          'Task',
          tasks(context, () => true),
        ),
      () => ({ kind: 'text', name: 'text', label: 'What came of it', max: 280 }),
    ],
    data: (values) => ({ task: answer(values, 'task'), text: answer(values, 'text') }),
  }),
  'task.time': commandAct('task.time', {
    group: 'Tasks',
    words: 'remind hold wait minutes repeat every',
    slash: { timer: {} },
    ask: [
      (context) =>
        choose(
          'task',
          'Task',
          tasks(context, (task) => task.done === null),
        ),
      () => choose('when', 'When it rings', timers),
    ],
    data: (values) => {
      const when = answer(values, 'when')
      const repeats = when.startsWith('every ')
      const ms = when === 'off' ? null : Number(when.replace('every ', '')) * minute
      return { task: answer(values, 'task'), ms, repeats }
    },
  }),
  'fix.regress': commandAct('fix.regress', {
    group: work,
    words: 'regression came back again watch restart',
    slash: { regression: {} },
    whyNot: ({ room }) =>
      room.state.times.fix_deployed === undefined && room.state.times.mitigated === undefined
        ? 'Nothing was fixed yet.'
        : null,
    ask: [askReason],
    data: (values) => ({ reason: answer(values, 'reason') }),
  }),
  'phase.enter': commandAct('phase.enter', {
    group: work,
    words: 'stage begin',
    slash: { phase: {} },
    whyNot: none((c) => phases(c, false), 'Every phase is open.'),
    ask: [(context) => choose('phase', 'Phase', phases(context, false))],
    data: (values) => ({ phase: answer(values, 'phase') }),
  }),
  'phase.leave': commandAct('phase.leave', {
    group: work,
    words: 'stage over',
    slash: { 'phase-over': {} },
    whyNot: none((c) => phases(c, true), 'No phase is open.'),
    ask: [(context) => choose('phase', 'Phase', phases(context, true))],
    data: (values) => ({ phase: answer(values, 'phase') }),
  }),
  'procedure.start': commandAct('procedure.start', {
    group: work,
    words: 'run steps',
    slash: { procedure: {} },
    whyNot: none((c) => procedures(c, false), 'The playbook has no procedure to start now.'),
    ask: [
      (context) => choose('procedure', 'Procedure', procedures(context, false)),
      ({ room }, values) => {
        const list = room.playbook.checklists.find((one) => one.id === answer(values, 'procedure'))
        const free = inputsOf(list?.procedure, room.state).find((input) => input.value === '')
        return free === undefined
          ? null
          : { kind: 'text', name: `input-${free.id}`, label: free.label, max: 280 }
      },
    ],
    data: (values, { room }) => {
      const procedure = answer(values, 'procedure')
      const list = room.playbook.checklists.find((one) => one.id === procedure)
      const inputs = inputsOf(list?.procedure, room.state).map(
        ({ id, value }) => [id, value === '' ? answer(values, `input-${id}`) : value] as const,
      )
      return {
        procedure,
        inputs: Object.fromEntries(inputs.filter(([, value]) => value !== '')),
        asked: room.me === null ? null : { kind: 'person' as const, id: room.me },
      }
    },
  }),
  'procedure.end': commandAct('procedure.end', {
    group: work,
    words: 'result returns',
    slash: { result: {} },
    whyNot: none((c) => procedures(c, true), 'No procedure is running.'),
    ask: [
      (context) => choose('procedure', 'Procedure', procedures(context, true)),
      ({ room }, values) => {
        const list = room.playbook.checklists.find((one) => one.id === answer(values, 'procedure'))
        const { label, choices } = list?.procedure?.result ?? { label: 'Result', choices: [] }
        return choices.length === 0
          ? { kind: 'text', name: 'result', label, max: 280 }
          : choose(
              'result',
              label,
              choices.map((value) => ({ value, label: value })),
            )
      },
    ],
    data: (values) => ({ procedure: answer(values, 'procedure'), result: answer(values, 'result') }),
  }),
  'runbook.attach': commandAct('runbook.attach', {
    group: books,
    words: 'use playbook steps',
    slash: { runbook: {} },
    whyNot: none(attachable, 'Every runbook of the playbook is attached.'),
    ask: [(context) => choose('runbook', 'Runbook', attachable(context))],
    data: (values) => ({ runbook: answer(values, 'runbook') }),
  }),
  'runbook.detach': commandAct('runbook.detach', {
    group: books,
    words: 'remove take off',
    slash: { detach: {} },
    whyNot: (c) => (attached(c).length === 0 ? 'No runbook is attached.' : null),
    ask: [
      (context) =>
        choose(
          'runbook',
          'Runbook',
          attached(context).map(({ runbook }) => ({ value: runbook.id, label: runbook.title })),
        ),
      askReason,
    ],
    data: (values) => ({ runbook: answer(values, 'runbook'), reason: answer(values, 'reason') }),
  }),
  'runbook.find': commandAct('runbook.find', {
    group: books,
    words: 'branch cause',
    slash: { found: {} },
    whyNot: none(findings, 'No attached runbook asks for a finding.'),
    ask: [(context) => choose('finding', 'Finding', findings(context))],
    data: (values, { room }) => {
      const [runbook = '', branch = ''] = answer(values, 'finding').split('/')
      return { runbook, branch, taken: room.state.runbooks[runbook]?.findings[branch]?.taken !== true }
    },
  }),
  'command.note': commandAct('command.note', {
    group: books,
    words: 'ran shell kubectl outcome',
    slash: { ran: {} },
    whyNot: ({ room }) => (room.playbook.commands.length === 0 ? 'The playbook has no commands.' : null),
    ask: [
      ({ room }) =>
        choose(
          'command',
          'Command',
          room.playbook.commands.map(({ id, purpose }) => ({ value: id, label: purpose, detail: id })),
        ),
      ({ room }, values) => ({
        kind: 'text',
        name: 'text',
        label: 'As you ran it',
        value: room.playbook.commands.find(({ id }) => id === answer(values, 'command'))?.text ?? '',
        max: 8_000,
      }),
    ],
    data: (values) => ({ command: answer(values, 'command'), text: answer(values, 'text'), how: 'run' }),
  }),
  'follow-up.add': commandAct('follow-up.add', {
    group: work,
    words: 'action item later afterwards',
    slash: { later: {} },
    ask: [() => ({ kind: 'text', name: 'text', label: 'To be done after the incident', max: 280 })],
    data: (values) => ({ text: answer(values, 'text') }),
  }),
}
