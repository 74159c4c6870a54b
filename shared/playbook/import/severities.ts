import type { Cell, ListBlock, Piece, Section, TableBlock } from './document.ts'
import { titleOf } from './document.ts'
import type { Notes } from './notes.ts'
import { type Part, takePart } from './severity-parts.ts'
import { announcesSteps, type SeverityLabel, severityLabel } from './severity-words.ts'
import { isTitle, type Topic, topicOf } from './topics.ts'

/** Severities from a table, headings, or a list, and what each of them is said to be. */

interface Candidate {
  label: SeverityLabel
  piece: Piece
  /** Named parts of it, each with what the plan calls it: a column's head or a label. Gathered only for one that is taken. */
  parts: () => Part[]
}

/** Finds where the plan defines its severities and takes them: the first place gives the keys, later ones add to them. */
export function readSeverities(plan: Section, notes: Notes): void {
  const groups: { found: Candidate[]; rows: TableBlock | null }[] = []
  collect(plan, 'none', (found, rows) => groups.push({ found, rows }))
  const first = groups.find(({ found }) => found.some(({ label }) => label.number !== null)) ?? groups[0]
  if (first === undefined) return
  const family = first.found[0]?.label.family
  for (const group of groups.slice(groups.indexOf(first))) {
    const own = group.found.filter(({ label }) => label.family === family)
    if (group !== first && own.length === 0) continue
    if (group.rows !== null) for (const cell of group.rows.head) notes.structure.add(cell.line)
    for (const candidate of own) take(candidate, notes)
  }
}

function collect(
  section: Section,
  outer: Topic | 'title',
  give: (found: Candidate[], table: TableBlock | null) => void,
): void {
  const topic =
    outer === 'title' || section.heading === null ? 'none' : topicOf(titleOf(section.heading.text), outer)
  for (const block of section.blocks) {
    if (block.kind === 'table') {
      const found = ofTable(block, topic)
      if (found.length > 1) give(found, block)
    }
    if (block.kind === 'list') {
      const found = ofList(block, topic)
      if (found.length > 1) give(found, null)
    }
  }
  // Paragraphs and definitions, one after the other, define as a list does.
  const texts = section.blocks.flatMap((block) => (block.kind === 'text' ? block.pieces : []))
  const said = texts.flatMap((piece) =>
    piece.lead === null ? [] : candidateOf(piece.lead, piece, topic, () => [restOf(piece)]),
  )
  if (distinct(said) && said.length > 1) give(said, null)
  const headed = section.sections.flatMap((one): Candidate[] => {
    if (one.heading === null) return []
    const found = candidateOf(one.heading.text, one.heading, topic, () => partsOf(one))
    // "SEV1 response" says what to do, not what it is called.
    return announcesSteps(one.heading.text)
      ? found.map((candidate) => ({ ...candidate, label: { ...candidate.label, name: null } }))
      : found
  })
  if (distinct(headed) && headed.length > 1 && topic !== 'escalation' && topic !== 'thresholds')
    give(headed, null)
  for (const one of section.sections) collect(one, isTitle(one, section.sections) ? 'title' : topic, give)
}

function candidateOf(text: string, piece: Piece, topic: Topic, parts: () => Part[]): Candidate[] {
  const label = severityLabel(titleOf(text))
  if (label === null || (label.number === null && topic !== 'severity')) return []
  // A title that only mentions a severity is about something else.
  if (label.number !== null && text.length > 90) return []
  return [{ label, piece, parts }]
}

function distinct(found: readonly Candidate[]): boolean {
  return new Set(found.map(({ label }) => label.key.toLowerCase())).size === found.length
}

function ofTable(table: TableBlock, topic: Topic): Candidate[] {
  if (topic === 'escalation' && !/severit|priorit|level/i.test(table.head[0]?.text ?? '')) return []
  const columns = table.head.map((_, i) => i)
  const column = columns.find((i) => {
    const named = /severit|priorit|level|class|sev\b|impact|category/i.test(table.head[i]?.text ?? '')
    const labels = table.rows.map((row) => severityLabel(row[i]?.text ?? ''))
    const good = labels.filter(
      (label) => label !== null && (label.number !== null || (named && topic !== 'contacts')),
    )
    return i <= 1 && table.rows.length > 1 && good.length === table.rows.length
  })
  if (column === undefined) return transposed(table, topic)
  const found = table.rows.flatMap((row): Candidate[] => {
    const piece = row[column]
    const label = piece === undefined ? null : severityLabel(piece.text)
    if (piece === undefined || label === null) return []
    const parts = () =>
      row.flatMap((cell, i) => {
        const over = table.head[i]
        return i === column || cell.text === '' ? [] : saidIn(cell, over)
      })
    return [{ label, piece, parts }]
  })
  return distinct(found) ? found : []
}

