import { conditionWords } from '../playbook/condition-words.ts'
import { formatTarget } from '../playbook/duration.ts'
import type { Checklist, Playbook } from '../playbook/model.ts'
import { actorName } from './actor-name.ts'
import { factWords } from './bound.ts'
import { type Deadline, deadlines } from './deadlines.ts'
import { type Length, lengthOf, lengthWords, statusNow } from './ending-words.ts'
import type { IncidentEvent } from './events.ts'
import { inline, quoted, quotedMarkdown, row, utc } from './markdown-text.ts'
import { type RoleTerm, roleTerms } from './role-history.ts'
import { clockName, lateness, type Names, sentence, severityName, worded } from './sentences.ts'
import { standingAt } from './standing.ts'
import type { IncidentState } from './state.ts'
import {
  flatTasks,
  isNotNeeded,
  type Task,
  type TaskDone,
  taskLists,
  taskTexts,
  tickedByFacts,
  wasDone,
} from './tasks.ts'
import { type TimelineRow, timelineInParts } from './timeline.ts'
import { aboutWords, answerWords } from './triage-words.ts'

export interface IncidentExport {
  state: IncidentState
  playbook: Playbook
  /** The whole log, in any order. */
  events: readonly IncidentEvent[]
  /** Names by person id; who is missing is called by the id. */
  people: ReadonlyMap<string, string>
  /** The incident document as Markdown. */
  documentMarkdown: string
  /** The note under each task that has one, as plain text, by task id. */
  notes: Readonly<Record<string, string>>
  /** Server time of the export, ms: it judges the clocks that still run. */
  exportedAt: number
}

/**
 * A whole incident as one Markdown file, all times in UTC. Pure and deterministic. Whatever people wrote is escaped
 * or quoted: no text can pass for a heading or a row of this file.
 */
export function incidentMarkdown(given: IncidentExport): string {
  return [...incidentMarkdownPieces(given)].join('')
}

/** Rows of the timeline in one piece: a few ms of work. */
const rowsPerPiece = 250

/** The same in pieces, some of them empty, so that whoever writes out a long incident can let others work between them. */
export function* incidentMarkdownPieces(given: IncidentExport): Generator<string> {
  for (const section of [facts, roles, clocks, checklists, followUps, document])
    yield `${section(given).join('\n')}\n\n`
  yield '## Timeline\n'
  const names = namesOf(given)
  const rows = yield* quietly(timelineInParts(given.events))
  for (let from = 0; from < rows.length; from += rowsPerPiece) {
    const lines = rows.slice(from, from + rowsPerPiece).flatMap((row) => rowLines(row, given.playbook, names))
    yield lines.map((line) => `\n${line}`).join('')
  }
  yield '\n'
}

/** Work between pieces that writes nothing. */
function* quietly<T>(work: Iterator<undefined, T>): Generator<string, T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    yield ''
  }
}

function namesOf({ state, playbook, people }: IncidentExport): Names {
  const lists = taskLists(state, playbook)
  const tasks = flatTasks(lists)
  const texts = taskTexts(lists, playbook)
  const ticked = tickedByFacts(tasks)
  return {
    person: (id) => people.get(id) ?? id,
    task: (id) => texts.get(id) ?? id,
    time: utc,
    tickedBy: (seq) => ticked.get(seq) ?? [],
  }
}

function facts(given: IncidentExport): string[] {
  const { state, playbook, exportedAt } = given
  const names = namesOf(given)
  const label = statusNow(state, playbook)
  const by = (id: string) => `by ${inline(names.person(id))}`
  const rows: [string, string][] = [
    ['Product', inline(playbook.product)],
    ['Playbook', `${inline(playbook.title)}, version ${state.playbook.version}`],
    ['Severity', state.severity === null ? 'not set' : inline(severityName(playbook, state.severity.key))],
    ['Status', `${inline(label)} since ${utc(state.status.at)}`],
    ['Declared', by(state.declaredBy)],
    ['Affected', state.components.length === 0 ? 'none named' : state.components.map(inline).join(', ')],
    ...Object.entries(state.times)
      .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
      .map(([moment, at]): [string, string] => [`Time: ${worded(moment)}`, utc(at)]),
    ...playbook.flags.map((flag): [string, string] => [
      inline(flag.question),
      state.flags[flag.id]?.value ?? 'not answered',
    ]),
    ...Object.entries(state.answers).map(([about, { value }]): [string, string] => [
      inline(aboutWords(about, playbook)),
      inline(answerWords(about, value, playbook)),
    ]),
    ...endingRows(state, names),
  ]
  return [
    `# ${inline(state.key)}: ${inline(state.title)}`,
    '',
    `Exported ${utc(exportedAt)}. All times are UTC.`,
    '',
    row('Fact', 'Value'),
    row('---', '---'),
    ...rows.map(([name, value]) => row(name, value)),
  ]
}

