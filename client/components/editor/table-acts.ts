import { Fragment, type Node, type Schema } from '@tiptap/pm/model'
import { type EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'

/** What the menu of a table does, in its words. */
export const tableActs = {
  'add-row': 'Row below',
  'add-column': 'Column right',
  'delete-row': 'Delete row',
  'delete-column': 'Delete column',
  'delete-table': 'Delete table',
} as const
export type TableAct = keyof typeof tableActs

export interface TablePlace {
  table: Node
  /** Position of the table itself. */
  start: number
  row: number
  column: number
}

/** The table the selection stands in, and the cell. */
export function placeIn(state: EditorState): TablePlace | null {
  const { $from } = state.selection
  for (let depth = $from.depth; depth > 0; depth--)
    if ($from.node(depth).type.name === 'table')
      return {
        table: $from.node(depth),
        start: $from.before(depth),
        row: $from.index(depth),
        column: $from.depth > depth ? $from.index(depth + 1) : 0,
      }
  return null
}

/** A table of so many columns: a row of headings and `rows` empty ones. Null in a schema without tables. */
export function newTable(schema: Schema, headings: readonly string[], rows: number): Node | null {
  const { table, tableRow, tableHeader, paragraph } = schema.nodes
  if (table === undefined || tableRow === undefined || tableHeader === undefined || paragraph === undefined)
    return null
  const head = headings.map((words) =>
    tableHeader.create(null, paragraph.create(null, words === '' ? null : schema.text(words))),
  )
  const empty = () =>
    tableRow.create(
      null,
      headings.map(() => emptyCell(schema, 'tableCell')),
    )
  return table.create(null, [tableRow.create(null, head), ...Array.from({ length: rows }, empty)])
}

/** The transaction of an act in the table of the selection; null where it means nothing. */
export function actOnTable(state: EditorState, act: TableAct | 'next' | 'previous'): Transaction | null {
  const place = placeIn(state)
  if (place === null) return null
  const { table, start, row, column } = place
  const { tr, schema } = state
  switch (act) {
    case 'add-row': {
      const at = rowStart(place, row) + table.child(row).nodeSize
      tr.insert(at, emptyRow(schema, columnsOf(table)))
      return caretIn(tr, at + 1)
    }
    case 'add-column': {
      for (let n = table.childCount - 1; n >= 0; n--) {
        const line = table.child(n)
        const before = Math.min(column + 1, line.childCount)
        const kind = line.child(before - 1).type.name === 'tableHeader' ? 'tableHeader' : 'tableCell'
        tr.insert(cellStart(place, n, before), emptyCell(schema, kind))
      }
      return tr
    }
    case 'delete-row':
      if (table.childCount === 1) return tr.delete(start, start + table.nodeSize)
      return tr.delete(rowStart(place, row), rowStart(place, row) + table.child(row).nodeSize)
    case 'delete-column': {
      if (columnsOf(table) === 1) return tr.delete(start, start + table.nodeSize)
      for (let n = table.childCount - 1; n >= 0; n--) {
        const line = table.child(n)
        if (column >= line.childCount) continue
        // A shorter row that would be left without a cell goes as a whole.
        const alone = line.childCount === 1
        const from = alone ? rowStart(place, n) : cellStart(place, n, column)
        tr.delete(from, from + (alone ? line : line.child(column)).nodeSize)
      }
      return tr
    }
    case 'delete-table':
      return tr.delete(start, start + table.nodeSize)
    case 'next': {
      if (column + 1 < table.child(row).childCount) return caretIn(tr, cellStart(place, row, column + 1))
      if (row + 1 < table.childCount) return caretIn(tr, cellStart(place, row + 1, 0))
      return actOnTable(state, 'add-row')
    }
    case 'previous': {
      if (column > 0) return caretIn(tr, cellStart(place, row, column - 1))
      if (row === 0) return tr
      return caretIn(tr, cellStart(place, row - 1, table.child(row - 1).childCount - 1))
    }
  }
}

const line = /^\|(.+)\|\s*$/

/** A line of the form `| a | b |` at the caret's end becomes a table with these headings. */
export function tableOfLine(state: EditorState): Transaction | null {
  const { $from, empty } = state.selection
  if (!empty || $from.parent.type.name !== 'paragraph' || $from.depth !== 1) return null
  if ($from.parentOffset !== $from.parent.content.size) return null
  const found = line.exec($from.parent.textContent)
  if (found?.[1] === undefined) return null
  const headings = found[1].split('|').map((words) => words.trim())
  const table = newTable(state.schema, headings, 1)
  if (table === null) return null
  const tr = state.tr.replaceWith($from.before(), $from.after(), table)
  return caretIn(tr, $from.before() + 1 + table.child(0).nodeSize + 1)
}

function columnsOf(table: Node): number {
  let most = 1
  table.forEach((row) => {
    most = Math.max(most, row.childCount)
  })
  return most
}

function rowStart({ table, start }: TablePlace, row: number): number {
  let at = start + 1
  for (let n = 0; n < row; n++) at += table.child(n).nodeSize
  return at
}

function cellStart(place: TablePlace, row: number, column: number): number {
  let at = rowStart(place, row) + 1
  for (let n = 0; n < column; n++) at += place.table.child(row).child(n).nodeSize
  return at
}

function emptyCell(schema: Schema, kind: 'tableCell' | 'tableHeader'): Node {
  const type = schema.nodes[kind]
  const paragraph = schema.nodes.paragraph
  if (type === undefined || paragraph === undefined) throw new Error('This schema has no tables.')
  return type.create(null, paragraph.create())
}

function emptyRow(schema: Schema, columns: number): Node {
  const type = schema.nodes.tableRow
  if (type === undefined) throw new Error('This schema has no tables.')
  return type.create(
    null,
    Fragment.fromArray(Array.from({ length: columns }, () => emptyCell(schema, 'tableCell'))),
  )
}

/** The caret into the cell or row that begins at `at`. */
function caretIn(tr: Transaction, at: number): Transaction {
  return tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1)))
}
