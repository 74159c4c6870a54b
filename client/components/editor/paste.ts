import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { pasteAsCode, pasteIntoCode, pasteSlice, pieceSize } from './big-paste.ts'
import { kindOfPaste } from './paste-kind.ts'

export interface PasteOptions {
  /** Something a person should know about what was pasted; `undo` takes it back. */
  note: (text: string, undo?: () => void) => void
}

/** HTML with these says more than its lines do: it is read as what it is. */
const structure = /<(?:h[1-6]|li|table|blockquote)\b/i

/**
 * What comes out of a clipboard: a log becomes a code block, Markdown becomes what it says, HTML keeps what the
 * schema knows and nothing else. Large ones go in by pieces, and one undo takes any of them back.
 */
export const Paste = Extension.create<PasteOptions>({
  // Tiptap has one called `paste` itself.
  name: 'clipboard',

  addOptions() {
    return { note: () => {} }
  },

  addProseMirrorPlugins() {
    const { note } = this.options
    const { editor } = this
    const leftOut = (images: number) => {
      if (images === 0) return
      note(`${images === 1 ? '1 image was' : `${images} images were`} left out: the document holds words.`)
    }
    const plain = (view: EditorView, text: string, html: string): boolean => {
      if (view.state.selection.$from.parent.type.spec.code === true) {
        pasteIntoCode(view, text)
        return true
      }
      const kind = structure.test(html) ? 'text' : kindOfPaste(text)
      if (kind === 'log') {
        pasteAsCode(view, text)
        note('Pasted as a log.', () => void editor.commands.undo())
        return true
      }
      if (kind !== 'markdown' || html !== '') return false
      void import('./markdown-paste.ts').then(
        ({ markdownSlice }) => {
          if (view.isDestroyed || !view.editable) return
          const read = markdownSlice(view.state.schema, text)
          pasteSlice(view, read.slice)
          leftOut(read.images)
        },
        // Without the reader the words still arrive.
        () => view.isDestroyed || pasteAsCode(view, text),
      )
      return true
    }
    return [
      new Plugin({
        props: {
          handlePaste(view, event, slice) {
            const data = event.clipboardData
            const text = data?.getData('text/plain') ?? ''
            const html = data?.getData('text/html') ?? ''
            if (text === '' && html === '') {
              leftOut(imagesIn(data))
              return (data?.files.length ?? 0) > 0
            }
            // Cut and copied within an editor of ours: exactly that comes back.
            const own = html.includes('data-pm-slice')
            if (!own && text !== '' && plain(view, text, html)) return true
            leftOut(own ? 0 : (html.match(/<img\b/gi)?.length ?? 0))
            if (slice.size <= pieceSize) return false
            pasteSlice(view, slice)
            return true
          },
          handleDrop(_view, event) {
            const images = imagesIn(event.dataTransfer)
            leftOut(images)
            // A file let through would take the place of the page.
            return (event.dataTransfer?.files.length ?? 0) > 0
          },
        },
      }),
    ]
  },
})

function imagesIn(data: DataTransfer | null): number {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/')).length
}
