import * as z from 'zod/mini'
import { event } from '../events.ts'
import { findTask, ranksFor, taskLists } from '../tasks.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, taskText } from './fields.ts'

const taskOnly = z.strictObject({ task: idField })
const noTask = () => refuse('not-found', 'There is no such task in this incident.', 'task')
export const maxAddedTasks = 100

/** A tick over a tick is recorded too; the first person stays (two people at once both see theirs accepted). */
const tick = define({
  title: 'Tick task',
  summary: 'Marks a task as done. The first person to tick it is kept.',
  schema: taskOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { task }, { playbook }) =>
    findTask(state, playbook, task) === undefined ? noTask() : accept(event('task.ticked', { task })),
})

const untick = define({
  title: 'Untick task',
  summary: 'Makes a task open again, from done or from not applicable.',
  schema: taskOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { task }, { playbook }) => {
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    const { done, notApplicable } = found.task.state
    return done === undefined && notApplicable === undefined
      ? accept()
      : accept(event('task.unticked', { task }))
  },
})

const notApplicable = define({
  title: 'Not applicable',
  summary: 'Says, with the reason, that a task does not apply to this incident.',
  schema: z.strictObject({ task: idField, reason: reasonField }),
  whenClosed: false,
  grows: true,
  decide: (state, { task, reason }, { playbook }) =>
    findTask(state, playbook, task) === undefined
      ? noTask()
      : accept(event('task.not-applicable', { task, reason })),
})

const assign = define({
  title: 'Assign task',
  summary: 'Gives a task to a person or to whoever holds a role; null takes it back.',
  schema: z.strictObject({
    task: idField,
    to: z.nullable(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('person'), id: idField }),
        z.strictObject({ kind: z.literal('role'), id: idField }),
      ]),
    ),
  }),
  whenClosed: false,
  grows: true,
  people: (data) => (data.to?.kind === 'person' ? [data.to.id] : []),
  decide: (state, { task, to }, { playbook, refs }) => {
    if (findTask(state, playbook, task) === undefined) return noTask()
    if (to?.kind === 'person' && !refs.people.has(to.id))
      return refuse('not-found', 'There is no such person here.', 'to')
    if (to?.kind === 'role' && !playbook.roles.some((r) => r.id === to.id))
      return refuse('invalid', 'The playbook has no such role.', 'to')
    return accept(event('task.assigned', { task, to }))
  },
})

const add = define({
  title: 'Add task',
  summary: `Adds a task to a checklist, behind \`after\` or at the end. ${maxAddedTasks} added tasks at most.`,
  schema: z.strictObject({ checklist: idField, text: taskText, after: z.optional(z.nullable(idField)) }),
  whenClosed: false,
  grows: true,
  decide: (state, { checklist, text, after }, { playbook }) => {
    const list = taskLists(state, playbook).find((l) => l.checklist.id === checklist)
    if (list === undefined) return refuse('invalid', 'The playbook has no such checklist.', 'checklist')
    if (state.addedTasks >= maxAddedTasks)
      return refuse('too-large', `${maxAddedTasks} tasks were added already. Reword one that is not needed.`)
    const behind = after === undefined ? (list.tasks.at(-1)?.id ?? null) : after
    if (behind !== null && !list.tasks.some((t) => t.id === behind))
      return refuse('invalid', 'That task does not stand in this checklist.', 'after')
    const task = `added/${state.addedTasks + 1}`
    const ranks = ranksFor(list.tasks, task, behind)
    return accept(
      ...ranks.map(({ task: id, rank }) =>
        id === task
          ? event('task.added', { task, checklist, text, rank })
          : event('task.moved', { task: id, rank }),
      ),
    )
  },
})

const reword = define({
  title: 'Reword task',
  summary: 'Changes the wording of a task in this incident only. `expected` is the wording the sender saw.',
  schema: z.strictObject({ task: idField, text: taskText, expected: z.optional(z.string()) }),
  whenClosed: false,
  grows: true,
  decide: (state, { task, text, expected }, { playbook }) => {
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    if (expected !== undefined && expected !== found.task.text)
      return refuse('stale', `Somebody reworded it meanwhile: “${found.task.text}”.`, 'expected')
    return found.task.text === text
      ? accept()
      : accept(event('task.reworded', { task, text, was: found.task.text }))
  },
})

const move = define({
  title: 'Move task',
  summary: 'Moves a task behind another of the same list, or to its top with null.',
  schema: z.strictObject({ task: idField, after: z.nullable(idField) }),
  whenClosed: false,
  grows: true,
  decide: (state, { task, after }, { playbook }) => {
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    const others = found.siblings.filter((t) => t.id !== task)
    if (after !== null && !others.some((t) => t.id === after))
      return refuse('invalid', 'Both tasks have to stand in the same list.', 'after')
    return accept(...ranksFor(others, task, after).map((moved) => event('task.moved', moved)))
  },
})

export const taskCommands = {
  'task.tick': tick,
  'task.untick': untick,
  'task.not-applicable': notApplicable,
  'task.assign': assign,
  'task.add': add,
  'task.reword': reword,
  'task.move': move,
}
