import type { Editor, JSONContent } from '@tiptap/core'
import { Fragment } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import { asOneUndo } from './one-undo.ts'
import { insertReference } from './reference-word.ts'
import type { ReferenceOffer } from './references.ts'
import { newTable } from './table-acts.ts'

/** What others may do with the editor of the document on screen. */
export interface EditorHandle {
  focus(): void
  insertTable(): void
  insertCode(): void
  insertTaskList(): void
  /** Puts a task or an entry at the caret. */
  insertReference(offer: ReferenceOffer): void
  /** Writes `[[` at the caret, which opens the list of tasks and entries. */
  askReference(): void
  /**
   * Writes an earlier content as a new change of this person, undone by one undo; what did not change is not
   * written. @returns why not, in words, or null
   */
  restore(content: JSONContent): string | null
  /** Takes back the last change of this person. */
  undo(): void
}

/** Content of one change at most, in letters of JSON: it has to pass the frame limit of the endpoint. */
const restoreLimit = 700_000

export function handleOf(editor: Editor): EditorHandle {
  const { view } = editor
  return {
    focus: () => void editor.commands.focus(),
    insertTable() {
      const table = newTable(editor.schema, ['', '', ''], 2)
      if (table === null || !editor.isEditable) return
      const at = view.state.selection.from
      const tr = view.state.tr.replaceSelectionWith(table)
      tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at + 1, tr.doc.content.size))))
      view.dispatch(tr.scrollIntoView())
      view.focus()
    },
    insertCode: () => void editor.chain().focus().toggleCodeBlock().run(),
    insertTaskList: () => void editor.chain().focus().toggleTaskList().run(),
    insertReference: (offer) => insertReference(view, offer, null),
    askReference: () => void editor.chain().focus().insertContent('[[').run(),
    restore(content) {
      if (!editor.isEditable) return 'You may read this document, not change it.'
      if (JSON.stringify(content).length > restoreLimit)
        return 'This is too much to restore at once. Copy what is needed.'
      let blocks: Fragment
      try {
        const doc = editor.schema.nodeFromJSON(content)
        doc.check()
        blocks = doc.content
      } catch {
        return 'That moment holds what this version cannot write. Reload the page, or copy the text.'
      }
      asOneUndo(view, () => {
        const { doc, tr } = view.state
        const from = doc.content.findDiffStart(blocks)
        const end = doc.content.findDiffEnd(blocks)
        if (from === null || end === null) return
        // Blocks that are the same before and behind keep what others have there, carets too.
        const first = doc.resolve(from).index(0)
        const same = Math.min(first, blocks.childCount)
        let behind = 0
        while (
          behind < Math.min(doc.childCount, blocks.childCount) - same &&
          doc.child(doc.childCount - 1 - behind).eq(blocks.child(blocks.childCount - 1 - behind))
        )
          behind += 1
        let start = 0
        for (let n = 0; n < same; n++) start += doc.child(n).nodeSize
        let stop = doc.content.size
        for (let n = 0; n < behind; n++) stop -= doc.child(doc.childCount - 1 - n).nodeSize
        const fresh: Fragment[] = []
        for (let n = same; n < blocks.childCount - behind; n++) fresh.push(Fragment.from(blocks.child(n)))
        view.dispatch(
          tr.replaceWith(
            start,
            stop,
            fresh.reduce((all, one) => all.append(one), Fragment.empty),
          ),
        )
      })
      return null
    },
    undo: () => void editor.commands.undo(),
  }
}
