import { formatTarget } from '../playbook/duration.ts'
import { type Deadline, deadlines } from './deadlines.ts'
import type { IncidentExport } from './markdown-export.ts'
import { inline, row, utc } from './markdown-text.ts'
import { clockName, lateness, worded } from './sentences.ts'
import { standingAt } from './standing.ts'

/** The clocks of an incident as a table, those no longer counted among them. */
export function clocks(given: IncidentExport): string[] {
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
