import { day } from '../duration.ts'
import type { Block, Item, Piece, Section, TableBlock } from './document.ts'
import { titleOf } from './document.ts'
import type { WayKind } from './findings.ts'
import type { Notes } from './notes.ts'
import { isBlank, positionsIn, roleKindOf } from './positions.ts'
import { alwaysIn, calendarIn } from './times.ts'

/** Roles, contacts and who is on call. */

/** A role with what it does, from a heading, a row or an item. */
export function readRole(
  piece: Piece,
  duties: readonly { piece: Piece; text: string }[],
  notes: Notes,
): void {
  const title = titleOf(piece.lead !== null && duties.length > 0 ? piece.lead : piece.text)
  const found = /^(.*?)\s*\(([^)]{1,24})\)\s*$/.exec(title)
  const name = (found?.[1] ?? title).slice(0, 120)
  if (name === '' || name.split(/\s+/).length > 7) return
  const short = found?.[2] !== undefined && /^[A-Z&/]{2,6}$/.test(found[2]) ? found[2] : null
  const known = notes.all('role').find((one) => one.value.name.toLowerCase() === name.toLowerCase())
  const id = known?.value.id ?? notes.id('role', name)
  if (known === undefined) notes.add('role', piece, { id, name, short, role: roleKindOf(name) })
  for (const duty of duties)
    if (duty.text.trim() !== '') notes.add('duty', duty.piece, { role: id, text: duty.text.slice(0, 500) })
}

export function readRoleTable(table: TableBlock, notes: Notes): boolean {
  const name = table.head.findIndex((cell) => /\brole\b|position|title|function|responsib/i.test(cell.text))
  const column = name < 0 ? 0 : name
  if (table.head.length < 2) return false
  for (const row of table.rows) {
    const piece = row[column]
    if (piece === undefined || piece.text === '') continue
    const duties = row.flatMap((cell, i) => (i === column || isBlank(cell.text) ? [] : sentences(cell)))
    readRole(piece, duties, notes)
  }
  structure(table, notes)
  return true
}

export function readRoleItem(item: Item, notes: Notes): boolean {
  const below = item.blocks.flatMap(textsOf)
  const dashed = /^([^–—]{2,50}?)\s+[-–—]\s+(.+)$/.exec(item.text)
  if (item.lead === null && dashed === null && below.length === 0) {
    // A name alone is a role when it is one anybody knows.
    if (roleKindOf(item.text) === 'other' || item.text.split(' ').length > 5) return false
    readRole(item, [], notes)
    return true
  }
  if (item.lead !== null)
    readRole(item, [...(item.rest === '' ? [] : [{ piece: item, text: item.rest }]), ...below], notes)
  else if (dashed !== null)
    readRole({ ...item, lead: dashed[1] ?? '' }, [{ piece: item, text: dashed[2] ?? '' }, ...below], notes)
  else readRole({ ...item, lead: item.text.replace(/:$/, '') }, below, notes)
  return true
}

/** Texts of a section that say what a role does. */
export function dutiesOf(section: Section): { piece: Piece; text: string }[] {
  return [...section.blocks.flatMap(textsOf), ...section.sections.flatMap((one) => dutiesOf(one))]
}

function textsOf(block: Block): { piece: Piece; text: string }[] {
  switch (block.kind) {
    case 'text':
      return block.pieces.map((piece) => ({ piece, text: piece.text }))
    case 'list':
      return block.items.flatMap((item) => [
        { piece: item, text: item.text },
        ...item.blocks.flatMap(textsOf),
      ])
    case 'quote':
      return block.blocks.flatMap(textsOf)
    case 'table':
    case 'code':
      return []
  }
}

function sentences(cell: Piece): { piece: Piece; text: string }[] {
  return cell.text.split(/(?<=[.;])\s+(?=[A-Z])/).map((text) => ({ piece: cell, text: text.trim() }))
}

