import { readCommands, readInlineCommands, runsOf } from './code.ts'
import type { Block, CodeBlock, Item, ListBlock, Piece, Title } from './document.ts'
import type { Notes } from './notes.ts'
import { beginsWithSeverity } from './severity-words.ts'
import { readChannel } from './surroundings.ts'
import { readTemplate, slotCount } from './templates.ts'
import { everyIn, lengthsIn, limitIn } from './times.ts'

/** Lists of what to do: checklists with their tasks, and the clocks and rhythms that a task names. */

export interface ListPlace {
  title: Title
  heading: Piece | null
  phase: string | null
}

/** Opens a checklist; its first line stands for it where no heading does. */
export function openChecklist(place: ListPlace, first: Piece, ordered: boolean, notes: Notes): string {
  const id = notes.id('checklist', place.title.text)
  const heading = place.heading ?? first
  notes.add(
    'checklist',
    heading,
    {
      id,
      title: (place.title.text.trim() === '' ? first.text : place.title.text).slice(0, 300),
      ordered,
      severities: severitiesOf(place, notes),
      phase: place.phase,
    },
    place.title.over,
  )
  return id
}

/** A heading that begins with a severity is for that one, as one that says "for P1" is. */
function severitiesOf({ heading, title }: ListPlace, notes: Notes): string[] {
  if (heading === null) return []
  return beginsWithSeverity(heading.text)
    ? notes.severities(heading.text, heading)
    : notes.limits(title.text, heading)
}

export function readChecklist(list: ListBlock, place: ListPlace, notes: Notes): boolean {
  const items = list.items.filter((item) => item.text !== '' || item.blocks.length > 0)
  const first = items[0]
  if (first === undefined) return false
  const checklist = openChecklist(place, first, list.ordered, notes)
  for (const item of items) readTask(item, checklist, null, place.title, notes)
  return true
}