/** How long it took and what was written down when it was resolved (R127); nothing of it while it is open. */
function endingRows(state: IncidentState, names: Names): [string, string][] {
  const { resolution } = state
  const length = lengthOf(state)
  return [
    ...(resolution === null
      ? []
      : ([
          ['What was done', inline(resolution.done)],
          ['Cause', resolution.cause === null ? 'not stated' : inline(resolution.cause)],
          ['Resolved by', inline(names.person(resolution.by))],
          [
            'Verified by',
            resolution.verifiedBy.map((id) => inline(names.person(id))).join(', ') ||
              'nobody ticked anything',
          ],
          ...(resolution.override === null
            ? []
            : [['Resolved although not all was done', inline(resolution.override)]]),
        ] as [string, string][])),
    ...(length === null ? [] : lengthRows(length)),
  ]
}

function lengthRows({ from, ms, spells }: Length): [string, string][] {
  return [
    ...(ms === null
      ? []
      : ([['How long', `${lengthWords(ms)}, from ${worded(from.moment)}`]] as [string, string][])),
    ...spells.map(({ over, reopened }): [string, string] => ['Was over', `${utc(over)} to ${utc(reopened)}`]),
  ]
}

function roles(given: IncidentExport): string[] {
  const names = namesOf(given)
  const terms = roleTerms(given.events)
  return [
    '## Roles',
    '',
    ...given.playbook.roles.flatMap((role) => {
      const holder = given.state.roles[role.id]?.holder ?? null
      const who =
        holder === null ? 'vacant' : `${inline(names.person(holder.person))} since ${utc(holder.since)}`
      const local = role.basis === 'local' ? ' (not from this playbook)' : ''
      const past = terms.filter((term) => term.role === role.id && term.to !== null)
      return [
        `- ${inline(role.name)}${local}: ${who}`,
        ...past.map((term) => `  - ${inline(names.person(term.person))}: ${termTimes(term)}`),
      ]
    }),
  ]
}

function termTimes({ from, to }: RoleTerm): string {
  return `${from === null ? 'from the beginning' : utc(from)} to ${to === null ? 'now' : utc(to)}`
}

function clocks(given: IncidentExport): string[] {
  const { state, playbook, exportedAt } = given
  const shown = deadlines(state, playbook)
  const gone = Object.entries(state.clocks).filter(([id]) => !shown.some((d) => d.id === id))
  return [
    '## Clocks',
    '',
    row('Clock', 'From', 'Target', 'Due', 'Verdict', 'Missed'),
    row('---', '---', '---', '---', '---', '---'),
    ...shown.map((d) =>
      row(
        inline(d.label),
        d.from === null ? 'not begun' : `${worded(d.from.moment)} ${utc(d.from.at)}`,
        target(d),
        d.dueAt === null ? 'none' : utc(d.dueAt),
        verdict(d, exportedAt),
        missed(d.passed),
      ),
    ),
    ...gone.map(([id, clock]) =>
      row(inline(clockName(id, playbook)), '', '', '', 'no longer counted', missed(clock.passed)),
    ),
  ]
}

function missed(passed: Deadline['passed']): string {
  return passed.length === 0 ? 'never' : passed.map((p) => utc(p.dueAt)).join(', ')
}

function target(d: Deadline): string {
  const basis = d.basis === 'stated' ? '' : ` (${d.basis})`
  switch (d.target.kind) {
    case 'figure':
      return d.targetMs === null ? 'no target stated' : `${formatTarget(d.targetMs, d.bound)}${basis}`
    case 'next-business-day':
      return `next business day, by its ${d.target.by}${basis}`
    case 'scheduled':
      return 'scheduled'
    case 'no-severity':
      return 'no severity set'
  }
}

