import { Node } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { actOnTable, placeIn, type TableAct, tableActs, tableOfLine } from './table-acts.ts'

/**
 * Plain tables: rows of cells of paragraphs, the first row may be headings. Nothing spans, and nothing is repaired
 * by itself: a row that two people left shorter is drawn shorter, because opening a document must not change it.
 */
export const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: () => ['table', ['tbody', 0]],

  addNodeView() {
    return ({ view }) => {
      const dom = document.createElement('div')
      dom.className = 'table'
      const table = document.createElement('table')
      const body = document.createElement('tbody')
      table.append(body)
      const bar = document.createElement('div')
      bar.className = 'table-bar'
      bar.contentEditable = 'false'
      for (const act of Object.keys(tableActs) as TableAct[]) {
        const button = document.createElement('button')
        button.type = 'button'
        button.textContent = tableActs[act]
        button.addEventListener('mousedown', (event) => event.preventDefault())
        button.addEventListener('click', () => {
          const tr = actOnTable(view.state, act)
          if (tr !== null && view.editable) view.dispatch(tr)
        })
        bar.append(button)
      }
      dom.append(bar, table)
      return {
        dom,
        contentDOM: body,
        ignoreMutation: (mutation) => mutation.type !== 'selection' && !body.contains(mutation.target),
        stopEvent: (event) => event.target instanceof Element && bar.contains(event.target),
      }
    }
  },

  addKeyboardShortcuts() {
    const act = (which: 'next' | 'previous' | TableAct) => () => {
      const tr = actOnTable(this.editor.state, which)
      if (tr === null) return false
      this.editor.view.dispatch(tr.scrollIntoView())
      return true
    }
    return {
      Tab: act('next'),
      'Shift-Tab': act('previous'),
      // `| Service | State |` and Enter make a table with these headings.
      Enter: () => {
        const tr = tableOfLine(this.editor.state)
        if (tr === null) return false
        this.editor.view.dispatch(tr.scrollIntoView())
        return true
      },
    }
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          decorations(state) {
            const place = placeIn(state)
            if (place === null) return null
            const to = place.start + place.table.nodeSize
            return DecorationSet.create(state.doc, [Decoration.node(place.start, to, { class: 'is-here' })])
          },
        },
      }),
    ]
  },
})

export const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)+',
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
})

const cell = { content: 'paragraph+', isolating: true } as const

export const TableCell = Node.create({
  name: 'tableCell',
  ...cell,
  parseHTML: () => [{ tag: 'td' }],
  renderHTML: () => ['td', 0],
})

export const TableHeader = Node.create({
  name: 'tableHeader',
  ...cell,
  parseHTML: () => [{ tag: 'th' }],
  renderHTML: () => ['th', 0],
})
