import { isCommands, readCommands, readInlineCommands, runsOf } from './code.ts'
import type { Block, CodeBlock, Item, Piece, Section, TableBlock, Title } from './document.ts'
import { titleOf } from './document.ts'
import type { PartKind } from './findings.ts'
import type { Notes } from './notes.ts'
import { structure } from './people.ts'
import { readTemplate, slotCount } from './templates.ts'

/** Runbooks: what shows it, what to look at, what to do for which finding, what prevents it. */

type Kind = PartKind | 'symptoms' | 'prevention' | 'note'

const kinds: readonly [Kind, RegExp][] = [
  [
    'symptoms',
    /symptom|indicator|signs?\b|how (?:to|it is) (?:detect|recogni)|\balerts?\b|trigger|detection|what (?:you|it) (?:see|looks)/i,
  ],
  ['prevention', /prevent|hardening|long[- ]term|follow[- ]?up/i],
  ['investigation', /investigat|diagnos|triage|assess|check|verif|identif|analy[sz]|debug|look\b/i],
  ['immediate', /immediate|first|initial|quick|urgent/i],
  ['containment', /contain|isolat/i],
  [
    'resolution',
    /resol|recover|mitigat|remed|fix|restor|action|response|steps|rollback|eradicat|solution|short[- ]term|workaround/i,
  ],
  [
    'note',
    /cause|impact|escalat|notes?\b|description|overview|background|severity|owner|question|reference|communication/i,
  ],
]

function kindOf(title: string): Kind | null {
  return kinds.find(([, rule]) => rule.test(title))?.[0] ?? null
}

interface Place {
  runbook: string
  kind: Kind
  part: string
  title: Title
}

/** Takes one runbook: its heading and everything below it. */
export function readRunbook(section: Section, notes: Notes): boolean {
  const heading = section.heading
  if (heading === null) return false
  const title = titleOf(
    heading.text.replace(
      /^.*?\b(?:scenario|runbook|playbook|incident type|case)\s*(?:\d+|[A-Z])?\s*[:–—-]\s+/i,
      '',
    ),
  )
  const runbook = notes.id('runbook', title)
  notes.add('runbook', heading, { id: runbook, title: title.slice(0, 300), address: null })
  readPart(
    section,
    { runbook, kind: 'resolution', part: 'steps', title: { text: title, over: [heading] } },
    notes,
    true,
  )
  return true
}

function readPart(section: Section, place: Place, notes: Notes, top: boolean): void {
  for (const block of section.blocks) readBlock(block, place, notes, top)
  for (const inner of section.sections) {
    const title = titleOf(inner.heading?.text ?? '')
    const kind = kindOf(title) ?? place.kind
    if (inner.heading !== null) notes.structure.add(inner.heading.line)
    readPart(
      inner,
      {
        ...place,
        kind,
        part: notes.id(`part:${place.runbook}`, title, 20),
        title: { text: title, over: [inner.heading] },
      },
      notes,
      false,
    )
  }
}

function readBlock(block: Block, place: Place, notes: Notes, top: boolean): void {
  switch (block.kind) {
    case 'text':
      for (const piece of block.pieces) readLine(piece, place, notes, top)
      return
    case 'list':
      for (const item of block.items) readItem(item, place, block.ordered, notes)
      return
    case 'code':
      readCode(block, place, null, notes)
      return
    case 'quote':
      for (const inner of block.blocks) readBlock(inner, place, notes, top)
      return
    case 'table':
      structure(block, notes)
      for (const row of block.rows) {
        const [first] = row
        const text = row
          .map((cell) => cell.text)
          .filter((one) => one !== '')
          .join(' – ')
        if (first !== undefined && text !== '')
          give(
            first,
            text,
            { ...place, kind: place.kind === 'resolution' && top ? 'note' : place.kind },
            false,
            notes,
          )
      }
      return
  }
}

/** `**Symptoms:** slow, errors` names its kind on the line; other text under the title is a note. */
function readLine(piece: Piece, place: Place, notes: Notes, top: boolean): void {
  const kind = piece.lead === null ? null : kindOf(piece.lead)
  if (kind !== null && piece.rest !== '') {
    const parts = kind === 'symptoms' ? piece.rest.split(/,\s+|;\s*/) : [piece.rest]
    for (const text of parts)
      give(
        piece,
        text,
        {
          ...place,
          kind,
          part: kind,
          title: { text: piece.lead ?? place.title.text, over: piece.lead === null ? place.title.over : [] },
        },
        false,
        notes,
      )
    return
  }
  give(piece, piece.text, top ? { ...place, kind: 'note' } : place, false, notes)
}

