import type { Piece, TableBlock } from './document.ts'
import type { Notes } from './notes.ts'
import { structure } from './people.ts'
import { calendarIn, lengthsIn, limitIn } from './times.ts'

/** Afterwards: deadlines, what a post-mortem asks, and what comes back by the calendar. */

const owed =
  /report|meeting|post-?mortem|review|draft|action items?|retro|publish|complete|schedul|document|summary|rca|root cause|follow-?up|debrief|analysis|lessons/i

/** "Incident report within 48 hours", "**Within 24 hours**: Initial report". */
export function readDeadline(piece: Piece, notes: Notes): boolean {
  const spans = lengthsIn(piece.text).filter(
    ({ relation }) => relation === 'within' || relation === 'under' || relation === 'bare',
  )
  const length = limitIn(piece.text)
  if (spans.length === 0 || length === null || !owed.test(piece.text)) return false
  const label = piece.lead !== null && lengthsIn(piece.lead).length > 0 ? piece.rest : piece.text
  notes.add('deadline', piece, {
    id: notes.id('deadline', label === '' ? piece.text : label),
    label: (label === '' ? piece.text : label).slice(0, 300),
    length,
    severities: notes.limits(piece.text, piece),
  })
  return true
}

/** "For P1 and P2 incidents, a post-mortem is conducted." */
export function readOwed(piece: Piece, notes: Notes): boolean {
  if (!/post-?mortem|retrospective|post-?incident review|\bpir\b|incident review/i.test(piece.text))
    return false
  if (!/\bfor\b|requir|must|mandatory|all\b|every/i.test(piece.text) || /template/i.test(piece.text))
    return false
  const severities = notes.severities(piece.text, piece)
  if (severities.length === 0) return false
  notes.add('review-owed', piece, { severities })
  return true
}

export function readReviewLine(piece: Piece, title: string, notes: Notes): void {
  const text = piece.text.slice(0, 480)
  if (/\?\s*$/.test(text))
    notes.add('review-question', piece, { id: notes.id('review-question', text), text })
  else if (/blameless|principle|culture|guideline|ground rules/i.test(title))
    notes.add('review-principle', piece, { id: notes.id('review-principle', text), text })
  else notes.add('review-output', piece, { id: notes.id('review-output', text), text })
}

/** Work that returns: "Quarterly: disaster recovery drill". */
export function readRecurring(
  piece: Piece,
  every: string | null,
  of: 'review' | 'drill',
  notes: Notes,
): boolean {
  const interval = calendarIn(piece.text) ?? every
  if (interval === null && !/^(?:after|when|whenever|on|following)\b/i.test(piece.text)) return false
  const label =
    piece.lead !== null && calendarIn(piece.lead) !== null && piece.rest !== '' ? piece.rest : piece.text
  notes.add('recurring', piece, {
    id: notes.id('recurring', label),
    of: /drill|exercise|tabletop|game ?day|simulat/i.test(label) ? 'drill' : of,
    label: label.slice(0, 300),
    every: interval,
  })
  return true
}

/** When a document was last looked at, and when it will be: a date that is a place to fill in stays unset. */
export function readReviewed(piece: Piece, notes: Notes): boolean {
  const found =
    /\b(last (?:updated|revised|modified)|updated(?: on)?|last review(?:ed)?|next review(?: date)?|review date)\b\s*:?\s*(.*)$/i.exec(
      piece.text.replace(/[*_]/g, ''),
    )
  if (found === null || piece.text.length > 120) return false
  const name = (found[1] ?? '').toLowerCase()
  const date = /\b\d{4}-(?:\d{2}|XX)-(?:\d{2}|XX)\b/.exec(found[2] ?? '')?.[0] ?? null
  notes.add('reviewed', piece, {
    which: /next/.test(name) ? 'nextReview' : /review/.test(name) ? 'lastReviewed' : 'lastUpdated',
    date,
  })
  return true
}

/** "Review cycle: Annual", wherever it stands: how often the plan itself is looked at. */
export function readReviewCycle(piece: Piece, notes: Notes): boolean {
  if (
    !/^(?:document |plan |policy )?(?:review|update) (?:cycle|frequency|schedule|interval|period)$/i.test(
      piece.lead ?? '',
    )
  )
    return false
  return calendarIn(piece.rest) !== null && readRecurring(piece, null, 'review', notes)
}

export function readMeasure(piece: Piece, notes: Notes): void {
  notes.add('measure', piece, { id: notes.id('measure', piece.text), label: piece.text.slice(0, 300) })
}

/** A table of deadlines: what, and within how long. */
export function readDeadlineTable(table: TableBlock, notes: Notes): boolean {
  const time = table.head.findIndex((cell) => /deadline|due|within|time|when|sla/i.test(cell.text))
  if (time < 0) return false
  let taken = false
  for (const row of table.rows) {
    const piece = row[time]
    const what = row.find((_, i) => i !== time)
    const length = piece === undefined ? null : limitIn(piece.text)
    if (piece === undefined || what === undefined || length === null) continue
    const text = row.map((cell) => cell.text).join(' ')
    notes.add('deadline', piece, {
      id: notes.id('deadline', what.text),
      label: what.text.slice(0, 300),
      length,
      severities: notes.severities(text, piece),
    })
    notes.structure.add(piece.line)
    taken = true
  }
  if (taken) structure(table, notes)
  return taken
}
