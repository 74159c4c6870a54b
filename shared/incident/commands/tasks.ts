import * as z from 'zod/mini'
import { event } from '../events.ts'
import { ranksFor } from '../task-ranks.ts'
import { findTask, openBefore, taskLists } from '../tasks.ts'
import { accept, define, refuse } from './define.ts'
import { idField, reasonField, taskText } from './fields.ts'

const taskOnly = z.strictObject({ task: idField })
const noTask = () => refuse('not-found', 'There is no such task in this incident.', 'task')
export const maxAddedTasks = 100

/** Earlier steps named in the record of a tick out of order; more of them say nothing new. */
const mostAhead = 10

/**
 * A tick over a tick is recorded too; the first person stays (two people at once both see theirs accepted). A task
 * bound to the acknowledgement is ticked by acknowledging, so that the two can never disagree.
 */
const tick = define({
  summary:
    'Marks a task as done. The first person to tick it is kept. A task with parts follows them and is not ticked itself. In an ordered checklist a tick before an earlier step is noted with it. Ticking the task that is bound to the acknowledgement acknowledges. A task that repeats is done once more and stays owed (R64).',
  schema: taskOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { task }, { playbook, actor }) => {
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    const { bind, done, children, repeat } = found.task
    if (children.length > 0) return refuse('conflict', 'This task follows its parts. Tick those.', 'task')
    // What Muster has seen needs no hand.
    if (done !== null && (done.from !== null || done.watched)) return accept()
    if (repeat !== null) return accept(event('task.ticked', { task, round: true }))
    if (bind?.kind === 'fact' && bind.fact === 'acknowledged' && done === null)
      return actor.kind === 'person'
        ? accept(event('incident.acknowledged', {}))
        : refuse('forbidden', 'Only a person can acknowledge, and this task is ticked by it.', 'task')
    const ahead = done === null ? openBefore(found.list, task).map((t) => t.id) : []
    // What was verified before a regression is verified anew: the older tick gives way.
    const again = done === null && found.task.state.done !== undefined
    return accept(
      event('task.ticked', {
        task,
        ...(ahead.length === 0 ? {} : { ahead: ahead.slice(0, mostAhead) }),
        ...(again ? { again: true as const } : {}),
      }),
    )
  },
})

const untick = define({
  summary:
    'Makes a task open again, from done or from not applicable; of a task that repeats the last time is taken back.',
  schema: taskOnly,
  whenClosed: false,
  grows: false,
  decide: (state, { task }, { playbook }) => {
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    const { done, notApplicable, rounds } = found.task.state
    if (done === undefined && notApplicable === undefined && found.task.repeat !== null) {
      if (rounds === undefined) return accept()
      // Only the time before the last is known: taking back more would wipe all of them.
      return rounds.count > 1 && rounds.before === null
        ? refuse('conflict', 'Only the last time can be taken back, and it was.', 'task')
        : accept(event('task.unticked', { task }))
    }
    if (done === undefined && found.task.done !== null)
      return refuse('conflict', 'Muster saw it happen, and that stands in the record.', 'task')
    return done === undefined && notApplicable === undefined
      ? accept()
      : accept(event('task.unticked', { task }))
  },
})

const notApplicable = define({
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