function verdict(d: Deadline, now: number): string {
  const standing = standingAt(d, now)
  switch (standing.kind) {
    case 'met':
      return d.met === null ? 'met' : `met ${utc(d.met.at)}`
    case 'met-late':
      return `late by ${lateness(standing.overMs)}${d.met === null ? '' : `, ${utc(d.met.at)}`}`
    case 'overdue':
      return `overdue by ${lateness(standing.overMs)}`
    case 'on-track':
    case 'at-risk':
      return 'running'
    case 'elapsed':
      return 'elapsed'
    case 'unset':
      return 'no target stated'
    case 'scheduled':
    case 'next-business-day':
      return 'no countdown'
    case 'no-severity':
      return 'no severity set'
    case 'waiting':
      return 'not begun'
    case 'off':
      return d.passed.length > 0 ? 'missed, not counting' : 'not counting'
  }
}

function checklists(given: IncidentExport): string[] {
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

/** What is to be done afterwards; nothing where nobody noted any. */
function followUps(given: IncidentExport): string[] {
  const names = namesOf(given)
  return [
    '## Afterwards',
    '',
    ...(given.state.followUps.length === 0 ? ['Nothing was noted.'] : []),
    ...given.state.followUps.map(
      ({ text, by, at }) => `- ${inline(text)} (noted by ${inline(names.person(by))}, ${utc(at)})`,
    ),
  ]
}

function document({ documentMarkdown }: IncidentExport): string[] {
  const empty = documentMarkdown.trim() === ''
  return ['## Document', '', ...(empty ? ['Nothing was written.'] : quotedMarkdown(documentMarkdown))]
}

function rowLines(entry: TimelineRow, playbook: Playbook, names: Names): string[] {
  switch (entry.kind) {
    case 'system':
      return [`- ${when(entry)}: ${inline(sentence(entry.event, playbook, names))}`]
    case 'chat': {
      const edited =
        entry.edited === 0 ? '' : `, edited ${entry.edited === 1 ? 'once' : `${entry.edited} times`}`
      const pinned = entry.pinnedAs === null ? '' : `, pinned as ${entry.pinnedAs}`
      const head = `- ${when(entry)}: chat ${entry.seq}, ${inline(actorName(entry.actor, names))}${edited}${pinned}`
      return entry.deleted ? [`${head}, deleted`] : [head, ...quoted(entry.text, '  ')]
    }
    case 'entry':
      return entryLines(entry, names)
  }
}

function entryLines(entry: Extract<TimelineRow, { kind: 'entry' }>, names: Names): string[] {
  const { struck, versions } = entry
  const audience = entry.audience === null ? '' : ` to ${inline(entry.audience)}`
  const lines = [
    `- ${when(entry)}: ${entry.entry}${audience} ${entry.seq}, ${authorship(entry, names)}${struck === null ? '' : ', struck'}`,
    ...quoted(entry.text, '  '),
  ]
  if (entry.reason !== null) lines.push(`  - Reason: ${inline(entry.reason)}`)
  if (versions.length > 1) {
    for (const [i, version] of versions.entries()) {
      const by = inline(actorName(version.by, names))
      lines.push(
        `  - Version ${i + 1} of ${versions.length}: ${version.entry}, happened ${utc(version.occurredAt)}, by ${by}, ${utc(version.at)}`,
        ...quoted(version.text, '    '),
      )
    }
  }
  if (struck !== null)
    lines.push(
      `  - Struck by ${inline(actorName(struck.by, names))}, ${utc(struck.at)}: ${inline(struck.reason)}`,
    )
  return lines
}

/** Whose words, and who recorded them. */
function authorship(
  { actor, saidBy, pinnedFrom }: Extract<TimelineRow, { kind: 'entry' }>,
  names: Names,
): string {
  const recorder = inline(actorName(actor, names))
  if (saidBy !== null) return `said by ${inline(saidBy.name)}, recorded by ${recorder}`
  if (pinnedFrom === null) return recorder
  const since = pinnedFrom.since === null ? '' : `, ${pinnedFrom.since} since`
  return `${inline(names.person(pinnedFrom.author))}, pinned from chat ${pinnedFrom.seq} by ${recorder}${since}`
}

/** When it happened, when it was made if its author was cut off, and when it was recorded if that was another second. */
function when({ at, recordedAt, offlineAt }: { at: number; recordedAt: number; offlineAt?: number }): string {
  const made =
    offlineAt === undefined
      ? ''
      : utc(offlineAt) === utc(at)
        ? 'made offline'
        : `made offline ${utc(offlineAt)}`
  const recorded = utc(recordedAt) === utc(at) ? '' : `recorded ${utc(recordedAt)}`
  const notes = [made, recorded].filter((note) => note !== '')
  return notes.length === 0 ? utc(at) : `${utc(at)} (${notes.join(', ')})`
}
