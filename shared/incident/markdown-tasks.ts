import { conditionWords } from '../playbook/condition-words.ts'
import type { Checklist } from '../playbook/model.ts'
import { factWords } from './bound.ts'
import { type IncidentExport, namesOf } from './markdown-export.ts'
import { inline, quoted, utc } from './markdown-text.ts'
import type { Names } from './sentences.ts'
import { isNotNeeded, type Task, type TaskDone, taskLists, wasDone } from './tasks.ts'

/** The checklists of an incident with who did what, as they stand now. */
export function checklists(given: IncidentExport): string[] {
  const names = namesOf(given)
  const lists = taskLists(given.state, given.playbook)
  return [
    '## Checklists',
    ...lists.flatMap(({ checklist, tasks, done, total }) => [
      '',
      `### ${inline(checklist.title)} (${done} of ${total})`,
      '',
      ...procedureLines(checklist, given, names),
      ...tasks.flatMap((task) => taskLines(task, given, names)),
    ]),
  ]
}

/** What went into a procedure that was started, and what came out. */
function procedureLines({ id, procedure }: Checklist, { state }: IncidentExport, names: Names): string[] {
  const run = state.procedures[id]
  if (procedure === undefined || run === undefined) return []
  const inputs = procedure.inputs.flatMap(({ id: input, label }) =>
    run.inputs[input] === undefined ? [] : [`${inline(label)}: ${inline(run.inputs[input])}`],
  )
  const started = `- Started by ${inline(names.person(run.by))}, ${utc(run.at)}.`
  return [
    [started, inputs.join(', ')].join(' ').trim(),
    ...(run.ended === null
      ? []
      : [
          `- Ended by ${inline(names.person(run.ended.by))}, ${utc(run.ended.at)}. ${inline(procedure.result.label)}: ${inline(run.ended.result)}`,
        ]),
  ]
}

function taskLines(task: Task, given: IncidentExport, names: Names): string[] {
  const indent = '  '.repeat(task.depth)
  const { notApplicable, assignee } = task.state
  const { done } = task
  const marks = [
    ...(task.added ? ['added'] : []),
    ...(task.reworded ? ['reworded'] : []),
    ...(assignee === undefined ? [] : [`for ${inline(assigneeName(assignee, given, names))}`]),
    ...(task.beforeStep === null ? [] : [`out of order, before step ${task.beforeStep}`]),
    ...(done === null ? [] : [doneWords(task, done, names)]),
    ...(task.repeat?.last == null
      ? []
      : [`last done by ${inline(names.person(task.repeat.last.by))}, ${utc(task.repeat.last.at)}`]),
    ...(task.state.outcome === undefined ? [] : [`outcome: ${inline(task.state.outcome.text)}`]),
    ...(isNotNeeded(task) && notApplicable === undefined
      ? [`not needed: only ${inline(conditionWords({ kind: 'all', of: task.conditions }, given.playbook))}`]
      : []),
    ...(notApplicable === undefined || done !== null
      ? []
      : [
          `not applicable by ${inline(names.person(notApplicable.by))}, ${utc(notApplicable.at)}: ${inline(notApplicable.reason)}`,
        ]),
  ]
  const note = Object.hasOwn(given.notes, task.id) ? (given.notes[task.id] ?? '') : ''
  const head = `${indent}- [${wasDone(task) ? 'x' : ' '}] ${inline(task.text)}`
  return [
    marks.length === 0 ? head : `${head} (${marks.join('; ')})`,
    ...(note.trim() === '' ? [] : quoted(note, `${indent}  `)),
    ...task.children.flatMap((child) => taskLines(child, given, names)),
  ]
}

function doneWords(task: Task, done: TaskDone, names: Names): string {
  const by = names.person(done.by)
  const known = by !== done.by
  if (done.watched) return `done by Muster, the watch was over ${utc(done.at)}`
  if (done.from !== null && task.bind !== null)
    return `done by Muster from ${inline(factWords(task.bind, known ? by : null))}, entry ${done.from.seq}, ${utc(done.at)}`
  return `done by ${inline(by)}, ${doneTime(done)}${done.unseen ? ', not seen by Muster' : ''}`
}

function doneTime({ at, madeAt }: TaskDone): string {
  return madeAt === null ? utc(at) : `${utc(madeAt)} (made offline, recorded ${utc(at)})`
}

function assigneeName(
  assignee: NonNullable<Task['state']['assignee']>,
  { playbook }: IncidentExport,
  names: Names,
): string {
  if (assignee.kind === 'person') return names.person(assignee.id)
  return playbook.roles.find((role) => role.id === assignee.id)?.name ?? assignee.id
}
