import type { Token } from 'markdown-it'
import { fromBox, outlineOf } from './boxes.ts'
import type { Block, CodeLine, Item, Piece, Section, TableBlock } from './document.ts'
import { readHtmlTable } from './html-tables.ts'
import { piecesOfInline, plainPiece } from './inline.ts'
import type { Source } from './lines.ts'
import { reader } from './markdown-reader.ts'
import { withoutPairs } from './pairs.ts'

export interface MarkdownPlan {
  plan: Section
  /** Lines that only say how others look, or that are hidden from who reads: fences, pictures, comments, marks of notes. */
  dressing: ReadonlySet<number>
}

/** Reads the Markdown of a plan. Never throws; what Markdown does not know is text. */
export function readMarkdown({ body: lines }: Source): MarkdownPlan {
  const tokens = reader.parse(lines.join('\n'), {})
  const walk: Walk = { tokens, at: 0, lines, dressing: new Set() }
  return { plan: sectionsOf(blocksUntil(walk, null), lines), dressing: walk.dressing }
}

interface Walk {
  tokens: Token[]
  at: number
  lines: readonly string[]
  dressing: Set<number>
}

interface Heading {
  kind: 'heading'
  level: number
  piece: Piece
}

function blocksUntil(walk: Walk, close: string | null): (Block | Heading)[] {
  const blocks: (Block | Heading)[] = []
  while (walk.at < walk.tokens.length) {
    const token = walk.tokens[walk.at]
    if (token === undefined || token.type === close) break
    walk.at++
    if (token.type === 'html_block') blocks.push(...htmlOf(walk, token))
    else {
      const block = blockOf(walk, token)
      if (block !== null) blocks.push(block)
    }
  }
  walk.at++
  return blocks
}

function blockOf(walk: Walk, token: Token): Block | Heading | null {
  const line = (token.map?.[0] ?? 0) + 1
  switch (token.type) {
    case 'heading_open': {
      const [piece] = inlineOf(walk, 'heading_close')
      return piece === undefined ? null : { kind: 'heading', level: Number(token.tag.slice(1)), piece }
    }
    case 'paragraph_open': {
      const pieces = inlineOf(walk, 'paragraph_close')
      return pieces.length === 0 ? null : { kind: 'text', pieces }
    }
    case 'bullet_list_open':
    case 'ordered_list_open':
      return listOf(walk, token.type === 'ordered_list_open')
    case 'table_open':
      // Its head is order, whatever the table turns out to be.
      walk.dressing.add(line)
      return withoutPairs(tableOf(walk))
    case 'fence':
    case 'code_block':
      return codeOf(walk, token, line)
    case 'blockquote_open': {
      const blocks = blocksUntil(walk, 'blockquote_close')
        .filter((block) => block.kind !== 'heading')
        .flatMap((block, i) => (i === 0 ? withoutMark(block, walk) : [block]))
      const lines: CodeLine[] = []
      for (let at = line; at <= (token.map?.[1] ?? line); at++)
        lines.push({ line: at, text: (walk.lines[at - 1] ?? '').replace(/^\s*>\s?/, '') })
      return { kind: 'quote', lines, blocks }
    }
    default:
      return null
  }
}

/** The pieces of the inline token that comes next, up to its closing token. */
function inlineOf(walk: Walk, close: string): Piece[] {
  const pieces: Piece[] = []
  for (; walk.at < walk.tokens.length; walk.at++) {
    const token = walk.tokens[walk.at]
    if (token === undefined || token.type === close) break
    if (token.type !== 'inline') continue
    const [from, to] = token.map ?? [0, 0]
    const own = piecesOfInline(token, from + 1, walk.lines)
    // Pictures and badges, and nothing else.
    if (own.length === 0) for (let at = from; at < to; at++) walk.dressing.add(at + 1)
    pieces.push(...own)
  }
  walk.at++
  return pieces
}

