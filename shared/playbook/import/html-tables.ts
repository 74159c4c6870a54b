import type { Block, Cell, Piece, TableBlock } from './document.ts'
import { plainPiece } from './inline.ts'
import { longestLine } from './lines.ts'

/** Tables that a plan writes in HTML, as Markdown allows: rows and cells with the lines they stand on. */

interface Open {
  head: boolean
  /** Rows below that it reaches into, its own not counted. */
  down: number
  across: number
  pieces: Piece[]
  text: string
  line: number
}

const tag = /<!--|-->|<(\/?)([a-z][a-z0-9]*)\b([^<>]*)>|\n/gi
const breaks = /^(?:p|li|ul|ol|br|div|dd|dt|h[1-6])$/
/** More columns than a table has: the next cell begins a row. */
const mostColumns = 60
/** Cells that spans repeat, for each that is written: more than that is no table that somebody reads. */
const mostRepeats = 8
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  quot: '"',
  apos: "'",
}

/**
 * Reads the table that begins on line `from`, up to its end or the end of the text. `to` is its last line; what stands
 * across all columns is text beside it. Null where no table begins.
 */
export function readHtmlTable(
  source: readonly string[],
  from: number,
): { blocks: Block[]; to: number } | null {
  if (!/^\s*<table\b/i.test(source[from - 1] ?? '')) return null
  let to = from
  while (to < source.length && !/<\/table\s*>/i.test(source[to - 1] ?? '')) to++
  const rows = rowsOf(source, from, to)
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const across = rows.filter((row) => row.length === 1 && width > 1).flat()
  const full = rows.filter((row) => row.length > 1 || width === 1)
  const blocks: Block[] = []
  const table = tableOf(full)
  if (table !== null) blocks.push(table)
  const said = across.flatMap(({ cell }) => cell.lines ?? [cell]).filter((piece) => piece.text !== '')
  if (said.length > 0) blocks.push({ kind: 'text', pieces: said })
  return { blocks, to }
}

interface Read {
  cell: Cell
  head: boolean
}

function tableOf(rows: readonly Read[][]): TableBlock | null {
  const [first, ...rest] = rows
  if (first === undefined) return null
  const cells = (row: readonly Read[]) => row.map(({ cell }) => cell)
  // Heads at the left of every row name what is to the right of them: there is no row of heads.
  const sided = rows.every((row) => row.length === 2 && row[0]?.head === true && row[1]?.head === false)
  if (sided) return { kind: 'table', head: [], rows: rows.map(cells) }
  return { kind: 'table', head: cells(first), rows: rest.map(cells) }
}

function rowsOf(source: readonly string[], from: number, to: number): Read[][] {
  const text = source.slice(from - 1, to).join('\n')
  const rows: Read[][] = []
  let reaching: { at: number; below: number; read: Read }[] = []
  let row: Read[] | null = null
  let open: Open | null = null
  let line = from
  let at = 0
  let comment = false
  let spare = mostColumns
  const repeat = (into: Read[], read: Read) => {
    into.push(read)
    spare--
  }
  const flush = () => {
    if (open === null) return
    const words = decoded(open.text)
    if (words.trim() !== '')
      open.pieces.push(plainPiece(words, open.line, source, wordsAt(source, open.line)))
    open.text = ''
  }
  const closeCell = () => {
    flush()
    if (open === null) return
    const read = { cell: cellOf(open.pieces, open.line, source), head: open.head }
    row ??= []
    if (open.down > 0) reaching.push({ at: row.length, below: rows.length + open.down, read })
    row.push(read)
    spare += mostRepeats
    for (let more = 1; more < open.across && row.length < mostColumns && spare > 0; more++)
      if (row.length > 1) repeat(row, read)
    open = null
  }
  const closeRow = () => {
    closeCell()
    if (row !== null && row.length > 0) rows.push(row)
    row = null
    reaching = reaching.filter(({ below }) => below >= rows.length)
  }
  const fill = () => {
    for (const one of reaching)
      if (one.at === row?.length && one.below >= rows.length && spare > 0) repeat(row, one.read)
  }
  for (const found of text.matchAll(tag)) {
    if (!comment && open !== null) {
      const words = text.slice(at, found.index)
      if (open.text.trim() === '' && words.trim() !== '') open.line = line
      open.text += words
    }
    at = found.index + found[0].length
    if (found[0] === '\n') {
      line++
      if (!comment && open !== null) open.text += ' '
      if (open !== null && open.text.length > longestLine) flush()
      continue
    }
    if (found[0] === '<!--') comment = true
    else if (found[0] === '-->') comment = false
    if (comment || found[0] === '-->') continue
    const name = (found[2] ?? '').toLowerCase()
    const closes = found[1] === '/'
    if (name === 'tr') {
      closeRow()
      if (!closes) {
        row = []
        fill()
      }
    } else if (name === 'td' || name === 'th') {
      closeCell()
      if (row !== null && row.length >= mostColumns) closeRow()
      if (!closes) {
        row ??= []
        fill()
        open = {
          head: name === 'th',
          down: spanOf(found[3], 'rowspan') - 1,
          across: spanOf(found[3], 'colspan'),
          pieces: [],
          text: '',
          line,
        }
      }
    } else if (open !== null && breaks.test(name)) flush()
  }
  if (open !== null) open.text += text.slice(at)
  closeRow()
  return rows
}

function cellOf(pieces: readonly Piece[], line: number, source: readonly string[]): Cell {
  const [first, ...more] = pieces
  if (first === undefined) return plainPiece('', line, source, wordsAt(source, line))
  if (more.length === 0) return first
  const text = pieces.map((piece) => piece.text).join(' ')
  return { ...first, to: pieces.at(-1)?.line ?? first.line, text, lead: null, rest: text, lines: pieces }
}

function wordsAt(source: readonly string[], line: number): string {
  return (source[line - 1] ?? '').trim()
}

/** How many rows or columns a cell takes; never more than a table of a plan has. */
function spanOf(attributes: string | undefined, name: string): number {
  const found = new RegExp(`\\b${name}\\s*=\\s*["']?(\\d{1,3})`, 'i').exec(attributes ?? '')
  return Math.min(Math.max(Number(found?.[1] ?? 1), 1), 50)
}

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|([a-z]+));/gi,
    (whole, code: string | undefined, name: string | undefined) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole
      const point = Number(code)
      return point > 31 && point < 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : whole
    },
  )
}
