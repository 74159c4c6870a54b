import type { Playbook } from '../playbook/model.ts'
import { actorName } from './actor-name.ts'
import { type Length, lengthOf, lengthWords, statusNow } from './ending-words.ts'
import { clocks } from './markdown-clocks.ts'
import { type IncidentExport, namesOf } from './markdown-export.ts'
import { checklists } from './markdown-tasks.ts'
import { inline, quoted, quotedMarkdown, row, utc } from './markdown-text.ts'
import { type RoleTerm, roleTerms } from './role-history.ts'
import { type Names, sentence, severityName, worded } from './sentences.ts'
import type { IncidentState } from './state.ts'
import { type TimelineRow, timelineInParts } from './timeline.ts'
import { aboutWords, answerWords } from './triage-words.ts'

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