function listOf(walk: Walk, ordered: boolean): Block {
  const items: Item[] = []
  const close = ordered ? 'ordered_list_close' : 'bullet_list_close'
  for (; walk.at < walk.tokens.length && walk.tokens[walk.at]?.type !== close; ) {
    const token = walk.tokens[walk.at]
    walk.at++
    if (token?.type !== 'list_item_open') continue
    const line = (token.map?.[0] ?? 0) + 1
    const blocks = blocksUntil(walk, 'list_item_close').flatMap(asBlock)
    const first = blocks[0]
    const own = first?.kind === 'text' ? first.pieces[0] : undefined
    if (first?.kind === 'text' && own !== undefined) {
      first.pieces.shift()
      if (first.pieces.length === 0) blocks.shift()
    }
    items.push(itemOf(own ?? plainPiece('', line, walk.lines), blocks))
  }
  walk.at++
  return { kind: 'list', ordered, items }
}

/** `> [!NOTE]` says how a quote looks, and nothing. */
function withoutMark(block: Block, { lines: source, dressing }: Walk): Block[] {
  const [first, ...more] = block.kind === 'text' ? block.pieces : []
  const mark = first === undefined ? undefined : /^\[!\w+\]\s*/.exec(first.text)?.[0]
  if (first === undefined || mark === undefined) return [block]
  const text = first.text.slice(mark.length)
  const alone = /^[\s>]*\[!\w+\]\s*$/.test(source[first.line - 1] ?? '')
  if (alone) dressing.add(first.line)
  const line = alone ? first.line + 1 : first.line
  const { lead, rest, words } = plainPiece(text, line, source)
  const pieces =
    text === '' ? more : [{ ...first, line, words, text, lead: first.lead ?? lead, rest }, ...more]
  return pieces.length === 0 ? [] : [{ kind: 'text', pieces }]
}

/** A heading inside an item or a quote is a text like any other. */
function asBlock(block: Block | Heading): Block[] {
  return block.kind === 'heading' ? [{ kind: 'text', pieces: [block.piece] }] : [block]
}

function itemOf(piece: Piece, blocks: Block[]): Item {
  const found = /^(?:\[([ xX]?)\]|([☐□◻]|[☑☒✅]))\s+(.*)$/s.exec(piece.text)
  if (found === null) return { ...piece, box: 'none', blocks }
  const text = found[3] ?? ''
  const bare = plainPiece(text, piece.line, [], piece.words)
  const lead =
    piece.lead !== null && text.startsWith(piece.lead) ? { lead: piece.lead, rest: piece.rest } : bare
  const ticked = (found[1] ?? '').toLowerCase() === 'x' || /[☑☒✅]/.test(found[2] ?? '')
  return { ...piece, text, lead: lead.lead, rest: lead.rest, box: ticked ? 'ticked' : 'open', blocks }
}

function tableOf(walk: Walk): TableBlock {
  const rows: Piece[][] = []
  let row: Piece[] = []
  let cells: string[] = []
  let line = 1
  for (; walk.at < walk.tokens.length && walk.tokens[walk.at]?.type !== 'table_close'; walk.at++) {
    const token = walk.tokens[walk.at]
    if (token?.type === 'tr_open') {
      row = []
      line = (token.map?.[0] ?? 0) + 1
      cells = cellsOf(walk.lines[line - 1] ?? '')
      rows.push(row)
    }
    if (token?.type !== 'inline') continue
    const words = cells[row.length] ?? ''
    const [piece] = piecesOfInline(token, line, walk.lines)
    row.push(
      piece === undefined ? plainPiece('', line, walk.lines, words) : { ...piece, line, to: line, words },
    )
  }
  walk.at++
  return { kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) }
}

/** The cells of a row as they are written. */
function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim())
}

