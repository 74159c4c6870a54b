import { withoutSignsBefore } from './words.ts'

/** A plan as its Markdown says it: sections with blocks, every piece of text with the line it stands on. */

/** Where something stands: lines from 1, the last included, and the words of the first of them. */
export interface Place {
  line: number
  to: number
  /** A piece of the line, exactly as it is written there. */
  words: string
}

/** What something is called, with the headings and labels those words stand on. */
export interface Title {
  text: string
  over: readonly (Place | null)[]
}

/** A paragraph's line, a list item's own text, a heading or a table cell. */
export interface Piece extends Place {
  /** Without the signs of Markdown. */
  text: string
  /** What stands before the rest and names it: `**Primary:** Kim`. */
  lead: string | null
  /** The text after the lead; the whole text without one. */
  rest: string
  links: readonly Link[]
  /** Pieces of code inside the text. */
  codes: readonly string[]
}

export interface Link {
  text: string
  address: string
}

export interface Item extends Piece {
  /** Whether it has a box, and whether that is ticked. */
  box: 'none' | 'open' | 'ticked'
  blocks: Block[]
}

export interface CodeLine {
  line: number
  text: string
}

export interface TextBlock {
  kind: 'text'
  pieces: Piece[]
}
export interface ListBlock {
  kind: 'list'
  ordered: boolean
  items: Item[]
}
/** A cell; one of several lines has them beside its whole text. */
export interface Cell extends Piece {
  lines?: readonly Piece[]
}
export interface TableBlock {
  kind: 'table'
  head: Cell[]
  rows: Cell[][]
}
export interface CodeBlock {
  kind: 'code'
  language: string
  lines: CodeLine[]
}
/** Quoted text: its lines as they read, for templates, and the blocks they are. */
export interface QuoteBlock {
  kind: 'quote'
  lines: CodeLine[]
  blocks: Block[]
}
export type Block = TextBlock | ListBlock | TableBlock | CodeBlock | QuoteBlock

/** A heading, or a line that stands alone as one, with what is below it. */
export interface Section {
  heading: Piece | null
  /** 1 to 6 as in Markdown, 7 for a line in bold or with a colon that stands over a list; 0 for the plan itself. */
  level: number
  blocks: Block[]
  sections: Section[]
}

/** Every piece of a block, in order, those below items included. */
export function piecesOf(block: Block): Piece[] {
  switch (block.kind) {
    case 'text':
      return block.pieces
    case 'list':
      return block.items.flatMap((item) => [item, ...item.blocks.flatMap(piecesOf)])
    case 'table':
      return [...block.head, ...block.rows.flat()]
    case 'code':
      return []
    case 'quote':
      return block.blocks.flatMap(piecesOf)
  }
}

/** Every block of a section and of the sections below it. */
export function blocksOf(section: Section): Block[] {
  return [...section.blocks, ...section.sections.flatMap(blocksOf)]
}

/** Every code block, those inside items and quotes included. */
export function codesOf(blocks: readonly Block[]): CodeBlock[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'code') return [block]
    if (block.kind === 'list') return block.items.flatMap((item) => codesOf(item.blocks))
    return block.kind === 'quote' ? codesOf(block.blocks) : []
  })
}

/** A heading as a name: without its number, "Step 2:" and when it takes place. */
export function plainTitle(text: string): string {
  const bare = titleOf(titleOf(text).replace(/^(?:phase|step|stage)\s*\d+\s*[:.–—-]+\s*/i, '')).replace(
    /\s*\((?:[^)]*\d[^)]*(?:min|hour|day|h|m)[^)]*|immediate(?:ly)?)\)\s*$/i,
    '',
  )
  return bare === '' ? titleOf(text) : bare
}

/** The words of a heading without its number: `3.1 Roles` and `Step 2: Roles` are `Roles`. */
export function titleOf(text: string): string {
  const plain = withoutSignsBefore(text, '<[{(')
    .replace(/^(?:\d+(?:\.\d+)*[.):]?|[A-Z][.)])\s+/, '')
    .replace(/[:：]\s*$/, '')
    .trim()
  return plain === '' ? text.trim() : plain
}
