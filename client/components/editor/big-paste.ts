import { Extension } from '@tiptap/core'
import { Fragment, type Node, Slice } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'

/**
 * Content of one transaction at most, in ProseMirror units. The worst case (paragraphs of one letter) stays at
 * about half the frame limit of the document endpoint.
 */
export const pieceSize = 30_000

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

function cut(block: Node, limit: number): Node[] {
  if (!block.isTextblock || block.content.size <= limit) return [block]
  const parts: Node[] = []
  for (let from = 0; from < block.content.size; from += limit - 2)
    parts.push(block.copy(block.content.cut(from, Math.min(block.content.size, from + limit - 2))))
  return parts
}

/** A large paste goes in as several transactions, each below the frame limit. */
export const BigPaste = Extension.create({
  name: 'bigPaste',

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handlePaste(view, _event, slice) {
            if (slice.size <= pieceSize) return false
            const blocks: Node[] = []
            slice.content.forEach((node) => {
              blocks.push(
                node.isInline ? (view.state.schema.nodes.paragraph?.create(null, node) ?? node) : node,
              )
            })
            view.dispatch(view.state.tr.deleteSelection())
            for (const piece of pieces(blocks, pieceSize)) {
              const tr = view.state.tr
              tr.replaceSelection(new Slice(Fragment.fromArray(piece), 0, 0))
              view.dispatch(tr.setMeta('paste', true))
            }
            view.dispatch(view.state.tr.scrollIntoView())
            return true
          },
        },
      }),
    ]
  },
})
