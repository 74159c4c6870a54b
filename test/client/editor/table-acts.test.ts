import { EditorState, TextSelection } from '@tiptap/pm/state'
import { describe, expect, it } from 'vitest'
import { contentSchema } from '../../../client/components/editor/extensions.ts'
import {
  actOnTable,
  newTable,
  type TableAct,
  tableOfLine,
} from '../../../client/components/editor/table-acts.ts'

const schema = contentSchema()

/** A state whose caret stands in the cell of that row and column. */
function inTable(rows: string[][], row: number, column: number): EditorState {
  const { table, tableRow, tableCell, paragraph, doc } = schema.nodes
  const made = table!.create(
    null,
    rows.map((cells) =>
      tableRow!.create(
        null,
        cells.map((words) =>
          tableCell!.create(null, paragraph!.create(null, words === '' ? null : schema.text(words))),
        ),
      ),
    ),
  )
  const state = EditorState.create({ schema, doc: doc!.create(null, [made, paragraph!.create()]) })
  let at = 1
  for (let n = 0; n < row; n++) at += made.child(n).nodeSize
  at += 1
  for (let n = 0; n < column; n++) at += made.child(row).child(n).nodeSize
  return state.apply(state.tr.setSelection(TextSelection.near(state.doc.resolve(at + 1))))
}

function acted(state: EditorState, act: TableAct | 'next' | 'previous'): EditorState {
  const tr = actOnTable(state, act)
  if (tr === null) throw new Error('not in a table')
  tr.doc.check()
  return state.apply(tr)
}

function cells(state: EditorState): string[][] {
  const rows: string[][] = []
  const [first] = [state.doc.firstChild]
  if (first?.type.name !== 'table') return rows
  first.forEach((row) => {
    const line: string[] = []
    row.forEach((cell) => void line.push(cell.textContent))
    rows.push(line)
  })
  return rows
}

describe('a table', () => {
  const two = [
    ['a', 'b'],
    ['c', 'd'],
  ]

  it('gains and loses rows and columns where the caret is', () => {
    expect(cells(acted(inTable(two, 0, 1), 'add-row'))).toEqual([
      ['a', 'b'],
      ['', ''],
      ['c', 'd'],
    ])
    expect(cells(acted(inTable(two, 1, 0), 'add-column'))).toEqual([
      ['a', '', 'b'],
      ['c', '', 'd'],
    ])
    expect(cells(acted(inTable(two, 0, 1), 'delete-row'))).toEqual([['c', 'd']])
    expect(cells(acted(inTable(two, 0, 1), 'delete-column'))).toEqual([['a'], ['c']])
    expect(acted(inTable(two, 0, 1), 'delete-table').doc.firstChild?.type.name).toBe('paragraph')
  })

  it('goes as a whole with its last row or column', () => {
    expect(cells(acted(inTable([['a', 'b']], 0, 0), 'delete-row'))).toEqual([])
    expect(cells(acted(inTable([['a'], ['b']], 0, 0), 'delete-column'))).toEqual([])
  })

  it('takes rows that two people left of different length', () => {
    const ragged = [['a'], ['b', 'c', 'd']]
    expect(cells(acted(inTable(ragged, 1, 2), 'add-column'))).toEqual([
      ['a', ''],
      ['b', 'c', 'd', ''],
    ])
    expect(cells(acted(inTable(ragged, 1, 0), 'delete-column'))).toEqual([['c', 'd']])
  })

  it('is walked with Tab, and grows at its end', () => {
    const next = acted(inTable(two, 0, 1), 'next')
    expect(next.selection.$from.parent.textContent).toBe('c')
    expect(cells(acted(inTable(two, 1, 1), 'next'))).toHaveLength(3)
    expect(acted(inTable(two, 1, 0), 'previous').selection.$from.parent.textContent).toBe('b')
  })

  it('comes out of a line of bars', () => {
    const { doc, paragraph } = schema.nodes
    const line = paragraph!.create(null, schema.text('| Service | State |'))
    const state = EditorState.create({ schema, doc: doc!.create(null, [line]) })
    const end = state.apply(state.tr.setSelection(TextSelection.atEnd(state.doc)))
    const tr = tableOfLine(end)
    if (tr === null) throw new Error('no table')
    expect(cells(state.apply(tr))).toEqual([
      ['Service', 'State'],
      ['', ''],
    ])
    expect(newTable(schema, ['x'], 1)?.childCount).toBe(2)
  })
})
