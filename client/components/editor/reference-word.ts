import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import type { ReferenceOffer } from './references.ts'

/** What stands between `[[` and the caret, and where. */
export interface ReferenceWord {
  query: string
  from: number
  to: number
}

export interface ReferenceWordOptions {
  /** The word changed; null when there is none. */
  shown: (word: ReferenceWord | null, view: EditorView) => void
  /** A key while there is a word; true takes it. */
  key: (key: string, view: EditorView) => boolean
}

const opened = /\[\[([^[\]\n]{0,60})$/

function wordAt(view: EditorView): ReferenceWord | null {
  const { selection } = view.state
  const { $from, empty } = selection
  if (!empty || !view.editable || $from.parent.type.spec.code === true) return null
  const before = $from.parent.textBetween(0, $from.parentOffset, '\n', '\ufffc')
  const found = opened.exec(before)
  if (found === null || found[1] === undefined) return null
  return { query: found[1], from: $from.pos - found[0].length, to: $from.pos }
}

/** Tells of the word that `[[` begins, for a list of tasks and entries beside it. */
export const ReferenceWords = Extension.create<ReferenceWordOptions>({
  name: 'referenceWords',
  priority: 1100,

  addOptions() {
    return { shown: () => {}, key: () => false }
  },

  addProseMirrorPlugins() {
    const { shown, key } = this.options
    let last = 'null'
    const look = (view: EditorView) => {
      const word = view.hasFocus() ? wordAt(view) : null
      const now = JSON.stringify(word)
      if (now === last) return
      last = now
      shown(word, view)
    }
    return [
      new Plugin({
        view: () => ({ update: look }),
        props: {
          handleKeyDown: (view, event) => wordAt(view) !== null && !event.isComposing && key(event.key, view),
          handleDOMEvents: {
            blur(view) {
              if (last === 'null') return
              last = 'null'
              // The focus also goes while the page is being drawn without the editor: no time to change anything.
              queueMicrotask(() => {
                if (!view.isDestroyed) shown(null, view)
              })
            },
          },
        },
      }),
    ]
  },
})

/** Puts a reference in the place of the word, or at the caret. */
export function insertReference(view: EditorView, offer: ReferenceOffer, word: ReferenceWord | null): void {
  const type = view.state.schema.nodes.reference
  if (type === undefined || !view.editable) return
  const { from, to } = word ?? view.state.selection
  const node = type.create({ kind: offer.kind, id: offer.id })
  const tr = view.state.tr.replaceWith(from, to, node)
  const after = from + node.nodeSize
  if (tr.doc.resolve(after).nodeAfter?.text?.startsWith(' ') !== true) tr.insertText(' ', after)
  view.dispatch(tr.scrollIntoView())
  view.focus()
}