function codeOf(walk: Walk, token: Token, line: number): Block {
  const fenced = token.type === 'fence'
  const first = fenced ? line + 1 : line
  if (fenced) walk.dressing.add(line)
  const text = token.content.replace(/\n$/, '').split('\n')
  const lines = text.map((one, i): CodeLine => ({ line: first + i, text: one }))
  return fromBox(
    { kind: 'code', language: token.info.trim().split(/\s+/)[0]?.toLowerCase() ?? '', lines },
    walk.lines,
  )
}

/** A table, up to its end wherever blank lines stand in it; other HTML is text without its tags. */
function htmlOf(walk: Walk, token: Token): Block[] {
  const line = (token.map?.[0] ?? 0) + 1
  const table = readHtmlTable(walk.lines, line)
  if (table !== null) {
    const inside = ({ map }: Token) => map === null || map[0] < table.to
    for (let next = walk.tokens[walk.at]; next !== undefined && inside(next); next = walk.tokens[walk.at])
      walk.at++
    return table.blocks.map((block) => (block.kind === 'table' ? withoutPairs(block) : block))
  }
  let comment = false
  const hidden: number[] = []
  const pieces = token.content.split('\n').flatMap((text, i) => {
    const bare = text.replace(/<!--.*?-->/g, '')
    const before = comment
    comment = bare.includes('-->') || !before ? bare.includes('<!--') : before
    if (before || comment) hidden.push(line + i)
    if (before && !bare.includes('-->')) return []
    const plain = bare
      .replace(/<!--.*$/, '')
      .replace(/^.*-->/, '')
      .replace(/<\/?[a-zA-Z][^>]*>?/g, ' ')
      .trim()
    return plain === ''
      ? []
      : [plainPiece(plain, line + i, walk.lines, (walk.lines[line + i - 1] ?? '').trim())]
  })
  // A comment that never ends takes all that follows with it: nobody meant to hide that.
  if (!comment) for (const one of hidden) walk.dressing.add(one)
  return pieces.length === 0 ? [] : [{ kind: 'text', pieces }]
}

/** Puts what is below a heading into its section; a label that stands alone is a heading of the lowest level. */
function sectionsOf(blocks: (Block | Heading)[], lines: readonly string[]): Section {
  const plan: Section = { heading: null, level: 0, blocks: [], sections: [] }
  const open: Section[] = [plan]
  const begin = (heading: Piece, level: number) => {
    while ((open.at(-1)?.level ?? 0) >= level) open.pop()
    const section: Section = { heading, level, blocks: [], sections: [] }
    open.at(-1)?.sections.push(section)
    open.push(section)
  }
  for (const [i, block] of blocks.entries()) {
    if (block.kind === 'heading') begin(block.piece, block.level)
    else if (block.kind === 'text') {
      const last = block.pieces.at(-1)
      const next = blocks[i + 1]
      const over = next !== undefined && next.kind !== 'heading' && next.kind !== 'text'
      if (last !== undefined && standsAlone(last, over)) {
        if (block.pieces.length > 1)
          open.at(-1)?.blocks.push({ kind: 'text', pieces: block.pieces.slice(0, -1) })
        begin(last, 7)
      } else open.at(-1)?.blocks.push(block)
    } else if (block.kind === 'code') {
      const level = open.at(-1)?.level ?? 0
      open.at(-1)?.blocks.push(block)
      for (const { label, steps } of outlineOf(block, lines)) {
        const title = label.text.trim()
        const heading = plainPiece(title, label.line, lines, title)
        open.at(-1)?.sections.push({ heading, level: Math.max(7, level), blocks: [steps], sections: [] })
      }
    } else open.at(-1)?.blocks.push(block)
  }
  return lines.length === 0 ? { ...plan, blocks: [] } : plan
}

/** `**Symptoms:**` always, `Symptoms:` when a list, a table or code comes next. */
function standsAlone(piece: Piece, over: boolean): boolean {
  if (piece.lead !== null && piece.rest === '' && piece.text.length <= 120) return true
  return over && /[:：]$/.test(piece.text) && piece.text.length <= 80 && !/[.!?]\s/.test(piece.text)
}
