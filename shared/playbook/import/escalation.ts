import type { ListBlock, Piece, Section, TableBlock } from './document.ts'
import { titleOf } from './document.ts'
import type { Length } from './findings.ts'
import type { Notes } from './notes.ts'
import { structure } from './people.ts'
import { chainIn, isBlank, positionsIn } from './positions.ts'
import { severityLabel } from './severity-words.ts'
import { lengthsIn, markIn, rangeIn } from './times.ts'

/** Who is called when: levels, chains, conditions, drawn flows, tables and the matrix of first responders. */

export interface Route {
  id: string
  label: string
  heading: Piece | null
}

/** When a step comes, ms after the start: "(15-30 min)" begins at 15, "after 1 hour", "T+15", "60+ min". */
export function afterIn(text: string): Length | null {
  const mark = markIn(text)
  if (mark !== null) return { ms: mark, bound: 'inclusive' }
  const range = rangeIn(text)
  if (range !== null) return { ms: range.from, bound: 'inclusive' }
  const span = lengthsIn(text)[0]
  if (span === undefined)
    return /\bimmediate(?:ly)?\b|\bat once\b/i.test(text) ? { ms: 0, bound: 'inclusive' } : null
  const strict = /[>]|more than|longer than|over|exceed/i.test(span.words) && span.relation === 'after'
  return {
    ms: span.length.ms,
    bound: strict ? 'exclusive' : 'inclusive',
    ...(span.relation === 'bare' ? { bare: true } : {}),
  }
}

export function readEscalationList(list: ListBlock, route: Route, notes: Notes): boolean {
  if (readFlow(list, route, notes)) return true
  let taken = false
  const target = route.heading === null ? [] : targetOf(route.heading.text)
  const conditions = target.length > 0 && /\b(?:if|when|escalate|to)\b/i.test(route.heading?.text ?? '')
  // A list of which few name anybody is something to do, not whom to call.
  const named = list.items.filter(
    (item) =>
      positionsIn(item.rest).length + positionsIn(item.lead ?? '').length > 0 ||
      chainIn(item.rest).length > 1 ||
      item.blocks.length > 0,
  )
  if (!conditions && named.length * 2 < list.items.length) return false
  for (const item of list.items) {
    const chain = chainIn(item.rest)
    const below = item.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []))
    if (chain.length > 1) taken = readChain(item, chain, route, notes) || taken
    else if (conditions) {
      step(item, item.text, target, route, notes, true)
      taken = true
    } else {
      const own = item.lead === null ? [] : [...positionsIn(item.rest)]
      const all = own.length > 0 ? own : [...positionsIn(item.lead ?? ''), ...positionsIn(item.rest)]
      const to = all.length > 0 ? all : below.flatMap((one) => positionsIn(one.text))
      if (to.length === 0) continue
      step(item, item.text, to, route, notes)
      taken = true
      if (below.length > 0)
        for (const one of below) if (positionsIn(one.text).length > 0) notes.structure.add(one.line)
    }
  }
  return taken
}

/** "Escalate to Engineering Lead if", "CTO Escalation", "When to engage the VP": whom a heading is about. */
function targetOf(text: string): string[] {
  const title = titleOf(text)
  const to = /\b(?:escalate (?:directly )?to|engage|notify|page|contact|call|inform|involve)\s+(.*)$/i.exec(
    title,
  )?.[1]
  if (to !== undefined) return positionsIn(to)
  const before = /^(.+?)\s+escalation\b/i.exec(title)?.[1]
  return before === undefined ? [] : positionsIn(before)
}

export function readChain(piece: Piece, chain: readonly string[], route: Route, notes: Notes): boolean {
  const severities = notes.severities(piece.lead ?? '', piece)
  const path = severities.length > 0 ? notes.id('path', `${route.id}-${severities.join('-')}`) : route.id
  for (const one of chain) {
    const to = targets(one)
    if (to.length === 0) continue
    notes.add(
      'escalation',
      piece,
      {
        path,
        pathLabel: severities.length > 0 ? (piece.lead ?? route.label) : route.label,
        id: notes.id(`step:${path}`, one),
        label: one.slice(0, 200),
        to: to.map((position) => notes.contact(position, piece)),
        after: afterIn(one),
        severities,
        condition: null,
      },
      [route.heading],
    )
  }
  return true
}

function targets(text: string): string[] {
  const bare = text.replace(/\([^)]*\)/g, '').trim()
  const found = positionsIn(text)
  return found.length > 0
    ? found
    : bare.split(' ').length <= 4 && bare !== '' && !/\d/.test(bare)
      ? [bare]
      : []
}

