import { findTask, flatTasks, isSetAside, type Task } from '../../../../shared/incident/tasks.ts'
import type { Option, Step } from '../../../state/acts.ts'
import { answer, askReason, choose, commandAct } from './command-act.ts'
import type { RoomContext } from './room-context.ts'

const group = 'Tasks'

/** What Muster ticked by itself is done as well. */
const isOpen = (task: Task) => task.done === null && !isSetAside(task)
/** Only what people said by hand can be taken back. */
const byHand = (task: Task) => task.state.done !== undefined || isSetAside(task)

function options({ room }: RoomContext, fits: (task: Task) => boolean): Option[] {
  return room.lists.flatMap((list) =>
    flatTasks([list])
      .filter(fits)
      .map((task) => ({ value: task.id, label: task.text, detail: list.checklist.title })),
  )
}

const askTask =
  (fits: (task: Task) => boolean) =>
  (context: RoomContext): Step =>
    choose('task', 'Task', options(context, fits))
const leaf = (task: Task) => task.children.length === 0
const someTask = (fits: (task: Task) => boolean, none: string) => (context: RoomContext) =>
  options(context, fits).length === 0 ? none : null

const wordsOf = ({ room }: RoomContext, id: string) =>
  findTask(room.state, room.playbook, id)?.task.text ?? ''

export const taskActs = {
  'task.tick': commandAct('task.tick', {
    group,
    words: 'done check',
    slash: { done: {}, tick: {} },
    whyNot: someTask((t) => leaf(t) && isOpen(t), 'No task is open.'),
    ask: [askTask((task) => leaf(task) && isOpen(task))],
    data: (values) => ({ task: answer(values, 'task') }),
  }),
  'task.untick': commandAct('task.untick', {
    group,
    words: 'open again undo',
    slash: { untick: {} },
    whyNot: someTask((t) => leaf(t) && byHand(t), 'No task is ticked by hand yet.'),
    ask: [askTask((task) => leaf(task) && byHand(task))],
    data: (values) => ({ task: answer(values, 'task') }),
  }),
  'task.not-applicable': commandAct('task.not-applicable', {
    group,
    words: 'skip drop',
    slash: { skip: {} },
    ask: [askTask((task) => task.state.notApplicable === undefined), askReason],
    data: (values) => ({ task: answer(values, 'task'), reason: answer(values, 'reason') }),
  }),
  'task.assign': commandAct('task.assign', {
    group,
    words: 'give take back',
    slash: { assign: {} },
    ask: [
      askTask(leaf),
      ({ room }, values) => {
        const found = findTask(room.state, room.playbook, answer(values, 'task'))
        const people = [...room.people].sort((a, b) => Number(b.id === room.me) - Number(a.id === room.me))
        return choose('to', 'To whom', [
          ...people.map((p) => ({
            value: `person:${p.id}`,
            label: p.name,
            detail: p.id === room.me ? 'You' : 'Person',
          })),
          ...room.playbook.roles.map((r) => ({
            value: `role:${r.id}`,
            label: r.name,
            detail: 'Whoever holds it',
          })),
          ...(found?.task.state.assignee === undefined
            ? []
            : [{ value: 'nobody', label: 'Nobody', detail: 'Takes it back' }]),
        ])
      },
    ],
    data: (values) => {
      const [kind, ...rest] = answer(values, 'to').split(':')
      const id = rest.join(':')
      const to = kind === 'person' || kind === 'role' ? ({ kind, id } as const) : null
      return { task: answer(values, 'task'), to }
    },
  }),
  'task.add': commandAct('task.add', {
    group,
    words: 'new',
    slash: { task: {} },
    ask: [
      ({ room }) =>
        choose(
          'checklist',
          'Checklist',
          room.lists.map(({ checklist }) => ({ value: checklist.id, label: checklist.title })),
        ),
      () => ({ kind: 'text', name: 'text', label: 'New task', max: 280 }),
    ],
    data: (values) => ({ checklist: answer(values, 'checklist'), text: answer(values, 'text') }),
  }),
  'task.reword': commandAct('task.reword', {
    group,
    words: 'edit wording',
    slash: { reword: {} },
    ask: [
      askTask(() => true),
      (context, values) => ({
        kind: 'text',
        name: 'text',
        label: 'Wording',
        value: wordsOf(context, answer(values, 'task')),
        max: 280,
      }),
    ],
    data: (values, context) => ({
      task: answer(values, 'task'),
      text: answer(values, 'text'),
      expected: wordsOf(context, answer(values, 'task')),
    }),
  }),
  'task.move': commandAct('task.move', {
    group,
    words: 'order up down',
    slash: { move: {} },
    ask: [
      askTask(() => true),
      ({ room }, values) => {
        const found = findTask(room.state, room.playbook, answer(values, 'task'))
        const others = (found?.siblings ?? []).filter((t) => t.id !== answer(values, 'task'))
        return choose('after', 'Behind', [
          { value: '', label: 'To the top' },
          ...others.map((t) => ({ value: t.id, label: t.text })),
        ])
      },
    ],
    data: (values) => ({ task: answer(values, 'task'), after: answer(values, 'after') || null }),
  }),
}
