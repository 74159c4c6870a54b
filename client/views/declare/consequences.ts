import { type Deadline, deadlines } from '../../../shared/incident/deadlines.ts'
import { decideDeclare } from '../../../shared/incident/decide.ts'
import { formatDuration } from '../../../shared/playbook/duration.ts'
import type { Playbook, Severity } from '../../../shared/playbook/model.ts'

export interface Consequences {
  /** What falls due, soonest first; `afterMs` from the moment of declaring. */
  due: { deadline: Deadline; afterMs: number }[]
  /** What will count but has no figure yet: a business day, no severity, a moment still to come. */
  open: Deadline[]
  /** What the playbook leaves without a figure. */
  unset: Deadline[]
}

/** What follows from declaring under this playbook and severity, by the very functions that will run the clocks. */
export function consequencesOf(playbook: Playbook, severity: string | null): Consequences {
  const decision = decideDeclare(
    { title: 'x', severity },
    { now: 0, actor: { kind: 'system', id: 'system' }, commandId: 'preview', key: '', playbook, hash: '' },
  )
  if (!decision.ok) return { due: [], open: [], unset: [] }
  const result: Consequences = { due: [], open: [], unset: [] }
  for (const deadline of deadlines(decision.state, playbook)) {
    if (deadline.kind === 'phase' || deadline.kind === 'post-incident') continue
    if (deadline.dueAt !== null) result.due.push({ deadline, afterMs: deadline.dueAt })
    else if (deadline.target.kind === 'figure' && deadline.target.figure.kind === 'unset')
      result.unset.push(deadline)
    else result.open.push(deadline)
  }
  result.due.sort((a, b) => a.afterMs - b.afterMs)
  return result
}

export interface ResponseWords {
  /** `< 15 min`, `15 min`, `Next business day`; null when the playbook states none. */
  figure: string | null
  /** Under it: `to respond`, `end of it, assumed`. */
  note: string
}

/** A severity's response time in words. */
export function responseWords(severity: Severity): ResponseWords {
  const { response } = severity
  switch (response.kind) {
    case 'within': {
      if (response.target.kind === 'unset') return { figure: null, note: 'to respond' }
      const figure = `${response.bound === 'exclusive' ? '< ' : ''}${formatDuration(response.target.ms)}`
      const notes = ['to respond']
      if (response.word !== undefined) notes.push(response.word)
      if (response.target.kind !== 'stated') notes.push(response.target.kind)
      return { figure, note: notes.join(', ') }
    }
    case 'next-business-day':
      return {
        figure: 'Next business day',
        note: `${response.by === 'end' ? 'end' : 'start'} of it${response.basis === 'assumed' ? ', assumed' : ''}`,
      }
    case 'scheduled':
      return { figure: 'Scheduled', note: 'to respond' }
    case 'unset':
      return { figure: null, note: 'to respond' }
  }
}

/** Open incidents whose title shares a word of four letters or more with what was typed. */
export function similar<Row extends { title: string }>(rows: readonly Row[], title: string): Row[] {
  const words = wordsOf(title)
  if (words.size === 0) return []
  return rows.filter((row) => [...wordsOf(row.title)].some((word) => words.has(word))).slice(0, 3)
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? [])
}
