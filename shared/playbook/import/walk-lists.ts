import { readDeadline, readMeasure, readOwed, readRecurring, readReviewLine } from './aftermath.ts'
import { readChecklist, readTimes } from './checklists.ts'
import { type Block, type Item, type ListBlock, type Piece, piecesOf, plainTitle } from './document.ts'
import { readChain, readEscalationList } from './escalation.ts'
import { type Notes, short } from './notes.ts'
import { readContactItem, readOnCallLine, readPositions, readRoleItem } from './people.ts'
import { chainIn } from './positions.ts'
import { readStub } from './runbooks.ts'
import { announcesSteps, beginsWithSeverity } from './severity-words.ts'
import {
  readAccessItem,
  readChannel,
  readLink,
  readSource,
  readThreshold,
  readWatched,
} from './surroundings.ts'
import { calendarIn } from './times.ts'
import { type Here, readLine, routeOf, taken } from './walk-lines.ts'
import { countOfWordSigns } from './words.ts'

/** Lists: steps to tick, people to call, or what the section is about, item by item. */

/** Reads a block below an item, in the same section. */
type Below = (block: Block) => void

/** A list as its section asks for it; what is below an item and not part of it goes to `below`. */
export function readList(list: ListBlock, here: Here, notes: Notes, below: Below): void {
  const pieces = piecesOf(list)
  if (pieces.every(leadsElsewhere)) {
    for (const { line } of pieces) notes.structure.add(line)
    return
  }
  if (list.items.some((item) => taken(notes, item))) {
    for (const item of list.items) if (!taken(notes, item)) readLine(item, here, notes)
    return
  }
  const boxed = list.items.some((item) => item.box !== 'none')
  const chains = list.items.filter((item) => chainIn(item.rest).length > 1)
  if (
    chains.length > 0 &&
    here.topic !== 'runbooks' &&
    /escalat/i.test(`${here.title} ${chains[0]?.lead ?? ''}`)
  ) {
    for (const item of list.items) {
      const chain = chainIn(item.rest)
      if (chain.length > 1) readChain(item, chain, here.route ?? routeOf(here, notes), notes)
      else readItem(item, here, notes, below)
    }
    return
  }
  if (
    here.topic !== 'postmortem' &&
    here.topic !== 'templates' &&
    list.items.every((item) => /\?\s*(?:\([^)]*\))?$/.test(item.text))
  ) {
    for (const item of list.items)
      notes.add('question', item, { id: notes.id('question', item.text), text: item.text.slice(0, 480) })
    return
  }
  switch (here.topic) {
    case 'escalation':
      if (readEscalationList(list, here.route ?? routeOf(here, notes), notes)) break
      asChecklist(list, here, notes)
      return
    case 'thresholds': {
      const severity = notes.severities(here.title, list.items[0] ?? { line: 1, to: 1, words: '' })[0] ?? null
      for (const item of list.items)
        if (!readThreshold(item, severity, notes)) readWatched(item, severity, notes)
      return
    }
    case 'postmortem': {
      const steps = boxed || (list.ordered && list.items.length > 2)
      if (!steps) {
        for (const item of list.items) readAfter(item, here, notes, below)
        return
      }
      asChecklist(list, here, notes)
      for (const piece of piecesOf(list)) readDeadline(piece, notes)
      return
    }
    case 'process':
    case 'none':
    case 'overview':
    case 'severity':
    case 'commands':
    case 'templates':
      if (boxed || here.topic === 'process' || list.ordered || stepsOfSeverity(here))
        asChecklist(list, here, notes)
      else for (const item of list.items) readItem(item, here, notes, below)
      return
    default:
      for (const item of list.items) readItem(item, here, notes, below)
  }
}

function stepsOfSeverity({ title }: Here): boolean {
  return beginsWithSeverity(title) && announcesSteps(title)
}

/** Nothing but links to other places of the same plan, as a table of contents has. */
export function leadsElsewhere({ text, links }: Piece): boolean {
  const linked = links.map((one) => one.text.trim()).join('')
  return (
    links.length > 0 &&
    links.every(({ address }) => address.startsWith('#')) &&
    countOfWordSigns(text) <= countOfWordSigns(linked)
  )
}

function readAfter(item: Item, here: Here, notes: Notes, below: Below): void {
  const dated = readDeadline(item, notes)
  if (!dated) readReviewLine(item, here.title, notes)
  readOwed(item, notes)
  for (const block of item.blocks)
    if (block.kind === 'list') for (const child of block.items) readAfter(child, here, notes, below)
    else below(block)
}

function readItem(item: Item, here: Here, notes: Notes, below: Below): void {
  const { topic, title } = here
  let read = false
  switch (topic) {
    case 'roles':
      read = readRoleItem(item, notes)
      if (read) return
      break
    case 'contacts':
      read = readContactItem(item, notes) || readPositions(item, notes)
      break
    case 'oncall':
      read = readOnCallLine(item, notes)
      read = readContactItem(item, notes) || read
      break
    case 'channels':
      read = readChannel(item, item.rest === '' ? item.text : item.rest, item.lead ?? title, notes)
      break
    case 'detection':
      readSource(item, title, notes)
      read = true
      break
    case 'runbooks':
      read = readStub(item, notes)
      break
    case 'onboarding':
      notes.add('onboarding', item, { id: notes.id('onboarding', item.text), text: item.text.slice(0, 400) })
      read = true
      break
    case 'drills':
    case 'reviews':
      read = readRecurring(item, calendarIn(title), topic === 'drills' ? 'drill' : 'review', notes)
      break
    case 'measures':
      readMeasure(item, notes)
      read = true
      break
    case 'access':
      readAccessItem(item, notes)
      read = true
      break
    case 'tools':
      read = readLink(item, title, notes)
      break
    case 'overview':
      read = readScope(item, here, notes)
      break
    default:
      break
  }
  if (!read) readLine(item, here, notes)
  else readTimes(item, notes)
  for (const block of item.blocks) if (topic !== 'contacts' || block.kind !== 'list') below(block)
}

/** "In scope", "Out of scope": what the plan is for, and what it is not for in the words of its label. */
function readScope(item: Item, { title, section }: Here, notes: Notes): boolean {
  if (!/^(?:in[- ]scope|out[- ]of[- ]scope|scope|applies to|not in scope)$/i.test(title) || item.text === '')
    return false
  if (notes.all('purpose').length === 0) return false
  const text = /out|not/i.test(title) ? `${title}: ${item.text}` : item.text
  notes.add('purpose', item, { text: short(text, 480) }, [section.heading])
  return true
}

function asChecklist(list: ListBlock, here: Here, notes: Notes): void {
  const [outer = '', own = ''] = here.path.slice(-2).map(plainTitle)
  // A label of a few words names the list within its section; a sentence over it does not.
  const label = here.path.length < 2 ? outer : own
  const title =
    here.section.level < 7
      ? label
      : label.length > 60
        ? outer
        : [outer, label].filter((one) => one !== '').join(': ')
  readChecklist(
    list,
    {
      title: { text: title === '' ? (list.items[0]?.text ?? '') : title, over: here.headings.slice(-2) },
      heading: here.section.heading,
      phase: here.phase,
    },
    notes,
  )
  for (const item of list.items) readOwed(item, notes)
}
