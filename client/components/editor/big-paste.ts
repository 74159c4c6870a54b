import { Fragment, type Node, Slice } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { asOneUndo } from './one-undo.ts'
import { textPieces } from './paste-kind.ts'

/**
 * Content of one transaction at most, in ProseMirror units. The worst case (paragraphs of one letter) stays at
 * about half the frame limit of the document endpoint.
 */
export const pieceSize = 30_000
/** Letters of one code block at most: a longer log becomes several, cut at line ends. */
const blockSize = 300_000

/** Splits blocks so that no piece is larger than `limit` and none is lost; long texts are cut at `limit`. */
export function pieces(blocks: readonly Node[], limit: number): Node[][] {
  const out: Node[][] = []
  let current: Node[] = []
  let size = 0
  for (const block of blocks.flatMap((node) => cut(node, limit))) {
    if (size + block.nodeSize > limit && current.length > 0) {
      out.push(current)
      current = []
      size = 0
    }
    current.push(block)
    size += block.nodeSize
  }
  if (current.length > 0) out.push(current)
  return out
}

/** A block too large for one piece, as several: texts by letters, lists and tables by their parts. */
function cut(block: Node, limit: number): Node[] {
  if (block.nodeSize <= limit || block.isAtom) return [block]
  if (!block.isTextblock) {
    const children: Node[] = []
    for (let n = 0; n < block.childCount; n++) children.push(block.child(n))
    return pieces(children, limit - 2).map((part) => block.copy(Fragment.fromArray(part)))
  }
  const parts: Node[] = []
  for (let from = 0; from < block.content.size; from += limit - 2)
    parts.push(block.copy(block.content.cut(from, Math.min(block.content.size, from + limit - 2))))
  return parts
}

/** Pastes a slice; a large one as several transactions below the frame limit, undone by one undo. */
export function pasteSlice(view: EditorView, slice: Slice): void {
  asOneUndo(view, () => {
    if (slice.size <= pieceSize) {
      const tr = view.state.tr.replaceSelection(slice)
      view.dispatch(tr.setMeta('paste', true).setMeta('uiEvent', 'paste').scrollIntoView())
      return
    }
    const blocks: Node[] = []
    slice.content.forEach((node) => {
      blocks.push(node.isInline ? (view.state.schema.nodes.paragraph?.create(null, node) ?? node) : node)
    })
    view.dispatch(view.state.tr.deleteSelection())
    for (const piece of pieces(blocks, pieceSize)) {
      const tr = view.state.tr
      tr.replaceSelection(new Slice(Fragment.fromArray(piece), 0, 0))
      view.dispatch(tr.setMeta('paste', true))
    }
    view.dispatch(view.state.tr.scrollIntoView())
  })
}

/** Writes a text into code blocks behind the block of the caret, or in the place of an empty one. */
export function pasteAsCode(view: EditorView, text: string): void {
  const type = view.state.schema.nodes.codeBlock
  if (type === undefined) return
  const words = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '')
  asOneUndo(view, () => {
    view.dispatch(view.state.tr.deleteSelection())
    for (const block of textPieces(words, blockSize)) {
      const [first = '', ...rest] = textPieces(block.replace(/\n$/, ''), pieceSize)
      const { schema, tr } = view.state
      const node = type.create(null, first === '' ? null : schema.text(first))
      const { from, to } = placeFor(view, node)
      if (from === to) tr.insert(from, node)
      else tr.replaceWith(from, to, node)
      let end = from + node.nodeSize - 1
      view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end)).setMeta('paste', true))
      for (const piece of rest) {
        view.dispatch(view.state.tr.insertText(piece, end).setMeta('paste', true))
        end += piece.length
      }
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, end)))
    }
    view.dispatch(view.state.tr.scrollIntoView())
  })
}

/** Where a block may stand: in the place of the caret's empty block, else behind the nearest one that allows it. */
function placeFor(view: EditorView, node: Node): { from: number; to: number } {
  const { $from } = view.state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const parent = $from.node(depth - 1)
    const index = $from.index(depth - 1)
    const empty = depth === $from.depth && $from.parent.content.size === 0
    if (empty && parent.canReplaceWith(index, index + 1, node.type))
      return { from: $from.before(depth), to: $from.after(depth) }
    if (parent.canReplaceWith(index + 1, index + 1, node.type))
      return { from: $from.after(depth), to: $from.after(depth) }
  }
  const end = view.state.doc.content.size
  return { from: end, to: end }
}

/** Writes a text at the caret of a code block, in pieces. */
export function pasteIntoCode(view: EditorView, text: string): void {
  asOneUndo(view, () => {
    view.dispatch(view.state.tr.deleteSelection())
    for (const piece of textPieces(text.replace(/\r\n?/g, '\n'), pieceSize))
      view.dispatch(view.state.tr.insertText(piece).setMeta('paste', true))
    view.dispatch(view.state.tr.scrollIntoView())
  })
}