/** A table of people: a row is a position with ways to reach it; columns of tiers make it a team. */
export function readContactTable(table: TableBlock, notes: Notes): boolean {
  const heads = table.head.map((cell) => cell.text)
  const tiers = heads.flatMap((head, i) =>
    /primary|secondary|tertiary|backup|first|second|escalation/i.test(head) ? [i] : [],
  )
  if (tiers.length >= 1 && /team|service|area|component|group/i.test(heads[0] ?? ''))
    return readTeams(table, tiers, notes)
  const ways = heads.map(wayOf)
  const position = heads.findIndex((head) =>
    /role|position|title|team|service|vendor|provider|function|organi[sz]ation|contact type|level|department/i.test(
      head,
    ),
  )
  const column = position < 0 ? heads.findIndex((head) => /name|who|contact/i.test(head)) : position
  if (column < 0 || !ways.some((way, i) => way !== null && i !== column)) return false
  for (const row of table.rows) {
    const piece = row[column]
    if (piece === undefined || isBlank(piece.text)) continue
    const supplier = /vendor|provider|supplier|external/i.test(heads[column] ?? '')
    const contact = notes.contact(piece.text, piece, supplier ? 'supplier' : 'person')
    for (const [i, cell] of row.entries()) {
      const way = ways[i]
      if (i === column || way === undefined || way === null) continue
      notes.add('way', cell.words === '' ? piece : cell, {
        contact,
        way,
        address: isBlank(cell.text) ? null : addressOf(cell.text),
      })
    }
    notes.structure.add(piece.line)
  }
  structure(table, notes)
  return true
}

function readTeams(table: TableBlock, tiers: readonly number[], notes: Notes): boolean {
  const coverage = table.head.findIndex((cell) => /coverage|hours|availab/i.test(cell.text))
  for (const row of table.rows) {
    const piece = row[0]
    if (piece === undefined || isBlank(piece.text)) continue
    const hours = coverage < 0 ? null : (row[coverage] ?? null)
    const team = notes.id('team', piece.text)
    notes.add(
      'team',
      { ...piece, words: piece.words },
      { id: team, label: piece.text.slice(0, 200), always: hours !== null && alwaysIn(hours.text) === true },
    )
    if (hours !== null && alwaysIn(hours.text) !== null)
      notes.add('coverage', hours, {
        severities: [],
        always: alwaysIn(hours.text) === true,
        text: hours.text,
      })
    for (const i of tiers) {
      const cell = row[i]
      const head = table.head[i]
      if (cell === undefined || head === undefined || cell.text === '') continue
      const who = isBlank(cell.text) ? `${piece.text} ${head.text}` : cell.text
      notes.add(
        'tier',
        cell,
        {
          team,
          id: notes.id(`tier:${team}`, head.text),
          label: head.text.slice(0, 200),
          contact: notes.contact(who, cell, 'person', [head]),
        },
        [head],
      )
    }
  }
  structure(table, notes)
  return true
}

const wayRules: readonly [WayKind, RegExp][] = [
  ['email', /e-?mail/i],
  ['phone', /phone|mobile|cell\b|tel\b|number/i],
  ['page', /pager|pagerduty|opsgenie/i],
  ['sms', /\bsms\b/i],
  ['chat', /slack|chat|handle|teams\b|discord/i],
  ['any', /contact|reach|how|details|method/i],
]

function wayOf(text: string): WayKind | null {
  return wayRules.find(([, rule]) => rule.test(text))?.[0] ?? null
}

/** `**Primary:** [Name] - [Phone] - [Email]`, `Legal: legal@company.com`, `Security Team: @security`. */
export function readContactItem(item: Piece & { blocks?: Block[] }, notes: Notes): boolean {
  const below = (item.blocks ?? []).flatMap(textsOf)
  if (item.lead === null || (item.rest === '' && below.length === 0)) return false
  if (/^(?:schedule|coverage|rotation|hours|note|link|process|important|last)/i.test(item.lead)) return false
  const parts = [...splitAddress(item.rest), ...below.flatMap(({ text }) => splitAddress(text))]
  const reachable = parts.filter((part) => isBlank(part) || addressWay(part) !== null)
  if (reachable.length === 0) return false
  const contact = notes.contact(
    item.lead,
    item,
    /provider|registrar|vendor|cloud|hosting|supplier|isp\b/i.test(item.lead) ? 'supplier' : 'person',
  )
  for (const part of splitAddress(item.rest)) readWay(part, contact, item, notes)
  for (const { piece, text } of below)
    for (const part of splitAddress(text)) readWay(part, contact, piece, notes)
  return true
}