function readItem(item: Item, place: Place, ordered: boolean, notes: Notes): void {
  const label = item.lead === null ? null : kindOf(item.lead)
  const below = item.blocks
  // A list of labels with lists below them is a runbook written as a list.
  if (
    item.lead !== null &&
    label !== null &&
    item.rest === '' &&
    below.some((block) => block.kind === 'list')
  ) {
    notes.structure.add(item.line)
    for (const block of below)
      readBlock(
        block,
        {
          ...place,
          kind: label,
          part: notes.id(`part:${place.runbook}`, item.lead, 20),
          title: { text: item.lead, over: [item] },
        },
        notes,
        false,
      )
    return
  }
  const branching =
    item.lead !== null &&
    item.rest !== '' &&
    (/^(?:if|when)\b/i.test(item.lead) || below.length > 0 || item.words.startsWith('**'))
  const acting = place.kind === 'resolution' || place.kind === 'containment' || place.kind === 'immediate'
  if (branching && acting) {
    const id = notes.id(`branch:${place.runbook}`, item.lead ?? item.text, 20)
    notes.add('branch', item, {
      runbook: place.runbook,
      id,
      finding: (item.lead ?? '').replace(/^(?:if|when)\s+/i, '').slice(0, 300),
      text: item.rest.slice(0, 480),
    })
    readInlineCommands(item, `branch/${place.runbook}/${id}`, notes)
    for (const block of below) {
      if (block.kind === 'code')
        readCode(
          block,
          { ...place, title: { text: item.text, over: [item] } },
          `branch/${place.runbook}/${id}`,
          notes,
        )
      else readBlock(block, place, notes, false)
    }
    return
  }
  if (item.text !== '') give(item, item.text, place, ordered, notes)
  const at = notes.all('runbook-step').at(-1)
  for (const block of below) {
    if (block.kind === 'code')
      readCode(
        block,
        { ...place, title: { text: item.text, over: [item] } },
        at === undefined ? null : stepKey(at.value),
        notes,
      )
    else readBlock(block, place, notes, false)
  }
}

function readCode(block: CodeBlock, place: Place, at: string | null, notes: Notes): void {
  if (!isCommands(block) && slotCount(block.lines) > 0 && readTemplate(block.lines, null, place.title, notes))
    return
  if (!isCommands(block)) return
  const steps = new Map<number, string>()
  for (const run of runsOf(block)) {
    if (run.purpose === null || steps.has(run.purpose.line.line) || (at !== null && run.command !== null))
      continue
    const { line, text } = run.purpose.line
    give(
      { line, to: line, words: text.trim() },
      run.purpose.text,
      { ...place, kind: place.kind === 'symptoms' ? 'investigation' : place.kind },
      false,
      notes,
    )
    const step = notes.all('runbook-step').at(-1)
    if (step !== undefined) steps.set(line, stepKey(step.value))
  }
  readCommands(
    block,
    place.title,
    (run) =>
      (run.purpose === null ? undefined : steps.get(run.purpose.line.line)) ??
      at ??
      `${place.runbook}/${place.part}`,
    notes,
  )
}

/** How a command names the step it belongs to. */
export function stepKey(step: { runbook: string; part: string; text: string }): string {
  return `step/${step.runbook}/${step.part}/${step.text}`
}

function give(
  piece: Pick<Piece, 'line' | 'to' | 'words'> & { codes?: readonly string[] },
  text: string,
  place: Place,
  ordered: boolean,
  notes: Notes,
): void {
  const { runbook, part, title } = place
  const short = text.slice(0, 480)
  if (short.trim() === '') return
  switch (place.kind) {
    case 'symptoms':
      notes.add('symptom', piece, { runbook, text: short })
      return
    case 'prevention':
      notes.add('prevention', piece, { runbook, text: short })
      return
    case 'note':
      notes.add('note', piece, { runbook, text: short })
      return
    default: {
      const value = {
        runbook,
        part,
        partTitle: title.text.slice(0, 200),
        of: place.kind,
        text: short,
        ordered,
      }
      notes.add('runbook-step', piece, value, title.over)
      if (piece.codes !== undefined)
        readInlineCommands(
          { ...piece, text: short, lead: null, rest: short, links: [], codes: piece.codes },
          stepKey(value),
          notes,
        )
    }
  }
}

/** Names of runbooks that are written elsewhere, or not at all. */
export function readStub(piece: Piece, notes: Notes): boolean {
  const link = piece.links[0]
  const title = titleOf(link?.text ?? piece.lead ?? piece.text)
    .replace(/\.(?:md|html?)$/i, '')
    .replace(/_/g, ' ')
  if (title === '' || title.split(' ').length > 12) return false
  if (notes.all('runbook').some((one) => one.value.title === title)) return true
  notes.add('runbook', piece, {
    id: notes.id('runbook', title),
    title: title.slice(0, 300),
    address: link?.address.slice(0, 400) ?? null,
  })
  return true
}

/** Alerts by name, with the runbook each opens and what is looked at first. */
export function readAlertTable(table: TableBlock, notes: Notes): boolean {
  const heads = table.head.map((cell) => cell.text)
  const alert = heads.findIndex((head) => /alert|alarm|condition|trigger|symptom/i.test(head))
  const runbook = heads.findIndex((head) => /runbook|playbook|document/i.test(head))
  const first = heads.findIndex((head) => /action|first|response|step|do\b/i.test(head))
  if (alert < 0 || (runbook < 0 && first < 0)) return false
  for (const row of table.rows) {
    const piece = row[alert]
    if (piece === undefined || piece.text === '') continue
    const written = row[runbook]
    if (written !== undefined && written.text !== '') readStub(written, notes)
    const known =
      written === undefined
        ? undefined
        : notes
            .all('runbook')
            .find(
              (one) =>
                one.line === written.line ||
                one.value.title === titleOf(written.links[0]?.text ?? written.text),
            )
    notes.add('alert', row[first] !== undefined && row[first].text !== '' ? row[first] : piece, {
      id: notes.id('alert', piece.text),
      alert: piece.text.slice(0, 300),
      runbook: known?.value.id ?? null,
      first: (row[first]?.text || written?.text || piece.text).slice(0, 400),
    })
  }
  structure(table, notes)
  return true
}
