import { type Extensions, getSchema } from '@tiptap/core'
import Blockquote from '@tiptap/extension-blockquote'
import Bold from '@tiptap/extension-bold'
import Code from '@tiptap/extension-code'
import CodeBlock from '@tiptap/extension-code-block'
import Collaboration from '@tiptap/extension-collaboration'
import CollaborationCaret from '@tiptap/extension-collaboration-caret'
import Document from '@tiptap/extension-document'
import HardBreak from '@tiptap/extension-hard-break'
import Heading from '@tiptap/extension-heading'
import HorizontalRule from '@tiptap/extension-horizontal-rule'
import Italic from '@tiptap/extension-italic'
import Link from '@tiptap/extension-link'
import { BulletList } from '@tiptap/extension-list/bullet-list'
import { ListItem } from '@tiptap/extension-list/item'
import { ListKeymap } from '@tiptap/extension-list/keymap'
import { OrderedList } from '@tiptap/extension-list/ordered-list'
import Paragraph from '@tiptap/extension-paragraph'
import Strike from '@tiptap/extension-strike'
import Text from '@tiptap/extension-text'
import Underline from '@tiptap/extension-underline'
import { Dropcursor } from '@tiptap/extensions/drop-cursor'
import { Gapcursor } from '@tiptap/extensions/gap-cursor'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { BigPaste } from './big-paste.ts'
import { CaretAwareness, drawCaret, drawSelection } from './carets.ts'
import { type Vocabulary, vocabularyOf } from './schema-scan.ts'
import { SectionHeadings } from './section-heading.ts'
import { SectionHints } from './section-hints.ts'

/**
 * Nodes and marks of the incident document, each by itself: the kits carry an undo of their own and much else that
 * is never used here. Undo is the collaboration's, and no paragraph is added at the end by itself: opening a
 * document must not change it.
 */
function content(): Extensions {
  return [
    Bold,
    Blockquote,
    BulletList,
    Code,
    CodeBlock.configure({ HTMLAttributes: { spellcheck: 'false' } }),
    Document,
    Dropcursor,
    Gapcursor,
    HardBreak,
    Heading,
    HorizontalRule,
    Italic,
    ListItem,
    ListKeymap,
    Link.configure({ openOnClick: false, autolink: true, defaultProtocol: 'https' }),
    OrderedList,
    Paragraph,
    Strike,
    Text,
    Underline,
    SectionHeadings,
  ]
}

/** The document's schema by itself, bound to nothing. */
export function contentSchema() {
  return getSchema(content())
}

/** What this version of the editor can draw. */
export function editorVocabulary(): Vocabulary {
  return vocabularyOf(contentSchema())
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