const aspects =
  /^(?:definitions?|descriptions?|meaning|examples?|impact|name|(?:initial |first )?response(?: times?)?|acknowledg\w*|resolution|resolve|(?:status )?updates?|update frequency|communication|coverage|availability)\b/i

/** Severities as columns, what is said of them as rows. */
function transposed(table: TableBlock, topic: Topic): Candidate[] {
  const labels = table.head.slice(1).map((cell) => severityLabel(cell.text))
  if (labels.length < 2 || labels.some((label) => label === null)) return []
  const known = table.rows.some((row) => aspects.test(row[0]?.text ?? ''))
  if (topic !== 'severity' && !(known && labels.every((label) => label?.number != null))) return []
  return labels.flatMap((label, i): Candidate[] => {
    const piece = table.head[i + 1]
    if (label === null || piece === undefined) return []
    const parts = () =>
      table.rows.flatMap((row) => {
        const cell = row[i + 1]
        return cell === undefined || cell.text === '' ? [] : saidIn(cell, row[0])
      })
    return [{ label, piece, parts }]
  })
}

/** What a cell says, line by line, under the name of its column or row. */
function saidIn(cell: Cell, over: Piece | undefined): Part[] {
  const name = over?.text ?? ''
  return (cell.lines ?? [cell]).map((piece) => ({
    name,
    piece,
    text: piece.text,
    ...(over === undefined ? {} : { over }),
  }))
}

function ofList(list: ListBlock, topic: Topic): Candidate[] {
  const found = list.items.flatMap((item): Candidate[] => {
    const [head, ...after] = item.text.split(/\s+[-–—]\s+|:\s+/)
    // Without a label, a severity is defined by what stands behind a dash, or in a list of severities.
    const bare = after.length > 0 ? (head ?? '') : topic === 'severity' ? item.text : ''
    const lead = item.lead ?? (severityLabel(bare)?.number == null ? null : bare)
    if (lead === null) return []
    const rest = item.lead === null ? after.join(' – ') : item.rest
    return candidateOf(lead, item, topic, () => [
      { name: '', piece: item, text: rest },
      ...item.blocks.flatMap((block) => (block.kind === 'list' ? block.items.flatMap(labelled) : [])),
    ])
  })
  return distinct(found) && found.length * 2 > list.items.length ? found : []
}

function restOf(piece: Piece): Part {
  return { name: '', piece, text: piece.rest }
}

/** What stands below a heading of one severity, by its labels. Steps in order are what to do, not what it is. */
function partsOf(section: Section): Part[] {
  const announced = section.heading !== null && announcesSteps(section.heading.text)
  const own = section.blocks.flatMap((block): Part[] => {
    if (block.kind === 'text')
      return block.pieces.map((piece) => ({ name: piece.lead ?? '', piece, text: piece.rest }))
    if (block.kind !== 'list' || announced || isSteps(block)) return []
    return block.items.flatMap(labelled)
  })
  const below = section.sections.flatMap((one) => {
    const over = one.heading
    return partsOf(one).map((part) =>
      part.name === '' && over !== null ? { ...part, name: titleOf(over.text), over } : part,
    )
  })
  return [...own, ...below]
}

function isSteps(list: ListBlock): boolean {
  return list.items.length > 1 && (list.ordered || list.items.every((item) => item.box !== 'none'))
}

function labelled(item: ListBlock['items'][number]): Part[] {
  const below = item.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []))
  const name = item.lead ?? (below.length > 0 ? item.text.replace(/:$/, '') : '')
  const own =
    item.rest === '' || (below.length > 0 && item.lead === null)
      ? []
      : [{ name, piece: item, text: item.rest }]
  return [...own, ...below.map((piece) => ({ name, piece, text: piece.text, over: item }))]
}

function take({ label, piece, parts: gathered }: Candidate, notes: Notes): void {
  const parts = gathered()
  const known = notes.known.find((one) =>
    label.number === null
      ? one.key.toLowerCase() === label.key.toLowerCase()
      : one.number === label.number && one.family === label.family,
  )
  const key = known?.key ?? label.key.slice(0, 20)
  const nameCell =
    label.name === null
      ? parts.find(
          ({ name }) =>
            /^(?:name|title|label|severity|priority|level name|description)$/i.test(name) &&
            severityLabel(name) === null,
        )
      : undefined
  const named =
    nameCell !== undefined &&
    nameCell.text.length <= 40 &&
    nameCell.text.split(' ').length <= 4 &&
    !/[.!?]$/.test(nameCell.text)
      ? nameCell
      : undefined
  if (known === undefined) {
    const name = label.name ?? named?.text ?? null
    notes.know([...notes.known, { key, family: label.family, number: label.number, name }])
    notes.add('severity', piece, { key, name, alias: label.alias }, [named?.piece])
  } else {
    notes.add('severity', piece, { key, name: label.name, alias: label.alias })
  }
  for (const part of parts) {
    if (part.over !== undefined) notes.structure.add(part.over.line)
    if (part !== named) takePart(key, part, notes)
  }
}
