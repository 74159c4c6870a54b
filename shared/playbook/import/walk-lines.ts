import { readDeadline, readOwed, readRecurring, readReviewCycle, readReviewed } from './aftermath.ts'
import { readTimes } from './checklists.ts'
import { readInlineCommands } from './code.ts'
import type { Piece, Section, Title } from './document.ts'
import { type Route, readChain } from './escalation.ts'
import type { Notes } from './notes.ts'
import { readContactItem, readOnCallLine, readRole } from './people.ts'
import { chainIn, roleKindOf } from './positions.ts'
import { readChannel, readLink } from './surroundings.ts'
import { calendarIn } from './times.ts'
import type { Topic } from './topics.ts'

/** Where the walk stands, and what a single line may say there. */

export interface Here {
  section: Section
  topic: Topic
  outer: Topic
  title: string
  /** Titles from the plan down, and the headings they are. */
  path: readonly string[]
  headings: readonly (Piece | null)[]
  phase: string | null
  route: Route | null
}

/** The route that a section without one of its own gives its steps. */
export function routeOf(here: Here, notes: Notes): Route {
  return { id: notes.id('path', here.title), label: here.title, heading: here.section.heading }
}

/** The last `count` titles as one name. */
export function titleFrom(here: Here, count: number, named = (text: string) => text): Title {
  return { text: here.path.slice(-count).map(named).join(': '), over: here.headings.slice(-count) }
}

/** Whether something was found on this line before. */
export function taken(notes: Notes, place: Piece): boolean {
  return notes.has(place.line)
}

/** "Remember: stay calm, write everything down": how people are to act, one by one. */
function readPrinciples(piece: Piece, notes: Notes): boolean {
  if (
    !/^(?:remember|(?:guiding |core )?principles?|golden rules?|ground rules?)$/i.test(piece.lead ?? '') ||
    piece.rest === ''
  )
    return false
  for (const part of piece.rest.split(/[,;]\s+(?:and\s+)?/)) {
    const text = part.replace(/[.!\s]+$/, '')
    if (text !== '') notes.add('principle', piece, { text: text.slice(0, 480) })
  }
  return true
}

/** A sentence: whatever in it somebody here understands; the same line may say two things. */
export function readLine(piece: Piece, here: Here, notes: Notes): void {
  if (readReviewed(piece, notes) || readReviewCycle(piece, notes)) return
  if (readPrinciples(piece, notes)) return
  const chain = chainIn(piece.rest)
  if (here.topic === 'escalation' && chain.length > 1)
    readChain(piece, chain, here.route ?? routeOf(here, notes), notes)
  if (here.topic === 'oncall') readOnCallLine(piece, notes)
  if (here.topic === 'channels') readChannel(piece, piece.rest, piece.lead ?? here.title, notes)
  if (here.topic === 'contacts' || here.topic === 'oncall') readContactItem(piece, notes)
  if (here.topic === 'reviews' || here.topic === 'drills')
    readRecurring(piece, calendarIn(here.title), here.topic === 'drills' ? 'drill' : 'review', notes)
  readOwed(piece, notes)
  readTimes(piece, notes)
  if (/post|review|after|report/i.test(here.path.join(' '))) readDeadline(piece, notes)
  readInlineCommands(piece, null, notes)
  if (here.topic === 'tools' || (!notes.has(piece.line) && piece.links.length > 0))
    readLink(piece, here.title, notes)
  if (
    !notes.has(piece.line) &&
    /^this (?:\w+ ){0,4}(?:document|plan|guide|runbook|playbook|policy|process|procedure)s?\b/i.test(
      piece.text,
    )
  )
    notes.add('purpose', piece, { text: piece.text.slice(0, 480) })
  if (
    here.topic === 'roles' &&
    piece.lead !== null &&
    piece.rest !== '' &&
    roleKindOf(piece.lead) !== 'other'
  )
    readRole(piece, [{ piece, text: piece.rest }], notes)
}
