import * as z from 'zod/mini'
import { event } from '../events.ts'
import { timerId } from '../task-clock-ids.ts'
import { askedFor, runningTimers } from '../task-deadlines.ts'
import { findTask } from '../tasks.ts'
import { accept, define, refuse } from './define.ts'
import { idField, taskText } from './fields.ts'

const minute = 60_000
const noTask = () => refuse('not-found', 'There is no such task in this incident.', 'task')
/** Timers that run at once in one incident. */
export const maxTimers = 12

const outcome = define({
  summary:
    'Says in a line what came of a task or of a step of a runbook; the newest stands at its row (R92).',
  schema: z.strictObject({ task: idField, text: taskText }),
  whenClosed: false,
  grows: true,
  decide: (state, { task, text }, { playbook }) =>
    findTask(state, playbook, task) === undefined ? noTask() : accept(event('task.outcome', { task, text })),
})

const time = define({
  summary:
    'Sets a timer at a task, `ms` from now, a minute to a day; with `repeats` the task is due again and again, and each tick is one more time. Null takes the timer away.',
  schema: z.strictObject({
    task: idField,
    ms: z.nullable(z.int().check(z.gte(minute), z.lte(24 * 60 * minute))),
    repeats: z.optional(z.boolean()),
  }),
  whenClosed: false,
  grows: true,
  decide: (state, { task, ms, repeats = false }, { playbook }) => {
    const running = Object.hasOwn(state.tasks, task) ? state.tasks[task]?.timer : undefined
    // Also at a task that has left the lists: its runbook was detached.
    if (ms === null && running !== undefined)
      return accept(event('task.timed', { task, ms: null, repeats: false }))
    const found = findTask(state, playbook, task)
    if (found === undefined) return noTask()
    if (ms === null) return accept()
    if (found.task.children.length > 0)
      return refuse('conflict', 'This task follows its parts. Set the timer at one of them.', 'task')
    if (found.task.done !== null) return refuse('conflict', 'It is done. Make it open again first.', 'task')
    if (!askedFor([found.list]).some(({ id }) => id === task))
      return refuse('conflict', 'This task is not asked for now, and nothing would ring.', 'task')
    const { repeat } = found.task
    if (repeats && repeat !== null && running?.repeats !== true)
      return refuse('conflict', 'The playbook has it repeat already.', 'task')
    const others = runningTimers(state, playbook).filter((id) => id !== timerId(task))
    if (others.length >= maxTimers)
      return refuse('too-large', `${maxTimers} timers are running already. Take one away first.`, 'task')
    return accept(event('task.timed', { task, ms, repeats }))
  },
})

export const moreTaskCommands = { 'task.outcome': outcome, 'task.time': time }
