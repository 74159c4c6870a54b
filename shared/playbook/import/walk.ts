import {
  type Block,
  blocksOf,
  piecesOf,
  plainTitle,
  type Section,
  type TextBlock,
  titleOf,
} from './document.ts'
import { readLevelHeading } from './escalation.ts'
import type { Notes } from './notes.ts'
import { dutiesOf, readRole, readWays } from './people.ts'
import { readPhases } from './phases.ts'
import { readRunbook } from './runbooks.ts'
import { readTemplate, slotCount } from './templates.ts'
import { limitIn } from './times.ts'
import { isTitle, type Topic, topicOf } from './topics.ts'
import { type Here, readLine, taken, titleFrom } from './walk-lines.ts'
import { leadsElsewhere, readList } from './walk-lists.ts'
import { readCode, readTable } from './walk-tables.ts'

/** Walks a plan once, section by section: what a section is about and the form of a block say who reads it. */

export function walkPlan(plan: Section, notes: Notes): void {
  const root: Here = {
    section: plan,
    topic: 'none',
    outer: 'none',
    title: '',
    path: [],
    headings: [],
    phase: null,
    route: null,
  }
  walk(root, notes)
}

function walk(here: Here, notes: Notes): void {
  const { section } = here
  if (readsWhole(here, notes)) return
  for (const block of section.blocks) readBlock(block, here, notes)
  const phases = readPhases(section, here.topic, notes)
  for (const [i, inner] of section.sections.entries()) {
    const title = titleOf(inner.heading?.text ?? '')
    const topic = isTitle(inner, section.sections) ? 'none' : topicOf(inner.heading?.text ?? '', here.topic)
    const route =
      topic === 'escalation'
        ? {
            id:
              here.route !== null && inner.level === 7 && !/escalat|\bto\b/i.test(title)
                ? here.route.id
                : notes.id('path', title),
            label: title,
            heading: inner.heading,
          }
        : null
    if (inner.heading !== null) readDue(inner, topic, notes)
    walk(
      {
        section: inner,
        topic,
        outer: here.topic,
        title,
        path: [...here.path, title],
        headings: [...here.headings, inner.heading],
        phase: phases[i] ?? here.phase,
        route,
      },
      notes,
    )
  }
}

/** "Post-incident (within 24 hours)": the whole section is due by then. */
function readDue({ heading, ...section }: Section, topic: Topic, notes: Notes): void {
  if (heading === null || topic !== 'postmortem' || !/\bwithin\b/i.test(heading.text)) return
  const length = limitIn(heading.text)
  if (length === null) return
  const label = plainTitle(heading.text)
  notes.add('deadline', heading, {
    id: notes.id('deadline', label),
    label: label.slice(0, 300),
    length,
    severities: [],
  })
  const last = blocksOf({ heading, ...section })
    .flatMap(piecesOf)
    .at(-1)
  notes.due.push({ label, ms: length.ms, line: heading.line, to: last?.to ?? heading.line })
}

/** Sections that are one thing with all that is below them. */
function readsWhole(here: Here, notes: Notes): boolean {
  const { section, topic, outer, path, title } = here
  const { heading } = section
  if (heading === null) return false
  if (
    topic === 'runbooks' &&
    (outer === 'runbooks' || /^(?:scenario|runbook|playbook)\b.*[:–—-]/i.test(heading.text)) &&
    !/^(?:runbooks|scenarios|playbooks)$/i.test(title)
  )
    return readRunbook(section, notes)
  if (
    topic === 'roles' &&
    (outer === 'roles' || section.sections.length === 0) &&
    section.level > 2 &&
    !/responsibilit|roles|team$|structure|\b(?:includes?|consists?|contains?|following|below)\b/i.test(title)
  ) {
    const duties = dutiesOf(section)
    if (duties.length > 0 && section.blocks.every((block) => block.kind !== 'table')) {
      readRole(heading, duties, notes)
      return true
    }
  }
  if (
    (topic === 'contacts' || topic === 'escalation' || topic === 'oncall') &&
    section.sections.length === 0 &&
    readWays(heading, section, notes)
  )
    return true
  return (
    topic === 'escalation' &&
    here.path.length > 1 &&
    readLevelHeading(
      section,
      { id: parentRoute(here, notes), label: path.at(-2) ?? title, heading: here.headings.at(-2) ?? heading },
      notes,
    )
  )
}

function parentRoute(here: Here, notes: Notes): string {
  const known = notes.all('escalation').find((one) => one.value.pathLabel === here.path.at(-2))
  return known?.value.path ?? notes.id('path', here.path.at(-2) ?? here.title)
}

function readBlock(block: Block, here: Here, notes: Notes): void {
  switch (block.kind) {
    case 'text':
      readText(block, here, notes)
      return
    case 'list':
      readList(block, here, notes, (below) => readBlock(below, here, notes))
      return
    case 'table':
      readTable(block, here, notes)
      return
    case 'code':
      readCode(block, here, notes)
      return
    case 'quote':
      if (
        here.topic === 'templates' &&
        readTemplate(block.lines, here.section.heading, titleFrom(here, 1), notes)
      )
        return
      for (const inner of block.blocks) readBlock(inner, here, notes)
  }
}

function readText(block: TextBlock, here: Here, notes: Notes): void {
  const lines = block.pieces
  if (lines.every(leadsElsewhere)) {
    for (const { line, to } of lines) for (let at = line; at <= to; at++) notes.structure.add(at)
    return
  }
  if (here.topic === 'templates' && slotCount(lines.map(({ line, words }) => ({ line, text: words }))) > 1) {
    readTemplate(
      lines.map(({ line, words }) => ({ line, text: words })),
      here.section.heading,
      titleFrom(here, 1),
      notes,
    )
    return
  }
  for (const piece of lines) if (!taken(notes, piece)) readLine(piece, here, notes)
}