/** Ways below a label that is the position: `- Email: x@y.z`. */
export function readWays(position: Piece, section: Section, notes: Notes): boolean {
  const lines = section.blocks.flatMap(textsOf)
  // Labels that are positions make each line a contact of its own.
  if (lines.some(({ piece }) => piece.lead !== null && wayOf(piece.lead) === null)) return false
  const found = lines.filter(({ text }) => splitAddress(text).some((part) => addressWay(part) !== null))
  if (found.length === 0 || found.length * 2 < lines.length) return false
  const contact = notes.contact(titleOf(position.text), position)
  for (const { piece, text } of lines)
    for (const part of splitAddress(text)) readWay(part, contact, piece, notes)
  return true
}

function readWay(part: string, contact: string, piece: Piece, notes: Notes): void {
  const named = /^(e-?mail|phone|mobile|slack|sms|pager|cell|tel|chat)\s*[:：]?\s*(.*)$/i.exec(part)
  const rest = named?.[2] ?? part
  const way = named?.[1] !== undefined ? wayOf(named[1]) : (addressWay(part) ?? null)
  if (way === null) return
  const blank = isBlank(rest)
  notes.add('way', piece, { contact, way, address: blank ? null : addressOf(rest) })
}

function addressOf(text: string): string | null {
  const bare = text.replace(/\s*\([^)]*\)\s*$/, '').trim()
  return bare === '' || isBlank(bare) ? null : bare.slice(0, 300)
}

function splitAddress(text: string): string[] {
  return text
    .split(/\s+[-–—|]\s+|\s*[,;]\s+/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** How an address is used, by its form; a blank by the word in it. */
function addressWay(text: string): WayKind | null {
  if (/\S@\S+\.\S/.test(text)) return 'email'
  if (/^(?:[+(]?\d[\d\s().-]{5,})/.test(text.replace(/^[a-z]+:\s*/i, ''))) return 'phone'
  if (/^(?:slack:?\s*)?[@#][\w-]+/i.test(text)) return 'chat'
  if (/^(?:slack|e-?mail|phone|mobile|sms|pager|cell)\s*[:：]/i.test(text)) return wayOf(text)
  if (!isBlank(text) || /name/i.test(text)) return null
  return wayOf(text)
}

/** Lines of an on-call section that are no contact: rotation and hours of coverage. */
export function readOnCallLine(piece: Piece, notes: Notes): boolean {
  let taken = false
  const interval = calendarIn(piece.text)
  if (interval !== null && /rotat|schedule|shift|hand/i.test(piece.text)) {
    const found = /^(\d+) (week|month)/.exec(interval)
    if (found?.[2] === 'week') {
      notes.add('rotation', piece, { length: { ms: Number(found[1]) * 7 * day, bound: 'inclusive' } })
      taken = true
    }
  }
  for (const part of piece.text.split(/[,;]\s*/)) {
    const always = alwaysIn(part)
    if (always === null) continue
    notes.add('coverage', piece, {
      severities: notes.severities(part, piece),
      always,
      text: part.slice(0, 300),
    })
    taken = true
  }
  return taken
}

/** Positions named in a line where contacts are listed without addresses. */
export function readPositions(piece: Piece, notes: Notes): boolean {
  if (piece.text.length > 60) return false
  const positions = positionsIn(piece.text)
  for (const position of positions) notes.contact(position, piece)
  return positions.length > 0
}

/** A table's head only names its columns. */
export function structure(table: TableBlock, notes: Notes): void {
  for (const cell of table.head) notes.structure.add(cell.line)
}
