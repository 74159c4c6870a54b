import { type Extensions, getSchema } from '@tiptap/core'
import Collaboration from '@tiptap/extension-collaboration'
import CollaborationCaret from '@tiptap/extension-collaboration-caret'
import StarterKit from '@tiptap/starter-kit'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { BigPaste } from './big-paste.ts'
import { CaretAwareness, drawCaret, drawSelection } from './carets.ts'
import { type Vocabulary, vocabularyOf } from './schema-scan.ts'
import { SectionHeadings } from './section-heading.ts'
import { SectionHints } from './section-hints.ts'

/**
 * Nodes and marks of the incident document. Undo is the collaboration's own, and no paragraph is added at the
 * end by itself: opening a document must not change it.
 */
function content(): Extensions {
  return [
    StarterKit.configure({
      undoRedo: false,
      trailingNode: false,
      link: { openOnClick: false, autolink: true, defaultProtocol: 'https' },
      codeBlock: { HTMLAttributes: { spellcheck: 'false' } },
    }),
    SectionHeadings,
  ]
}

/** What this version of the editor can draw. */
export function editorVocabulary(): Vocabulary {
  return vocabularyOf(getSchema(content()))
}

export interface EditorBinding {
  fragment: Y.XmlFragment
  awareness: Awareness
  /** Hint of the section that begins with this heading, while it is empty. */
  hint: (sectionId: string) => string
}

/** Everything the incident document's editor is made of, bound to a fragment of the replica. */
export function editorExtensions({ fragment, awareness, hint }: EditorBinding): Extensions {
  return [
    ...content(),
    BigPaste,
    Collaboration.configure({ fragment }),
    CollaborationCaret.configure({
      provider: { awareness: new CaretAwareness(awareness) },
      render: drawCaret,
      selectionRender: drawSelection,
    }),
    SectionHints.configure({ hint }),
  ]
}