function step(
  piece: Piece,
  text: string,
  to: readonly string[],
  route: Route,
  notes: Notes,
  limits = false,
): void {
  const condition =
    limits || /\b(?:if|when|for|only|unless|no response|not)\b|\(|:/i.test(text) || afterIn(text) === null
  notes.add(
    'escalation',
    piece,
    {
      path: route.id,
      pathLabel: route.label,
      id: notes.id(`step:${route.id}`, text),
      label: text.slice(0, 300),
      // Whom it is about may stand in the heading alone.
      to: to.map((position) =>
        notes.contact(position, piece, 'person', limits && route.heading !== null ? [route.heading] : []),
      ),
      after: afterIn(text),
      severities: notes.severities(text, piece),
      condition: condition ? text.slice(0, 400) : null,
    },
    [route.heading],
  )
}

/** A drawn flow: who, and between them in brackets why it goes on. The time in a box is how long it has. */
function readFlow(list: ListBlock, route: Route, notes: Notes): boolean {
  const bare = list.items.map((item) => item.text)
  if (!bare.some((text) => /^\(.*\)$/.test(text))) return false
  let why: Piece | null = null
  for (const item of list.items) {
    if (/^\(.*\)$/.test(item.text)) {
      why = item
      notes.structure.add(item.line)
      continue
    }
    const to = positionsIn(item.text)
    if (to.length === 0) continue
    // What stands at the arrow belongs to the box below it.
    const place = why === null ? item : { line: why.line, to: item.to, words: why.words }
    notes.add(
      'escalation',
      place,
      {
        path: route.id,
        pathLabel: route.label,
        id: notes.id(`step:${route.id}`, item.text),
        label: item.text.slice(0, 300),
        to: to.map((position) => notes.contact(position, item)),
        after: afterIn(item.text),
        severities: [],
        condition: why === null ? null : why.text.slice(1, -1),
      },
      [route.heading],
    )
    why = null
  }
  return true
}

export function readEscalationTable(table: TableBlock, route: Route, notes: Notes): boolean {
  if (readMatrix(table, route, notes)) return true
  const heads = table.head.map((cell) => cell.text)
  const find = (rule: RegExp) => heads.findIndex((head) => rule.test(head))
  const when = find(/time|after|when|window|trigger|duration|elapsed|condition|criteria/i)
  const whoNamed = find(/who|contact|escalate|notify|person|target|owner|responder|role|position|team/i)
  const who = whoNamed === when ? -1 : whoNamed
  if (who < 0) return false
  let taken = false
  for (const row of table.rows) {
    const piece = row[who]
    if (piece === undefined || isBlank(piece.text)) continue
    const to = targets(piece.text)
    if (to.length === 0) continue
    const text = row.map((cell) => cell.text).join(', ')
    const time = when < 0 ? null : (row[when] ?? null)
    notes.add(
      'escalation',
      time !== null && time.words !== '' ? { ...piece, words: piece.words } : piece,
      {
        path: route.id,
        pathLabel: route.label,
        id: notes.id(`step:${route.id}`, `${row[0]?.text ?? ''} ${piece.text}`),
        label: (row[0] === piece ? piece.text : `${row[0]?.text ?? ''}: ${piece.text}`).slice(0, 300),
        to: to.map((position) => notes.contact(position, piece)),
        after: time === null ? null : afterIn(time.text),
        severities: notes.severities(text, piece),
        condition: time === null || afterIn(time.text) !== null ? null : time.text.slice(0, 400),
      },
      [route.heading],
    )
    taken = true
  }
  if (taken) structure(table, notes)
  return taken
}

/** Severities as columns, the first responder as the row. */
function readMatrix(table: TableBlock, route: Route, notes: Notes): boolean {
  const columns = table.head.map((cell) => {
    const label = severityLabel(cell.text)
    const known =
      label === null
        ? undefined
        : notes.known.find((one) =>
            label.number === null
              ? one.name?.toLowerCase() === label.key.toLowerCase()
              : one.number === label.number && one.family === label.family,
          )
    return known?.key ?? null
  })
  if (columns.filter((key) => key !== null).length < 2) return false
  const corner = table.head[0]
  const over = corner === undefined || corner.text === '' ? route.heading : corner
  const label = (over?.text ?? route.label).slice(0, 300)
  for (const row of table.rows) {
    const first = row[0]
    if (first === undefined || first.text === '') continue
    const responder = notes.contact(first.text, first)
    for (const [i, cell] of row.entries()) {
      const severity = columns[i]
      if (severity === undefined || severity === null || isBlank(cell.text)) continue
      const action = /backlog/i.test(cell.text)
        ? 'backlog'
        : /assign.*team/i.test(cell.text)
          ? 'assign-to-team'
          : null
      const chain = chainIn(cell.text)
      const to =
        action !== null
          ? []
          : (chain.length > 0 ? chain : targets(cell.text)).map((one) => notes.contact(one, cell))
      notes.add(
        'escalation-cell',
        cell,
        {
          first: responder,
          severity,
          to,
          action,
          text: cell.text.slice(0, 300),
          label,
        },
        [table.head[i], over],
      )
    }
  }
  structure(table, notes)
  return true
}

/** A heading that is itself a level: `### Level 2: Engineering Manager (30 minutes)`. */
export function readLevelHeading(section: Section, route: Route, notes: Notes): boolean {
  const heading = section.heading
  if (
    heading === null ||
    !/\b(?:level|tier|l|stage|step)[\s-]*\d|\bT\s*\+|\d+\s*(?:min|hour|h\b)/i.test(heading.text)
  )
    return false
  const title = heading.text.replace(/^.*?\b(?:level|tier|l|stage|step)[\s-]*\d\s*[:–—-]?\s*/i, '')
  const to = positionsIn(title)
  const lines = section.blocks.flatMap((block) =>
    block.kind === 'list' ? block.items : block.kind === 'text' ? block.pieces : [],
  )
  const named =
    to.length > 0
      ? { piece: heading, to }
      : lines.map((piece) => ({ piece, to: positionsIn(piece.rest) })).find((one) => one.to.length > 0)
  if (named === undefined) return false
  const time =
    afterIn(heading.text) === null
      ? lines.find(
          (piece) =>
            /time|after|within|when|respon|elapsed/i.test(piece.text) && afterIn(piece.text) !== null,
        )
      : heading
  notes.add(
    'escalation',
    named.piece,
    {
      path: route.id,
      pathLabel: route.label,
      id: notes.id(`step:${route.id}`, heading.text),
      label: heading.text.slice(0, 300),
      to: named.to.map((position) => notes.contact(position, named.piece)),
      after: time === undefined ? null : afterIn(time.text),
      severities: notes.severities(heading.text, heading),
      condition: null,
    },
    [route.heading, heading, time],
  )
  if (time !== undefined) notes.structure.add(time.line)
  notes.structure.add(heading.line)
  return true
}
