import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'

/** Shows what belongs into a section, greyed, while nothing but one empty paragraph stands in it. */
export const SectionHints = Extension.create<{ hint: (sectionId: string) => string }>({
  name: 'sectionHints',

  addOptions() {
    return { hint: () => '' }
  },

  addProseMirrorPlugins() {
    const { hint } = this.options
    return [
      new Plugin({
        props: {
          decorations: (state) => DecorationSet.create(state.doc, hintsOf(state.doc, hint)),
        },
      }),
    ]
  },
})

function hintsOf(doc: Node, hint: (sectionId: string) => string): Decoration[] {
  const found: Decoration[] = []
  doc.forEach((node, position, index) => {
    const id: unknown = node.attrs.sectionId
    const body = doc.maybeChild(index + 1)
    const after = doc.maybeChild(index + 2)
    if (typeof id !== 'string' || body?.type.name !== 'paragraph' || body.content.size > 0) return
    if (after !== null && after.type.name !== 'heading') return
    const from = position + node.nodeSize
    const attributes = { class: 'is-empty', 'data-placeholder': hint(id) }
    found.push(Decoration.node(from, from + body.nodeSize, attributes))
  })
  return found
}
