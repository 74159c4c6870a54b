import { Extension } from '@tiptap/core'
import { isChangeOrigin } from '@tiptap/extension-collaboration'
import { Plugin } from '@tiptap/pm/state'

/**
 * Headings carry the stable `sectionId` of the playbook's section. Splitting one leaves the id with the first
 * half, and a pasted copy loses it, so that an id names one heading.
 */
export const SectionHeadings = Extension.create({
  name: 'sectionHeadings',

  addGlobalAttributes() {
    return [
      {
        types: ['heading'],
        attributes: {
          sectionId: {
            default: null,
            keepOnSplit: false,
            parseHTML: (element) => element.getAttribute('data-section-id'),
            renderHTML: (attributes) =>
              typeof attributes.sectionId === 'string' ? { 'data-section-id': attributes.sectionId } : {},
          },
        },
      },
    ]
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        appendTransaction(transactions, _before, state) {
          // What others did is theirs to mend: only an own change may be followed by an own change.
          if (!transactions.some((tr) => tr.docChanged && !isChangeOrigin(tr))) return null
          const seen = new Set<string>()
          const tr = state.tr
          state.doc.forEach((node, position) => {
            const id: unknown = node.attrs.sectionId
            if (typeof id !== 'string') return
            if (seen.has(id)) tr.setNodeAttribute(position, 'sectionId', null)
            seen.add(id)
          })
          return tr.docChanged ? tr : null
        },
      }),
    ]
  },
})