function readTask(item: Item, checklist: string, under: string | null, title: Title, notes: Notes): void {
  if (item.text === '') {
    for (const block of item.blocks)
      if (block.kind === 'list')
        for (const child of block.items) readTask(child, checklist, under, title, notes)
    return
  }
  const id = notes.id(`task:${checklist}`, item.text)
  notes.add('task', item, {
    checklist,
    id,
    under,
    text: item.text.slice(0, 480),
    severities: notes.limits(item.text, item),
  })
  readInlineCommands(item, `${checklist}/${id}`, notes)
  readTimes(
    item,
    notes,
    notes.all('checklist').findLast((one) => one.value.id === checklist)?.value.severities,
  )
  if (/#[a-z][\w-]+/i.test(item.text) && /slack|channel|chat/i.test(item.text))
    readChannel(item, item.text, '', notes)
  for (const block of item.blocks) readBelow(block, checklist, id, under ?? id, title, notes)
}

function readBelow(
  block: Block,
  checklist: string,
  id: string,
  under: string,
  title: Title,
  notes: Notes,
): void {
  switch (block.kind) {
    case 'list':
      // Two levels are what a checklist holds; what is deeper stands beside its parent.
      for (const child of block.items) readTask(child, checklist, under, title, notes)
      return
    case 'code':
      readCodeTasks(block, checklist, id, under, title, notes)
      return
    case 'text':
      for (const piece of block.pieces)
        readTask({ ...piece, box: 'none', blocks: [] }, checklist, under, title, notes)
      return
    case 'quote':
      for (const inner of block.blocks) readBelow(inner, checklist, id, under, title, notes)
      return
    case 'table':
      return
  }
}

/** Code below a task: commands belong to it; a comment without a command is a task of its own. */
export function readCodeTasks(
  block: CodeBlock,
  checklist: string,
  id: string | null,
  under: string | null,
  title: Title,
  notes: Notes,
): void {
  if (
    /^(?:markdown|md|text|)$/.test(block.language) &&
    slotCount(block.lines) > 0 &&
    !runsOf(block).some((run) => run.purpose !== null)
  ) {
    readTemplate(block.lines, null, title, notes)
    return
  }
  const owners = new Map<number, string>()
  if (id === null || runsOf(block).some((run) => run.command === null))
    for (const run of runsOf(block)) {
      if (run.purpose === null || owners.has(run.purpose.line.line) || (id !== null && run.command !== null))
        continue
      const { line, text } = run.purpose.line
      const task = notes.id(`task:${checklist}`, run.purpose.text)
      owners.set(line, task)
      const place = { line, to: line, words: text.trim() }
      notes.add('task', place, {
        checklist,
        id: task,
        under,
        text: run.purpose.text.slice(0, 480),
        severities: notes.limits(text, place),
      })
    }
  readCommands(
    block,
    title,
    (run) => {
      const own = run.purpose === null ? undefined : owners.get(run.purpose.line.line)
      const task = own ?? id
      return task === null ? null : `${checklist}/${task}`
    },
    notes,
  )
}

const informs =
  /\bupdate|\binform|\bcommunicat|\bnotif|\bstatus|\bprogress|\breport|\bbrief|\bpost\b|\bsend|\bsync|\bcheck[- ]?in|\bstakeholder/i

/**
 * Clocks and rhythms that any sentence may state: "acknowledge within 5 minutes", "updates every 30 min". `within` are
 * the severities that everything around it is for.
 */
export function readTimes(piece: Piece, notes: Notes, within: readonly string[] = []): boolean {
  const { text } = piece
  const limits = () => {
    const own = notes.limits(text, piece)
    return own.length > 0 ? own : [...within]
  }
  let taken = false
  if (readSeveral(piece, within, notes)) return true
  const every = everyIn(text)
  if (every !== null && informs.test(text)) {
    const audience = audienceOf(text)
    notes.add('cadence', piece, {
      id: notes.id('cadence', audience),
      audience,
      label: text.slice(0, 200),
      length: every,
      severities: limits(),
    })
    return true
  }
  if (every !== null) return false
  const length = limitIn(text)
  if (
    /\backnowledg/i.test(text) &&
    length !== null &&
    lengthsIn(text).every(({ relation }) => relation !== 'after')
  ) {
    notes.add('clock', piece, {
      id: notes.id('clock', 'acknowledge'),
      label: text.slice(0, 200),
      until: 'acknowledged',
      length,
      severities: limits(),
    })
    taken = true
  }
  const watch = lengthsIn(text).find(({ relation }) => relation === 'for')
  if (watch !== undefined && /\b(?:monitor|watch|observe|stable|wait)/i.test(text)) {
    notes.add('clock', piece, {
      id: notes.id('clock', 'watch'),
      label: text.slice(0, 200),
      until: 'elapsed',
      length: watch.length,
      severities: limits(),
    })
    taken = true
  }
  return taken
}

/**
 * "Updates every hour (P1), daily (P2)": several rhythms in one sentence, each for the severity beside it. One that
 * stands beside none belongs to nobody knows whom, and is not taken.
 */
function readSeveral(piece: Piece, within: readonly string[], notes: Notes): boolean {
  const parts = piece.text.split(/[;,]\s*/).flatMap((text) => {
    const length = everyIn(text)
    return length === null ? [] : [{ text, length }]
  })
  if (new Set(parts.map(({ length }) => length.ms)).size < 2 || !informs.test(piece.text)) return false
  const audience = audienceOf(piece.text)
  for (const { text, length } of parts) {
    const severities = notes.severities(text, piece)
    if (severities.length === 0 && within.length !== 1) continue
    notes.add('cadence', piece, {
      id: notes.id('cadence', audience),
      audience,
      label: text.slice(0, 200),
      length,
      severities: severities.length > 0 ? severities : [...within],
    })
  }
  return true
}

export function audienceOf(text: string): string {
  if (/custom|client|public|status page|external|users?\b/i.test(text)) return 'customers'
  if (/executive|leadership|management|c-level|board/i.test(text)) return 'leadership'
  return /stakeholder/i.test(text) ? 'stakeholders' : 'internal'
}
